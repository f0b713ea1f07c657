/**
 * The phone's store: one door to the database for sync, with its changes told to the screens.
 *
 * Every public step is one transaction. A failure reaches the caller as a ProblemFailure; nothing
 * is swallowed and nothing is evicted to make room.
 */

import { randomId } from '../kernel/ids.ts'
import { makeSigningKey, type SigningKey } from '../kernel/keys.ts'
import { ProblemFailure, phoneProblem, type PhoneProblemCode } from '../kernel/problems.ts'
import type { Outcome, Problem } from '../schemas.gen.ts'
import { findWipe, writeCanary, type MarkerStorage } from './canary.ts'
import { Changes, type Change, type Channel } from './changes.ts'
import {
  Connection,
  type ConnectionParts,
  type Database,
  type EntryRow,
  type EvidenceRow,
  type UploadRow,
  type WriterRow,
} from './database.ts'
import * as outbox from './outbox.ts'
import { foldedRecord, type Snapshot } from './records.ts'
import type { Fold, FoldedRecord, MergeRecord, OutboxEntry, PhotoMarker, WorkingSet } from './shapes.ts'
import { readSurvey, type Survey } from './survey.ts'
import * as uploads from './uploads.ts'
import * as workingSet from './working-set.ts'
import * as writers from './writers.ts'

export interface StoreParts extends ConnectionParts {
  fold: Fold
  channel: Channel | null
  marker: MarkerStorage | null
}

/** How often a step is built anew when other tabs and pulls keep changing the ground under it. */
const MOST_REBUILDS = 20

export class Store {
  readonly #connection: Connection
  readonly #changes: Changes
  readonly #fold: Fold
  readonly #marker: MarkerStorage | null
  #databaseId = ''
  #revision = 0
  #wiped: { lost_count: number } | null = null

  constructor(parts: StoreParts) {
    this.#connection = new Connection(parts)
    this.#changes = new Changes(parts.channel)
    this.#changes.watch(() => (this.#revision += 1))
    this.#fold = parts.fold
    this.#marker = parts.marker
  }

