/**
 * The one door from the screens to the phone's store and its sync with the office.
 *
 * No screen touches IndexedDB or the network; everything a person does goes through `record`.
 */

import { randomId, sha256 } from '../kernel/ids.ts'
import type { Observable } from '../kernel/observable.ts'
import { ProblemFailure, phoneProblem } from '../kernel/problems.ts'
import type { Change } from '../store/changes.ts'
import type { FoldedRecord, OutboxEntry, PhotoMarker, StorageState } from '../store/shapes.ts'
import { Store } from '../store/store.ts'
import { browserParts, type EngineParts } from './browser-parts.ts'
import { sealOutbox } from './carry.ts'
import { Reporter } from './device-report.ts'
import { handoverDoor, type HandoverDoor } from './handover.ts'
import { LiveList } from './live-list.ts'
import { fold } from './merge.ts'
import { peopleDoor, type PeopleDoor } from './people-door.ts'
import { proofDoor, type ProofDoor } from './proof.ts'
import { Recorder, type NewOperation, type Saved } from './recorder.ts'
import { rulesMark } from './rules.ts'
import { Scheduler } from './scheduler.ts'
import { ServerTime } from './server-time.ts'
import { Session } from './session.ts'
import type { Person, SessionState } from './session-state.ts'
import { StatusBoard, type SyncStatus } from './status.ts'
import { Syncing } from './syncing.ts'
import { Transport } from './transport.ts'

/* eslint-disable no-restricted-syntax -- The one door: screens name the engine's shapes by it. */
export type { Observable } from '../kernel/observable.ts'
export type {
  DeclaredPhoto,
  Entry,
  EntryState,
  FoldedRecord,
  OutboxEntry,
  PhotoMarker,
  StorageState,
  UploadProgress,
} from '../store/shapes.ts'
export type { NewOperation, NewPhoto, Saved } from './recorder.ts'
export type { Face } from './people.ts'
export type { Person, RoleAtSite, SessionState } from './session-state.ts'
export type { SyncStatus } from './status.ts'
/* eslint-enable no-restricted-syntax */

/** Everything the screens may ask of the phone. */
export interface Engine {
  /** Opens the database, reads who is signed in, starts syncing. Throws a ProblemFailure. */
  open(): Promise<void>
  /** Stops timers and closes the database; for tests and for leaving the page. */
  close(): Promise<void>
  /** The present time as the office has it, whatever the phone's clock says. Units: ms UTC. */
  now(): number
  readonly session: Observable<SessionState>
  readonly person: Person | null
  /** Throws a ProblemFailure (`sign_in_failed`, `too_many_requests`, `offline`, ...). */
  signIn(userName: string, password: string, organization?: string): Promise<SessionState>
  /** Works offline too; what is not delivered is sealed, and its author stays its author. */
  signOut(): Promise<void>
  changePassword(old: string, chosen: string): Promise<void>
  /** The people known to this phone: changing places by PIN, locking the screen. */
  readonly people: PeopleDoor
  /** Work of others that lies sealed here, and files that bring some. */
  readonly handover: HandoverDoor
  /** What the person can show of their own work without a network. */
  readonly proof: ProofDoor
  readonly status: Observable<SyncStatus>
  /** Tries at once, whatever the timers say; resolves when the round is over, and never throws. */
  syncNow(): Promise<SyncStatus>
  /** Resolves only when the operation lies on the disk and was read back. */
  record(input: NewOperation): Promise<Saved>
  /** Whether something is being written to the disk right now. */
  readonly is_recording: boolean
  /** The SHA-256 that `photos` will be declared under, to be named in the body. */
  hashPhoto(bytes: ArrayBuffer): Promise<string>
  /** A fresh random id of 32 hexadecimal characters. */
  newId(): string
  /** All records of a kind, unordered, kept up to date; the same observable for each call. */
  records(kind: string): Observable<FoldedRecord[]>
  readRecords(kind: string): Promise<FoldedRecord[]>
  readRecord(id: string): Promise<FoldedRecord | undefined>
  /** The signed-in person's own entries, newest first. */
  readonly outbox: Observable<OutboxEntry[]>
  /** Tries one entry again now; `without_photos` sends it knowing that bytes are gone. */
  retry(entryId: string, choice?: { without_photos?: boolean }): Promise<void>
  /** Notes that the author has read what was decided on an entry: it leaves the list. */
  markRead(entryId: string): Promise<void>
  /** Waits no more for photos of an entry that the server refuses for good; the record says why. */
  giveUpPhotos(entryId: string): Promise<void>
  /** From the phone, else from the server; undefined when neither can give it now. */
  photo(sha256: string): Promise<Blob | undefined>
  saveDraft(key: string, value: unknown): Promise<void>
  readDraft<T = unknown>(key: string): Promise<T | undefined>
  clearDraft(key: string): Promise<void>
  /** Call before any camera or file chooser opens. */
  expectPhoto(marker: Omit<PhotoMarker, 'at_ms'>): Promise<void>
  expectedPhoto(): Promise<PhotoMarker | undefined>
  photoArrived(): Promise<void>
  storageState(): Promise<StorageState>
  /** Whether the phone can still keep something of a photo's size. Units: bytes. */
  probeStorage(bytes: number): Promise<boolean>
  /** The person has read that the phone's store had been wiped. */
  acknowledgeWipe(): void
}

