/**
 * A phone for tests: the real engine on a database in memory, with clocks and timers by hand.
 */

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'

import type { Clock } from '../../kernel/clock.ts'
import type { MarkerStorage } from '../../store/canary.ts'
import type { Channel, Change } from '../../store/changes.ts'
import type { EngineParts } from '../browser-parts.ts'
import { createEngine, type Engine, type Saved } from '../engine.ts'
import type { Locks } from '../scheduler.ts'
import type { Timers } from '../transport.ts'
import { FakeServer } from './fake-server.ts'

/** Timers that move only when the test says so. */
export class ManualTimers implements Timers {
  now_ms = 0
  #next = 1
  readonly #waiting = new Map<number, { at_ms: number; work: () => void }>()

  setTimeout(work: () => void, delay_ms: number): unknown {
    const id = this.#next
    this.#next += 1
    this.#waiting.set(id, { at_ms: this.now_ms + delay_ms, work })
    return id
  }

  clearTimeout(timer: unknown): void {
    this.#waiting.delete(timer as number)
  }

  get delays(): number[] {
    return [...this.#waiting.values()].map((one) => one.at_ms - this.now_ms).sort((a, b) => a - b)
  }

  /** Lets time pass, with room for promises between two timers. */
  async advance(by_ms: number): Promise<void> {
    const end = this.now_ms + by_ms
    for (;;) {
      const due = [...this.#waiting.entries()].filter(([, one]) => one.at_ms <= end)
      const [first] = due.sort(([, one], [, other]) => one.at_ms - other.at_ms)
      if (!first) break
      const [id, { at_ms, work }] = first
      this.#waiting.delete(id)
      this.now_ms = Math.max(this.now_ms, at_ms)
      work()
      await breathe()
    }
    this.now_ms = end
    await breathe()
  }
}

/** Lets everything that is already under way run on. */
export async function breathe(turns = 40): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((go) => setImmediate(go))
}

/** Lets time pass in small steps, with real patience for hashing, until something is true. */
export async function until(timers: ManualTimers, isTrue: () => boolean, most_ms: number): Promise<void> {
  const end = timers.now_ms + most_ms
  while (!isTrue() && timers.now_ms < end) {
    await new Promise((go) => setTimeout(go, 2))
    await timers.advance(500)
  }
}

/** Local storage in memory. */
export class MemoryStorage implements MarkerStorage {
  readonly values = new Map<string, string>()

  getItem(key: string): string | null {
    return this.values.get(key) ?? null
  }

  setItem(key: string, value: string): void {
    this.values.set(key, value)
  }
}

/** Web Locks of one browser; whose lock is stolen hears of it. */
export class MemoryLocks implements Locks {
  readonly #held = new Map<string, (stolen: DOMException) => void>()

  async request<T>(
    name: string,
    options: { ifAvailable?: true; steal?: true },
    work: (lock: unknown) => Promise<T>,
  ): Promise<T> {
    const holder = this.#held.get(name)
    if (holder && !options.steal) return await work(null)
    holder?.(new DOMException('the lock was stolen', 'AbortError'))
    return await new Promise<T>((resolve, reject) => {
      this.#held.set(name, reject)
      const free = (): void => {
        if (this.#held.get(name) === reject) this.#held.delete(name)
      }
      work({ name }).then(resolve, reject).finally(free)
    })
  }
}

/** One browser with its database; several tabs can be opened on it. */
export class Browser {
  readonly server: FakeServer
  indexedDB = new IDBFactory()
  readonly marker = new MemoryStorage()
  readonly locks = new MemoryLocks()
  readonly timers = new ManualTimers()
  readonly fetch: typeof fetch
  /** How far this phone's wall clock stands from the truth. Units: milliseconds. */
  clock_off_ms = 0
  readonly #channels: Channel[] = []
  #sessions = 0

  constructor(server: FakeServer) {
    this.server = server
    this.fetch = server.browser()
  }

  /** The phone evicts the whole database; local storage happens to survive. */
  wipe(): void {
    this.indexedDB = new IDBFactory()
  }

  /** Opens the app in a new tab, as a page load does. */
  tab(parts: Partial<EngineParts> = {}): Engine {
    this.#sessions += 1
    return createEngine({
      database: { name: 'roundsman', options: { indexedDB: this.indexedDB, IDBKeyRange } },
      fetch: this.fetch,
      clock: this.#clock(`session-${this.#sessions}`),
      timers: this.timers,
      locks: this.locks,
      channel: () => this.#channel(),
      marker: this.marker,
      random: () => 0.5,
      device_label: 'test',
      onReturn: () => () => undefined,
      storage: null,
      ...parts,
    })
  }

  #clock(session: string): Clock {
    const { timers, server } = this
    const origin = timers.now_ms
    return {
      wall: () => server.now_ms + this.clock_off_ms + timers.now_ms,
      mono: () => timers.now_ms - origin,
      origin: server.now_ms,
      session,
      zone: () => 'Asia/Shanghai',
    }
  }

  #channel(): Channel {
    const channel: Channel = {
      onmessage: null,
      postMessage: (message) => {
        for (const other of this.#channels) {
          if (other !== channel) {
            queueMicrotask(() => other.onmessage?.({ data: message } as MessageEvent<Change>))
          }
        }
      },
      close: () => {
        this.#channels.splice(this.#channels.indexOf(channel), 1)
      },
    }
    this.#channels.push(channel)
    return channel
  }
}

/** Opens the app and signs somebody in. */
export async function signedIn(browser: Browser, userName: string): Promise<Engine> {
  const engine = browser.tab()
  await engine.open()
  await engine.signIn(userName, 'right')
  await engine.syncNow()
  return engine
}

export const CHECKLIST = 'c'.repeat(32)

/** A server that knows Ana and Ben, inspectors. */
export function aServer(): FakeServer {
  const server = new FakeServer()
  server.people = {
    ana: { id: 'a'.repeat(32), role: 'quality_inspector' },
    ben: { id: 'b'.repeat(32), role: 'quality_inspector' },
  }
  return server
}

export const TASK = '1'.repeat(32)

/** Answers an item, as the inspections feature does. */
export function answer(
  task: string,
  item: string,
  word: 'pass' | 'fail' | 'not_applicable',
): Parameters<Engine['record']>[0] {
  return {
    record: task,
    record_kind: 'task',
    body: { kind: 'item_answered', item, checklist: CHECKLIST, answer: word } as { kind: string },
  }
}

/** Takes a photo of an item, as the inspections feature does. */
export async function takePhoto(
  engine: Engine,
  task: string,
  item: string,
  bytes: ArrayBuffer,
): Promise<Saved> {
  const photo = await engine.hashPhoto(bytes)
  return await engine.record({
    record: task,
    record_kind: 'task',
    body: { kind: 'evidence_added', item, photo } as { kind: string },
    photos: [{ bytes, media_type: 'image/jpeg' }],
  })
}

/** The states of a person's entries, oldest first. */
export function states(engine: Engine): string[] {
  return [...engine.outbox.value].reverse().map((entry) => entry.state)
}

/** The value of a field as the phone shows it. */
export async function valueOf(engine: Engine, record: string, field: string): Promise<unknown> {
  return (await engine.readRecord(record))?.fields[field]?.value
}

/** Bytes that stand for a photo. */
export function photoBytes(seed: number, size = 64): ArrayBuffer {
  return new Uint8Array(size).map((_, index) => (index * 7 + seed) % 256).buffer
}
