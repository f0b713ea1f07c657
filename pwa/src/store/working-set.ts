/**
 * Whose copies lie on the phone, and how a reply of the server changes them.
 *
 * A reply is applied whole or not at all, with its cursor and its sums. The outbox, the photos and
 * the drafts are nobody's copies: nothing here deletes them, save what the office has taken out of
 * the log for good.
 */

import type { ScopeState } from '../schemas.gen.ts'
import type { Database, ParkedRow } from './database.ts'
import { carryAgain } from './carried.ts'
import { forgetParkedWith, forgetRedacted } from './outbox.ts'
import { applySnapshot, refoldRecords, type Snapshot } from './records.ts'
import type { Fold, MergeRecord, ScopeAlarm, WorkingSet } from './shapes.ts'
import { NOTHING_SUMMED, SumLedger, type ScopeSum } from './sums.ts'

/** A set that nobody came back for goes: it was only copies. */
export const PARKED_DAYS = 30
const DAY_MS = 86_400_000
/** Between so many records the screen gets its turn. */
const SUMMED_AT_ONCE = 250
/** A healed alarm is shown so long, for whoever looks after the phones. */
const HEALED_SHOWN_MS = 7 * DAY_MS

/** Where a reply leads to, and when it came. */
export interface Arrival {
  cursor: string
  now: number
}

export async function readWorkingSet(database: Database): Promise<WorkingSet | undefined> {
  return (await database.meta.get('working_set'))?.value as WorkingSet | undefined
}

/** Whether two readings are of the very same copies. */
export function isSameSet(one: WorkingSet | undefined, other: WorkingSet): boolean {
  return (
    one?.person === other.person &&
    one.cursor === other.cursor &&
    (one.revision ?? 0) === (other.revision ?? 0)
  )
}

/** Puts a reply in place; null, with nothing changed, when the set is not the one asked for. */
export async function applyReply(
  database: Database,
  asked: WorkingSet,
  snapshot: Snapshot,
  arrival: Arrival,
  fold: Fold,
): Promise<{ set: WorkingSet; kinds: Set<string> } | null> {
  const { meta, records, outbox, writers, evidence, parked, carried } = database
  const touched = [meta, records, outbox, writers, evidence, parked, carried]
  return await database.transaction('rw', touched, async () => {
    const present = await readWorkingSet(database)
    if (!present || !isSameSet(present, asked)) return null
    const redacted = redactedIn(snapshot)
    await forgetRedacted(database, redacted.operations)
    await forgetParkedWith(database, redacted.records)
    const ledger = new SumLedger(present.sums)
    const isRefused = snapshot.full && present.cursor !== ''
    if (isRefused) await carryAgain(database)
    const kinds = await applySnapshot(database, snapshot, asked.person, fold, ledger, isRefused)
    const isWhole = snapshot.writers !== null
    const next: WorkingSet = {
      ...present,
      cursor: arrival.cursor,
      applied_ms: isWhole ? arrival.now : present.applied_ms,
      revision: (present.revision ?? 0) + 1,
      sums: ledger.sums,
      alarms: compareSums(ledger.sums, present.alarms ?? [], snapshot.scopes ?? [], arrival.now),
    }
    await meta.put({ key: 'working_set', value: next })
    return { set: next, kinds }
  })
}

/** Puts the server's count beside ours; an alarm stands until both agree again. */
/** Names the operations that the records of a reply no longer quote, by the office's decision. */
function redactedIn(snapshot: Snapshot): { operations: string[]; records: Set<string> } {
  const records = new Set<string>()
  const operations = snapshot.records.flatMap(({ record }) => {
    const value: unknown = record.fields['redacted']?.value
    if (!Array.isArray(value)) return []
    records.add(record.id)
    return value.filter((id) => typeof id === 'string')
  })
  return { operations, records }
}

function compareSums(
  sums: WorkingSet['sums'],
  before: readonly ScopeAlarm[],
  told: readonly ScopeState[],
  now: number,
): ScopeAlarm[] {
  const known = before.filter(
    ({ healed_ms }) => healed_ms === null || healed_ms > now - HEALED_SHOWN_MS,
  )
  if (told.length === 0 || !sums) return known
  const byScope = new Map<string, ScopeSum>(told.map((state) => [state.scope, state]))
  const alarms = new Map(known.map((alarm) => [alarm.scope, alarm]))
  for (const scope of new Set([...byScope.keys(), ...Object.keys(sums), ...alarms.keys()])) {
    const theirs = byScope.get(scope) ?? NOTHING_SUMMED
    const ours = sums[scope] ?? NOTHING_SUMMED
    const alarm = alarms.get(scope)
    if (theirs.sum !== ours.sum || theirs.count !== ours.count) {
      const found_ms = alarm?.healed_ms === null ? alarm.found_ms : now
      alarms.set(scope, { scope, found_ms, asked_ms: alarm?.asked_ms ?? 0, healed_ms: null })
    } else if (alarm?.healed_ms === null) alarms.set(scope, { ...alarm, healed_ms: now })
  }
  return [...alarms.values()]
}

