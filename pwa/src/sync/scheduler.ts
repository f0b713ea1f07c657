/**
 * Decides when to sync: at the start, when the network or the person comes back, by timer, by
 * button; one round at a time over all tabs, and never stuck.
 */

import type { Timers } from './transport.ts'

/** How a round ended, for the time of the next. */
export interface RoundEnd {
  ok: boolean
  /** Something is left that the next round may send. */
  has_more: boolean
  retry_after_ms: number | null
}

/** The part of Web Locks that is used here. */
export interface Locks {
  request<T>(
    name: string,
    options: { ifAvailable?: true; steal?: true },
    work: (lock: unknown) => Promise<T>,
  ): Promise<T>
}

export interface SchedulerParts {
  run: (signal: AbortSignal, beat: () => void, urgent: boolean) => Promise<RoundEnd>
  /** Called when the watchdog had to give a round up. */
  onStuck: () => void
  timers: Timers
  locks: Locks | null
  random: () => number
}

const LOCK = 'roundsman-sync'
const IDLE_MS = 60_000
const BUSY_MS = 10_000
const ELSEWHERE_MS = 5_000
/** After so many tries the other tab counts as frozen; sending twice does no harm. */
const MOST_ELSEWHERE = 12
const FIRST_BACKOFF_MS = 4_000
const LONGEST_BACKOFF_MS = 5 * 60_000
/** No request may take longer than this without an answer. */
const PATIENCE_MS = 180_000

type Ended = RoundEnd | 'elsewhere' | 'stuck'

export class Scheduler {
  readonly #parts: SchedulerParts
  #running: Promise<void> | null = null
  #aborter: AbortController | null = null
  #wantsAnother = false
  #urgent = false
  #timer: unknown = null
  #failures = 0
  #elsewhere = 0
  #isStopped = true

  constructor(parts: SchedulerParts) {
    this.#parts = parts
  }

  start(): void {
    this.#isStopped = false
    void this.nudge()
  }

  /** Stops timers and the round under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#clear()
    this.interrupt()
    await this.#running
  }

  /** Breaks the round under way off; what it did so far stands. */
  interrupt(): void {
    this.#aborter?.abort()
  }

  /** Syncs now; when a round is under way another follows it. Resolves when all is quiet. */
  async nudge(urgent = false): Promise<void> {
    if (this.#isStopped) return
    this.#urgent ||= urgent
    if (this.#running) this.#wantsAnother = true
    else {
      this.#clear()
      this.#running = this.#rounds()
    }
    await this.#running
  }

  async #rounds(): Promise<void> {
    let end: Ended
    try {
      do {
        this.#wantsAnother = false
        const urgent = this.#urgent
        this.#urgent = false
        end = await this.#round(urgent)
      } while (this.#wantsAnother && !this.#isStopped)
    } finally {
      this.#running = null
    }
    if (!this.#isStopped) this.#plan(end)
  }

  async #round(urgent: boolean): Promise<Ended> {
    const aborter = new AbortController()
    this.#aborter = aborter
    const { locks } = this.#parts
    if (!locks) return await this.#watched(aborter, urgent)
    const isFrozen = this.#elsewhere >= MOST_ELSEWHERE
    let end: Ended
    try {
      end = await locks.request(
        LOCK,
        isFrozen ? { steal: true } : { ifAvailable: true },
        async (lock) => (lock ? await this.#watched(aborter, urgent) : 'elsewhere'),
      )
    } catch {
      // Another tab took this lock for frozen and stole it.
      end = 'elsewhere'
    }
    this.#elsewhere = end === 'elsewhere' ? this.#elsewhere + 1 : 0
    return end
  }

  /** Runs a round under a watchdog: a loop that hangs is left behind, and the lock is freed. */
  #watched(aborter: AbortController, urgent: boolean): Promise<Ended> {
    const { timers, run, onStuck } = this.#parts
    return new Promise((resolve) => {
      let timer: unknown
      const beat = (): void => {
        timers.clearTimeout(timer)
        timer = timers.setTimeout(() => {
          aborter.abort()
          onStuck()
          resolve('stuck')
        }, PATIENCE_MS)
      }
      const end = (ended: RoundEnd): void => {
        timers.clearTimeout(timer)
        resolve(ended)
      }
      beat()
      run(aborter.signal, beat, urgent).then(end, () => {
        end({ ok: false, has_more: true, retry_after_ms: null })
      })
    })
  }

  #plan(end: Ended): void {
    const delay = this.#delayAfter(end)
    this.#clear()
    this.#timer = this.#parts.timers.setTimeout(() => void this.nudge(), delay)
  }

  #delayAfter(end: Ended): number {
    if (end === 'elsewhere') return ELSEWHERE_MS
    if (end !== 'stuck' && end.ok) {
      this.#failures = 0
      return end.has_more ? BUSY_MS : IDLE_MS
    }
    const doubled = FIRST_BACKOFF_MS * 2 ** Math.min(this.#failures, 10)
    this.#failures += 1
    const wanted = end === 'stuck' ? 0 : (end.retry_after_ms ?? 0)
    const spread = 0.7 + 0.6 * this.#parts.random()
    return Math.max(wanted, Math.min(doubled, LONGEST_BACKOFF_MS) * spread)
  }

  #clear(): void {
    if (this.#timer !== null) this.#parts.timers.clearTimeout(this.#timer)
    this.#timer = null
  }
}
