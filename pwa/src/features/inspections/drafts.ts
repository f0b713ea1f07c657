/**
 * Keeps what is typed but not yet recorded, and the place in the list, so that a killed page
 * comes back to the same item with the same words.
 */
import type { Engine } from '../../sync/engine.ts'

/** What drafts need of the engine. */
export type DraftStore = Pick<Engine, 'saveDraft' | 'readDraft' | 'clearDraft'>

/** Where someone was in a task. `notes` are unsaved words by item id, `typed` unsaved values. */
export interface TaskDraft {
  item: string
  scroll_px: number
  notes: Record<string, string>
  typed?: Record<string, string>
}

/** Unsaved notes of one task, as the outbox lists them. */
export interface NoteDraft {
  task: string
  note_count: number
  saved_ms: number
}

type DraftIndex = Record<string, NoteDraft>

const INDEX_KEY = 'task-notes'
const keyOf = (task: string): string => `task/${task}`

/** Gives the draft of a task, or an empty one. */
export async function readTaskDraft(store: DraftStore, task: string): Promise<TaskDraft> {
  const found = await store.readDraft<TaskDraft>(keyOf(task))
  return found ?? { item: '', scroll_px: 0, notes: {} }
}

/** Keeps the draft of a task and lists it when it holds unsaved words. */
export async function saveTaskDraft(
  store: DraftStore,
  task: string,
  draft: TaskDraft,
  now_ms: number,
): Promise<void> {
  await store.saveDraft(keyOf(task), draft)
  const index = (await store.readDraft<DraftIndex>(INDEX_KEY)) ?? {}
  const note_count = Object.keys(draft.notes).length
  if (note_count === 0 && index[task] === undefined) return
  const { [task]: before, ...others } = index
  const listed =
    note_count === 0
      ? others
      : { ...others, [task]: { task, note_count, saved_ms: before?.saved_ms ?? now_ms } }
  await store.saveDraft(INDEX_KEY, listed)
}

/** Lists the tasks with unsaved notes, the oldest first. */
export async function listNoteDrafts(store: DraftStore): Promise<NoteDraft[]> {
  const index = (await store.readDraft<DraftIndex>(INDEX_KEY)) ?? {}
  return Object.values(index).sort((a, b) => a.saved_ms - b.saved_ms)
}
