/**
 * Records on the phone: the server's copy of the last pull, with the own work folded on top.
 *
 * Everything here runs inside a transaction of the caller, so that a reply is applied whole or
 * not at all.
 */

import type { Drop, DroppedScope, ScopeState, WriterState } from '../schemas.gen.ts'
import type { Database, EntryRow, RecordRow } from './database.ts'
import type { Fold, FoldedRecord, MergeRecord, Stamped, WorkingSet } from './shapes.ts'
import type { SumLedger } from './sums.ts'

/** A reply of the server, or several pages of it put together. */
export interface Snapshot {
  /** Everything held from the server before is replaced. */
  full: boolean
  records: Arrived[]
  drops: Drop[]
  /** Kinds of record of a site that may be held here no more; taken away before anything comes. */
  dropped?: DroppedScope[]
  /** Scopes that the reply gives anew as a whole. */
  replaced?: string[]
  /** Null in the middle of a paged reply: what the server has of us is said on its last page. */
  writers: WriterState[] | null
  /** What the server counts in each scope; empty where it does not say. */
  scopes?: ScopeState[]
}

/** A record as it came, with its part of the scope's checksum. */
export interface Arrived {
  site: string
  /** A site's id, empty for what belongs to all sites, `own`; the site where nothing is said. */
  scope?: string
  sum?: string
  record: MergeRecord
}

/** The scope of what only one person may hold. */
export const OWN = 'own'

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

/**
 * Whether the copies on the phone are this person's; until somebody took it over they are anybody's.
 *
 * Another window may have let somebody else take over while something of the earlier person was
 * still being written: that is kept, and shown to nobody but them.
 */
export async function areCopiesOf(database: Database, person: string): Promise<boolean> {
  const set = (await database.meta.get('working_set'))?.value as WorkingSet | undefined
  return set === undefined || set.person === person
}

/**
 * Folds the named records anew, after their copies or the entries on them have changed.
 *
 * Nothing happens while the phone shows somebody else's working set.
 */
export async function refoldRecords(
  database: Database,
  ids: Iterable<string>,
  person: string,
  fold: Fold,
): Promise<void> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0 || !(await areCopiesOf(database, person))) return
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

/**
 * Puts a reply in place; answers with the kinds of records that may have changed.
 *
 * `isRefused` says that the server gave everything anew to a phone that had a cursor.
 */
export async function applySnapshot(
  database: Database,
  snapshot: Snapshot,
  person: string,
  fold: Fold,
  ledger: SumLedger,
  isRefused = false,
): Promise<Set<string>> {
  const kinds = new Set<string>()
  // Rows on their way: put together here, folded once, and written at one go at the end.
  const rows = snapshot.full
    ? await forgetAll(database, person, ledger, kinds)
    : await forgetScopes(database, snapshot, ledger)
  if (!snapshot.full) await readInto(rows, database, snapshot.records.map(({ record }) => record.id))
  for (const arrived of snapshot.records) {
    const { id } = arrived.record
    const before = rows.get(id)
    if (before) forget(before, ledger)
    rows.set(id, rowOf(arrived))
    ledger.add(arrived.scope ?? arrived.site, arrived.sum)
  }
  await readInto(rows, database, snapshot.drops.map(({ record }) => record))
  for (const { record } of snapshot.drops) {
    const row = rows.get(record)
    if (row) rows.set(record, forget(row, ledger))
  }
  const concerned = await markContained(database, snapshot, person, rows, isRefused)
  await readInto(rows, database, concerned)
  const lacking = groupByRecord(await lackingEntries(database, person))
  const kept: RecordRow[] = []
  const gone: string[] = []
  for (const id of concerned) {
    // A copy that was dropped took its row along; what waits again is shown without one.
    const entries = rows.has(id) ? [] : (lacking.get(id) ?? [])
    const blank = { id, kind: entries[0]?.record_kind ?? '', site: '', snapshot: null }
    const shown = refold(blank, entries, fold)
    if (!shown) continue
    kept.push(shown)
    kinds.add(shown.kind)
  }
  for (const [id, row] of rows) {
    const folded = refold(row, lacking.get(id) ?? [], fold)
    if (folded) kept.push(folded)
    else gone.push(id)
    kinds.add(row.kind)
  }
  await database.records.bulkDelete(gone)
  await database.records.bulkPut(kept)
  return kinds
}

function rowOf({ site, scope, sum, record }: Arrived): RecordRow {
  const place = { id: record.id, kind: record.kind, site, scope: scope ?? site }
  const copy = { snapshot: record, current: record, unsent_count: 0 }
  return sum === undefined ? { ...place, ...copy } : { ...place, sum, ...copy }
}

/** Takes the server's copy out of a row; what the person recorded on it stays, and stays visible. */
function forget(row: RecordRow, ledger: SumLedger): RecordRow {
  if (!row.snapshot) return row
  ledger.take(row.scope ?? row.site, row.sum)
  const { sum: _sum, ...rest } = row
  return { ...rest, snapshot: null }
}

