/**
 * What somebody is reporting beside any check, until it is recorded: kept on the phone at each step,
 * so that a killed page gives photos and words back, and recorded in one go.
 */
import type { Severity } from '../../schemas.gen.ts'
import type { Engine, NewPhoto } from '../../sync/engine.ts'
import { evidenceFinding, reportFinding } from './commands.ts'

/** What a free finding needs of the engine. */
export type FindingEngine = Pick<
  Engine,
  'record' | 'hashPhoto' | 'newId' | 'now' | 'saveDraft' | 'readDraft' | 'clearDraft'
>

/** A photo or a voice note that waits on the phone to be recorded. */
export interface KeptPiece extends NewPhoto {
  sha256: string
}

/** Everything that is said so far. Units: `found_ms` in milliseconds UTC, 0 while nothing is said. */
export interface FindingDraft {
  record: string
  site: string
  /** A checkpoint's id, `area:` and an area's id, or empty where the words say it. */
  place: string
  words: string
  severity: Severity
  found_ms: number
  /** The finding itself lies in the outbox; only pieces are still to follow. */
  is_reported: boolean
}

/** What may be lacking before it can be sent. */
export type Lacking = 'nothing' | 'site' | 'words_or_photo'

const WORDS_KEY = 'finding'
const PIECES_KEY = 'finding-pieces'
const TITLE_LIMIT = 200
export const PIECES_LIMIT = 6

/** Begins one. */
export function freshFinding(record: string, site: string, place = ''): FindingDraft {
  return { record, site, place, words: '', severity: 'minor', found_ms: 0, is_reported: false }
}

/** Whether one was begun and not sent. */
export async function hasFindingDraft(engine: Pick<Engine, 'readDraft'>): Promise<boolean> {
  return (await engine.readDraft(WORDS_KEY)) !== undefined
}

/** Gives back what was begun; nothing where all was sent. */
export async function readFinding(
  engine: FindingEngine,
): Promise<{ draft: FindingDraft; pieces: KeptPiece[] } | undefined> {
  const draft = await engine.readDraft<FindingDraft>(WORDS_KEY)
  if (draft === undefined) return undefined
  return { draft, pieces: (await engine.readDraft<KeptPiece[]>(PIECES_KEY)) ?? [] }
}

/** Keeps the words; the pieces are kept apart, because they are large and seldom change. */
export async function keepFinding(engine: FindingEngine, draft: FindingDraft): Promise<void> {
  await engine.saveDraft(WORDS_KEY, { ...draft })
}

/** Keeps the pieces as they are now. */
export async function keepPieces(engine: FindingEngine, pieces: readonly KeptPiece[]): Promise<void> {
  await engine.saveDraft(PIECES_KEY, [...pieces])
}

/** Forgets what was begun, because it is sent or not wanted. */
export async function forgetFinding(engine: FindingEngine): Promise<void> {
  await engine.clearDraft(WORDS_KEY)
  await engine.clearDraft(PIECES_KEY)
}

/** Says what is lacking: a photo may speak for itself, and so may words. */
export function lackingIn(draft: FindingDraft, piece_count: number): Lacking {
  if (draft.site === '') return 'site'
  return draft.words.trim() === '' && piece_count === 0 ? 'words_or_photo' : 'nothing'
}

/** The title: the words, with the area before them where no checkpoint says the place. */
export function titleOf(draft: FindingDraft, place: string, wordless: string): string {
  const words = draft.words.trim() === '' ? wordless : draft.words.trim()
  return Array.from(`${place}${words}`).slice(0, TITLE_LIMIT).join('')
}

/**
 * Records the finding and then its pieces, each kept until it lies in the outbox: what fails in the
 * middle goes on from there and is never recorded twice.
 */
export async function sendFinding(
  engine: FindingEngine,
  draft: FindingDraft,
  pieces: readonly KeptPiece[],
  said: { title: string; me: string },
): Promise<void> {
  let left = draft
  if (!left.is_reported) {
    await reportFinding(engine, left.record, {
      site: left.site,
      title: { zh: said.title },
      severity: left.severity,
      found_by: said.me,
      found_at: left.found_ms === 0 ? engine.now() : left.found_ms,
      checkpoint: left.place === '' || left.place.startsWith('area:') ? null : left.place,
    })
    left = { ...left, is_reported: true }
    await keepFinding(engine, left)
  }
  for (const [done, piece] of pieces.entries()) {
    await evidenceFinding(engine, left.record, { bytes: piece.bytes, media_type: piece.media_type })
    await keepPieces(engine, pieces.slice(done + 1))
  }
  await forgetFinding(engine)
}
