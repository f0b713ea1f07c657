/**
 * The only way in which a screen writes to a round: each command hands one operation to the engine
 * and resolves when it lies on the phone and was read back.
 */
import { derivedId } from '../../kernel/derived-id.ts'
import type { Scan } from '../../schemas.gen.ts'
import type { Engine, NewPhoto, Saved } from '../../sync/engine.ts'

/** What commands need of the engine. */
export type Recorder = Pick<Engine, 'record' | 'hashPhoto'>

/** A round that is open on the phone, and the route that it walks. */
export interface OpenRound {
  round: string
  route: string
  /** The date and the place in it, where the phone holds no window for the round. */
  beside?: { on: string; ordinal: number }
}

/** The longest text of a tag that is kept, as the server takes it. */
const TEXT_LIMIT = 400
const REASON_LIMIT = 200

function write(
  engine: Recorder,
  { round }: Pick<OpenRound, 'round'>,
  body: { kind: string } & Record<string, unknown>,
  photos: readonly NewPhoto[] = [],
): Promise<Saved> {
  const operation = { record: round, record_kind: 'round', body }
  return engine.record(photos.length === 0 ? operation : { ...operation, photos })
}

/** The id that server and phone give to the same round of the same day. */
export function roundId(
  organization: string,
  route: string,
  on: string,
  ordinal: number,
): Promise<string> {
  return derivedId('round', organization, route, on, ordinal)
}

/** Someone began a round. */
export function startRound(engine: Recorder, open: OpenRound, now_ms: number): Promise<Saved> {
  const body = { kind: 'round_started', route: open.route, started_at: now_ms }
  return write(engine, open, { ...body, ...open.beside })
}

/** A checkpoint was reached; a longer text than any label has is cut. */
export function scanCheckpoint(
  engine: Recorder,
  open: Pick<OpenRound, 'round'>,
  checkpoint: string,
  scan: Scan,
): Promise<Saved> {
  const text = Array.from(scan.text).slice(0, TEXT_LIMIT).join('')
  return write(engine, open, { kind: 'checkpoint_scanned', checkpoint, scan: { ...scan, text } })
}

/** A checkpoint could not be reached, and why. */
export function missCheckpoint(
  engine: Recorder,
  open: Pick<OpenRound, 'round'>,
  checkpoint: string,
  because: string,
): Promise<Saved> {
  const missed_because = Array.from(because.trim()).slice(0, REASON_LIMIT).join('')
  return write(engine, open, { kind: 'checkpoint_missed', checkpoint, missed_because })
}

/** A photo was taken at a checkpoint. */
export async function addPhoto(
  engine: Recorder,
  open: Pick<OpenRound, 'round'>,
  checkpoint: string,
  photo: NewPhoto,
): Promise<Saved> {
  const sha256 = await engine.hashPhoto(photo.bytes)
  return write(engine, open, { kind: 'round_evidenced', checkpoint, photo: sha256 }, [photo])
}

/** Words were put beside a checkpoint. */
export function noteCheckpoint(
  engine: Recorder,
  open: Pick<OpenRound, 'round'>,
  checkpoint: string,
  note: string,
): Promise<Saved> {
  return write(engine, open, { kind: 'round_noted', checkpoint, note })
}

/** The round was declared finished, whatever was not reached. */
export function finishRound(
  engine: Recorder,
  open: Pick<OpenRound, 'round'>,
  now_ms: number,
): Promise<Saved> {
  return write(engine, open, { kind: 'round_finished', finished_at: now_ms })
}
