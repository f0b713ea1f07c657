/** Keeps what is typed at stops and not yet recorded, so that a killed page comes back to it. */
import type { Engine } from '../../sync/engine.ts'

/** What drafts need of the engine. */
export type DraftStore = Pick<Engine, 'saveDraft' | 'readDraft' | 'clearDraft'>

/** Where someone was in a round. `notes` are unsaved words by checkpoint. */
export interface RoundDraft {
  /** The stop that is unfolded; empty for none. */
  stop: string
  notes: Record<string, string>
}

const keyOf = (round: string): string => `round/${round}`
const receiptKey = (round: string): string => `receipt/${round}`

/** Gives the draft of a round, or an empty one. */
export async function readRoundDraft(store: DraftStore, round: string): Promise<RoundDraft> {
  return (await store.readDraft<RoundDraft>(keyOf(round))) ?? { stop: '', notes: {} }
}

/** Keeps the draft of a round; one that holds nothing is no draft. */
export async function saveRoundDraft(
  store: DraftStore,
  round: string,
  draft: RoundDraft,
): Promise<void> {
  const isEmpty = draft.stop === '' && Object.keys(draft.notes).length === 0
  if (isEmpty) await store.clearDraft(keyOf(round))
  else await store.saveDraft(keyOf(round), draft)
}

/** A receipt as it was made, with what its words say. */
export interface KeptReceipt {
  text: string
  signed: boolean
  scanned: number
  expected: number
  missed: number[]
}

/** Gives the receipt that was made of a round on this phone. */
export async function readReceipt(store: DraftStore, round: string): Promise<KeptReceipt | undefined> {
  return await store.readDraft<KeptReceipt>(receiptKey(round))
}

/** Keeps a receipt with its round. */
export async function keepReceipt(
  store: DraftStore,
  round: string,
  receipt: KeptReceipt,
): Promise<void> {
  await store.saveDraft(receiptKey(round), receipt)
}
