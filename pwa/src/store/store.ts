/**
 * The phone's store: one door to the database for sync, with its changes told to the screens.
 *
 * Every public step is one transaction. A failure reaches the caller as a ProblemFailure; nothing
 * is swallowed and nothing is evicted to make room.
 */

import { randomId } from '../kernel/ids.ts'
import { makeSigningKey, type SigningKey } from '../kernel/keys.ts'
import { ProblemFailure, phoneProblem } from '../kernel/problems.ts'
import type { Outcome, Problem } from '../schemas.gen.ts'
import { findWipe, writeCanary, type MarkerStorage } from './canary.ts'
import { Changes, type Change, type Channel } from './changes.ts'
import { Connection, type ConnectionParts, type EntryRow, type EvidenceRow, type WriterRow } from './database.ts'
import * as outbox from './outbox.ts'
import { applySnapshot, foldedRecord, refoldRecords, type Snapshot } from './records.ts'
import type { Fold, FoldedRecord, OutboxEntry, PhotoMarker } from './shapes.ts'

export interface StoreParts extends ConnectionParts {
  fold: Fold
  channel: Channel | null
  marker: MarkerStorage | null
}

/** What the phone last applied from the server, and for whom. */
export interface WorkingSet {
  person: string
  cursor: string
  applied_ms: number | null
}

/** How often a step is built anew when other tabs and pulls keep changing the ground under it. */
const MOST_REBUILDS = 20

export class Store {
  readonly #connection: Connection
  readonly #changes: Changes
  readonly #fold: Fold
  readonly #marker: MarkerStorage | null
  #databaseId = ''
  #wiped: { lost_count: number } | null = null

  constructor(parts: StoreParts) {
    this.#connection = new Connection(parts)
    this.#changes = new Changes(parts.channel)
    this.#fold = parts.fold
    this.#marker = parts.marker
  }