/** Clears every copy; gives the rows that own work may still stand on, without theirs. */
async function forgetAll(
  database: Database,
  person: string,
  ledger: SumLedger,
  kinds: Set<string>,
): Promise<Map<string, RecordRow>> {
  for (const kind of await database.records.orderBy('kind').uniqueKeys()) kinds.add(kind as string)
  const rows = new Map<string, RecordRow>()
  const entries = await database.outbox.where('person').equals(person).toArray()
  await readInto(rows, database, new Set(entries.map((entry) => entry.record)))
  for (const [id, row] of rows) rows.set(id, forget(row, ledger))
  ledger.clear()
  await database.records.clear()
  return rows
}

/** Gives, without their copies, the rows that the reply takes away or gives anew as a whole. */
async function forgetScopes(
  database: Database,
  snapshot: Snapshot,
  ledger: SumLedger,
): Promise<Map<string, RecordRow>> {
  const found: RecordRow[] = []
  for (const dropped of snapshot.dropped ?? []) {
    const { records } = database
    const held = dropped.site === OWN ? records : records.where('site').equals(dropped.site)
    const rows = await held.filter((row) => isDropped(dropped, row.kind, row)).toArray()
    found.push(...rows)
  }
  const replaced = new Set(snapshot.replaced ?? [])
  if (replaced.size > 0) {
    const rows = await database.records.filter((row) => replaced.has(row.scope ?? row.site)).toArray()
    found.push(...rows)
  }
  const rows = new Map(found.map((row): [string, RecordRow] => [row.id, row]))
  for (const [id, row] of rows) rows.set(id, forget(row, ledger))
  return rows
}

/** Whether a record goes with what was dropped; what is the person's own goes only with `own`. */
export function isDropped(
  dropped: DroppedScope,
  kind: string,
  place: { site: string; scope?: string },
): boolean {
  if (dropped.site === OWN) return place.scope === OWN
  return place.scope !== OWN && place.site === dropped.site && dropped.kinds.includes(kind)
}

/** Adds the stored rows of records that are not among the rows yet. */
async function readInto(
  rows: Map<string, RecordRow>,
  database: Database,
  ids: Iterable<string>,
): Promise<void> {
  const wanted = [...new Set(ids)].filter((id) => !rows.has(id))
  for (const row of await database.records.bulkGet(wanted)) if (row) rows.set(row.id, row)
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
  rows: ReadonlyMap<string, RecordRow>,
  isRefused: boolean,
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
  const isDecided = !snapshot.full && snapshot.records.some(({ record }) => record.kind === 'held')
  if (isDecided) {
    const aside = database.outbox.where('[person+state]').equals([person, 'set_aside'])
    entries.push(...(await aside.toArray()))
  }
  const changed: EntryRow[] = []
  for (const entry of entries) {
    const isReceived = received?.(entry.writer, entry.counter) ?? false
    const isUnsure = isReceived && entry.outcome === null
    // The answer was lost: it may say `held`, and then no copy holds what its author must see.
    const isThere = !isUnsure || (await isInCopy(database, rows, entry))
    const settled = !received
      ? settleByPosition(entry, positions.get(entry.record))
      : isThere
        ? settle(entry, isReceived)
        : uncontained(entry)
    const doubted = isRefused && isReceived ? await doubtPhotos(database, settled) : settled
    const next = askedAgain(doubted, positions)
    if (next === entry) continue
    changed.push(next)
    concerned.add(entry.record)
  }
  if (received) await rememberWriters(database, snapshot.writers ?? [])
  await database.outbox.bulkPut(changed)
  return concerned
}

/**
 * Gives an entry whose photos are sent once more, as far as they are still here: a server that was
 * set back may have kept an operation and lost what was receipted after its backup.
 */
async function doubtPhotos(database: Database, entry: EntryRow): Promise<EntryRow> {
  const receipted = entry.photos.filter((photo) => photo.receipted).map((photo) => photo.sha256)
  const here = new Set(await database.evidence.where('sha256').anyOf(receipted).primaryKeys())
  if (here.size === 0) return entry
  const photos = entry.photos.map((photo) =>
    here.has(photo.sha256) ? { ...photo, receipted: false } : photo,
  )
  const isDelivered = entry.state === 'delivered'
  return { ...entry, photos, ...(isDelivered && { state: 'sent' as const, delivered_ms: null }) }
}

/**
 * Gives an entry that is to be asked about at once: a changed copy may hold by now what was held,
 * or somebody has decided on it.
 */
function askedAgain(entry: EntryRow, positions: ReadonlyMap<string, number>): EntryRow {
  if (entry.state !== 'held' && entry.state !== 'set_aside') return entry
  const isDecided = positions.has(entry.outcome?.held ?? '')
  if (entry.state === 'set_aside') {
    return isDecided ? { ...entry, state: 'held', contained: 0, next_try_ms: 0 } : entry
  }
  const isNews = isDecided || positions.has(entry.record)
  return isNews && entry.next_try_ms > 0 ? { ...entry, next_try_ms: 0 } : entry
}

async function isInCopy(
  database: Database,
  rows: ReadonlyMap<string, RecordRow>,
  entry: EntryRow,
): Promise<boolean> {
  const row = rows.get(entry.record) ?? (await database.records.get(entry.record))
  return JSON.stringify(row?.snapshot ?? null).includes(`"${entry.id}"`)
}

function uncontained(entry: EntryRow): EntryRow {
  return entry.contained ? { ...entry, contained: 0 } : entry
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