/** Notes, before anything is asked, that a scope is fetched anew: a crash must not make a loop. */
export async function noteAsked(
  database: Database,
  asked: WorkingSet,
  scope: string,
  now: number,
): Promise<WorkingSet | null> {
  return await database.transaction('rw', database.meta, async () => {
    const present = await readWorkingSet(database)
    if (!present || !isSameSet(present, asked)) return null
    const alarms = (present.alarms ?? []).map((alarm) =>
      alarm.scope === scope ? { ...alarm, asked_ms: now } : alarm,
    )
    const next = { ...present, alarms }
    await database.meta.put({ key: 'working_set', value: next })
    return next
  })
}

/**
 * Makes the working set that of one person (or of nobody).
 *
 * With `park` the copies of whoever leaves wait for them; a person's own parked copies come back.
 * Answers with the kinds of records that changed.
 */
export async function takeOver(
  database: Database,
  person: string | null,
  fold: Fold,
  park: boolean,
): Promise<string[]> {
  const { meta, records, outbox, parked } = database
  return await database.transaction('rw', meta, records, outbox, parked, async () => {
    const leaving = await readWorkingSet(database)
    if (leaving?.person === (person ?? '')) return []
    const kinds = new Set((await records.orderBy('kind').uniqueKeys()) as string[])
    if (park && leaving?.person && leaving.applied_ms !== null) await parkSet(database, leaving)
    const back = person ? await parked.get(person) : undefined
    await records.clear()
    const own = person ? await outbox.where('person').equals(person).toArray() : []
    if (back) {
      await bringBack(database, back)
      await parked.delete(back.person)
      for (const row of back.records) kinds.add(row.kind)
    } else {
      const fresh: WorkingSet = { person: person ?? '', cursor: '', applied_ms: null }
      await meta.put({ key: 'working_set', value: fresh })
      // Without copies nothing is contained in them: all own work is folded on top of nothing.
      await outbox.bulkPut(own.filter((row) => row.contained).map((row) => ({ ...row, contained: 0 })))
    }
    for (const row of own) kinds.add(row.record_kind)
    await refoldRecords(database, own.map((row) => row.record), person ?? '', fold)
    return [...kinds]
  })
}

async function parkSet(database: Database, leaving: WorkingSet): Promise<void> {
  const rows = await database.records.filter((row) => row.snapshot !== null).toArray()
  await database.parked.put({ ...leaving, records: rows })
}

async function bringBack(database: Database, back: ParkedRow): Promise<void> {
  const { records, ...set } = back
  await database.meta.put({ key: 'working_set', value: set })
  const plain = records.map((row) =>
    row.snapshot ? { ...row, current: row.snapshot, unsent_count: 0 } : row,
  )
  await database.records.bulkPut(plain)
}

/** Deletes parked sets that nobody came back for; how many. */
export async function forgetParked(database: Database, now: number): Promise<number> {
  return await database.parked.where('applied_ms').below(now - PARKED_DAYS * DAY_MS).delete()
}

/**
 * Derives every copy's value and every scope's sum anew from the copies themselves.
 *
 * Answers false, with nothing changed, when a reply was applied meanwhile.
 */
export async function deriveSums(
  database: Database,
  sumOf: (record: MergeRecord) => Promise<string>,
): Promise<boolean> {
  const { meta, records } = database
  const set = await readWorkingSet(database)
  if (!set) return false
  const derived = new Map<string, { scope: string; sum: string }>()
  const ledger = new SumLedger({})
  const wrong: string[] = []
  const rows = await records.toArray()
  for (let first = 0; first < rows.length; first += SUMMED_AT_ONCE) {
    // Hashing waits, and no transaction outlives a wait: it is done before.
    const summed = rows.slice(first, first + SUMMED_AT_ONCE).map(async (row) => {
      if (!row.snapshot) return
      const value = { scope: row.scope ?? row.site, sum: await sumOf(row.snapshot) }
      ledger.add(value.scope, value.sum)
      derived.set(row.id, value)
      if (row.sum !== value.sum || row.scope !== value.scope) wrong.push(row.id)
    })
    await Promise.all(summed)
  }
  return await database.transaction('rw', meta, records, async () => {
    const present = await readWorkingSet(database)
    if (!present || !isSameSet(present, set)) return false
    const kept = (await records.bulkGet(wrong)).filter((row) => row !== undefined)
    await records.bulkPut(kept.map((row) => ({ ...row, ...derived.get(row.id) })))
    await meta.put({ key: 'working_set', value: { ...present, sums: ledger.sums } })
    return true
  })
}

/** Folds all own work anew: an app with other rules may know what the last one did not. */
export async function refoldOwn(database: Database, fold: Fold): Promise<string[]> {
  const { meta, records, outbox } = database
  return await database.transaction('rw', meta, records, outbox, async () => {
    const person = (await readWorkingSet(database))?.person
    if (!person) return []
    const own = await outbox.where('[person+contained]').equals([person, 0]).toArray()
    await refoldRecords(database, own.map((row) => row.record), person, fold)
    return [...new Set(own.map((row) => row.record_kind))]
  })
}