  /** Opens the database and notices when it is another one than last time. */
  async open(): Promise<void> {
    await this.#connection.open()
    this.#databaseId = await this.#connection.attempt(
      (database) =>
        database.transaction('rw', database.meta, async () => {
          const known = await database.meta.get('database')
          if (known) return String(known.value)
          const id = randomId()
          await database.meta.add({ key: 'database', value: id })
          return id
        }),
      'storage_unreadable',
    )
    this.#wiped = findWipe(this.#marker, this.#databaseId)
  }

  close(): void {
    this.#changes.close()
    this.#connection.close()
  }

  /** What was lost when the phone wiped the database, until somebody has read it. */
  get wiped(): { lost_count: number } | null {
    return this.#wiped
  }

  acknowledgeWipe(): void {
    this.#wiped = null
    void this.count(null).catch(() => undefined)
  }

  /** What another window does to the database, if that needs the person. */
  get blocked(): Problem | null {
    return this.#connection.blocked
  }

  watch(watcher: (change: Change) => void): () => void {
    return this.#changes.watch(watcher)
  }

  // ------------------------------------------------------------------ small values

  async readMeta<T>(key: string): Promise<T | undefined> {
    const row = await this.#connection.attempt((db) => db.meta.get(key), 'storage_unreadable')
    return row?.value as T | undefined
  }

  async writeMeta(key: string, value: unknown): Promise<void> {
    await this.#connection.attempt((db) => db.meta.put({ key, value }), 'not_saved')
    if (key === 'session') this.#changes.announce({ session: true })
  }

  async saveDraft(key: string, value: unknown): Promise<void> {
    await this.#connection.attempt((db) => db.drafts.put({ key, value }), 'not_saved')
  }

  async readDraft(key: string): Promise<unknown> {
    const row = await this.#connection.attempt((db) => db.drafts.get(key), 'storage_unreadable')
    return row?.value
  }

  async clearDraft(key: string): Promise<void> {
    await this.#connection.attempt((db) => db.drafts.delete(key), 'not_saved')
  }

  async expectPhoto(person: string, marker: PhotoMarker): Promise<void> {
    await this.#connection.attempt((db) => db.photo_markers.put({ ...marker, person }), 'not_saved')
  }

  async expectedPhoto(person: string): Promise<PhotoMarker | undefined> {
    return await this.#connection.attempt((db) => db.photo_markers.get(person), 'storage_unreadable')
  }

  async photoArrived(person: string): Promise<void> {
    await this.#connection.attempt((db) => db.photo_markers.delete(person), 'not_saved')
  }

  async readPhoto(sha256: string): Promise<EvidenceRow | undefined> {
    return await this.#connection.attempt((db) => db.evidence.get(sha256), 'storage_unreadable')
  }

  // ------------------------------------------------------------------ who works here

  /** Gives the writer of a person on this database; a new one for a new person. */
  async requireWriter(person: string): Promise<WriterRow> {
    return await this.#connection.attempt(
      (db) =>
        db.transaction('rw', db.writers, async () => {
          const known = await db.writers.where('person').equals(person).first()
          if (known) return known
          const fresh: WriterRow = {
            writer: randomId(),
            person,
            next_counter: 1,
            bound: false,
            contiguous: 0,
            beyond: [],
            last_stamp: 0,
          }
          await db.writers.add(fresh)
          return fresh
        }),
      'not_saved',
    )
  }

  /** Notes what the server said when the writer was bound; counting goes on above it. */
  async bindWriter(writer: string, contiguous: number, beyond: readonly number[]): Promise<void> {
    await this.#connection.attempt(
      (db) =>
        db.transaction('rw', db.writers, async () => {
          const row = await db.writers.get(writer)
          if (!row) return
          const next_counter = Math.max(row.next_counter, contiguous + 1, ...beyond.map((n) => n + 1))
          await db.writers.put({ ...row, bound: true, contiguous, beyond: [...beyond], next_counter })
        }),
      'not_saved',
    )
  }

  async unbindWriter(writer: string): Promise<void> {
    await this.#connection.attempt((db) => db.writers.update(writer, { bound: false }), 'not_saved')
  }

  /**
   * Gives the public half of a writer's key; makes the key first where there is none yet. Empty
   * where this browser can make or keep none: the session alone then proves the author.
   */
  async requirePublicKey(writer: string): Promise<string> {
    const place = `key/${writer}`
    const known = await this.readMeta<SigningKey>(place)
    if (known !== undefined) return known.public_key
    const made = await makeSigningKey()
    if (made === null) return ''
    try {
      await this.writeMeta(place, made)
    } catch {
      return ''
    }
    return made.public_key
  }

  async readWriters(): Promise<WriterRow[]> {
    return await this.#connection.attempt((db) => db.writers.toArray(), 'storage_unreadable')
  }

  /**
   * Makes the working set that of one person (or of nobody).
   *
   * Copies of another person's records go; the outbox, the photos and the drafts stay.
   */
  async takeOver(person: string | null): Promise<void> {
    const kinds = await this.#connection.attempt(
      (db) =>
        db.transaction('rw', db.meta, db.records, db.outbox, async () => {
          const set = (await db.meta.get('working_set'))?.value as WorkingSet | undefined
          if (set?.person === person) return []
          const rows = await db.records.toArray()
          await db.records.clear()
          const fresh: WorkingSet = { person: person ?? '', cursor: '', applied_ms: null }
          await db.meta.put({ key: 'working_set', value: fresh })
          const own = person ? await db.outbox.where('person').equals(person).toArray() : []
          for (const row of own) await db.outbox.update(row.id, { contained: 0 })
          await refoldRecords(db, own.map((row) => row.record), person ?? '', this.#fold)
          return [...rows.map((row) => row.kind), ...own.map((row) => row.record_kind)]
        }),
      'not_saved',
    )
    this.#changes.announce({ kinds: [...new Set(kinds)], outbox: true })
  }

  // ------------------------------------------------------------------ recording

  /**
   * Writes an operation with its photos and the folded record, and reads all of it back.
   *
   * `build` makes text and hash from the ground; it is asked again when the ground has changed.
   */
  async record(
    writer: string,
    record: string,
    build: (ground: outbox.Ground) => Promise<Omit<outbox.Prepared, 'ground'>>,
  ): Promise<{ entry: OutboxEntry; sha256: string; record: FoldedRecord }> {
    for (let round = 0; round < MOST_REBUILDS; round += 1) {
      const ground = await this.#connection.attempt(
        (db) => outbox.readGround(db, writer, record),
        'storage_unreadable',
      )
      if (!ground) throw new ProblemFailure(phoneProblem('nobody_signed_in'))
      const prepared = { ...(await build(ground)), ground }
      const result = await this.#connection.attempt(
        (db) => outbox.writePrepared(db, prepared, this.#fold),
        'not_saved',
      )
      if (result === 'stale') continue
      const stored = await this.#connection.attempt(
        (db) => outbox.readBack(db, prepared),
        'storage_unreadable',
      )
      if (!stored) throw new ProblemFailure(phoneProblem('not_saved', { cause: 'read_back' }))
      this.#changes.announce({ kinds: [stored.record.kind], outbox: true })
      return {
        entry: outbox.outboxEntry(stored.entry),
        sha256: stored.entry.sha256,
        record: stored.record,
      }
    }
    throw new ProblemFailure(phoneProblem('not_saved', { cause: 'busy' }))
  }

  // ------------------------------------------------------------------ reading

  async readRecords(kind: string): Promise<FoldedRecord[]> {
    const rows = await this.#connection.attempt(
      (db) => db.records.where('kind').equals(kind).toArray(),
      'storage_unreadable',
    )
    return rows.map(foldedRecord)
  }

  async readRecord(id: string): Promise<FoldedRecord | undefined> {
    const row = await this.#connection.attempt((db) => db.records.get(id), 'storage_unreadable')
    return row && foldedRecord(row)
  }

  async readEntries(person: string | null): Promise<OutboxEntry[]> {
    if (!person) return []
    return await this.#connection.attempt(
      (db) => outbox.readEntries(db, person),
      'storage_unreadable',
    )
  }

  /** Counts what is on its way, and keeps the canary by it. */
  async count(person: string | null): Promise<outbox.OutboxCounts> {
    const counts = await this.#connection.attempt(
      (db) => outbox.countOutbox(db, person),
      'storage_unreadable',
    )
    if (!this.#wiped) {
      writeCanary(this.#marker, {
        database: this.#databaseId,
        waiting_count: counts.unacknowledged_count,
      })
    }
    return counts
  }

  // ------------------------------------------------------------------ sending

  async readSendable(person: string, now: number): Promise<EntryRow[]> {
    return await this.#connection.attempt(
      (db) => outbox.readSendable(db, person, now, phoneProblem('photo_gone')),
      'storage_unreadable',
    )
  }

  /** Puts the answers in place; names the operations whose hash the server saw differently. */
  async applyOutcomes(
    person: string,
    outcomes: readonly Outcome[],
    now: number,
  ): Promise<string[]> {
    const { kinds, differing } = await this.#connection.attempt(
      (db) => outbox.applyOutcomes(db, person, outcomes, now, this.#fold),
      'not_saved',
    )
    this.#changes.announce({ kinds: [...kinds], outbox: true })
    return differing
  }

  async park(
    ids: readonly string[],
    problem: Problem,
    nextTry: (attempts: number) => number,
  ): Promise<void> {
    await this.#connection.attempt((db) => outbox.parkEntries(db, ids, problem, nextTry), 'not_saved')
    this.#changes.announce({ outbox: true })
  }

  async release(id: string, now: number, waive: boolean): Promise<boolean> {
    const released = await this.#connection.attempt(
      (db) => outbox.releaseEntry(db, id, now, waive),
      'not_saved',
    )
    this.#changes.announce({ outbox: true })
    return released
  }

  async readUnreceipted(person: string): Promise<{ writer: string; sha256: string }[]> {
    return await this.#connection.attempt(
      (db) => outbox.readUnreceipted(db, person),
      'storage_unreadable',
    )
  }

  async applyReceipt(writer: string, sha256: string, now: number): Promise<void> {
    await this.#connection.attempt((db) => outbox.applyReceipt(db, writer, sha256, now), 'not_saved')
    this.#changes.announce({ outbox: true })
  }

  async markPhotoGone(writer: string, sha256: string): Promise<void> {
    const problem = phoneProblem('photo_gone')
    await this.#connection.attempt(
      (db) => outbox.markPhotoGone(db, writer, sha256, problem),
      'not_saved',
    )
    this.#changes.announce({ outbox: true })
  }

  async deleteDelivered(now: number): Promise<void> {
    const count = await this.#connection.attempt(
      (db) => outbox.deleteDelivered(db, now),
      'not_saved',
    )
    if (count > 0) this.#changes.announce({ outbox: true })
  }

  // ------------------------------------------------------------------ pulling

  async readWorkingSet(): Promise<WorkingSet | undefined> {
    return await this.readMeta<WorkingSet>('working_set')
  }

  /**
   * Applies a reply whole or not at all.
   *
   * Answers false, with nothing changed, when the working set is no longer the one that the reply
   * was asked for: another tab was quicker, or another person has signed in.
   */
  async applySnapshot(
    asked: WorkingSet,
    snapshot: Snapshot,
    cursor: string,
    now: number,
  ): Promise<boolean> {
    const kinds = await this.#connection.attempt(
      (db) =>
        db.transaction('rw', db.meta, db.records, db.outbox, db.writers, async () => {
          const present = (await db.meta.get('working_set'))?.value as WorkingSet | undefined
          if (present?.person !== asked.person || present.cursor !== asked.cursor) return null
          const touched = await applySnapshot(db, snapshot, asked.person, this.#fold)
          const isWhole = snapshot.writers !== null
          const next: WorkingSet = {
            person: asked.person,
            cursor,
            applied_ms: isWhole ? now : present.applied_ms,
          }
          await db.meta.put({ key: 'working_set', value: next })
          return touched
        }),
      'not_saved',
    )
    if (!kinds) return false
    this.#changes.announce({ kinds: [...kinds], outbox: true })
    return true
  }
}
