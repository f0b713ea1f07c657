/**
 * What one round of syncing has at hand, and how it ends early.
 */

import type { Problem } from '../schemas.gen.ts'
import type { Store } from '../store/store.ts'
import type { Gathering } from './pull.ts'
import type { ServerTime } from './server-time.ts'
import type { Session } from './session.ts'
import type { Transport } from './transport.ts'

export interface Round {
  store: Store
  transport: Transport
  session: Session
  time: ServerTime
  /** Whose work this round sends; the round stops when somebody else is signed in. */
  person: string
  signal: AbortSignal
  /** Says that the round still moves; the watchdog listens. */
  beat: () => void
  /** A number from 0 to 1; spreads the phones' retries. */
  random: () => number
  /** Parked entries are tried too: a person pressed the button. */
  urgent: boolean
  /** Pages that an earlier round could not finish; kept from round to round, not from start to start. */
  gathering: { pages: Gathering | null }
  /** Writers, and people with theirs, that this page has seen bound; the server says if it knows better. */
  bound: Set<string>
  /** Says how far a first working set, or one that comes anew, has arrived. */
  onBootstrap: (progress: { done: number; all: number | null } | null) => void
  /** Pushes failed while pulls worked: one operation may be what breaks the connection. */
  suspicious: boolean
}

/** Ends a round: everything stays where it is, and the next round goes on. */
export class RoundStopped extends Error {
  readonly problem: Problem
  readonly status: number
  readonly retry_after_ms: number | null

  constructor(problem: Problem, status: number, retry_after_ms: number | null = null) {
    super(problem.code)
    this.problem = problem
    this.status = status
    this.retry_after_ms = retry_after_ms
  }
}

/** Ends the round for failures that concern all requests; others are the caller's to judge. */
export async function stopIfGeneral(
  round: Round,
  answer: { status: number; problem: Problem; retry_after_ms: number | null },
): Promise<void> {
  if (answer.status === 401) await round.session.expire(answer.problem)
  // The next round asks anew who is signed in, and learns that the password must change first.
  if (answer.problem.code === 'password_change_needed') round.transport.csrf = null
  if (answer.status === 0 || answer.status === 401 || answer.status === 429) {
    throw new RoundStopped(answer.problem, answer.status, answer.retry_after_ms)
  }
}

/** A cellar's stairs give this much at least. Units: bytes per millisecond. */
const SLOWEST = 8
const PATIENCE_MS = 30_000
/** Shorter than the watchdog's patience. */
const LONGEST_MS = 150_000

/** Tells how long a request with a body of so many bytes may take. Units: milliseconds. */
export function patienceFor(bytes: number): number {
  return Math.min(PATIENCE_MS + bytes / SLOWEST, LONGEST_MS)
}

/** Ends a round because somebody else is signed in now; no failure of anything. */
export class PersonChanged extends Error {}

/** The author of what is sent must be who is signed in, else the queue would change its author. */
export function checkPerson(round: Round): void {
  const { person, serverPerson } = round.session
  if (person?.id !== round.person || serverPerson !== round.person) throw new PersonChanged()
}
