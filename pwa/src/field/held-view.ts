/** What became of an operation that the office holds, as its author is told; pure. */
import type { FoldedRecord, OutboxEntry } from '../sync/engine.ts'

/**
 * held: the office is to decide; overdue: it should have; *_sending: the author's own decision is
 * still on this phone; set_aside, changed, applied: what was decided.
 */
export type HeldStage =
  | 'held'
  | 'overdue'
  | 'aside_sending'
  | 'up_sending'
  | 'set_aside'
  | 'changed'
  | 'applied'

/** Where it stands, why, and whether the author decided it. */
export interface HeldStory {
  stage: HeldStage
  reason: string
  mine: boolean
  /** By when the office is to decide; null where nobody said. Units: milliseconds UTC. */
  by_ms: number | null
}

interface Move {
  op: string
  person: string
  position: number | null
  stamp: number
}

interface Decisions {
  state?: { value: string; moves: Move[] }
  reasons?: { entries: Record<string, { value: unknown }> }
}

/** Tells the story of an entry; null where the office never held it. */
export function heldStory(
  entry: OutboxEntry,
  record: FoldedRecord | undefined,
  me: string,
  now_ms: number,
): HeldStory | null {
  const fields = (record?.fields ?? {}) as Decisions
  const latest = fields.state?.moves.reduce<Move | null>(later, null) ?? null
  const given = latest === null ? undefined : fields.reasons?.entries[latest.op]?.value
  const stage = stageOf(entry, fields.state?.value ?? '', latest, now_ms)
  if (stage === null) return null
  return {
    stage,
    reason: typeof given === 'string' ? given : '',
    mine: latest?.person === me,
    by_ms: dueOf(entry),
  }
}

function later(one: Move | null, other: Move): Move {
  return one !== null && one.stamp >= other.stamp ? one : other
}

function dueOf(entry: OutboxEntry): number | null {
  const by_ms = entry.outcome?.decide_by_ms ?? 0
  return by_ms > 0 ? by_ms : null
}

function stageOf(
  entry: OutboxEntry,
  state: string,
  latest: Move | null,
  now_ms: number,
): HeldStage | null {
  const isUnsent = latest !== null && latest.position === null
  if (entry.state === 'held') {
    if (isUnsent && state === 'set_aside') return 'aside_sending'
    if (isUnsent && state === 'waiting') return 'up_sending'
    return (dueOf(entry) ?? now_ms) < now_ms ? 'overdue' : 'held'
  }
  if (entry.state === 'set_aside') {
    if (isUnsent && state === 'waiting') return 'up_sending'
    return entry.problem?.code === 'decided_changed' ? 'changed' : 'set_aside'
  }
  return state === 'applied' ? 'applied' : null
}

/** The records of decisions by the id that the server gave to each held operation. */
export function byHeldId(records: readonly FoldedRecord[]): ReadonlyMap<string, FoldedRecord> {
  return new Map(records.map((record) => [record.id, record]))
}
