/**
 * What lies in the phone's database, and what screens see of it.
 */

import type { Bilingual, EvidenceRef, Outcome, Problem } from '../schemas.gen.ts'
import type { ScopeSum } from './sums.ts'

/** One person's contribution to a field; `position` is null while it has not been acknowledged. */
export interface Entry {
  op: string
  person: string
  position: number | null
  role: string
  saw: number
  stamp: number
  value: unknown
}

/** What someone in the office decided: `value` stands while all that counts is named in `between`. */
export interface DecisionEntry extends Entry {
  between: string[]
  reason: string
  signed: Bilingual
}

/** Someone in the office took back the decision that `value` names. */
export interface WithdrawalEntry extends Entry {
  reason: string
}

/** A field of policy latest, first, worst or authority; `decided` names the decision that stands. */
export interface SingleField {
  by: Record<string, Entry>
  person: string
  value: unknown
  contested?: true
  decided?: string
  decisions?: Record<string, DecisionEntry>
  withdrawals?: Record<string, WithdrawalEntry>
}

/** A field of policy union. */
export interface SetField {
  in: Record<string, Entry>
  out: Record<string, Entry>
  value: string[]
}

/** A field of policy append. */
export interface ListField {
  entries: Record<string, Entry>
  value: unknown[]
}

/** The field `state` of a record with a lifecycle. */
export interface StateField {
  held: string[]
  moves: Entry[]
  value: string
}

export type Field = SingleField | SetField | ListField | StateField

/** The record as the merge knows it; its canonical JSON is the same on server and phone. */
export interface MergeRecord {
  fields: Record<string, Field>
  id: string
  kind: string
  position: number
  stamp: number
}

/**
 * An operation with what was fixed at its first receipt; the unit that merging is about.
 *
 * `position` is null for what the phone has not yet been told a place for. `stamp` is in
 * microseconds UTC, `saw` a position of the log.
 */
export interface Stamped {
  id: string
  kind: string
  record: string
  record_kind: string
  person: string
  role: string
  stamp: number
  saw: number
  position: number | null
  body: Readonly<Record<string, unknown>>
}

/** Puts an operation into a record; the store is given it, because merging is sync's. */
export type Fold = (record: MergeRecord | null, operation: Stamped) => MergeRecord

/** A record as the phone shows it: the last pull with the own work that it lacks folded on top. */
export interface FoldedRecord extends MergeRecord {
  /** The site's id; empty for what belongs to all, and for what only this phone knows yet. */
  site: string
  /** How many own operations the server's copy does not contain yet. */
  unsent_count: number
}

/**
 * waiting 待上传 → sent (received, photos under way) → delivered 已送达;
 * held 待核实 (the office has it and looks at it) → set_aside 不并入 (a person decided that it changes
 * nothing, or that other words stand in its place); needs_attention (a photo's bytes are gone).
 */
export type EntryState =
  | 'waiting'
  | 'sent'
  | 'delivered'
  | 'held'
  | 'set_aside'
  | 'needs_attention'

/** A declared photo and whether the server has receipted its bytes. */
export interface DeclaredPhoto extends EvidenceRef {
  receipted: boolean
  /** Its bytes are gone and the person chose to send without them. */
  waived: boolean
}

/** The photo that is under way right now; `sent` are acknowledged. Units: bytes. */
export interface UploadProgress {
  sha256: string
  sent: number
  size: number
}

/** One operation in the outbox, as screens see it. */
export interface OutboxEntry {
  /** `writer:counter`, the operation's own id. */
  id: string
  writer: string
  counter: number
  /** The author; never changes, whoever signs in later. */
  person: string
  record: string
  record_kind: string
  /** The operation's kind, such as `item_answered`. */
  kind: string
  body: Record<string, unknown>
  recorded_ms: number
  state: EntryState
  photos: DeclaredPhoto[]
  /** The server's answer, once there is one. */
  outcome: Outcome | null
  /** Why it waits, is held or needs attention. */
  problem: Problem | null
  attempts: number
  /** Not tried by itself before then; 0 for at once. Units: milliseconds UTC. */
  next_try_ms: number
  delivered_ms: number | null
  /** When its author read what was decided on it. Units: milliseconds UTC. */
  read_ms?: number | null
}

/** The note made before a camera opens, so that a killed page comes back to the same item. */
export interface PhotoMarker {
  task: string
  item: string
  /** Anything the screen wants back. */
  note?: string
  at_ms: number
}

/** What the phone last applied from the server, and for whom. */
export interface WorkingSet {
  person: string
  cursor: string
  applied_ms: number | null
  /** Grows with each reply applied; absent from the first release, as are those below. */
  revision?: number
  /** What is counted here of each scope; absent until it has been derived. */
  sums?: Record<string, ScopeSum> | undefined
  /** What became of scopes that did not agree with the server's count. */
  alarms?: ScopeAlarm[]
}

/** A scope whose checksum was not the server's; kept for a while after it was healed. */
export interface ScopeAlarm {
  /** A site's id, empty for what belongs to all sites, `own` for the person's own. */
  scope: string
  /** Units: milliseconds UTC. */
  found_ms: number
  /** When the scope was last fetched anew for it; 0 for not yet. */
  asked_ms: number
  healed_ms: number | null
}

/** What the phone knows about its own storage. */
export interface StorageState {
  persisted: boolean | null
  usage: number | null
  quota: number | null
}
