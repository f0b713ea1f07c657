/** Keeps a handover that is being written, so that a killed page comes back to it. */
import type { Engine } from '../../sync/engine.ts'
import { slotOf, type ShiftEnd } from './commands.ts'

/** What drafts need of the engine. */
export type DraftStore = Pick<Engine, 'saveDraft' | 'readDraft' | 'clearDraft'>

/** What was entered so far. `found` and `words` are by the thing's name. */
export interface HandoverDraft {
  found: Record<string, number>
  words: Record<string, string>
  matters: string[]
  typing: string
  instructions: string
  on_duty: string[]
}

const keyOf = (end: ShiftEnd): string => `handover/${end.site}/${slotOf(end)}`

export async function readHandoverDraft(
  store: DraftStore,
  end: ShiftEnd,
): Promise<HandoverDraft | undefined> {
  return await store.readDraft<HandoverDraft>(keyOf(end))
}

export async function saveHandoverDraft(
  store: DraftStore,
  end: ShiftEnd,
  draft: HandoverDraft,
): Promise<void> {
  await store.saveDraft(keyOf(end), draft)
}

export async function clearHandoverDraft(store: DraftStore, end: ShiftEnd): Promise<void> {
  await store.clearDraft(keyOf(end))
}
