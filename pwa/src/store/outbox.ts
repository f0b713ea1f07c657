/**
 * The outbox: what people did, text and hash, until long after the server has acknowledged it.
 *
 * Nothing unacknowledged is ever deleted, whatever fails. Everything here runs on a database that
 * the caller holds open.
 */

import type { Outcome, Problem } from '../schemas.gen.ts'
import type { Database, EntryRow, EvidenceRow, RecordRow, WriterRow } from './database.ts'
import { areCopiesOf, foldedRecord, refold, refoldRecords } from './records.ts'
import type { DeclaredPhoto, EntryState, Fold, FoldedRecord, OutboxEntry } from './shapes.ts'
import { writerOf } from './writers.ts'

/** What is known of a record and a writer before an operation on them is written. */
export interface Ground {
  writer: WriterRow
  site: string
  /** Position and stamp of the server's copy: what the author saw of others. */
  based_on: number
  saw_stamp: number
}

/** An operation ready to be written, with the ground it was built on. */
export interface Prepared {
  ground: Ground
  entry: EntryRow
  evidence: EvidenceRow[]
}

/** Acknowledged entries are kept this long, for the case that the server is set back. */
export const KEPT_DAYS = 7
/** What was set aside is kept this long after its author has read so. */
export const READ_KEPT_DAYS = 30
const DAY_MS = 86_400_000

/** Reads the ground on which the next operation of a person on a record stands. */
export async function readGround(
  database: Database,
  person: string,
  record: string,
): Promise<Ground | null> {
  return await database.transaction('r', database.writers, database.records, async () => {
    const row = await writerOf(database, person)
    const copy = await database.records.get(record)
    if (!row) return null
    return {
      writer: row,
      site: copy?.site ?? '',
      based_on: copy?.snapshot?.position ?? 0,
      saw_stamp: copy?.snapshot?.stamp ?? 0,
    }
  })
}

/**
 * Writes operation, photos and folded record in one transaction.
 *
 * Answers `stale` when another tab or a pull changed the ground meanwhile: then nothing was
 * written and the operation is to be built anew.
 */
export async function writePrepared(
  database: Database,
  prepared: Prepared,
  fold: Fold,
): Promise<'written' | 'stale'> {
  const { ground, entry, evidence } = prepared
  const { meta, writers, outbox, evidence: photos, records } = database
  return await database.transaction('rw', [meta, writers, outbox, photos, records], async () => {
    const already = await outbox.get(entry.id)
    // The first try may have been committed although the phone then lost the connection.
    if (already) return already.sha256 === entry.sha256 ? 'written' : 'stale'
    const writer = await writers.get(entry.writer)
    const copy = await records.get(entry.record)
    const sameGround =
      writer?.next_counter === entry.counter &&
      (copy?.snapshot?.position ?? 0) === ground.based_on &&
      (copy?.snapshot?.stamp ?? 0) === ground.saw_stamp
    if (!writer || !sameGround) return 'stale'
    for (const photo of evidence) {
      if (!(await photos.get(photo.sha256))) await photos.add(photo)
    }
    await outbox.add(entry)
    await writers.put({
      ...writer,
      next_counter: entry.counter + 1,
      last_stamp: Math.max(writer.last_stamp, entry.stamp),
    })
    if (!(await areCopiesOf(database, entry.person))) return 'written'
    const folded = await foldedOn(database, copy, prepared, fold)
    if (folded) await records.put(folded)
    return 'written'
  })
}

/** Folds the author's own work on a record on top of its copy, or of nothing. */
async function foldedOn(
  database: Database,
  copy: RecordRow | undefined,
  { entry, ground }: Prepared,
  fold: Fold,
): Promise<RecordRow | null> {
  // Read at once and sorted out here: with a filter the browser would hand over row by row.
  const all = await database.outbox.where('record').equals(entry.record).sortBy('counter')
  const lacking = all.filter((one) => one.person === entry.person && one.contained === 0)
  const blank = { id: entry.record, kind: entry.record_kind, site: ground.site, snapshot: null }
  return refold(copy ?? blank, lacking, fold)
}

/** Reads back what was written; null when the disk does not hold it as it should. */
export async function readBack(
  database: Database,
  prepared: Prepared,
  fold: Fold,
): Promise<{ entry: EntryRow; record: FoldedRecord } | null> {
  const { meta, outbox, evidence, records } = database
  return await database.transaction('r', [meta, outbox, evidence, records], async () => {
    const entry = await outbox.get(prepared.entry.id)
    // Of a record that is shown to somebody else by now, the author sees the own work alone.
    const row = (await areCopiesOf(database, prepared.entry.person))
      ? await records.get(prepared.entry.record)
      : await foldedOn(database, undefined, prepared, fold)
    if (!row || entry?.text !== prepared.entry.text) return null
    for (const photo of prepared.evidence) {
      const stored = await evidence.get(photo.sha256)
      if (stored?.bytes.byteLength !== photo.bytes.byteLength) return null
    }
    return { entry, record: foldedRecord(row) }
  })
}

