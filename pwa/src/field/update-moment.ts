/** Says whether a newer version may be put in place now; pure. */

/** What is going on on the phone. */
export interface Doings {
  /** Words are typed that are not recorded yet, in this window or another. */
  drafts: boolean
  /** When a photo was last expected and has not arrived. Units: milliseconds UTC. */
  photo_since_ms: number | null
  /** Something is being written to the disk. */
  recording: boolean
  /** Work or photos are on their way. */
  sending: boolean
}

/** A camera that was opened longer ago was closed by the phone: nothing will come of it. */
const PHOTO_WAIT_MS = 30 * 60_000

/** Gives what the update waits for, the most personal first; null when nothing is disturbed. */
export function whyWait(doings: Doings, now_ms: number): 'draft' | 'photo' | 'sending' | null {
  if (doings.drafts) return 'draft'
  const since_ms = doings.photo_since_ms
  // A moment ahead is a clock that was put right since: as old as any.
  const isExpected = since_ms !== null && now_ms - since_ms < PHOTO_WAIT_MS && since_ms <= now_ms
  if (isExpected || doings.recording) return 'photo'
  return doings.sending ? 'sending' : null
}
