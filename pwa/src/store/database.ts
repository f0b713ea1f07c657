/**
 * The phone's database: its tables, how it is opened, and what happens when it is lost.
 *
 * The only room that touches IndexedDB. The schema is additive: a table or an index may come, and
 * no upgrade ever rewrites an operation that the server has not acknowledged.
 */

import { Dexie, type DexieOptions, type EntityTable, type Table } from 'dexie'

import { ProblemFailure, phoneProblem, type PhoneProblemCode } from '../kernel/problems.ts'
import type { Outcome, Problem } from '../schemas.gen.ts'
import type { CarriedRow } from './carried.ts'
import type { DeclaredPhoto, EntryState, MergeRecord, PhotoMarker, WorkingSet } from './shapes.ts'

/** One operation with its text as it was written, hashed, and will be sent. */
export interface EntryRow {
  id: string
  writer: string
  counter: number
  person: string
  record: string
  record_kind: string
  kind: string
  text: string
  sha256: string
  body: Record<string, unknown>
  recorded_ms: number
  role: string
  saw: number
  /** Provisional until the server fixes it. Units: microseconds UTC. */
  stamp: number
  position: number | null
  state: EntryState
  /** 1 once the server's copy of the record holds it, so that it is no longer folded on top. */
  contained: 0 | 1
  photos: DeclaredPhoto[]
  hashes: string[]
  outcome: Outcome | null
  problem: Problem | null
  attempts: number
  next_try_ms: number
  delivered_ms: number | null
  /** When its author read what was decided on it; lacking in older rows. */
  read_ms?: number | null
}

/** A record: the server's copy of the last pull, and that copy with the own work on top. */
export interface RecordRow {
  id: string
  kind: string
  site: string
  /** Whose checksum counts it: a site's id, empty for all sites, `own`. Absent from wire 1. */
  scope?: string
  /** The snapshot's part of that checksum; absent where nobody has derived it yet. */
  sum?: string
  snapshot: MergeRecord | null
  current: MergeRecord
  unsent_count: number
}

/** The bytes of one photo; never inside a record, so that reading a record stays cheap. */
export interface EvidenceRow {
  sha256: string
  bytes: ArrayBuffer
  media_type: string
  added_ms: number
}

/** How far a photo has come on its way up; `sent` are acknowledged. Units: bytes. */
export interface UploadRow {
  sha256: string
  sent: number
  size: number
  /** Refusals in a row, the last one's reason, and when it is tried again by itself. */
  attempts: number
  next_try_ms: number
  problem: Problem | null
}

/** One person on this database. */
export interface WriterRow {
  writer: string
  person: string
  next_counter: number
  bound: boolean
  contiguous: number
  beyond: number[]
  /** Units: microseconds UTC. */
  last_stamp: number
}

/**
 * The working set of a person who left the phone to somebody else, until they come back.
 *
 * Only copies of what the server has: what a person recorded never leaves the outbox.
 */
export interface ParkedRow extends WorkingSet {
  records: RecordRow[]
}

interface KeyedRow {
  key: string
  value: unknown
}

interface MarkerRow extends PhotoMarker {
  person: string
}

/** Version by version, only ever longer; a test opens each with work in it. */
export const SCHEMA: readonly Readonly<Record<string, string>>[] = [
  {
    meta: 'key',
    writers: 'writer, person',
    records: 'id, kind',
    outbox: 'id, person, state, record, *hashes, [person+contained], [person+state]',
    evidence: 'sha256',
    drafts: 'key',
    photo_markers: 'person',
  },
  {
    records: 'id, kind, site',
    carried: 'id, person, state',
    parked: 'person, applied_ms',
    uploads: 'sha256',
  },
]

export class Database extends Dexie {
  declare meta: Table<KeyedRow, string>
  declare writers: EntityTable<WriterRow, 'writer'>
  declare records: EntityTable<RecordRow, 'id'>
  declare outbox: EntityTable<EntryRow, 'id'>
  declare evidence: EntityTable<EvidenceRow, 'sha256'>
  declare uploads: EntityTable<UploadRow, 'sha256'>
  declare drafts: Table<KeyedRow, string>
  declare photo_markers: Table<MarkerRow, string>
  declare parked: EntityTable<ParkedRow, 'person'>
  declare carried: EntityTable<CarriedRow, 'id'>

