/**
 * Sends each photo once, and counts it as delivered only when the server has receipted its bytes.
 */

import { sha256 } from '../kernel/ids.ts'
import { phoneProblem } from '../kernel/problems.ts'
import { PHOTO_LIMIT, type Problem } from '../schemas.gen.ts'
import type { EvidenceRow, UploadRow } from '../store/database.ts'
import type { UploadProgress } from '../store/shapes.ts'
import { delayAfter, push } from './push.ts'
import { RoundStopped, checkPerson, stopIfGeneral, type Round } from './round.ts'
import type { SendInParts } from './uploading.ts'

/** Fetched with the first photo, so that nobody waits for it before a check can be opened. */
async function loadUploading(): Promise<{ sendInParts: SendInParts }> {
  try {
    return await import('./uploading.ts')
  } catch {
    throw new RoundStopped(phoneProblem('offline'), 0)
  }
}

/** Sends the photos of acknowledged operations; answers with the last refusal, if any. */
export async function sendPhotos(
  round: Round,
  onProgress: (progress: UploadProgress | null) => void,
): Promise<Problem | null> {
  let last: Problem | null = null
  const waiting = await round.store.readUnreceipted(round.person)
  if (waiting.length === 0) return null
  const begun = await round.store.readUploads()
  try {
    for (const { writer, sha256: hash } of waiting) {
      checkPerson(round)
      const row = begun.get(hash)
      if (row && !isDue(round, row)) continue
      const problem = await sendPhoto(round, writer, hash, row, onProgress)
      round.beat()
      // Photos take long: what is recorded meanwhile goes before the next one.
      await push({ ...round, urgent: false })
      if (!problem) continue
      // A refused photo waits by itself: those behind it go on.
      await round.store.parkPhoto(writer, hash, problem, (attempts) =>
        Math.round(round.time.now() + delayAfter(attempts, round.random())),
      )
      last = problem
    }
  } finally {
    onProgress(null)
  }
  return last
}

/** Longer than any refused photo waits: a later time was set by a clock since put right. */
const LONGEST_WAIT_MS = 3_600_000

function isDue(round: Round, { next_try_ms }: UploadRow): boolean {
  const now = round.time.now()
  return round.urgent || next_try_ms <= now || next_try_ms > now + LONGEST_WAIT_MS
}

async function sendPhoto(
  round: Round,
  writer: string,
  hash: string,
  row: UploadRow | undefined,
  onProgress: (progress: UploadProgress) => void,
): Promise<Problem | null> {
  const photo = await round.store.readPhoto(hash)
  if (!photo) {
    await round.store.markPhotoGone(writer, hash)
    return null
  }
  const size = photo.bytes.byteLength
  const isBegun = row !== undefined && row.sent > 0 && row.size === size
  onProgress({ sha256: hash, sent: isBegun ? row.sent : 0, size })
  const { sendInParts } = await loadUploading()
  const answer = await sendInParts(round, photo, isBegun, (sent) => {
    onProgress({ sha256: hash, sent, size })
    // Only the next page needs it: a full disk must not stop the photo.
    if (sent < size) void round.store.noteUpload(hash, sent, size).catch(() => undefined)
  })
  if (answer.ok) {
    await round.store.applyReceipt(writer, hash, round.time.now())
    return null
  }
  await stopIfGeneral(round, answer)
  if (answer.problem.code === 'csrf_failed') round.transport.csrf = null
  return await judge(round, writer, photo, answer.problem)
}

/** Says what a refusal means for this photo; nothing when a person is asked instead. */
async function judge(
  round: Round,
  writer: string,
  { sha256: hash, bytes }: EvidenceRow,
  problem: Problem,
): Promise<Problem | null> {
  if (problem.code === 'hash_mismatch' && (await sha256(bytes)) !== hash) {
    // The phone's own storage spoiled the bytes: sending them again would change nothing.
    await round.store.markPhotoGone(writer, hash)
    return null
  }
  if (problem.status !== 413) return problem
  const limit = Number(problem.details?.['limit'] ?? PHOTO_LIMIT)
  return phoneProblem('photo_too_large', { size: bytes.byteLength, limit })
}
