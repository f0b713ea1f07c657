/** What a foreman gives the team: work handed on, and what kind of day it is. */
import { transferTask } from '../features/inspections/commands.ts'
import { derivedId } from '../kernel/derived-id.ts'
import type { DayVariant } from '../schemas.gen.ts'
import type { Engine, Saved } from '../sync/engine.ts'

/** What commands need of the engine. */
export type Recorder = Pick<Engine, 'record' | 'hashPhoto'>

const REASON_LIMIT = 200

/** A check or a round was handed to somebody else; what was done in it stays. */
export function handOn(
  engine: Recorder,
  work: { kind: 'task' | 'round'; id: string },
  assignee: string,
  why: string,
): Promise<Saved> {
  const reason = Array.from(why.trim()).slice(0, REASON_LIMIT).join('')
  if (work.kind === 'task') return transferTask(engine, work.id, assignee, reason)
  const body = { kind: 'round_transferred', assignee, transfer_reason: reason }
  return engine.record({ record: work.id, record_kind: 'round', body })
}

/** The foreman said what kind of day it is; the same again for the same day changes it. */
export async function switchVariant(
  engine: Recorder,
  site: string,
  on: string,
  variant: DayVariant,
): Promise<Saved> {
  const record = await derivedId('day_variant', site, on)
  const body = { kind: 'variant_switched', site, on, variant }
  return await engine.record({ record, record_kind: 'day_variant', body })
}
