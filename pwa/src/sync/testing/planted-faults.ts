/**
 * Faults planted on purpose: each breaks a promise of the phone, and the law of that promise must
 * notice. They are put in place of a method for one schedule and lie in no path of the product.
 */

import { IDBObjectStore } from 'fake-indexeddb'

import { canonicalJson } from '../../kernel/canonical.ts'
import { sha256 } from '../../kernel/ids.ts'
import type { EntryRow, RecordRow } from '../../store/database.ts'
import { Store } from '../../store/store.ts'
import { Scheduler } from '../scheduler.ts'
import { replaceMethod } from './breakage.ts'
import { FakeScopes } from './fake-scopes.ts'
import type { SimulatedWeek } from './simulated-week.ts'

export interface Mutant {
  name: string
  /** The laws of which one must notice it. */
  noticedBy: readonly string[]
  /** Answers with how to take it out again. */
  plant: (week: SimulatedWeek) => () => void
}

const ARRIVES = 'what was saved arrives'
const KEPT = 'what was saved stays in the queue'
const SEEN = 'own work is seen'
const ONCE = 'twice is once'
const AUTHOR = 'the author stays'
const EQUAL = 'equal cursors mean equal contents'
const SUMS = 'the sums agree'
const QUEUES = 'queues are empty within two rounds'
const DURABLE = 'acknowledged means durable'
const WIPE = 'a wipe is said'

function forgetsAnAcknowledgedOne(week: SimulatedWeek): () => void {
  const { server } = week
  server.beforeReply = () => {
    const last = [...server.state.received.keys()].at(-1)
    if (last !== undefined && week.dice.chance(0.1)) server.state.received.delete(last)
    return Promise.resolve()
  }
  return () => undefined
}

function deletesBeforeTheAnswer(): () => void {
  return replaceMethod(Store.prototype, 'park', (park) =>
    async function (this: Store, ids, problem, nextTry) {
      const put = replaceMethod(IDBObjectStore.prototype, 'put', (real) =>
        function (this: IDBObjectStore, value: EntryRow, ...rest) {
          if (this.name !== 'outbox') return real.call(this, value, ...rest)
          return this.delete(value.id) as never
        })
      await park.call(this, ids, problem, nextTry).finally(put)
    })
}

function leavesOwnWorkOut(): () => void {
  return replaceMethod(IDBObjectStore.prototype, 'put', (put) =>
    function (this: IDBObjectStore, value: RecordRow, ...rest) {
      const isCopied = this.name === 'records' && value.snapshot !== null
      return put.call(this, isCopied ? { ...value, current: value.snapshot } : value, ...rest)
    })
}

function numbersARetryAnew(): () => void {
  return replaceMethod(Store.prototype, 'readSendable', (read) =>
    async function (this: Store, ...given) {
      const entries = await read.apply(this, given)
      const sent: EntryRow[] = []
      for (const entry of entries) sent.push(entry.attempts > 0 ? await renumbered(entry) : entry)
      return sent
    })
}

async function renumbered(entry: EntryRow): Promise<EntryRow> {
  const counter = entry.counter + 1000
  const id = `${entry.writer}:${counter}`
  const text = canonicalJson({ ...(JSON.parse(entry.text) as object), counter, id })
  return { ...entry, id, counter, text, sha256: await sha256(text) }
}

function sendsUnderWhoeverIsSignedIn(week: SimulatedWeek): () => void {
  week.server.trustsSender = true
  return replaceMethod(Store.prototype, 'readSendable', (read) =>
    async function (this: Store, _person, now) {
      const people = new Set((await this.readWriters()).map((row) => row.person))
      const found: EntryRow[] = []
      for (const person of people) found.push(...(await read.call(this, person, now)))
      return found
    })
}

function stallsAfterAFailure(): () => void {
  const stuck = new WeakSet<Scheduler>()
  let tries = 0
  return replaceMethod(Scheduler.prototype, 'nudge', (nudge) =>
    async function (this: Scheduler, urgent) {
      tries += 1
      if (tries % 15 === 0) stuck.add(this)
      if (!stuck.has(this)) await nudge.call(this, urgent)
    })
}

function movesTheCursorPastThePage(): () => void {
  return replaceMethod(FakeScopes.prototype, 'pull', (pull) =>
    async function (this: FakeScopes, ground, asked) {
      const page = await pull.call(this, ground, asked)
      if (!page.more) return page
      const [epoch, , ...rest] = page.cursor.split(':')
      return { ...page, more: false, cursor: [epoch, ground.position, ...rest].join(':') }
    })
}

function appliesHalfAReply(): () => void {
  return replaceMethod(Store.prototype, 'applySnapshot', (apply) =>
    async function (this: Store, asked, snapshot, ...rest) {
      const records = snapshot.records.slice(0, Math.ceil(snapshot.records.length / 2))
      return await apply.call(this, asked, { ...snapshot, records }, ...rest)
    })
}

function saysNothingOfAWipe(): () => void {
  return replaceMethod(Store.prototype, 'open', (open) =>
    async function (this: Store) {
      await open.call(this)
      this.acknowledgeWipe()
    })
}

function makesRoomOnAFullPhone(): () => void {
  return replaceMethod(Store.prototype, 'record', (record) =>
    async function (this: Store, person, about, build) {
      try {
        return await record.call(this, person, about, build)
      } catch (error) {
        const due = await this.readSendable((await this.readWriters())[0]?.person ?? '', Number.MAX_SAFE_INTEGER)
        const [oldest] = due
        if (oldest) await deleteEntry(this, oldest.id)
        throw error
      }
    })
}

async function deleteEntry(store: Store, id: string): Promise<void> {
  const mend = replaceMethod(IDBObjectStore.prototype, 'put', (put) =>
    function (this: IDBObjectStore, value: EntryRow, ...rest) {
      return this.name === 'outbox' ? (this.delete(value.id) as never) : put.call(this, value, ...rest)
    })
  const problem = { code: 'x', status: 0, title_zh: '', title_en: '', next_zh: '', next_en: '' }
  await store.park([id], problem, () => 0).finally(mend)
}

export const MUTANTS: readonly Mutant[] = [
  { name: 'forgets an acknowledged one', plant: forgetsAnAcknowledgedOne, noticedBy: [DURABLE, ARRIVES, QUEUES, ONCE, EQUAL] },
  { name: 'deletes before the answer', plant: deletesBeforeTheAnswer, noticedBy: [KEPT, ARRIVES] },
  { name: 'leaves own work out after a pull', plant: leavesOwnWorkOut, noticedBy: [SEEN] },
  { name: 'numbers a retry anew', plant: numbersARetryAnew, noticedBy: [ONCE, QUEUES] },
  { name: 'sends under whoever is signed in', plant: sendsUnderWhoeverIsSignedIn, noticedBy: [AUTHOR] },
  { name: 'stalls after a failure', plant: stallsAfterAFailure, noticedBy: [QUEUES] },
  { name: 'moves the cursor past the page', plant: movesTheCursorPastThePage, noticedBy: [SUMS, EQUAL, SEEN] },
  { name: 'applies half a reply', plant: appliesHalfAReply, noticedBy: [SUMS, EQUAL, SEEN] },
  { name: 'says nothing of a wipe', plant: saysNothingOfAWipe, noticedBy: [WIPE] },
  { name: 'makes room on a full phone', plant: makesRoomOnAFullPhone, noticedBy: [KEPT, ARRIVES] },
]
