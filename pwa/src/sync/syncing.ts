/**
 * One round: who is signed in, operations up, photos up, changes down.
 */

import { ProblemFailure, phoneProblem } from '../kernel/problems.ts'
import type { Problem } from '../schemas.gen.ts'
import { forgetSettled } from '../store/carried.ts'
import type { Store } from '../store/store.ts'
import { carry } from './carry.ts'
import { sendPhotos } from './evidence.ts'
import { deriveDaily, pull } from './pull.ts'
import { bindOwn, push } from './push.ts'
import { PersonChanged, RoundStopped, type Round } from './round.ts'
import type { RoundEnd } from './scheduler.ts'
import type { ServerTime } from './server-time.ts'
import type { Reporter } from './device-report.ts'
import type { Session } from './session.ts'
import type { StatusBoard, SyncStatus } from './status.ts'
import type { Transport } from './transport.ts'

export interface SyncingParts {
  store: Store
  transport: Transport
  session: Session
  time: ServerTime
  board: StatusBoard
  random: () => number
  /** Tells the office how this phone stands; null where nobody wants to know. */
  reporter: Reporter | null
}

/** So many rounds with failing pushes and working pulls make the queue itself suspicious. */
const SUSPICIOUS_AFTER = 2
/** What goes is days old: it is looked for once an hour. */
const TIDIED_AGAIN_MS = 3_600_000

export class Syncing {
  readonly #parts: SyncingParts
  #failedPushes = 0
  #hasPulled = false
  #hasDerived = false
  readonly #gathering: Round['gathering'] = { pages: null }
  readonly #bound = new Set<string>()
  #tidied_ms = -Infinity

  constructor(parts: SyncingParts) {
    this.#parts = parts
  }

  async run(signal: AbortSignal, beat: () => void, urgent: boolean): Promise<RoundEnd> {
    const { board, session } = this.#parts
    this.#hasPulled = false
    await board.begin()
    let stopped: Stop | null = null
    try {
      await session.settleSignOut(signal)
      const person = session.person?.id
      const server = session.serverPerson
      const about = {
        ...this.#parts,
        signal,
        beat,
        urgent,
        gathering: this.#gathering,
        bound: this.#bound,
        onBootstrap: (progress: Parameters<Round['onBootstrap']>[0]) => board.bootstrap(progress),
        suspicious: this.#failedPushes >= SUSPICIOUS_AFTER,
      }
      if (person && session.state.value.phase === 'signed_in') {
        stopped = await this.#work({ ...about, person })
      } else if (server !== null && server !== person) {
        stopped = await this.#carryOnly({ ...about, person: server })
      }
    } catch (error) {
      // Whoever signed in meanwhile begins a round of their own.
      stopped = error instanceof PersonChanged ? null : stopOf(error)
    }
    await board.end(stopped)
    const { waiting_count, photos_waiting_count, sealed_count, carried_count } = board.status.value
    return {
      // A server that answers is well: what it refused waits by itself, and slows nothing else.
      ok: stopped === null || (this.#hasPulled && stopped.retry_after_ms === null),
      has_more:
        waiting_count !== 0 || photos_waiting_count > 0 || sealed_count + carried_count > 0,
      retry_after_ms: stopped?.retry_after_ms ?? null,
    }
  }

  async #work(round: Round): Promise<Stop | null> {
    const { board, transport, session } = this.#parts
    if (!transport.csrf) {
      const answer = await session.refresh(round.signal)
      round.beat()
      if (!answer.ok) throw new RoundStopped(answer.problem, answer.status, answer.retry_after_ms)
      board.contact()
    }
    // A round is one person's: the server may have said that it is another's by now.
    if (session.person?.id !== round.person || session.serverPerson !== round.person) return null
    if (session.state.value.must_change_password) return null
    const up = await this.#up(round)
    if (up && (up.status === 401 || round.signal.aborted)) return up
    if (!this.#hasDerived) await deriveDaily(round)
    this.#hasDerived = true
    await pull(round)
    this.#hasPulled = true
    board.contact()
    this.#failedPushes = up?.inPush ? this.#failedPushes + 1 : 0
    const counted = board.counted
    // A server set back to an older state has just said what it lacks: that goes up at once.
    const isMore = !up && isAnythingLeft(await board.refresh())
    const again = isMore ? await this.#up({ ...round, urgent: false }) : null
    if (!up && !again) board.confirm(round.person)
    await this.#tidy(round.time.now())
    await this.#parts.reporter?.tell(round, await board.settle(counted))
    return up ?? again
  }

  /** Somebody works here by PIN under another's session: their work goes up carried, unread. */
  async #carryOnly(round: Round): Promise<Stop | null> {
    const { board, transport, session } = this.#parts
    if (!transport.csrf) {
      const answer = await session.refresh(round.signal)
      round.beat()
      if (!answer.ok) throw new RoundStopped(answer.problem, answer.status, answer.retry_after_ms)
    }
    if (session.serverPerson !== round.person) return null
    const problem = await carry(round, true)
    if (!problem) board.contact()
    await this.#tidy(round.time.now())
    await this.#parts.reporter?.tell(round, await board.refresh())
    return problem && { problem, status: problem.status, retry_after_ms: null }
  }

  /** Takes away what has been kept long enough; no round need look for that anew. */
  async #tidy(now: number): Promise<void> {
    if (Math.abs(now - this.#tidied_ms) < TIDIED_AGAIN_MS) return
    const { store } = this.#parts
    await store.deleteDelivered(now).catch(() => undefined)
    await store.forgetParked(now).catch(() => undefined)
    await store.attempt((db) => forgetSettled(db, now), 'not_saved').catch(() => undefined)
    this.#tidied_ms = now
  }

  async #up(round: Round): Promise<(Stop & { inPush: boolean }) | null> {
    let inPush = true
    try {
      await bindOwn(round)
      // What others left has waited longer than what is being recorded now.
      const notCarried = await carry(round)
      const refused = await push(round)
      inPush = false
      const { board } = this.#parts
      const refusedPhoto = await sendPhotos(round, (progress) => board.upload(progress))
      const problem = refusedPhoto ?? refused ?? notCarried
      return problem && { problem, status: problem.status, retry_after_ms: null, inPush }
    } catch (error) {
      if (error instanceof PersonChanged) throw error
      return { ...stopOf(error), inPush }
    }
  }
}

/** Whether anything here may still have to go up; what cannot be counted may. */
function isAnythingLeft(status: SyncStatus): boolean {
  const { waiting_count, held_count, photos_waiting_count, others_waiting_count } = status
  const own = waiting_count === null ? 1 : waiting_count + held_count + photos_waiting_count
  const others = others_waiting_count + status.others_photos_count
  return own + others + status.sealed_count + status.carried_count > 0
}

interface Stop {
  problem: Problem
  status: number
  retry_after_ms: number | null
}

function stopOf(error: unknown): Stop {
  if (error instanceof RoundStopped) return error
  const isKnown = error instanceof ProblemFailure
  const problem = isKnown ? error.problem : phoneProblem('reply_unreadable', { cause: String(error) })
  return { problem, status: -1, retry_after_ms: null }
}
