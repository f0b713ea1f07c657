/**
 * Many phones, a bad network, crashes and a server set back: whatever happens, nothing is lost,
 * nothing happens twice, and once the faults stop every queue is empty within two rounds.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBObjectStore } from 'fake-indexeddb'
import fc from 'fast-check'

import { canonicalJson } from '../kernel/canonical.ts'
import type { Engine } from './engine.ts'
import { replaceMethod } from './testing/breakage.ts'
import type { Fault } from './testing/fake-server.ts'
import { FakeServer } from './testing/fake-server.ts'
import { Browser, answer, photoBytes, signedIn, takePhoto } from './testing/phone.ts'

const PHONES = 5
const STEPS = 420
const LEAST_OPERATIONS = 200
/** `make soak` asks for more, with seeds of its own. */
const RUNS = Number(process.env['ROUNDSMAN_SIMULATIONS'] ?? 2)
const SEED = Number(process.env['ROUNDSMAN_SEED'] ?? 20261120)

const PEOPLE = ['ana', 'ben', 'cleo', 'lin', 'wei', 'zhou']
const TASKS = ['1', '2', '3', '4', '5', '6'].map((sign) => sign.repeat(32))
const ITEMS = ['1', '2', '3', '💧']

/** Repeatable chance. */
class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  chance(probability: number): boolean {
    return this.roll() < probability
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.roll() * values.length)] ?? assert.fail()
  }
}

interface Phone {
  browser: Browser
  engine: Engine
  person: string
}

class World {
  readonly dice: Dice
  readonly server = new FakeServer()
  readonly phones: Phone[] = []
  /** Operations whose saving was confirmed: id to author. */
  readonly saved = new Map<string, string>()
  readonly done = { faults: 0, restarts: 0, crashes: 0, setBacks: 0, switches: 0, photos: 0 }
  isFaulty = true
  #backup = this.server.backup()

  constructor(seed: number) {
    this.dice = new Dice(seed)
    for (const [index, name] of PEOPLE.entries()) {
      this.server.people[name] = { id: String(index).repeat(32), role: 'quality_inspector' }
    }
    this.server.fault = (request) => {
      if (!this.isFaulty || request.path === '/api/session') return null
      const fault = this.#fault()
      if (fault) this.done.faults += 1
      return fault
    }
    this.server.pageSize = 3
  }

  async begin(): Promise<void> {
    for (const person of PEOPLE.slice(0, PHONES)) {
      const browser = new Browser(this.server)
      browser.clock_off_ms = this.dice.pick([0, -1_700_000_000_000, 400_000_000_000, 3_600_000])
      this.phones.push({ browser, person, engine: await signedIn(browser, person) })
    }
  }

  async step(): Promise<void> {
    const phone = this.dice.pick(this.phones)
    const roll = this.dice.roll()
    if (roll < 0.62) await this.#record(phone)
    else if (roll < 0.9) await phone.engine.syncNow()
    else if (roll < 0.95) await this.#restart(phone)
    else if (roll < 0.97) await this.#switchPerson(phone)
    else if (roll < 0.985) this.#backup = this.server.backup()
    else this.#setBack()
  }

  /** The faults stop; everybody who ever worked on a phone signs in there, and syncs twice. */
  async settle(): Promise<void> {
    this.isFaulty = false
    for (const phone of this.phones) {
      for (const person of [...PEOPLE.filter((one) => one !== phone.person), phone.person]) {
        await phone.engine.signIn(person, 'right')
        await phone.engine.syncNow()
        const status = await phone.engine.syncNow()
        assert.equal(status.waiting_count, 0, `${person}: ${JSON.stringify(status)}`)
        assert.equal(status.photos_waiting_count, 0)
        assert.equal(status.problem, null)
      }
    }
  }

  async check(): Promise<void> {
    const received = this.server.state.received
    assert.deepEqual([...received.keys()].sort(), [...this.saved.keys()].sort())
    for (const [id, author] of this.saved) assert.equal(received.get(id)?.person, author)
    assert.equal(this.server.state.position, this.saved.size, 'each had one effect')
    for (const { engine } of this.phones) {
      await engine.syncNow()
      const records = await engine.readRecords('task')
      assert.equal(records.length, this.server.state.records.size)
      for (const { site: _site, unsent_count, ...record } of records) {
        assert.equal(unsent_count, 0)
        assert.equal(canonicalJson(record), canonicalJson(this.server.state.records.get(record.id)))
      }
      await engine.close()
    }
  }

  #fault(): Fault | null {
    const roll = this.dice.roll()
    if (roll < 0.1) return 'lost_request'
    if (roll < 0.2) return 'lost_reply'
    if (roll < 0.23) return 'portal'
    if (roll < 0.25) return 'no_receipt'
    if (roll < 0.3) return { status: this.dice.pick([400, 413, 429, 500, 502, 503]) }
    return null
  }

  async #record(phone: Phone): Promise<void> {
    const mend = this.dice.chance(0.08) ? this.#crash() : null
    const author = phone.engine.person?.id ?? ''
    try {
      const saved = this.dice.chance(0.15)
        ? await this.#photograph(phone)
        : await phone.engine.record(
            answer(this.dice.pick(TASKS), this.dice.pick(ITEMS), this.dice.pick(['pass', 'fail'])),
          )
      this.saved.set(saved.id, author)
    } catch (error) {
      assert.ok(mend, String(error))
      this.done.crashes += 1
    } finally {
      mend?.()
    }
  }

  async #photograph(phone: Phone): Promise<{ id: string }> {
    const seed = Math.floor(this.dice.roll() * 50)
    const saved = await takePhoto(phone.engine, this.dice.pick(TASKS), '1', photoBytes(seed))
    this.done.photos += 1
    return saved
  }

  /** One of the next writes to the disk fails. */
  #crash(): () => void {
    let left = Math.floor(this.dice.roll() * 4)
    return replaceMethod(
      IDBObjectStore.prototype,
      'put',
      (put) =>
        function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['put']>) {
          left -= 1
          if (left < 0) throw new DOMException('killed', 'DataError')
          return put.apply(this, given)
        },
    )
  }

  async #restart(phone: Phone): Promise<void> {
    await phone.engine.close()
    phone.engine = phone.browser.tab()
    await phone.engine.open()
    this.done.restarts += 1
  }

  async #switchPerson(phone: Phone): Promise<void> {
    phone.person = this.dice.pick(PEOPLE)
    if (this.dice.chance(0.5)) await phone.engine.signOut()
    await phone.engine.signIn(phone.person, 'right')
    this.done.switches += 1
  }

  /** The server is set back to its last backup; what came after is unknown to it. */
  #setBack(): void {
    this.server.restore(this.#backup)
    this.done.setBacks += 1
  }
}

test('simulation: nothing lost, nothing twice, every queue empty within two rounds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), async (seed) => {
      const world = new World(seed)
      await world.begin()
      for (let step = 0; step < STEPS; step += 1) await world.step()
      await world.settle()
      await world.check()
      const { faults, restarts, crashes, setBacks, switches, photos } = world.done
      assert.ok(world.saved.size >= LEAST_OPERATIONS, `only ${world.saved.size} operations`)
      assert.ok(faults > 20 && restarts > 3 && crashes > 3 && switches > 1 && photos > 5)
      assert.ok(setBacks > 0)
      const texts = world.server.requests.filter((one) => one.path === '/api/sync/push').length
      assert.ok(texts > 20)
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  )
})
