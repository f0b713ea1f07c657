/**
 * One schedule of the phone's laws: many phones, a bad network, disks that fail, pages that are
 * killed, a server set back; then the laws. A seed is a story.
 */

import { canonicalJson } from '../../kernel/canonical.ts'
import type { SingleField } from '../../store/shapes.ts'
import type { Engine } from '../engine.ts'
import { StatusBoard } from '../status.ts'
import { replaceMethod } from './breakage.ts'
import { Dice } from './dice.ts'
import type { Fault } from './fake-server.ts'
import { FakeServer } from './fake-server.ts'
import { SITE } from './fake-scopes.ts'
import { throwFrom } from './quick-ground.ts'
import { CHECKLIST, answer, photoBytes, takePhoto } from './phone.ts'
import { SimulatedPhone, breakDisk } from './simulated-phone.ts'

export const PHONES = 5
export const LEAST_OPERATIONS = 200

const PEOPLE = ['ana', 'ben', 'cleo', 'lin', 'wei', 'zhou']
const TASKS = ['1', '2', '3', '4', '5', '6'].map((sign) => sign.repeat(32))
const ITEMS = ['1', '2', '3', '💧', '__proto__']
const OFFSETS = [0, 0, -1_700_000_000_000, 400_000_000_000, 3_600_000]
const ALL: { site: string; kinds: string[] }[] = [{ site: SITE, kinds: ['task'] }]
const POISON = 'poison'
const HELD = 'to be held'

/** A promise that was broken, by its name. */
export class LawBroken extends Error {
  readonly law: string

  constructor(law: string, what: unknown) {
    super(`${law}: ${typeof what === 'string' ? what : JSON.stringify(what)}`)
    this.law = law
  }
}

function hold(law: string, isKept: boolean, what: unknown = ''): void {
  if (!isKept) throw new LawBroken(law, what)
}

/** An operation whose saving was confirmed, or that lay on the disk after a crash. */
interface Kept {
  author: string
  /** On which phone it lies; null since that phone was wiped. */
  phone: SimulatedPhone | null
  record: string
  field: string
}

export class SimulatedWeek {
  readonly dice: Dice
  readonly server = new FakeServer()
  readonly phones: SimulatedPhone[] = []
  readonly kept = new Map<string, Kept>()
  readonly done: Record<string, number> = {}
  /** What lies on the server alone, since its phone was wiped. */
  readonly #onServerOnly = new Set<string>()
  readonly #wasTaken = new Set<string>()
  #isFaulty = true
  #backup = this.server.backup()
  readonly #mends: (() => void)[] = []