  /** Opens the database and notices when it is another one than last time. */
  async open(): Promise<void> {
    await this.#connection.open()
    this.#databaseId = await this.attempt(
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

  /** Lets a neighbouring file work on the database; other rooms have no business here. */
  async attempt<T>(work: (database: Database) => Promise<T>, otherwise: PhoneProblemCode): Promise<T> {
    try {
      return await this.#connection.attempt(work, otherwise)
    } finally {
      if (otherwise === 'not_saved') this.#revision += 1
    }
  }

  /** Grows with each write of this page and each word of another: while it stands, a count stands. */
  get revision(): number {
    return this.#revision
  }

  /** Tells the screens of all tabs what has changed on the disk. */
  announce(change: Partial<Change>): void {
    this.#changes.announce(change)
  }

  // ------------------------------------------------------------------ small values

  async readMeta<T>(key: string): Promise<T | undefined> {
    const row = await this.attempt((db) => db.meta.get(key), 'storage_unreadable')
    return row?.value as T | undefined
  }

  /** Reads several small values at one go. */
  async readMetas(keys: readonly string[]): Promise<unknown[]> {
    const rows = await this.attempt((db) => db.meta.bulkGet([...keys]), 'storage_unreadable')
    return rows.map((row) => row?.value)
  }

  async writeMeta(key: string, value: unknown): Promise<void> {
    // Past the count of revisions: no small value is anything that waits.
    await this.#connection.attempt((db) => db.meta.put({ key, value }), 'not_saved')
    if (key === 'session' || key === 'screen_locked') this.announce({ session: true })
  }

  /** Changes a small value in one step, so that no other tab comes in between. */
  async changeMeta<T>(key: string, change: (present: T | undefined) => T): Promise<void> {
    await this.attempt(
      (db) =>
        db.transaction('rw', db.meta, async () => {
          const row = await db.meta.get(key)
          await db.meta.put({ key, value: change(row?.value as T | undefined) })
        }),
      'not_saved',
    )
  }

  /** Writes so many bytes and takes them away again: what a browser promises is not what it keeps. */
  async probe(bytes: number): Promise<boolean> {
    const value = new Uint8Array(bytes)
    // Bytes without a pattern, or the disk would keep them in next to nothing.
    for (let from = 0; from < bytes; from += 65_536) {
      crypto.getRandomValues(value.subarray(from, from + 65_536))
    }
    try {
      await this.attempt((db) => db.meta.put({ key: 'probe', value }), 'not_saved')
      const back = await this.readMeta<Uint8Array>('probe')
      // Another window that probes at the same time may have taken it away already.
      return back === undefined || back.byteLength === bytes
    } catch {
      return false
    } finally {
      await this.attempt((db) => db.meta.delete('probe'), 'not_saved').catch(() => undefined)
    }
  }

  async saveDraft(key: string, value: unknown): Promise<void> {
    await this.attempt((db) => db.drafts.put({ key, value }), 'not_saved')
  }

  async readDraft(key: string): Promise<unknown> {
    const row = await this.attempt((db) => db.drafts.get(key), 'storage_unreadable')
    return row?.value
  }

  async clearDraft(key: string): Promise<void> {
    await this.attempt((db) => db.drafts.delete(key), 'not_saved')
  }

  async expectPhoto(person: string, marker: PhotoMarker): Promise<void> {
    await this.attempt((db) => db.photo_markers.put({ ...marker, person }), 'not_saved')
  }

  async expectedPhoto(person: string): Promise<PhotoMarker | undefined> {
    return await this.attempt((db) => db.photo_markers.get(person), 'storage_unreadable')
  }

  async photoArrived(person: string): Promise<void> {
    await this.attempt((db) => db.photo_markers.delete(person), 'not_saved')
  }

  async readPhoto(sha256: string): Promise<EvidenceRow | undefined> {
    return await this.attempt((db) => db.evidence.get(sha256), 'storage_unreadable')
  }

  // ------------------------------------------------------------------ who works here

  /** Gives the writer of a person on this database; a new one for a new person. */
  async requireWriter(person: string): Promise<WriterRow> {
    return await this.attempt((db) => writers.requireWriter(db, person), 'not_saved')
  }

  /** Notes what the server said when the writer was bound; counting goes on above it. */
  async bindWriter(writer: string, contiguous: number, beyond: readonly number[]): Promise<void> {
    await this.attempt((db) => writers.bindWriter(db, writer, contiguous, beyond), 'not_saved')
  }

  async unbindWriter(writer: string): Promise<void> {
    await this.attempt((db) => db.writers.update(writer, { bound: false }), 'not_saved')
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
    return await this.attempt((db) => db.writers.toArray(), 'storage_unreadable')
  }

  /**
   * Makes the working set that of one person (or of nobody).
   *
   * The copies of whoever leaves are parked and come back with them; the outbox, the photos and
   * the drafts stay where they are. A phone too full to park goes on without.
   */
  async takeOver(person: string | null): Promise<void> {
    const take = async (park: boolean): Promise<string[]> =>
      await this.attempt((db) => workingSet.takeOver(db, person, this.#fold, park), 'not_saved')
    const kinds = await take(true).catch(async (error: unknown) => {
      if (isFull(error)) return await take(false)
      throw error
    })
    this.announce({ kinds, outbox: true })
  }

  /** Deletes the parked copies of everybody but those named. */
  async forgetParkedOf(kept: readonly string[]): Promise<void> {
    await this.attempt((db) => db.parked.where('person').noneOf([...kept]).delete(), 'not_saved')
  }

  /** Deletes the copies parked for people who did not come back in 30 days. */
  async forgetParked(now: number): Promise<void> {
    await this.attempt((db) => workingSet.forgetParked(db, now), 'not_saved')
  }

  // ------------------------------------------------------------------ recording

  /**
   * Writes a person's operation with its photos and the folded record, and reads all of it back.
   *
   * `build` makes text and hash from the ground; it is asked again when the ground has changed.
   */
  async record(
    person: string,
    record: string,
    build: (ground: outbox.Ground) => Promise<Omit<outbox.Prepared, 'ground'>>,
  ): Promise<{ entry: OutboxEntry; sha256: string; record: FoldedRecord }> {
    for (let round = 0; round < MOST_REBUILDS; round += 1) {
      const ground = await this.attempt(
        (db) => outbox.readGround(db, person, record),
        'storage_unreadable',
      )
      if (!ground) {
        await this.requireWriter(person)
        continue
      }
      const prepared = { ...(await build(ground)), ground }
      const result = await this.attempt(
        (db) => outbox.writePrepared(db, prepared, this.#fold),
        'not_saved',
      )
      if (result === 'stale') continue
      const stored = await this.attempt(
        (db) => outbox.readBack(db, prepared, this.#fold),
        'storage_unreadable',
      )
      if (!stored) throw new ProblemFailure(phoneProblem('not_saved', { cause: 'read_back' }))
      const entry = outbox.outboxEntry(stored.entry)
      this.announce({ kinds: [stored.record.kind], outbox: true, added: entry })
      return { entry, sha256: stored.entry.sha256, record: stored.record }
    }
    throw new ProblemFailure(phoneProblem('not_saved', { cause: 'busy' }))
  }

  // ------------------------------------------------------------------ reading

  async readRecords(kind: string): Promise<FoldedRecord[]> {
    const rows = await this.attempt(
      (db) => db.records.where('kind').equals(kind).toArray(),
      'storage_unreadable',
    )
    return rows.map(foldedRecord)
  }

  async readRecord(id: string): Promise<FoldedRecord | undefined> {
    const row = await this.attempt((db) => db.records.get(id), 'storage_unreadable')
    return row && foldedRecord(row)
  }

  async readEntries(person: string | null): Promise<OutboxEntry[]> {
    if (!person) return []
    return await this.attempt(
      (db) => outbox.readEntries(db, person),
      'storage_unreadable',
    )
  }

  /** Counts what is on its way, and keeps the canary by it. */
  async count(person: string | null): Promise<Survey['counts']> {
    return (await this.survey(person)).counts
  }

  /** Reads what the status line says, all of it as of one moment, and keeps the canary by it. */
  async survey(person: string | null): Promise<Survey> {
    const revision = this.#revision
    const survey = await this.attempt((db) => readSurvey(db, person, revision), 'storage_unreadable')
    if (!this.#wiped) {
      const { unacknowledged_count, sealed_count, carried_count } = survey.counts
      writeCanary(this.#marker, {
        database: this.#databaseId,
        waiting_count: unacknowledged_count + sealed_count + carried_count,
      })
    }
    return survey
  }

  // ------------------------------------------------------------------ sending

  async readSendable(person: string, now: number): Promise<EntryRow[]> {
    const { sendable, gone_count } = await this.attempt(
      (db) => outbox.readSendable(db, person, now, phoneProblem('photo_gone')),
      'storage_unreadable',
    )
    if (gone_count > 0) this.announce({ outbox: true })
    return sendable
  }

  /** Puts the answers in place; names the operations whose hash the server saw differently. */
  async applyOutcomes(
    person: string,
    outcomes: readonly Outcome[],
    now: number,
  ): Promise<string[]> {
    const { kinds, differing } = await this.attempt(
      (db) => outbox.applyOutcomes(db, person, outcomes, now, this.#fold),
      'not_saved',
    )
    this.announce({ kinds: [...kinds], outbox: true })
    return differing
  }

  async park(
    ids: readonly string[],
    problem: Problem,
    nextTry: (attempts: number) => number,
  ): Promise<void> {
    await this.attempt((db) => outbox.parkEntries(db, ids, problem, nextTry), 'not_saved')
    this.announce({ outbox: true })
  }

  /** Lets what the server takes in only later wait until then, as unspoiled as it was. */
  async defer(ids: readonly string[], problem: Problem, next_try_ms: number): Promise<void> {
    await this.attempt((db) => outbox.deferEntries(db, ids, problem, next_try_ms), 'not_saved')
    this.announce({ outbox: true })
  }

  async release(id: string, now: number, waive: boolean): Promise<boolean> {
    const released = await this.attempt(async (db) => {
      await uploads.releasePhotos(db, id)
      return await outbox.releaseEntry(db, id, now, waive)
    }, 'not_saved')
    this.announce({ outbox: true })
    return released
  }

  async readUnreceipted(person: string): Promise<{ writer: string; sha256: string }[]> {
    return await this.attempt(
      (db) => outbox.readUnreceipted(db, person),
      'storage_unreadable',
    )
  }

  async applyReceipt(writer: string, sha256: string, now: number): Promise<void> {
    await this.attempt((db) => outbox.applyReceipt(db, writer, sha256, now), 'not_saved')
    this.announce({ outbox: true })
  }

  async readUploads(): Promise<Map<string, UploadRow>> {
    return await this.attempt(uploads.readUploads, 'storage_unreadable')
  }

  async noteUpload(sha256: string, sent: number, size: number): Promise<void> {
    await this.attempt((db) => uploads.noteUpload(db, sha256, sent, size), 'not_saved')
  }

  async parkPhoto(
    writer: string,
    sha256: string,
    problem: Problem,
    nextTry: (attempts: number) => number,
  ): Promise<void> {
    await this.attempt(
      (db) => uploads.parkPhoto(db, writer, sha256, problem, nextTry),
      'not_saved',
    )
    this.announce({ outbox: true })
  }

  async markPhotoGone(writer: string, sha256: string): Promise<void> {
    const problem = phoneProblem('photo_gone')
    await this.attempt(
      (db) => outbox.markPhotoGone(db, writer, sha256, problem),
      'not_saved',
    )
    this.announce({ outbox: true })
  }

  async giveUpPhotos(id: string, now: number): Promise<void> {
    await this.attempt((db) => outbox.giveUpPhotos(db, id, now), 'not_saved')
    this.announce({ outbox: true })
  }

  async markRead(id: string, now: number): Promise<void> {
    await this.attempt((db) => outbox.markRead(db, id, now), 'not_saved')
    this.announce({ outbox: true })
  }

  async deleteDelivered(now: number): Promise<void> {
    const count = await this.attempt(
      (db) => outbox.deleteDelivered(db, now),
      'not_saved',
    )
    if (count > 0) this.announce({ outbox: true })
  }

  // ------------------------------------------------------------------ pulling

  async readWorkingSet(): Promise<WorkingSet | undefined> {
    return await this.attempt((db) => workingSet.readWorkingSet(db), 'storage_unreadable')
  }

  /**
   * Applies a reply whole or not at all; gives the working set that it led to.
   *
   * Null, with nothing changed, when the working set is no longer the one that the reply was asked
   * for: another tab was quicker, or another person has signed in.
   */
  async applySnapshot(
    asked: WorkingSet,
    snapshot: Snapshot,
    arrival: workingSet.Arrival,
  ): Promise<WorkingSet | null> {
    const applied = await this.attempt(
      (db) => workingSet.applyReply(db, asked, snapshot, arrival, this.#fold),
      'not_saved',
    )
    if (!applied) return null
    this.announce({ kinds: [...applied.kinds], outbox: true })
    return applied.set
  }

  /** Notes that a scope is fetched anew now; null when the working set is another by now. */
  async noteAsked(asked: WorkingSet, scope: string, now: number): Promise<WorkingSet | null> {
    return await this.attempt((db) => workingSet.noteAsked(db, asked, scope, now), 'not_saved')
  }

  /** Derives all checksums anew from the copies; false when a reply came in between. */
  async deriveSums(sumOf: (record: MergeRecord) => Promise<string>): Promise<boolean> {
    return await this.attempt((db) => workingSet.deriveSums(db, sumOf), 'storage_unreadable')
  }

  /** Folds the own work anew when this app folds by other rules than the last one did. */
  async adoptRules(rules: string): Promise<void> {
    if ((await this.readMeta<string>('rules')) === rules) return
    const kinds = await this.attempt((db) => workingSet.refoldOwn(db, this.#fold), 'not_saved')
    await this.writeMeta('rules', rules)
    this.announce({ kinds })
  }
}

function isFull(error: unknown): boolean {
  return error instanceof ProblemFailure && error.problem.code === 'storage_full'
}
