/**
 * Records on the phone: the server's copy of the last pull, with the own work folded on top.
 *
 * Everything here runs inside a transaction of the caller, so that a reply is applied whole or
 * not at all.
 */

import type { Drop, WriterState } from '../schemas.gen.ts'
import type { Database, EntryRow, RecordRow } from './database.ts'
import type { Fold, FoldedRecord, MergeRecord, Stamped } from './shapes.ts'

/** A reply of the server, or several pages of it put together. */
export interface Snapshot {
  /** Everything held from the server before is replaced. */
  full: boolean
  records: { site: string; record: MergeRecord }[]
  drops: Drop[]
  /** Null in the middle of a paged reply: what the server has of us is said on its last page. */
  writers: WriterState[] | null
}

/** Gives the record as screens see it. */
export function foldedRecord(row: RecordRow): FoldedRecord {
  return { ...row.current, site: row.site, unsent_count: row.unsent_count }
}

/** Gives the operation of an outbox entry as the merge takes it. */
export function stampedEntry(entry: EntryRow): Stamped {
  return {
    id: entry.id,
    kind: entry.kind,
    record: entry.record,
    record_kind: entry.record_kind,
    person: entry.person,
    role: entry.role,
    stamp: entry.stamp,
    saw: entry.saw,
    position: entry.position,
    body: entry.body,
  }
}

/** Folds what the server's copy lacks on top of it; null when neither exists. */
export function refold(
  row: Pick<RecordRow, 'id' | 'kind' | 'site' | 'snapshot'>,
  lacking: readonly EntryRow[],
  fold: Fold,
): RecordRow | null {
  let current = row.snapshot
  for (const entry of lacking) current = foldIfKnown(current, entry, fold)
  if (!current) return null
  return { ...row, current, unsent_count: lacking.length }
}

/** An app that was set back may not know a kind it once wrote: that must not stop the others. */
function foldIfKnown(record: MergeRecord | null, entry: EntryRow, fold: Fold): MergeRecord | null {
  try {
    return fold(record, stampedEntry(entry))
  } catch {
    return record
  }
}

/** Folds the named records anew, after their copies or the entries on them have changed. */
export async function refoldRecords(
  database: Database,
  ids: Iterable<string>,
  person: string,
  fold: Fold,
): Promise<void> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return
  const lacking = groupByRecord(await lackingEntries(database, person))
  const rows = await database.records.bulkGet(wanted)
  const kept: RecordRow[] = []
  const gone: string[] = []
  for (const [index, id] of wanted.entries()) {
    const entries = lacking.get(id) ?? []
    const kind = rows[index]?.kind ?? entries[0]?.record_kind ?? ''
    const blank = { id, kind, site: '', snapshot: null }
    const folded = refold(rows[index] ?? blank, entries, fold)
    if (folded) kept.push(folded)
    else gone.push(id)
  }
  await database.records.bulkPut(kept)
  await database.records.bulkDelete(gone)
}

/** Puts a reply in place; answers with the kinds of records that may have changed. */
export async function applySnapshot(
  database: Database,
  snapshot: Snapshot,
  person: string,
  fold: Fold,
): Promise<Set<string>> {
  const touched = snapshot.full ? await forgetCopies(database) : new Set<string>()
  const kinds = new Set<string>()
  const known = await database.records.bulkGet(snapshot.records.map(({ record }) => record.id))
  const arrived = snapshot.records.map(({ site, record }, index): RecordRow => {
    const before = known[index]
    touched.add(record.id)
    return { ...before, id: record.id, kind: record.kind, site, snapshot: record, current: record, unsent_count: 0 }
  })
  await database.records.bulkPut(arrived)
  for (const { record } of snapshot.drops) {
    touched.add(record)
    await database.records.update(record, { snapshot: null })
  }
  const moved = await markContained(database, snapshot, person)
  for (const id of moved) touched.add(id)
  for (const row of await database.records.bulkGet([...touched])) if (row) kinds.add(row.kind)
  await refoldRecords(database, touched, person, fold)
  return kinds
}

