/**
 * How the sending stands, in the few facts that the status line shows.
 */

import { Watched, type Observable } from '../kernel/observable.ts'
import { ProblemFailure, phoneProblem } from '../kernel/problems.ts'
import type { Problem } from '../schemas.gen.ts'
import type { ScopeAlarm, UploadProgress } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import type { Survey } from '../store/survey.ts'
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
  /** The photo that is going up right now; null between two. */
  upload: UploadProgress | null
  /** Photos of other people's acknowledged work that are still on this phone. */
  others_photos_count: number
  /**
   * When a whole round, up and down, last ended without trouble on this page; null before that.
   * What an earlier page believed proves nothing.
   */
  confirmed_ms: number | null
  held_count: number
  needs_attention_count: number
  /** Unsent work of other people on this phone; it goes up when they sign in. */
  others_waiting_count: number
  /** When the oldest of those was recorded. Units: milliseconds UTC. */
  others_oldest_ms: number | null
  /** Own operations that lie sealed and go up with whoever is signed in. */
  sealed_count: number
  /** Operations of others, and of files, that lie sealed here. */
  carried_count: number
  /** Sealed bundles that were refused and wait for another try. */
  parked_count: number
  /** The server's session is another person's: the own work waits for a sign-in, or is carried. */
  server_person_differs: boolean
  /** When the server last answered. Units: milliseconds UTC. */
  last_contact_ms: number | null
  /** When the working set was last brought up to date. Units: milliseconds UTC. */
  applied_ms: number | null
  /** Whether a first working set has arrived since sign-in. */
  has_working_set: boolean
  /** How many records of a working set have come; `all` once it is known. Null when none is coming. */
  bootstrap: { done: number; all: number | null } | null
  /** Scopes whose checksum was not the server's, the healed ones of the last week too. */
  scope_alarms: readonly ScopeAlarm[]
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
  upload: null,
  others_photos_count: 0,
  confirmed_ms: null,
  held_count: 0,
  needs_attention_count: 0,
  others_waiting_count: 0,
  sealed_count: 0,
  carried_count: 0,
  parked_count: 0,
  others_oldest_ms: null,
  server_person_differs: false,
  last_contact_ms: null,
  applied_ms: null,
  has_working_set: false,
  bootstrap: null,
  scope_alarms: [],
  problem: null,
  wiped: null,
  clock_off_ms: null,
}

/** A contact so much later is worth no other write. */
const CONTACT_KEPT_AGAIN_MS = 10_000

export class StatusBoard {
  readonly #store: Store
  readonly #session: Session
  readonly #time: ServerTime
  readonly #status = new Watched<SyncStatus>(NOTHING_KNOWN)
  #syncing = false
  /** What stopped the last round, if anything. */
  #stopped: { problem: Problem; status: number } | null = null
  #lastContact: number | null = null
  /** The contact that the next page will know of. */
  #keptContact = -Infinity
  #bootstrap: SyncStatus['bootstrap'] = null
  #counting: Promise<void> | null = null
  #isStale = false
  /** The last count; null when the store could not be read. */
  #survey: Survey | null = null
  #counted = 0
  #countedBefore = 0
  #upload: UploadProgress | null = null
  #confirmed: { person: string; at_ms: number } | null = null

  constructor(store: Store, session: Session, time: ServerTime) {
    this.#store = store
    this.#session = session
    this.#time = time
  }

  get status(): Observable<SyncStatus> {
    return this.#status
  }

  /** How many counts there have been. */
  get counted(): number {
    return this.#counted
  }

  async begin(): Promise<void> {
    this.#syncing = true
    this.#countedBefore = this.#counted
    // That a round begins changes nothing in the store.
    if (this.#survey?.person === this.#personId) this.#show(this.#survey)
    else await this.refresh()
  }

  async end(stopped: { problem: Problem; status: number } | null): Promise<void> {
    this.#syncing = false
    this.#stopped = stopped
    await this.settle(this.#countedBefore)
  }

  /** Gives the status with a count that is newer than `before`, and than the last write. */
  async settle(before: number): Promise<SyncStatus> {
    await this.#counting
    const survey = this.#survey
    const isNew = this.#counted > before && survey?.revision === this.#store.revision
    if (!isNew || survey?.person !== this.#personId) return await this.refresh()
    this.#show(survey)
    return this.#status.value
  }

  /** Says how far a working set has arrived. */
  bootstrap(progress: SyncStatus['bootstrap']): void {
    if (progress === this.#bootstrap) return
    this.#bootstrap = progress
    this.#status.set({ ...this.#status.value, bootstrap: progress })
  }

  /** Says how far the photo has come that is going up. */
  upload(progress: UploadProgress | null): void {
    if (progress === this.#upload) return
    this.#upload = progress
    this.#status.set({ ...this.#status.value, upload: progress })
  }

  /** Notes that the whole of a round went well: nothing was refused and nothing is lacking. */
  confirm(person: string): void {
    this.#confirmed = { person, at_ms: this.#time.now() }
  }

  /** Notes that the server answered just now. */
  contact(): void {
    const now = this.#time.now()
    this.#lastContact = now
    if (Math.abs(now - this.#keptContact) < CONTACT_KEPT_AGAIN_MS) return
    this.#keptContact = now
    void this.#store.writeMeta('last_contact', this.#lastContact).catch(() => undefined)
  }

  /**
   * Counts anew; a store that cannot be read is an error and never "nothing waits".
   *
   * Many changes at once are counted once or twice, never each by itself.
   */
  async refresh(): Promise<SyncStatus> {
    this.#isStale = true
    this.#counting ??= this.#countAll().finally(() => {
      this.#counting = null
    })
    await this.#counting
    return this.#status.value
  }

  async #countAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false
      await this.#count()
    }
  }

  async #count(): Promise<void> {
    try {
      const survey = await this.#store.survey(this.#personId)
      this.#lastContact ??= (await this.#store.readMeta<number>('last_contact')) ?? null
      this.#survey = survey
      this.#counted += 1
      this.#show(survey)
    } catch (error) {
      this.#survey = null
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
  }

  #show({ person, counts: { unacknowledged_count: _, ...counts }, set }: Survey): void {
    this.#status.set({
      ...counts,
      phase: this.#phase(),
      server_person_differs: this.#differs(),
      upload: this.#upload,
      confirmed_ms: this.#confirmed?.person === person ? this.#confirmed.at_ms : null,
      last_contact_ms: this.#lastContact,
      applied_ms: set?.applied_ms ?? null,
      has_working_set: typeof set?.applied_ms === 'number',
      bootstrap: this.#bootstrap,
      scope_alarms: set?.alarms ?? [],
      problem: this.#store.blocked ?? this.#stopped?.problem ?? null,
      wiped: this.#store.wiped,
      clock_off_ms: this.#time.clock_off_ms,
    })
  }

  get #personId(): string | null {
    return this.#session.person?.id ?? null
  }

  #differs(): boolean {
    const { serverPerson, person } = this.#session
    return person !== null && serverPerson !== null && serverPerson !== person.id
  }

  #phase(): SyncStatus['phase'] {
    if (this.#syncing) return 'syncing'
    if (this.#session.state.value.phase !== 'signed_in') return 'sign_in_needed'
    if (!this.#stopped) return 'idle'
    return this.#stopped.status === 0 ? 'offline' : 'error'
  }
}
