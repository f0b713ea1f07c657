/**
 * The only way in which a screen writes to a nonconformity: each command hands one operation to
 * the engine and resolves when it lies on the phone and was read back.
 */
import type { Severity } from '../../schemas.gen.ts'
import type { Engine, NewPhoto, Saved } from '../../sync/engine.ts'

/** What commands need of the engine. */
export type Recorder = Pick<Engine, 'record' | 'hashPhoto'>

function write(
  engine: Recorder,
  record: string,
  body: { kind: string } & Record<string, unknown>,
  photos: readonly NewPhoto[] = [],
): Promise<Saved> {
  const operation = { record, record_kind: 'nonconformity', body }
  return engine.record(photos.length === 0 ? operation : { ...operation, photos })
}

/** What somebody saw beside any check, and where. Units: `found_at` in milliseconds UTC. */
export interface SeenFreely {
  site: string
  title: { zh: string }
  severity: Severity
  found_by: string
  found_at: number
  checkpoint: string | null
}

/** Someone saw something wrong beside any check; the record is made here, under a random id. */
export function reportFinding(engine: Recorder, record: string, seen: SeenFreely): Promise<Saved> {
  return write(engine, record, { kind: 'nonconformity_reported', ...seen })
}

/** A photo or a voice note shows what was seen. */
export async function evidenceFinding(
  engine: Recorder,
  record: string,
  photo: NewPhoto,
): Promise<Saved> {
  const sha256 = await engine.hashPhoto(photo.bytes)
  return write(engine, record, { kind: 'finding_evidenced', photo: sha256 }, [photo])
}

/** The finder saw it put right there and then. */
export function closeOnSpot(
  engine: Recorder,
  record: string,
  correction: string,
  now_ms: number,
): Promise<Saved> {
  return write(engine, record, {
    kind: 'nonconformity_closed_on_spot',
    corrected_at: now_ms,
    correction,
  })
}

/** Someone put it right; another person has yet to verify. */
export function correct(
  engine: Recorder,
  record: string,
  correction: string,
  now_ms: number,
): Promise<Saved> {
  return write(engine, record, { kind: 'nonconformity_corrected', corrected_at: now_ms, correction })
}

/** An assessor confirmed what a self-check found; from now on it counts for the score. */
export function confirmFinding(engine: Recorder, record: string, now_ms: number): Promise<Saved> {
  return write(engine, record, { kind: 'nonconformity_confirmed', confirmed_at: now_ms })
}

/** A photo shows the correction. */
export async function evidenceCorrection(
  engine: Recorder,
  record: string,
  photo: NewPhoto,
): Promise<Saved> {
  const sha256 = await engine.hashPhoto(photo.bytes)
  return write(engine, record, { kind: 'correction_evidenced', photo: sha256 }, [photo])
}

/** Another person than the corrector saw that it is right. */
export function verifyCorrection(
  engine: Recorder,
  record: string,
  words: string,
  now_ms: number,
): Promise<Saved> {
  return write(engine, record, { kind: 'correction_verified', verified_at: now_ms, words })
}
