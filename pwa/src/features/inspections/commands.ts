/**
 * The only way in which a screen writes to a check: each command hands one operation to the engine
 * and resolves when it lies on the phone and was read back.
 */
import type { Answer, Confirmation, Dispute, PartUsed } from '../../schemas.gen.ts'
import type { Engine, NewPhoto, Saved } from '../../sync/engine.ts'
import type { Said } from './items.ts'

/** What commands need of the engine. */
export type Recorder = Pick<Engine, 'record' | 'hashPhoto'>

/** The task that a command writes to, and the checklist version it runs on. */
export interface OpenTask {
  task: string
  checklist: string
}

/** The plan and the day of a check that is begun where the phone knows no window for it. */
export interface BegunBeside {
  plan: string
  on: string
  ordinal: number
}

function write(
  engine: Recorder,
  { task }: Pick<OpenTask, 'task'>,
  body: { kind: string } & Record<string, unknown>,
  photos: readonly NewPhoto[] = [],
): Promise<Saved> {
  const operation = { record: task, record_kind: 'task', body }
  return engine.record(photos.length === 0 ? operation : { ...operation, photos })
}

/** Someone began a check; `beside` says for which plan and day where no window says it. */
export function startTask(
  engine: Recorder,
  open: OpenTask,
  now_ms: number,
  beside?: BegunBeside,
): Promise<Saved> {
  const { checklist } = open
  return write(engine, open, { kind: 'task_started', checklist, started_at: now_ms, ...beside })
}

/**
 * One item was found pass, fail or not applicable, or the answer was taken back; the same again is a
 * correction. What was said beside it once is said each time, so that nothing old stays standing.
 */
export function answerItem(
  engine: Recorder,
  open: OpenTask,
  item: string,
  answer: Answer,
  said: Partial<Said> = {},
): Promise<Saved> {
  const { checklist } = open
  return write(engine, open, { kind: 'item_answered', item, checklist, answer, ...said })
}

/** Words were put beside an item. */
export function noteItem(
  engine: Recorder,
  open: OpenTask,
  item: string,
  note: string,
): Promise<Saved> {
  return write(engine, open, { kind: 'item_noted', item, note })
}

/** A photo was taken of an item. */
export async function addEvidence(
  engine: Recorder,
  open: OpenTask,
  item: string,
  photo: NewPhoto,
): Promise<Saved> {
  const sha256 = await engine.hashPhoto(photo.bytes)
  return write(engine, open, { kind: 'evidence_added', item, photo: sha256 }, [photo])
}

/** A photo was taken out by its author; its bytes stay. */
export function withdrawEvidence(
  engine: Recorder,
  open: OpenTask,
  item: string,
  sha256: string,
): Promise<Saved> {
  return write(engine, open, { kind: 'evidence_withdrawn', item, photo: sha256 })
}

/** A remark was made on the whole check. */
export function addRemark(engine: Recorder, open: OpenTask, remark: string): Promise<Saved> {
  return write(engine, open, { kind: 'remark_added', remark })
}

/** The check was declared finished. */
export function finishTask(engine: Recorder, open: OpenTask, now_ms: number): Promise<Saved> {
  return write(engine, open, { kind: 'task_finished', finished_at: now_ms })
}

/** The check was handed to somebody else; what was answered stays. */
export function transferTask(
  engine: Recorder,
  task: string,
  assignee: string,
  transfer_reason: string,
): Promise<Saved> {
  return write(engine, { task }, { kind: 'task_transferred', assignee, transfer_reason })
}

/** Somebody took one heading of a large check. */
export function takeGroup(
  engine: Recorder,
  open: OpenTask,
  group: string,
  taken_by: string,
): Promise<Saved> {
  return write(engine, open, { kind: 'group_taken', group, taken_by })
}

/** Whoever stood by confirmed what was found, or did not; a drawn signature goes with it. */
export async function confirmTask(
  engine: Recorder,
  task: string,
  said: Omit<Confirmation, 'signature' | 'how'>,
  drawn: NewPhoto | null,
): Promise<Saved> {
  const signature = drawn === null ? '' : await engine.hashPhoto(drawn.bytes)
  const how = drawn === null ? 'typed' : 'signature'
  const body = { kind: 'task_confirmed', confirmation: { ...said, how, signature } }
  return write(engine, { task }, body, drawn === null ? [] : [drawn])
}

/** The assessed does not agree with what was found on an item. */
export function disputeItem(
  engine: Recorder,
  task: string,
  item: string,
  dispute: Dispute,
): Promise<Saved> {
  return write(engine, { task }, { kind: 'item_disputed', item, dispute })
}

/** What a check found was approved, or sent back. */
export function approveTask(
  engine: Recorder,
  task: string,
  approval: 'approved' | 'returned',
  approval_words: string,
): Promise<Saved> {
  return write(engine, { task }, { kind: 'task_approved', approval, approval_words })
}

/** A part or material was used. */
export function recordPart(engine: Recorder, task: string, part: PartUsed): Promise<Saved> {
  return write(engine, { task }, { kind: 'part_recorded', part })
}
