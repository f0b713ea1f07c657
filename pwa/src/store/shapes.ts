/**
 * What lies in the phone's database, and what screens see of it.
 */

import type { EvidenceRef, Outcome, Problem } from '../schemas.gen.ts'

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

/** A field of policy latest, first, worst or authority. */
export interface SingleField {
  by: Record<string, Entry>
  person: string
  value: unknown
  contested?: true
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
 * held 待核实 (the office has it and looks at it); needs_attention (a photo's bytes are gone).
 */
export type EntryState = 'waiting' | 'sent' | 'delivered' | 'held' | 'needs_attention'

/** A declared photo and whether the server has receipted its bytes. */
export interface DeclaredPhoto extends EvidenceRef {
  receipted: boolean
  /** Its bytes are gone and the person chose to send without them. */
  waived: boolean
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
}

/** The note made before a camera opens, so that a killed page comes back to the same item. */
export interface PhotoMarker {
  task: string
  item: string
  /** Anything the screen wants back. */
  note?: string
  at_ms: number
}

/** What the phone knows about its own storage. */
export interface StorageState {
  persisted: boolean | null
  usage: number | null
  quota: number | null
}