/** Puts the server's answers beside the entries whose very text they acknowledge. */
export async function applyOutcomes(
  database: Database,
  person: string,
  outcomes: readonly Outcome[],
  now: number,
  fold: Fold,
): Promise<{ kinds: Set<string>; differing: string[] }> {
  const { meta, outbox, records } = database
  return await database.transaction('rw', meta, outbox, records, async () => {
    const rows = await outbox.bulkGet(outcomes.map((outcome) => outcome.id))
    const changed: EntryRow[] = []
    const differing: string[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const row = rows[index]
      if (row?.person !== person) continue
      if (row.sha256 === outcome.sha256) changed.push(settleEntry(answered(row, outcome, now), now))
      else differing.push(row.id)
    }
    await outbox.bulkPut(changed)
    await refoldRecords(database, changed.map((row) => row.record), person, fold)
    return { kinds: new Set(changed.map((row) => row.record_kind)), differing }
  })
}

/** Gives an entry with the server's answer to it. */
export function answered(row: EntryRow, outcome: Outcome, now: number): EntryRow {
  const missing = new Set(outcome.missing ?? [])
  const isHeld = outcome.status === 'held'
  const isSetAside = outcome.status === 'set_aside'
  return {
    ...row,
    outcome,
    state: isHeld ? 'held' : isSetAside ? 'set_aside' : 'sent',
    // A pull may have come before this answer and taken it for contained. What was set aside is to
    // change nothing: it is folded on top no more.
    contained: isHeld ? 0 : isSetAside ? 1 : row.contained,
    problem: isHeld || isSetAside ? (outcome.problem ?? null) : null,
    position: givenOf(outcome.position) ?? row.position,
    stamp: givenOf(outcome.stamp) ?? row.stamp,
    attempts: 0,
    // Decided anew it is news again.
    read_ms: isSetAside && row.state === 'set_aside' ? (row.read_ms ?? null) : null,
    next_try_ms: isHeld ? now + HELD_ASKED_AGAIN_MS : 0,
    photos: row.photos.map((photo) =>
      missing.has(photo.sha256) ? { ...photo, receipted: false } : photo,
    ),
  }
}

/** A held operation has no place and no stamp yet: the wire says 0. */
function givenOf(value: number | undefined): number | null {
  return value === undefined || value === 0 ? null : value
}

/** What the office holds is asked about again: it joins by itself when what it lacked arrives. */
const HELD_ASKED_AGAIN_MS = 3_600_000

/** Delivered means: acknowledged, and every declared photo receipted. */
export function settleEntry(row: EntryRow, now: number): EntryRow {
  const isDelivered = row.state === 'sent' && unreceipted(row).length === 0
  return isDelivered ? { ...row, state: 'delivered', delivered_ms: now, problem: null } : row
}

/** Notes that the server has stored a photo for a writer. */
export async function applyReceipt(
  database: Database,
  writer: string,
  sha256: string,
  now: number,
): Promise<void> {
  await database.uploads.delete(sha256)
  await changeEntries(database, writer, sha256, (row) =>
    settleEntry(
      {
        ...row,
        photos: row.photos.map((photo) =>
          photo.sha256 === sha256 ? { ...photo, receipted: true } : photo,
        ),
      },
      now,
    ),
  )
}

/** Notes that a photo's bytes are gone or spoiled: only a person can decide now. */
export async function markPhotoGone(
  database: Database,
  writer: string,
  sha256: string,
  problem: Problem,
): Promise<void> {
  await changeEntries(database, writer, sha256, (row) => {
    const lacks = unreceipted(row).some((photo) => photo.sha256 === sha256)
    // What was set aside asks nobody for anything any more.
    return lacks && row.state !== 'set_aside' ? { ...row, state: 'needs_attention', problem } : row
  })
}

async function changeEntries(
  database: Database,
  writer: string,
  sha256: string,
  change: (row: EntryRow) => EntryRow,
): Promise<void> {
  await database.transaction('rw', database.outbox, async () => {
    const rows = await database.outbox.where('hashes').equals(sha256).toArray()
    await database.outbox.bulkPut(rows.filter((row) => row.writer === writer).map(change))
  })
}

