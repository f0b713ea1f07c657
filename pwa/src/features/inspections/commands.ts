/**
 * The only way in which a screen writes to a check: each command hands one operation to the engine
 * and resolves when it lies on the phone and was read back.
 */
import type { Answer } from '../../schemas.gen.ts'
import type { Engine, NewPhoto, Saved } from '../../sync/engine.ts'

/** What commands need of the engine. */
export type Recorder = Pick<Engine, 'record' | 'hashPhoto'>

/** The task that a command writes to, and the checklist version it runs on. */
export interface OpenTask {
  task: string
  checklist: string
}

function write(
  engine: Recorder,
  { task }: OpenTask,
  body: { kind: string } & Record<string, unknown>,
  photos: readonly NewPhoto[] = [],
): Promise<Saved> {
  const operation = { record: task, record_kind: 'task', body }
  return engine.record(photos.length === 0 ? operation : { ...operation, photos })
}

/** Someone began a check. */
export function startTask(engine: Recorder, open: OpenTask, now_ms: number): Promise<Saved> {
  const { checklist } = open
  return write(engine, open, { kind: 'task_started', checklist, started_at: now_ms })
}

/** One item was found pass, fail or not applicable; the same again is a correction. */
export function answerItem(
  engine: Recorder,
  open: OpenTask,
  item: string,
  answer: Answer,
): Promise<Saved> {
  return write(engine, open, { kind: 'item_answered', item, checklist: open.checklist, answer })
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