async function forgetCopies(database: Database): Promise<Set<string>> {
  const ids = new Set<string>()
  await database.records.toCollection().modify((row) => {
    row.snapshot = null
    ids.add(row.id)
  })
  return ids
}

/**
 * Notes which own operations the server's copies now hold; answers with the records concerned.
 *
 * What the server had acknowledged and no longer knows (it was restored from a backup) waits
 * again: it is still here, and is sent again.
 */
async function markContained(
  database: Database,
  snapshot: Snapshot,
  person: string,
): Promise<Set<string>> {
  const concerned = new Set<string>()
  const positions = new Map(
    snapshot.records.map(({ record }): [string, number] => [record.id, record.position]),
  )
  const received = snapshot.writers && receivedCounters(snapshot.writers)
  // Only a full refill can take back what a copy held: the server itself began anew.
  const entries = snapshot.full
    ? await database.outbox.where('person').equals(person).toArray()
    : await lackingEntries(database, person)
  const changed: EntryRow[] = []
  for (const entry of entries) {
    const settled = received
      ? settle(entry, received(entry.writer, entry.counter))
      : settleByPosition(entry, positions.get(entry.record))
    // A changed copy may hold by now what was held: the office is asked at once.
    const isNews = settled.state === 'held' && positions.has(entry.record)
    const next = isNews && settled.next_try_ms > 0 ? { ...settled, next_try_ms: 0 } : settled
    if (next === entry) continue
    changed.push(next)
    concerned.add(entry.record)
  }
  if (received) await rememberWriters(database, snapshot.writers ?? [])
  await database.outbox.bulkPut(changed)
  return concerned
}

function settle(entry: EntryRow, isReceived: boolean): EntryRow {
  // What is held was received and yet is in no copy: here its author goes on seeing it.
  const contained = isReceived && entry.state !== 'held' ? 1 : 0
  if (isReceived) return entry.contained === contained ? entry : { ...entry, contained }
  const acknowledged = entry.outcome !== null
  if (!acknowledged && !entry.contained) return entry
  return {
    ...entry,
    contained: 0,
    position: null,
    ...(acknowledged && {
      state: 'waiting',
      outcome: null,
      problem: null,
      delivered_ms: null,
      attempts: 0,
      next_try_ms: 0,
      photos: entry.photos.map((photo) => ({ ...photo, receipted: false })),
    }),
  }
}

/** In the middle of a paged reply only a place in the log proves that a copy holds an entry. */
function settleByPosition(entry: EntryRow, position: number | undefined): EntryRow {
  const holds = position !== undefined && entry.position !== null && position >= entry.position
  return holds && !entry.contained ? { ...entry, contained: 1 } : entry
}

function receivedCounters(
  states: readonly WriterState[],
): (writer: string, counter: number) => boolean {
  const byWriter = new Map(
    states.map((state) => [
      state.writer,
      { contiguous: state.contiguous, beyond: new Set(state.beyond ?? []) },
    ]),
  )
  return (writer, counter) => {
    const state = byWriter.get(writer)
    return state !== undefined && (counter <= state.contiguous || state.beyond.has(counter))
  }
}

async function rememberWriters(
  database: Database,
  states: readonly WriterState[],
): Promise<void> {
  for (const { writer, contiguous, beyond } of states) {
    await database.writers.update(writer, { contiguous, beyond: [...(beyond ?? [])] })
  }
}

function lackingEntries(database: Database, person: string): Promise<EntryRow[]> {
  return database.outbox.where('[person+contained]').equals([person, 0]).sortBy('counter')
}

function groupByRecord(entries: readonly EntryRow[]): Map<string, EntryRow[]> {
  const groups = new Map<string, EntryRow[]>()
  for (const entry of entries) {
    const group = groups.get(entry.record)
    if (group) group.push(entry)
    else groups.set(entry.record, [entry])
  }
  return groups
}
