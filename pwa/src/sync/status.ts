/**
 * How the sending stands, in the few facts that the status line shows.
 */

import { Watched, type Observable } from '../kernel/observable.ts'
import { ProblemFailure, phoneProblem } from '../kernel/problems.ts'
import type { Problem } from '../schemas.gen.ts'
import type { Store } from '../store/store.ts'
import type { ServerTime } from './server-time.ts'
import type { Session } from './session.ts'

export interface SyncStatus {
  phase: 'idle' | 'syncing' | 'offline' | 'sign_in_needed' | 'error'
  /** Operations not yet acknowledged; null when the phone's store cannot be read (never 0 then). */
  waiting_count: number | null
  /** When the oldest of them was recorded. Units: milliseconds UTC. */
  oldest_waiting_ms: number | null
  /** Photos of acknowledged operations that are still on their way. */
  photos_waiting_count: number
  held_count: number
  needs_attention_count: number
  /** Unsent work of other people on this phone; it goes up when they sign in. */
  others_waiting_count: number
  /** When the server last answered. Units: milliseconds UTC. */
  last_contact_ms: number | null
  /** Whether a first working set has arrived since sign-in. */
  has_working_set: boolean
  problem: Problem | null
  /** The phone's store was wiped; how many unsent entries were known before. */
  wiped: { lost_count: number } | null
  /** How far the phone's clock is slow, negative where it is fast; null when unknown. */
  clock_off_ms: number | null
}

const NOTHING_KNOWN: SyncStatus = {
  phase: 'idle',
  waiting_count: null,
  oldest_waiting_ms: null,
  photos_waiting_count: 0,
  held_count: 0,
  needs_attention_count: 0,
  others_waiting_count: 0,
  last_contact_ms: null,
  has_working_set: false,
  problem: null,
  wiped: null,
  clock_off_ms: null,
}

export class StatusBoard {
  readonly #store: Store
  readonly #session: Session
  readonly #time: ServerTime
  readonly #status = new Watched<SyncStatus>(NOTHING_KNOWN)
  #syncing = false
  /** What stopped the last round, if anything. */
  #stopped: { problem: Problem; status: number } | null = null
  #lastContact: number | null = null

  constructor(store: Store, session: Session, time: ServerTime) {
    this.#store = store
    this.#session = session
    this.#time = time
  }

  get status(): Observable<SyncStatus> {
    return this.#status
  }

  async begin(): Promise<void> {
    this.#syncing = true
    await this.refresh()
  }

  async end(stopped: { problem: Problem; status: number } | null): Promise<void> {
    this.#syncing = false
    this.#stopped = stopped
    await this.refresh()
  }

  /** Notes that the server answered just now. */
  contact(): void {
    this.#lastContact = this.#time.now()
    void this.#store.writeMeta('last_contact', this.#lastContact).catch(() => undefined)
  }

  /** Counts anew; a store that cannot be read is an error and never "nothing waits". */
  async refresh(): Promise<SyncStatus> {
    try {
      const { unacknowledged_count: _, ...counts } = await this.#store.count(
        this.#session.person?.id ?? null,
      )
      const set = await this.#store.readWorkingSet()
      this.#lastContact ??= (await this.#store.readMeta<number>('last_contact')) ?? null
      this.#status.set({
        ...counts,
        phase: this.#phase(),
        last_contact_ms: this.#lastContact,
        has_working_set: typeof set?.applied_ms === 'number',
        problem: this.#store.blocked ?? this.#stopped?.problem ?? null,
        wiped: this.#store.wiped,
        clock_off_ms: this.#time.clock_off_ms,
      })
    } catch (error) {
      const problem =
        error instanceof ProblemFailure ? error.problem : phoneProblem('storage_unreadable')
      this.#status.set({
        ...this.#status.value,
        phase: 'error',
        waiting_count: null,
        oldest_waiting_ms: null,
        problem,
      })
    }
    return this.#status.value
  }

  #phase(): SyncStatus['phase'] {
    if (this.#syncing) return 'syncing'
    if (this.#session.state.value.phase !== 'signed_in') return 'sign_in_needed'
    if (!this.#stopped) return 'idle'
    return this.#stopped.status === 0 ? 'offline' : 'error'
  }
}
