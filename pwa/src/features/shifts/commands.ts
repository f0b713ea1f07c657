/**
 * The only way in which a screen writes to handovers and rosters: each command hands one operation
 * to the engine and resolves when it lies on the phone and was read back.
 */
import { derivedId } from '../../kernel/derived-id.ts'
import type { Handover, Taking } from '../../schemas.gen.ts'
import type { Engine, NewPhoto, Saved } from '../../sync/engine.ts'

/** What commands need of the engine. */
export type Recorder = Pick<Engine, 'record' | 'hashPhoto'>

/** The end of a shift at a post: everybody who hands it over writes into one record. */
export interface ShiftEnd {
  site: string
  post: string
  on: string
  shift: string
}

const WORDS_LIMIT = 4000

/** The id that server and phone give to the same handover. */
export function handoverId({ site, post, on, shift }: ShiftEnd): Promise<string> {
  return derivedId('handover', site, post, on, shift)
}

/** Names one place on a roster, as the server does. */
export function slotOf({ on, shift, post }: Pick<ShiftEnd, 'on' | 'shift' | 'post'>): string {
  return `${on}|${shift}|${post}`
}

function cut(text: string): string {
  return Array.from(text.trim()).slice(0, WORDS_LIMIT).join('')
}

/** The one who leaves wrote down what is handed over. */
export async function makeHandover(
  engine: Recorder,
  end: ShiftEnd,
  left_by: string,
  handover: Handover,
  now_ms: number,
): Promise<Saved> {
  const { site, post, on, shift } = end
  const told: Handover = {
    ...handover,
    open_matters: (handover.open_matters ?? []).map(cut),
    instructions: cut(handover.instructions ?? ''),
  }
  const body = { kind: 'handover_made', site, post, on, shift, left_by, left_at: now_ms, handover: told }
  return await engine.record({ record: await handoverId(end), record_kind: 'handover', body })
}

/** The one who comes took over or said what is not as written; a drawn signature goes with it. */
export async function takeHandover(
  engine: Recorder,
  handover: string,
  taking: Omit<Taking, 'signature'>,
  now_ms: number,
  drawn: NewPhoto | null = null,
): Promise<Saved> {
  const signature = drawn === null ? '' : await engine.hashPhoto(drawn.bytes)
  const told: Taking = { ...taking, words: cut(taking.words ?? ''), signature }
  const operation = {
    record: handover,
    record_kind: 'handover',
    body: { kind: 'handover_taken', taking: told, taken_at: now_ms },
  }
  return await engine.record(drawn === null ? operation : { ...operation, photos: [drawn] })
}

/** An open matter is done; `matter` is its place in the list, from 0. */
export function settleMatter(
  engine: Recorder,
  handover: string,
  matter: number,
  settled_words: string,
): Promise<Saved> {
  const body = { kind: 'matter_settled', matter: String(matter), settled_words: cut(settled_words) }
  return engine.record({ record: handover, record_kind: 'handover', body })
}

/** A photo was put beside a handover. */
export async function addHandoverPhoto(
  engine: Recorder,
  handover: string,
  photo: NewPhoto,
): Promise<Saved> {
  const body = { kind: 'handover_evidenced', photo: await engine.hashPhoto(photo.bytes) }
  return await engine.record({ record: handover, record_kind: 'handover', body, photos: [photo] })
}

/** Somebody else takes a place on the roster. */
export function nameSubstitute(
  engine: Recorder,
  roster: string,
  slot: string,
  substitute: string,
): Promise<Saved> {
  const body = { kind: 'substitute_named', slot, substitute }
  return engine.record({ record: roster, record_kind: 'roster', body })
}
