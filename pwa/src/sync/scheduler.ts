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
  /** Called now and then while a round is under way, so that other tabs know that this one lives. */
  onAlive?: () => void
  timers: Timers
  locks: Locks | null
  random: () => number
}

const LOCK = 'roundsman-sync'
const IDLE_MS = 60_000
const BUSY_MS = 10_000
const ELSEWHERE_MS = 5_000
/** After so many tries without a word the other tab counts as frozen; sending twice does no harm. */
const MOST_ELSEWHERE = 15
/** A hidden tab's timers fire once a minute: that is still sooner than it counts as frozen. */
const ALIVE_MS = 10_000
/** A browser that does not even say whether the lock is free has none to speak of. */
const LOCK_PATIENCE_MS = 10_000
/** Whatever a server asks for, the queue is not forgotten; a browser's timers end at 24 days. */
const LONGEST_WAIT_MS = 3_600_000
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

  /** Another tab is at work and says so: it is not frozen, however long its round takes. */
  heardAlive(): void {
    this.#elsewhere = 0
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
    const end = await this.#locked(locks, aborter, urgent)
    this.#elsewhere = end === 'elsewhere' ? this.#elsewhere + 1 : 0
    return end
  }

  /** Runs a round while no other tab does; where locks do not work it goes without. */
  #locked(locks: Locks, aborter: AbortController, urgent: boolean): Promise<Ended> {
    const { timers } = this.#parts
    const options = this.#elsewhere >= MOST_ELSEWHERE ? { steal: true as const } : { ifAvailable: true as const }
    return new Promise((resolve) => {
      let isAnswered = false
      let isAlone = false
      let ended: Ended = 'elsewhere'
      const alone = (): void => {
        if (isAnswered) return
        isAnswered = true
        isAlone = true
        void this.#watched(aborter, urgent).then(resolve)
      }
      const timer = timers.setTimeout(alone, LOCK_PATIENCE_MS)
      aborter.signal.addEventListener('abort', () => {
        if (isAnswered) return
        isAnswered = true
        timers.clearTimeout(timer)
        resolve('elsewhere')
      })
      const work = async (lock: unknown): Promise<void> => {
        timers.clearTimeout(timer)
        if (isAnswered) return
        isAnswered = true
        if (lock) ended = await this.#watched(aborter, urgent)
      }
      const release = (): void => {
        // Only now is the lock free, and this tab's next round may have it.
        if (!isAlone) resolve(ended)
      }
      locks.request(LOCK, options, work).then(release, () => {
        timers.clearTimeout(timer)
        if (isAlone) return
        if (!isAnswered) {
          alone()
          return
        }
        // Another tab took this one for frozen and stole the lock: the work is its own now.
        aborter.abort()
        resolve('elsewhere')
      })
    })
  }

  /** Runs a round under a watchdog: a loop that hangs is left behind, and the lock is freed. */
  #watched(aborter: AbortController, urgent: boolean): Promise<Ended> {
    const { timers, run, onStuck, onAlive } = this.#parts
    return new Promise((resolve) => {
      let timer: unknown
      let pulse: unknown
      const tell = (): void => {
        onAlive?.()
        pulse = timers.setTimeout(tell, ALIVE_MS)
      }
      tell()
      const beat = (): void => {
        timers.clearTimeout(timer)
        timer = timers.setTimeout(() => {
          timers.clearTimeout(pulse)
          aborter.abort()
          onStuck()
          resolve('stuck')
        }, PATIENCE_MS)
      }
      const end = (ended: RoundEnd): void => {
        timers.clearTimeout(timer)
        timers.clearTimeout(pulse)
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
    const wanted = end === 'stuck' ? 0 : Math.min(end.retry_after_ms ?? 0, LONGEST_WAIT_MS)
    const spread = 0.7 + 0.6 * this.#parts.random()
    return Math.max(wanted, Math.min(doubled, LONGEST_BACKOFF_MS) * spread)
  }

  #clear(): void {
    if (this.#timer !== null) this.#parts.timers.clearTimeout(this.#timer)
    this.#timer = null
  }
}