/** Parks entries that could not be sent: they stay, with the reason, until their time. */
export async function parkEntries(
  database: Database,
  ids: readonly string[],
  problem: Problem,
  nextTry: (attempts: number) => number,
): Promise<void> {
  await database.transaction('rw', database.outbox, async () => {
    for (const id of ids) {
      const row = await database.outbox.get(id)
      if (!row) continue
      const attempts = row.attempts + 1
      await database.outbox.put({ ...row, attempts, problem, next_try_ms: nextTry(attempts) })
    }
  })
}

/** Lets entries wait that the server has no room for: nothing is wrong with them. */
export async function deferEntries(
  database: Database,
  ids: readonly string[],
  problem: Problem,
  next_try_ms: number,
): Promise<void> {
  await database.transaction('rw', database.outbox, async () => {
    for (const id of ids) await database.outbox.update(id, { problem, next_try_ms })
  })
}

/**
 * Lists what a person has to send now, in the order of the counters.
 *
 * An operation whose photo has vanished is not among them and is marked and counted instead: it is
 * never sent silently without its photo.
 */
export async function readSendable(
  database: Database,
  person: string,
  now: number,
  photoGone: Problem,
): Promise<{ sendable: EntryRow[]; gone_count: number }> {
  const { outbox, evidence } = database
  return await database.transaction('rw', outbox, evidence, async () => {
    const rows = await readOpen(database, person, ['waiting', 'held'])
    const sendable: EntryRow[] = []
    let gone_count = 0
    for (const row of rows.filter((one) => isDue(one, now))) {
      if (await lacksBytes(database, row)) {
        await outbox.put({ ...row, state: 'needs_attention', problem: photoGone })
        gone_count += 1
      } else sendable.push(row)
    }
    return { sendable, gone_count }
  })
}

/** The states of what is not delivered. In the index all of them lie behind `delivered`. */
export const OPEN_STATES: Readonly<Record<Exclude<EntryState, 'delivered'>, true>> = {
  held: true,
  needs_attention: true,
  sent: true,
  set_aside: true,
  waiting: true,
}
export const FIRST_OPEN = 'held'
const LAST_OPEN = 'waiting'

/**
 * Reads a person's entries in some of those states, in the order of the counters.
 *
 * One range at one go: for a list of states the browser would hand over row by row.
 */
export async function readOpen(
  database: Database,
  person: string,
  states: readonly (keyof typeof OPEN_STATES)[],
): Promise<EntryRow[]> {
  const rows = await database.outbox
    .where('[person+state]')
    .between([person, FIRST_OPEN], [person, LAST_OPEN], true, true)
    .sortBy('counter')
  const wanted = new Set<EntryState>(states)
  return rows.filter((row) => wanted.has(row.state))
}

/** A time far ahead was set by a clock that has been put right since: then it is due at once. */
function isDue(row: EntryRow, now: number): boolean {
  return row.next_try_ms <= now || row.next_try_ms > now + 2 * HELD_ASKED_AGAIN_MS
}

async function lacksBytes(database: Database, row: EntryRow): Promise<boolean> {
  const wanted = new Set(unreceipted(row).map((photo) => photo.sha256))
  if (wanted.size === 0) return false
  return (await database.evidence.where('sha256').anyOf([...wanted]).count()) < wanted.size
}

/** Lists the photos of an entry that the server has yet to receipt. */
export function unreceipted(row: EntryRow): DeclaredPhoto[] {
  return row.photos.filter((photo) => !photo.receipted && !photo.waived)
}

/** Lists the photos of acknowledged operations that the server has not receipted, each once. */
export async function readUnreceipted(
  database: Database,
  person: string,
): Promise<{ writer: string; sha256: string }[]> {
  const rows = await readOpen(database, person, ['sent', 'held', 'set_aside'])
  rows.sort((one, other) => one.recorded_ms - other.recorded_ms)
  const found = new Map<string, { writer: string; sha256: string }>()
  for (const row of rows) {
    for (const { sha256 } of unreceipted(row)) {
      found.set(`${row.writer} ${sha256}`, { writer: row.writer, sha256 })
    }
  }
  return [...found.values()]
}

/** Lets an entry be tried again at once; with `waive` it goes without the photos that are gone. */
export async function releaseEntry(
  database: Database,
  id: string,
  now: number,
  waive: boolean,
): Promise<boolean> {
  const { outbox, evidence } = database
  return await database.transaction('rw', outbox, evidence, async () => {
    const row = await outbox.get(id)
    if (!row || row.state === 'delivered') return false
    const photos: DeclaredPhoto[] = []
    for (const photo of row.photos) {
      const isHere = (await evidence.where('sha256').equals(photo.sha256).count()) > 0
      photos.push({ ...photo, waived: photo.waived || (waive && !photo.receipted && !isHere) })
    }
    const acknowledged = row.outcome !== null
    const state: EntryState =
      row.state === 'needs_attention' ? (acknowledged ? 'sent' : 'waiting') : row.state
    await outbox.put(settleEntry({ ...row, photos, state, next_try_ms: 0, attempts: 0 }, now))
    return true
  })
}