  constructor(name: string, options: DexieOptions = {}, schema = SCHEMA) {
    // Strict: `complete` is fired only after the bytes are on the disk.
    super(name, { chromeTransactionDurability: 'strict', cache: 'disabled', ...options })
    // Nothing here is watched by live queries: no other tab need hear of each write from Dexie too.
    for (const watching of ['Cache', 'Observability', 'HooksMiddleware', 'VirtualIndexMiddleware', 'CacheExistingValues']) this.unuse({ stack: 'dbcore', name: watching })
    schema.forEach((stores, index) => this.version(index + 1).stores(stores))
  }
}

/** What a page puts in place of the browser's own database; tests do. */
export interface ConnectionParts {
  name: string
  options?: DexieOptions
  schema?: typeof SCHEMA
}

/**
 * Holds the database open, and opens it anew when the phone took it away.
 *
 * Phones lose the connection in the background ("Connection to Indexed Database server lost"):
 * then the handle is dropped, the database opened again, and the work tried once more.
 */
export class Connection {
  readonly #parts: ConnectionParts
  #database: Database
  #blocked: Problem | null = null
  /** Nothing has worked since the last opening: it may be half open, and is opened anew. */
  #isBroken = false

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    this.#database = this.#make()
  }

  get database(): Database {
    return this.#database
  }

  /** What another window does to the database, if that needs the person. */
  get blocked(): Problem | null {
    return this.#blocked
  }

  /** Opens the database; says so at once when another window stands in the way of an upgrade. */
  async open(): Promise<void> {
    await this.attempt(openOrBlocked, 'storage_unreadable')
  }

  close(): void {
    this.#database.close()
  }

  /** Runs work on the database; once more on a fresh connection when the old one was lost. */
  async attempt<T>(
    work: (database: Database) => Promise<T>,
    otherwise: PhoneProblemCode,
  ): Promise<T> {
    try {
      if (!this.#isBroken) return await work(this.#database)
    } catch (error) {
      if (!isConnectionLost(error)) throw failureOf(error, otherwise)
    }
    try {
      await this.#reopen()
      const result = await work(this.#database)
      this.#isBroken = false
      return result
    } catch (error) {
      throw failureOf(error, otherwise)
    }
  }

  async #reopen(): Promise<void> {
    this.#isBroken = true
    this.#database.close()
    this.#database = this.#make()
    await this.#database.open()
  }

  #make(): Database {
    const { name, options, schema } = this.#parts
    const database = new Database(name, options, schema)
    database.on('blocked', () => {
      this.#blocked = phoneProblem('storage_blocked')
    })
    database.on('ready', () => {
      if (this.#blocked?.code === 'storage_blocked') this.#blocked = null
    })
    database.on('versionchange', (event) => {
      // Dexie lets go of its own accord, else a newer app's upgrade would wait for ever. Schemas
      // are additive: this older page goes on working after it, but should be opened anew.
      if (event.newVersion) this.#blocked = phoneProblem('storage_newer')
    })
    return database
  }
}

/** An upgrade behind an old window may wait for ever: the person must hear of it. */
function openOrBlocked(database: Database): Promise<void> {
  return new Promise((resolve, reject) => {
    database.on('blocked', () => {
      reject(new ProblemFailure(phoneProblem('storage_blocked')))
    })
    database.open().then(() => {
      resolve()
    }, reject)
  })
}

const LOST = new Set(['DatabaseClosedError', 'InvalidStateError', 'UnknownError', 'AbortError'])

function isConnectionLost(error: unknown): boolean {
  const causes = causesOf(error)
  if (causes.some((cause) => cause.name === 'QuotaExceededError')) return false
  return causes.some((cause) => LOST.has(cause.name) || /connection.*(lost|clos)/i.test(cause.message))
}

function failureOf(error: unknown, otherwise: PhoneProblemCode): ProblemFailure {
  if (error instanceof ProblemFailure) return error
  const names = new Set(causesOf(error).map((cause) => cause.name))
  const code = names.has('QuotaExceededError')
    ? 'storage_full'
    : names.has('VersionError')
      ? 'storage_newer'
      : otherwise
  const [outermost] = causesOf(error)
  return new ProblemFailure(phoneProblem(code, { cause: outermost?.name ?? 'unknown' }))
}

/** Dexie wraps the browser's error once or twice: the name that counts may be the inner one. */
function causesOf(error: unknown): { name: string; message: string }[] {
  const causes: { name: string; message: string }[] = []
  let cause = error
  while (cause instanceof Object && causes.length < 5) {
    const { name, message, inner } = cause as { name?: string; message?: string; inner?: unknown }
    causes.push({ name: name ?? '', message: message ?? '' })
    cause = inner
  }
  return causes
}