  constructor(seed: number) {
    this.dice = new Dice(seed)
    throwFrom(seed)
    for (const [index, name] of PEOPLE.entries()) {
      const id = String(index).repeat(32)
      this.server.people[name] = { id, role: 'quality_inspector' }
      this.server.scopes.allowed.set(id, ALL)
    }
    this.server.pageSize = 3
    this.server.fault = (request) => (request.path === '/api/session' ? null : this.#fault())
    this.server.isPoison = (operation) => this.#isFaulty && JSON.stringify(operation).includes(POISON)
    this.server.hold = (operation) =>
      JSON.stringify(operation.body).includes(HELD) ? 'record_unknown' : null
  }

  /** Lives through it all and holds the laws; throws a LawBroken. */
  async run(): Promise<void> {
    try {
      await this.#begin()
      while (this.kept.size < LEAST_OPERATIONS) await this.#step()
      await this.#settle()
      await this.#check()
    } finally {
      for (const mend of this.#mends.splice(0)) mend()
      for (const phone of this.phones) await phone.close().catch(() => undefined)
    }
  }

  async #begin(): Promise<void> {
    for (const person of PEOPLE.slice(0, PHONES)) {
      const phone = new SimulatedPhone(this.server, person, new Dice(this.dice.below(2 ** 31)))
      phone.browser.clock_off_ms = this.dice.pick(OFFSETS)
      this.phones.push(phone)
      await phone.open()
      await phone.signIn(person)
      phone.isFaulty = true
    }
  }

  async #step(): Promise<void> {
    const phone = this.dice.pick(this.phones)
    this.server.now_ms += this.dice.below(600_000)
    const deeds: [number, string, () => Promise<void>][] = [
      [50, 'bursts', () => this.#recordSome(phone)],
      [20, 'syncs', () => this.#sync(phone)],
      [4, 'looks', () => this.#look(phone)],
      [4, 'kills', () => this.#kill(phone)],
      [3, 'tabs', () => this.#tab(phone)],
      [3, 'tunnels', () => this.#tunnel(phone)],
      [3, 'late', () => this.#late()],
      [2, 'switches', () => this.#switchPerson(phone)],
      [2, 'grants', () => this.#grant(phone)],
      [2, 'backups', () => this.#keepBackup()],
      [1, 'evictions', () => this.#evict(phone)],
      [1, 'set_backs', () => this.#setBack()],
    ]
    let roll = this.dice.below(deeds.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, name, deed] of deeds) {
      roll -= weight
      if (roll >= 0) continue
      this.#count(name)
      await deed()
      return
    }
  }

  #count(name: string): void {
    this.done[name] = (this.done[name] ?? 0) + 1
  }

  #fault(): Fault | null {
    if (!this.#isFaulty) return null
    const roll = this.dice.roll()
    if (roll < 0.25) this.#count('faults')
    if (roll < 0.08) return 'lost_request'
    if (roll < 0.16) return 'lost_reply'
    if (roll < 0.19) return 'portal'
    if (roll < 0.21) return 'no_receipt'
    if (roll < 0.25) return { status: this.dice.pick([400, 413, 429, 500, 502, 503]) }
    return null
  }

  // ------------------------------------------------------------------ what people do

  /** Several taps in a row; the status line is drawn once behind them, which is much quicker. */
  async #recordSome(phone: SimulatedPhone): Promise<void> {
    const count = 1 + this.dice.below(8)
    const showAgain = replaceMethod(StatusBoard.prototype, 'refresh', () =>
      function (this: StatusBoard) {
        return Promise.resolve(this.status.value)
      })
    try {
      for (let left = count; left > 0; left -= 1) {
        if (left === 1) showAgain()
        await this.#record(phone, phone.anyEngine())
      }
    } finally {
      showAgain()
    }
  }

  async #record(phone: SimulatedPhone, engine: Engine): Promise<void> {
    const author = engine.person?.id ?? ''
    const fault = this.dice.chance(0.3) ? 'full' : 'killed'
    const mend = this.dice.chance(0.05) ? breakDisk(this.dice.below(8), fault) : null
    const record = this.dice.pick(TASKS)
    const item = this.dice.pick(ITEMS)
    try {
      const { id, field } = await this.#tap(engine, record, item)
      this.kept.set(id, { author, phone, record, field })
    } catch (error) {
      if (!mend) throw error
      mend()
      this.#count(`disk ${fault}`)
      if (fault === 'killed') await phone.killAndReopen()
      await this.#reconcile(phone)
    } finally {
      mend?.()
    }
  }

  async #tap(engine: Engine, record: string, item: string): Promise<{ id: string; field: string }> {
    const chance = this.dice.roll()
    if (chance < 0.1) {
      const { id } = await takePhoto(engine, record, '1', photoBytes(this.dice.below(50)))
      this.#count('photos')
      return { id, field: '' }
    }
    if (chance < 0.3) {
      const words = ['好', '"\\\u2028', POISON, HELD]
      const remark = chance < 0.13 ? this.dice.pick(words) : `remark ${this.kept.size}`
      const body = { kind: 'remark_added', remark }
      const { id } = await engine.record({ record, record_kind: 'task', body })
      return { id, field: 'remark' }
    }
    if (chance < 0.35) {
      const body = { kind: 'task_started', checklist: CHECKLIST, started_at: this.server.now_ms }
      return { id: (await engine.record({ record, record_kind: 'task', body })).id, field: '' }
    }
    const word = this.dice.pick(['pass', 'fail'] as const)
    const { id } = await engine.record(answer(record, item, word))
    return { id, field: `answer/${item}` }
  }

  /** What lay on the disk although nobody was told so must arrive like everything else. */
  async #reconcile(phone: SimulatedPhone): Promise<void> {
    for (const entry of await phone.entries()) {
      if (this.kept.has(entry.id)) continue
      this.kept.set(entry.id, { author: entry.person, phone, record: entry.record, field: '' })
      this.#count('found after a crash')
    }
  }

  async #sync(phone: SimulatedPhone): Promise<void> {
    const mend = this.dice.chance(0.1)
      ? breakDisk(this.dice.below(12), this.dice.chance(0.5) ? 'full' : 'killed')
      : null
    try {
      await phone.anyEngine().syncNow()
    } finally {
      mend?.()
    }
  }

  /** What a person recorded is in what that person sees, sent or not, pulled or not. */
  async #look(phone: SimulatedPhone): Promise<void> {
    const { engine } = phone
    const person = engine.person?.id
    const records = new Map((await engine.readRecords('task')).map((one) => [one.id, one]))
    const entries = new Map((await phone.entries()).map((entry) => [entry.id, entry]))
    for (const [id, kept] of this.kept) {
      if (kept.phone !== phone || kept.author !== person || kept.field === '') continue
      const entry = entries.get(id)
      hold('what was saved stays in the queue', entry !== undefined, id)
      // What the server has may be dropped with the right to see it; what it lacks may not.
      if (this.#wasTaken.has(kept.author) && entry?.contained === 1) continue
      const text = canonicalJson(records.get(kept.record) ?? null)
      const field = records.get(kept.record)?.fields[kept.field] as SingleField | undefined
      const isSeen = kept.field === 'remark' ? text.includes(`"${id}"`) : field?.by[kept.author] !== undefined
      hold('own work is seen', isSeen, { id, kept: kept.field, state: entry?.state })
    }
  }

  #mayHold(person: string): boolean {
    return this.server.scopes.allowed.get(person) === ALL
  }

  // ------------------------------------------------------------------ what happens to them

  /** The system ends the page in the middle of a round, or between two steps of a recording. */
  async #kill(phone: SimulatedPhone): Promise<void> {
    const { engine } = phone
    const author = engine.person?.id ?? ''
    const isRecording = this.dice.chance(0.5)
    const record = this.dice.pick(TASKS)
    const work = isRecording
      ? engine.record(answer(record, '1', 'fail')).then(({ id }) => {
          this.kept.set(id, { author, phone, record, field: 'answer/1' })
        })
      : engine.syncNow()
    work.catch(() => undefined)
    for (let turns = this.dice.below(60); turns > 0; turns -= 1) {
      await new Promise((go) => setImmediate(go))
    }
    await phone.killAndReopen()
    await this.#reconcile(phone)
  }

  async #tab(phone: SimulatedPhone): Promise<void> {
    if (phone.pageCount < 2) await phone.open()
    else {
      const [one, other] = [phone.anyEngine(), phone.anyEngine()]
      const { kill_count } = phone
      const first = one.syncNow()
      const recorded = this.#record(phone, other)
      const rounds = Promise.all([first, other.syncNow()])
      await recorded
      // The disk may have killed both pages meanwhile: their rounds end with them, unanswered.
      if (phone.kill_count === kill_count) await rounds
    }
  }

  #tunnel(phone: SimulatedPhone): Promise<void> {
    phone.way = this.dice.pick(['good', 'cut', 'one_way'] as const)
    return Promise.resolve()
  }

  async #late(): Promise<void> {
    for (const phone of this.phones) await phone.deliverLate()
  }

