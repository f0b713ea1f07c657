/**
 * Sends each photo once, and counts it as delivered only when the server has receipted its bytes.
 */

import { sha256 } from '../kernel/ids.ts'
import type { EvidenceReceipt, Problem } from '../schemas.gen.ts'
import { delayAfter } from './push.ts'
import { checkPerson, patienceFor, stopIfGeneral, type Round } from './round.ts'
import type { Answer } from './transport.ts'

/** Photos that were refused by themselves wait here; a new page tries them again. */
export interface Refused {
  attempts: number
  next_try_ms: number
}

/** Sends the photos of acknowledged operations; answers with the last refusal, if any. */
export async function sendPhotos(
  round: Round,
  refused: Map<string, Refused>,
): Promise<Problem | null> {
  let last: Problem | null = null
  for (const { writer, sha256: hash } of await round.store.readUnreceipted(round.person)) {
    checkPerson(round)
    const wait = refused.get(hash)
    if (wait && !round.urgent && wait.next_try_ms > round.time.now()) continue
    const problem = await sendPhoto(round, writer, hash)
    round.beat()
    if (!problem) refused.delete(hash)
    else {
      const attempts = (wait?.attempts ?? 0) + 1
      const delay = delayAfter(attempts, round.random())
      refused.set(hash, { attempts, next_try_ms: round.time.now() + delay })
      last = problem
    }
  }
  return last
}

async function sendPhoto(round: Round, writer: string, hash: string): Promise<Problem | null> {
  const photo = await round.store.readPhoto(hash)
  if (!photo) {
    await round.store.markPhotoGone(writer, hash)
    return null
  }
  const answer = await put(round, hash, photo.bytes, photo.media_type)
  if (answer.ok) {
    await round.store.applyReceipt(writer, hash, round.time.now())
    return null
  }
  await stopIfGeneral(round, answer)
  if (answer.problem.code === 'csrf_failed') round.transport.csrf = null
  if (answer.problem.code === 'hash_mismatch' && (await sha256(photo.bytes)) !== hash) {
    // The phone's own storage spoiled the bytes: sending them again would change nothing.
    await round.store.markPhotoGone(writer, hash)
    return null
  }
  return answer.problem
}

async function put(
  round: Round,
  hash: string,
  bytes: ArrayBuffer,
  mediaType: string,
): Promise<Answer<EvidenceReceipt>> {
  const isReceipt = (value: unknown): value is EvidenceReceipt => {
    const receipt = value as Partial<EvidenceReceipt> | null
    const isOurs = receipt?.receipt === 'roundsman' && receipt.sha256 === hash
    return isOurs && receipt.size === bytes.byteLength
  }
  return await round.transport.ask(
    {
      method: 'PUT',
      path: `/api/evidence/${hash}`,
      body: bytes,
      content_type: mediaType,
      signal: round.signal,
      timeout_ms: patienceFor(bytes.byteLength),
    },
    isReceipt,
  )
}