const SOON_MS = 250

/** Builds the engine; nothing is opened before `open`. */
export function createEngine(parts: Partial<EngineParts> = {}): Engine {
  return new PhoneEngine({ ...browserParts(), ...parts })
}

class PhoneEngine implements Engine {
  readonly #parts: EngineParts
  readonly #store: Store
  readonly #time: ServerTime
  readonly #transport: Transport
  readonly #session: Session
  readonly #board: StatusBoard
  readonly #scheduler: Scheduler
  readonly #recorder: Recorder
  readonly #lists = new Map<string, LiveList<FoldedRecord>>()
  readonly #outbox: LiveList<OutboxEntry>
  readonly people: PeopleDoor
  readonly handover: HandoverDoor
  readonly proof: ProofDoor
  #recording = 0
  #stops: (() => void)[] = []

  constructor(parts: EngineParts) {
    this.#parts = parts
    const { clock, timers, random, device_label, app_version } = parts
    const { database, channel, marker } = parts
    const store = new Store({ ...database, fold, channel: channel(), marker })
    const transport = new Transport({ fetch: parts.fetch, clock, timers })
    const time = new ServerTime(clock, store)
    const session = new Session({ store, transport, time, device_label, app_version })
    const board = new StatusBoard(store, session, time)
    const reporter = new Reporter(() => this.storageState(), app_version)
    const syncing = new Syncing({ store, transport, session, time, board, random, reporter })
    this.#scheduler = new Scheduler({
      run: (signal, beat, urgent) => syncing.run(signal, beat, urgent),
      onStuck: () => void board.end({ problem: phoneProblem('server_slow'), status: 0 }),
      onAlive: () => store.announce({ alive: true }),
      timers,
      locks: parts.locks,
      random,
    })
    this.#recorder = new Recorder(store, session, time)
    this.#outbox = new LiveList(() => store.readEntries(session.person?.id ?? null))
    this.#store = store
    this.#transport = transport
    this.#time = time
    this.#session = session
    this.#board = board
    const organization = (): string => session.state.value.organization?.id ?? ''
    this.handover = handoverDoor(
      { store, time, organization },
      () => void this.#scheduler.nudge(true),
    )
    this.proof = proofDoor(store, () => session.person?.id)
    this.people = peopleDoor(session, {
      before: () => this.#scheduler.interrupt(),
      after: async () => {
        await this.#reloadAll()
        void this.#scheduler.nudge()
      },
    })
  }

  now(): number {
    return this.#time.now()
  }

  get session(): Observable<SessionState> {
    return this.#session.state
  }

  get person(): Person | null {
    return this.#session.person
  }

  get status(): Observable<SyncStatus> {
    return this.#board.status
  }

  get outbox(): Observable<OutboxEntry[]> {
    return this.#outbox.list
  }

  async open(): Promise<void> {
    // Without a secure page there is neither hashing nor a service worker: say so at once.
    if (!globalThis.crypto?.subtle) throw new ProblemFailure(phoneProblem('insecure_page'))
    await this.#store.open()
    // Folding anew needs room; an app on a full phone still opens, and tries again next time.
    await this.#store.adoptRules(await rulesMark()).catch(() => undefined)
    await this.#time.load()
    await this.#session.load()
    this.#stops.push(this.#store.watch((change) => this.#onChange(change)))
    this.#stops.push(this.#parts.onReturn(() => void this.#scheduler.nudge()))
    await this.#outbox.reload()
    await this.#board.refresh()
    this.#scheduler.start()
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#stops = []
    await this.#scheduler.stop()
    this.#store.close()
  }

  async signIn(userName: string, password: string, organization?: string): Promise<SessionState> {
    // A round under way is the earlier person's: it must not go on under the new session.
    this.#scheduler.interrupt()
    const state = await this.#session.signIn(userName, password, organization)
    await this.#reloadAll()
    void this.#parts.storage?.persist?.().catch(() => false)
    void this.#scheduler.nudge(true)
    return state
  }

  async signOut(): Promise<void> {
    this.#scheduler.interrupt()
    // Whoever takes the phone next must neither read nor change what goes up later.
    if (this.person) await sealOutbox({ store: this.#store, time: this.#time }, this.person.id)
    await this.#session.signOut()
    await this.#reloadAll()
  }

  async changePassword(old: string, chosen: string): Promise<void> {
    if (!this.#transport.csrf) await this.#session.refresh()
    await this.#session.changePassword(old, chosen)
    void this.#scheduler.nudge(true)
  }

  async syncNow(): Promise<SyncStatus> {
    const before = this.#board.counted
    await this.#scheduler.nudge(true)
    return await this.#board.settle(before)
  }

  async record(input: NewOperation): Promise<Saved> {
    this.#recording += 1
    const saved = await this.#recorder.record(input).finally(() => {
      this.#recording -= 1
    })
    this.#parts.timers.setTimeout(() => void this.#scheduler.nudge(), SOON_MS)
    return saved
  }

  get is_recording(): boolean {
    return this.#recording > 0
  }

  async hashPhoto(bytes: ArrayBuffer): Promise<string> {
    return await sha256(bytes)
  }

  newId(): string {
    return randomId()
  }

  records(kind: string): Observable<FoldedRecord[]> {
    let live = this.#lists.get(kind)
    if (!live) {
      live = new LiveList(() => this.#store.readRecords(kind))
      this.#lists.set(kind, live)
      void this.#reload(live)
    }
    return live.list
  }

  async readRecords(kind: string): Promise<FoldedRecord[]> {
    return await this.#store.readRecords(kind)
  }

  async readRecord(id: string): Promise<FoldedRecord | undefined> {
    return await this.#store.readRecord(id)
  }

  async retry(entryId: string, choice: { without_photos?: boolean } = {}): Promise<void> {
    await this.#store.release(entryId, this.#time.now(), choice.without_photos ?? false)
    await this.#scheduler.nudge()
  }

  async markRead(entryId: string): Promise<void> {
    await this.#store.markRead(entryId, this.#time.now())
  }

  async giveUpPhotos(entryId: string): Promise<void> {
    await this.#store.giveUpPhotos(entryId, this.#time.now())
  }

  async photo(hash: string): Promise<Blob | undefined> {
    const row = await this.#store.readPhoto(hash)
    if (row) return new Blob([row.bytes], { type: row.media_type })
    // Another person's session would be asked in their name.
    if (!this.person?.id || this.#session.serverPerson !== this.person.id) return undefined
    const answer = await this.#transport.fetchBytes(
      { method: 'GET', path: `/api/evidence/${hash}` },
      /^(?:image|audio)\//,
    )
    return answer.ok ? answer.value : undefined
  }

  async saveDraft(key: string, value: unknown): Promise<void> {
    await this.#store.saveDraft(this.#own(key), value)
  }

  async readDraft<T = unknown>(key: string): Promise<T | undefined> {
    return (await this.#store.readDraft(this.#own(key))) as T | undefined
  }

  async clearDraft(key: string): Promise<void> {
    await this.#store.clearDraft(this.#own(key))
  }

  async expectPhoto(marker: Omit<PhotoMarker, 'at_ms'>): Promise<void> {
    await this.#store.expectPhoto(this.person?.id ?? '', { ...marker, at_ms: this.#time.now() })
  }

  async expectedPhoto(): Promise<PhotoMarker | undefined> {
    return await this.#store.expectedPhoto(this.person?.id ?? '')
  }

  async photoArrived(): Promise<void> {
    await this.#store.photoArrived(this.person?.id ?? '')
  }

  async storageState(): Promise<StorageState> {
    const { storage } = this.#parts
    const estimate = await storage?.estimate?.().catch(() => undefined)
    return {
      persisted: (await storage?.persisted?.().catch(() => null)) ?? null,
      usage: estimate?.usage ?? null,
      quota: estimate?.quota ?? null,
    }
  }

  async probeStorage(bytes: number): Promise<boolean> {
    return await this.#store.probe(bytes)
  }

  acknowledgeWipe(): void {
    this.#store.acknowledgeWipe()
    void this.#board.refresh()
  }

  /** A draft is one person's: whoever takes the phone next does not see it. */
  #own(key: string): string {
    return `${this.person?.id ?? ''}/${key}`
  }

  #onChange(change: Change): void {
    for (const kind of change.kinds) {
      const live = this.#lists.get(kind)
      if (live) void this.#reload(live)
    }
    if (change.outbox) {
      const { added } = change
      const isThere = added && this.#outbox.mend((list) => withNewest(list, added, this.person?.id))
      if (!isThere) void this.#reload(this.#outbox)
      void this.#board.refresh()
    }
    if (change.session) void this.#followSession()
    if (change.alive) this.#scheduler.heardAlive()
  }

  /** Another tab may have signed somebody in or out. */
  async #followSession(): Promise<void> {
    const before = this.person?.id
    await this.#session.load().catch(() => undefined)
    if (before !== this.person?.id) this.#transport.csrf = null
    await this.#reloadAll()
  }

  async #reloadAll(): Promise<void> {
    await Promise.all([...this.#lists.values()].map((live) => this.#reload(live)))
    await this.#reload(this.#outbox)
    await this.#board.refresh()
  }

  /** A list that cannot be read keeps what it showed; the status says that reading fails. */
  async #reload<T>(live: LiveList<T>): Promise<void> {
    await live.reload().catch(() => this.#board.refresh())
  }
}

/** Puts a person's newest entry at the head; null where others may have come in between. */
function withNewest(
  list: readonly OutboxEntry[],
  added: OutboxEntry,
  person: string | undefined,
): OutboxEntry[] | null {
  const isNext = list[0]?.writer === added.writer && list[0].counter === added.counter - 1
  return isNext && added.person === person ? [added, ...list] : null
}