  async #switchPerson(phone: SimulatedPhone): Promise<void> {
    if (this.dice.chance(0.5)) await phone.engine.signOut()
    await phone.signIn(this.dice.pick(PEOPLE))
  }

  /** A person's right to see the tasks is taken, or given back. */
  #grant(phone: SimulatedPhone): Promise<void> {
    const person = phone.engine.person?.id ?? ''
    this.server.scopes.allowed.set(person, this.#mayHold(person) ? [] : ALL)
    this.#wasTaken.add(person)
    return Promise.resolve()
  }

  #keepBackup(): Promise<void> {
    this.#backup = this.server.backup()
    return Promise.resolve()
  }

  /** The server is set back to its last backup; what came after lies on the phones alone. */
  #setBack(): Promise<void> {
    this.server.restore(this.#backup)
    for (const id of this.#onServerOnly) {
      if (this.server.state.received.has(id)) continue
      this.#onServerOnly.delete(id)
      this.kept.delete(id)
    }
    return Promise.resolve()
  }

  /** The phone throws its database away: what was not sent is lost, and that is said aloud. */
  async #evict(phone: SimulatedPhone): Promise<void> {
    if (this.kept.size > LEAST_OPERATIONS / 2) return
    let lost = 0
    if (this.dice.chance(0.3)) await phone.engine.syncNow()
    await phone.evict()
    for (const [id, kept] of this.kept) {
      if (kept.phone !== phone) continue
      if (this.server.state.received.has(id)) {
        this.#onServerOnly.add(id)
        this.kept.set(id, { ...kept, phone: null })
      } else {
        this.kept.delete(id)
        lost += 1
      }
    }
    hold('a wipe is said', phone.engine.status.value.wiped !== null || lost === 0, { lost })
    phone.engine.acknowledgeWipe()
    await phone.signIn(phone.person)
  }

  // ------------------------------------------------------------------ the end

  /** The faults stop; everybody who ever worked on a phone signs in there, and syncs twice. */
  async #settle(): Promise<void> {
    this.#isFaulty = false
    for (const { id } of Object.values(this.server.people)) this.server.scopes.allowed.set(id, ALL)
    for (const phone of this.phones) {
      phone.heal()
      await phone.deliverLate()
    }
    for (const phone of this.phones) {
      await phone.killAndReopen()
      for (const person of phone.people) {
        await phone.signIn(person)
        await phone.engine.syncNow()
        const status = await phone.engine.syncNow()
        const law = 'queues are empty within two rounds'
        hold(law, status.waiting_count === 0, { person, status })
        hold(law, status.photos_waiting_count === 0, { person, status })
        hold(law, status.problem === null, { person, status })
      }
    }
  }

  async #check(): Promise<void> {
    const { received, position, records } = this.server.state
    for (const [id, { author }] of this.kept) {
      hold('what was saved arrives', received.has(id), id)
      hold('the author stays', received.get(id)?.person === author, id)
    }
    for (const id of received.keys()) hold('twice is once', this.kept.has(id), `${id} was never saved`)
    const applied = [...received.values()].filter(({ outcome }) => outcome.status !== 'held')
    hold('twice is once', position === applied.length, { position, applied: applied.length })
    this.done['held'] = received.size - applied.length
    for (const phone of this.phones) {
      await phone.engine.syncNow()
      await this.#checkQueue(phone)
      const held = (await phone.entries()).filter((entry) => entry.state === 'held')
      const shown = await phone.engine.readRecords('task')
      for (const { site: _site, unsent_count, ...record } of shown) {
        const there = records.get(record.id)
        // What is held stays in its author's sight, on the phone that recorded it.
        const isOwn = unsent_count > 0 && held.some((entry) => entry.record === record.id)
        const isSame = isOwn || canonicalJson(record) === canonicalJson(there ?? null)
        hold('equal cursors mean equal contents', isSame, record.id)
      }
      hold('equal cursors mean equal contents', shown.length >= records.size, shown.length)
      hold('the sums agree', phone.engine.status.value.scope_alarms.length === 0)
    }
  }

  async #checkQueue(phone: SimulatedPhone): Promise<void> {
    const counters = new Map<string, number[]>()
    for (const entry of await phone.entries()) {
      const known = this.server.state.received.get(entry.id)
      hold('acknowledged means durable', entry.outcome === null || known !== undefined, entry.id)
      counters.set(entry.writer, [...(counters.get(entry.writer) ?? []), entry.counter])
    }
    for (const [writer, used] of counters) {
      hold('every number is used once', new Set(used).size === used.length, writer)
    }
  }
}
