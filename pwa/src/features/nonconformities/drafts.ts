/** Keeps the words of a correction that is typed and not yet recorded. */
import type { Engine } from '../../sync/engine.ts'

/** What drafts need of the engine. */
export type DraftStore = Pick<Engine, 'saveDraft' | 'readDraft' | 'clearDraft'>

/** One unsaved correction, as the outbox lists it. */
export interface CorrectionDraft {
  id: string
  words: string
  saved_ms: number
}

type DraftIndex = Record<string, CorrectionDraft>

const KEY = 'corrections'

async function readIndex(store: DraftStore): Promise<DraftIndex> {
  return (await store.readDraft<DraftIndex>(KEY)) ?? {}
}

/** Gives the words typed for a correction, or none. */
export async function readCorrectionDraft(store: DraftStore, id: string): Promise<string> {
  return (await readIndex(store))[id]?.words ?? ''
}

/** Keeps the words; empty words take the draft away. */
export async function saveCorrectionDraft(
  store: DraftStore,
  id: string,
  words: string,
  now_ms: number,
): Promise<void> {
  const { [id]: before, ...others } = await readIndex(store)
  const kept = words.trim() === '' ? others : { ...others, [id]: { id, words, saved_ms: now_ms } }
  if (before !== undefined || words.trim() !== '') await store.saveDraft(KEY, kept)
}

/** Lists the unsaved corrections, the oldest first. */
export async function listCorrectionDrafts(store: DraftStore): Promise<CorrectionDraft[]> {
  return Object.values(await readIndex(store)).sort((a, b) => a.saved_ms - b.saved_ms)
}