/** Lists a person's entries, newest first. */
export async function readEntries(database: Database, person: string): Promise<OutboxEntry[]> {
  const rows = await database.outbox.where('person').equals(person).sortBy('counter')
  return rows.reverse().map(outboxEntry)
}

/** Gives an entry as screens see it, without its raw text. */
export function outboxEntry(row: EntryRow): OutboxEntry {
  const { id, writer, counter, person, record, record_kind, kind, body, recorded_ms } = row
  const { state, photos, outcome, problem, attempts, next_try_ms, delivered_ms } = row
  const read_ms = row.read_ms ?? null
  const what = { id, writer, counter, person, record, record_kind, kind, body, recorded_ms }
  return { ...what, state, photos, outcome, problem, attempts, next_try_ms, delivered_ms, read_ms }
}

/** A photo too large, or none at all: sending it again changes nothing. */
const FOR_GOOD = new Set([413, 415])

/**
 * Waits no more for the photos of an entry that the server refuses for good.
 *
 * Their bytes stay as long as the entry. Whoever asks for this has written the reason into the
 * record first: a photo is never given up silently.
 */
export async function giveUpPhotos(database: Database, id: string, now: number): Promise<void> {
  const { outbox, uploads } = database
  await database.transaction('rw', outbox, uploads, async () => {
    const row = await outbox.get(id)
    if (row?.state !== 'sent') return
    const refused = await uploads.where('sha256').anyOf(row.hashes).toArray()
    const hopeless = new Set(
      refused
        .filter(({ problem }) => problem !== null && FOR_GOOD.has(problem.status))
        .map(({ sha256 }) => sha256),
    )
    const photos = row.photos.map((photo) =>
      !photo.receipted && hopeless.has(photo.sha256) ? { ...photo, waived: true } : photo,
    )
    await outbox.put(settleEntry({ ...row, photos }, now))
    await uploads.bulkDelete([...hopeless])
  })
}

/** Notes that an author has read what was decided on an entry; what waits cannot be read off. */
export async function markRead(database: Database, id: string, now: number): Promise<void> {
  await database.transaction('rw', database.outbox, async () => {
    const row = await database.outbox.get(id)
    if (row?.state === 'set_aside') await database.outbox.put({ ...row, read_ms: now })
  })
}

/**
 * Deletes what was delivered long ago and is in the server's copies, with its photos; and what was
 * set aside, long after its author has read so and once the office has its photos too.
 */
export async function deleteDelivered(database: Database, now: number): Promise<number> {
  const { outbox, evidence } = database
  return await database.transaction('rw', outbox, evidence, async () => {
    const delivered = await outbox.where('state').equals('delivered').toArray()
    const limit = now - KEPT_DAYS * DAY_MS
    const old = delivered.filter((row) => row.contained === 1 && (row.delivered_ms ?? now) < limit)
    const aside = await outbox.filter((row) => row.state === 'set_aside').toArray()
    const readLimit = now - READ_KEPT_DAYS * DAY_MS
    old.push(
      ...aside.filter((row) => (row.read_ms ?? now) < readLimit && unreceipted(row).length === 0),
    )
    await deleteEntries(database, old)
    return old.length
  })
}

/**
 * Forgets what the office took out of the log for good: words and photos leave this phone too.
 *
 * Only what the server has acknowledged; it could not have taken out what it does not have.
 */
export async function forgetRedacted(database: Database, ids: readonly string[]): Promise<void> {
  const found = await database.outbox.bulkGet([...ids])
  await deleteEntries(
    database,
    found.flatMap((row) => (row && (row.state === 'delivered' || row.state === 'sent') ? [row] : [])),
  )
}

/** Forgets parked copies that still quote what was taken out; their person fetches them anew. */
export async function forgetParkedWith(database: Database, records: ReadonlySet<string>): Promise<void> {
  if (records.size === 0) return
  await database.parked.filter((row) => row.records.some(({ id }) => records.has(id))).delete()
}

async function deleteEntries(database: Database, rows: readonly EntryRow[]): Promise<void> {
  const { outbox, evidence } = database
  await outbox.bulkDelete(rows.map((row) => row.id))
  for (const hash of new Set(rows.flatMap((row) => row.hashes))) {
    const isNamed = (await outbox.where('hashes').equals(hash).count()) > 0
    if (!isNamed) await evidence.delete(hash)
  }
}
