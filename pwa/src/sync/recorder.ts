/**
 * Turns what a person did into an operation: written once, hashed, and saved before it is said so.
 */

import { canonicalJson } from '../kernel/canonical.ts'
import { sha256 } from '../kernel/ids.ts'
import { ProblemFailure, phoneProblem } from '../kernel/problems.ts'
import { KINDS, PHOTO_LIMIT, type Capture } from '../schemas.gen.ts'
import type { EntryRow, EvidenceRow } from '../store/database.ts'
import type { Ground } from '../store/outbox.ts'
import type { DeclaredPhoto, FoldedRecord, OutboxEntry } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import type { ServerTime } from './server-time.ts'
import type { Session } from './session.ts'
import type { Person } from './session-state.ts'

export interface NewPhoto {
  bytes: ArrayBuffer
  media_type: string
}

/** What a person did, as a feature's command hands it over. `body.kind` names the operation. */
export interface NewOperation {
  record: string
  record_kind: string
  body: { kind: string }
  photos?: readonly NewPhoto[]
}

/** The operation lies on the disk and was read back; only now may the screen say 已保存. */
export interface Saved {
  id: string
  sha256: string
  record: FoldedRecord
  entry: OutboxEntry
}

/** The moment of a tap: the phone's clocks as they were, and the best word on the time. */
interface Tap {
  captured: Capture
  at_ms: number
}

export class Recorder {
  readonly #store: Store
  readonly #session: Session
  readonly #time: ServerTime
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: Store, session: Session, time: ServerTime) {
    this.#store = store
    this.#session = session
    this.#time = time
  }

  /** Records in the order of the calls, whatever each of them has to wait for. */
  record(input: NewOperation): Promise<Saved> {
    // Person and clocks are those of the tap, not of when the disk has time for it.
    const tap = { captured: this.#time.capture(), at_ms: this.#time.now() }
    const person = this.#session.person
    const saved = this.#last.then(() => this.#record(input, tap, person))
    this.#last = saved.catch(() => undefined)
    return saved
  }

  async #record(
    input: NewOperation,
    tap: Tap,
    person: Person | null,
  ): Promise<Saved> {
    if (!person) throw new ProblemFailure(phoneProblem('nobody_signed_in'))
    checkKind(input)
    const evidence = await this.#hashAll(input.photos ?? [])
    const stored = await this.#store.record(person.id, input.record, async (ground) => {
      const plain = operationOf(input, ground, tap.captured, evidence)
      const text = canonicalJson(plain)
      const entry = entryOf(plain, text, await sha256(text), person, ground, tap.at_ms)
      return { entry, evidence }
    })
    return { id: stored.entry.id, ...stored }
  }

  async #hashAll(photos: readonly NewPhoto[]): Promise<EvidenceRow[]> {
    const rows = new Map<string, EvidenceRow>()
    for (const { bytes, media_type } of photos) {
      // Said while the scene is still there to be taken again; nothing else of the act is lost.
      if (bytes.byteLength > PHOTO_LIMIT) {
        const said = { size: bytes.byteLength, limit: PHOTO_LIMIT }
        throw new ProblemFailure(phoneProblem('photo_too_large', said))
      }
      const hash = await sha256(bytes)
      rows.set(hash, { sha256: hash, bytes, media_type, added_ms: this.#time.now() })
    }
    return [...rows.values()]
  }
}

/** A feature's mistake must fail at the tap, not as a held operation days later. */
function checkKind(input: NewOperation): void {
  const rule = KINDS[input.body.kind]
  if (!rule) throw new TypeError(`${input.body.kind} is no kind of operation`)
  if (rule.record_kind !== input.record_kind) {
    throw new TypeError(`${input.body.kind} belongs to a ${rule.record_kind}`)
  }
}

type PlainOperation = ReturnType<typeof operationOf>

function operationOf(
  input: NewOperation,
  ground: Ground,
  captured: Capture,
  evidence: readonly EvidenceRow[],
) {
  const { writer, next_counter: counter } = ground.writer
  return {
    based_on: ground.based_on,
    body: input.body,
    captured,
    counter,
    evidence: evidence.map((row) => ({
      media_type: row.media_type,
      sha256: row.sha256,
      size: row.bytes.byteLength,
    })),
    id: `${writer}:${counter}`,
    record: input.record,
    record_kind: input.record_kind,
    saw_stamp: ground.saw_stamp,
    schema: 1,
    writer,
  }
}

function entryOf(
  plain: PlainOperation,
  text: string,
  hash: string,
  person: Person,
  ground: Ground,
  now: number,
): EntryRow {
  // Read from the text: the fold must see exactly what the server will see.
  const { body } = JSON.parse(text) as { body: Record<string, unknown> }
  const photos = plain.evidence.map(
    (ref): DeclaredPhoto => ({ ...ref, receipted: false, waived: false }),
  )
  return {
    id: plain.id,
    writer: plain.writer,
    counter: plain.counter,
    person: person.id,
    record: plain.record,
    record_kind: plain.record_kind,
    kind: plain.body.kind,
    text,
    sha256: hash,
    body,
    recorded_ms: now,
    role: roleAt(person, ground.site),
    saw: ground.based_on,
    stamp: Math.max(now * 1000, ground.saw_stamp + 1, ground.writer.last_stamp + 1),
    position: null,
    state: 'waiting',
    contained: 0,
    photos,
    hashes: photos.map((photo) => photo.sha256),
    outcome: null,
    problem: null,
    attempts: 0,
    next_try_ms: 0,
    delivered_ms: null,
  }
}

/** Provisional, like the stamp: the server fixes the role at receipt. */
function roleAt(person: Person, site: string): string {
  const found =
    person.roles.find((one) => one.site === site) ??
    person.roles.find((one) => one.site === null) ??
    person.roles[0]
  return found?.role ?? ''
}

