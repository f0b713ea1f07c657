/**
 * A phone in a simulation: several pages on one browser, a network of its own, and every way in
 * which a page or a disk ends in the middle of something.
 */

import { IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import forceCloseDatabase from 'fake-indexeddb/lib/forceCloseDatabase'

import type { Change, Channel } from '../../store/changes.ts'
import type { EntryRow } from '../../store/database.ts'
import type { Engine } from '../engine.ts'
import { replaceMethod } from './breakage.ts'
import type { Dice } from './dice.ts'
import type { FakeServer } from './fake-server.ts'
import { Browser, MemoryLocks } from './phone.ts'

type Way = 'good' | 'cut' | 'one_way'

/** One page: what runs in it ends when the phone kills it, what lies on the disk stays. */
export class Page {
  readonly engine: Engine
  readonly #handles: IDBDatabase[] = []
  readonly #channel: Channel
  readonly #phone: SimulatedPhone
  #isKilled = false

  constructor(phone: SimulatedPhone) {
    this.#phone = phone
    this.#channel = phone.newChannel()
    const factory = new Proxy(phone.browser.indexedDB, {
      get: (target, name) => (name === 'open' ? this.#open(target) : methodOf(target, name)),
    })
    this.engine = phone.browser.tab({
      database: { name: 'roundsman', options: { indexedDB: factory, IDBKeyRange } },
      fetch: (path, init) => (this.#isKilled ? never() : phone.carry(path, init)),
      locks: phone.locks,
      channel: () => this.#channel,
      random: () => phone.dice.roll(),
    })
  }

  /** Ends the page here and now: nothing is answered, written or sent by it any more. */
  kill(): void {
    this.#isKilled = true
    this.#phone.forgetChannel(this.#channel)
    for (const handle of this.#handles) forceCloseDatabase(handle)
  }

  #open(factory: IDBFactory): IDBFactory['open'] {
    return (...given) => {
      if (this.#isKilled) throw new DOMException('this page is gone', 'InvalidStateError')
      const request = factory.open(...given)
      request.addEventListener('success', () => this.#handles.push(request.result))
      return request
    }
  }
}

export class SimulatedPhone {
  readonly browser: Browser
  readonly dice: Dice
  /** Everybody who ever worked on it. */
  readonly people = new Set<string>()
  person: string
  locks = new MemoryLocks()
  way: Way = 'good'
  readonly met: Record<string, number> = {}
  readonly #late: (() => Promise<unknown>)[] = []
  readonly #channels = new Set<Channel>()
  #pages: Page[] = []
  isFaulty = false
  /** How often everything that ran on it ended at once. */
  kill_count = 0

  constructor(server: FakeServer, person: string, dice: Dice) {
    this.browser = new Browser(server)
    this.person = person
    this.dice = dice
  }

  get engine(): Engine {
    const page = this.#pages[0]
    if (!page) throw new Error('no page is open')
    return page.engine
  }

  /** One of the open pages. */
  anyEngine(): Engine {
    return this.dice.pick(this.#pages).engine
  }

  get pageCount(): number {
    return this.#pages.length
  }

  async open(): Promise<void> {
    const page = new Page(this)
    this.#pages.push(page)
    await page.engine.open()
  }

  async close(): Promise<void> {
    for (const page of this.#pages.splice(0)) await page.engine.close()
  }

  /** The system ends the whole browser; it is opened again, with one page. */
  async killAndReopen(): Promise<void> {
    this.kill_count += 1
    for (const page of this.#pages.splice(0)) page.kill()
    this.locks = new MemoryLocks()
    await this.open()
  }

  /** The phone throws the database away; it is opened again, and somebody signs in. */
  async evict(): Promise<void> {
    this.kill_count += 1
    for (const page of this.#pages.splice(0)) page.kill()
    this.locks = new MemoryLocks()
    this.browser.wipe()
    await this.open()
  }

  async signIn(person: string): Promise<void> {
    this.person = person
    this.people.add(person)
    await this.engine.signIn(person, 'right')
  }

  /** Joins the pages of this phone, as a broadcast channel does. */
  newChannel(): Channel {
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of this.#channels) {
          if (other === channel) continue
          queueMicrotask(() => other.onmessage?.({ data } as MessageEvent<Change>))
        }
      },
      close: () => this.forgetChannel(channel),
    }
    this.#channels.add(channel)
    return channel
  }

  forgetChannel(channel: Channel): void {
    channel.onmessage = null
    this.#channels.delete(channel)
  }

  /** What lies in the queue on the disk, of everybody; read past the store, to check it. */
  async entries(): Promise<EntryRow[]> {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = this.browser.indexedDB.open('roundsman')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(new Error('the disk cannot be read'))
    })
    const rows = await new Promise<EntryRow[]>((resolve) => {
      const request = database.transaction('outbox').objectStore('outbox').getAll()
      request.onsuccess = () => resolve(request.result as EntryRow[])
    })
    database.close()
    return rows
  }

  /** Brings a request to the server as this phone's network does. */
  async carry(path: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const send = () => this.browser.fetch(path, init)
    if (path === '/api/session') return await send()
    const fault = this.#choose()
    this.met[fault] = (this.met[fault] ?? 0) + 1
    if (fault === 'cut') throw new TypeError('Failed to fetch')
    if (fault === 'late') {
      this.#late.push(() => this.browser.fetch(path, { ...init, signal: null }))
      throw new TypeError('Failed to fetch')
    }
    const reply = await send()
    if (fault === 'one_way') throw new TypeError('Failed to fetch')
    return fault === 'doubled' ? await send() : reply
  }

  /** What was held up arrives now, in another order; nobody waits for the answers. */
  async deliverLate(): Promise<void> {
    const waiting = this.#late.splice(0)
    for (let left = waiting.length; left > 0; left -= 1) {
      const [request] = waiting.splice(this.dice.below(left), 1)
      await request?.().catch(() => undefined)
    }
  }

  heal(): void {
    this.isFaulty = false
    this.way = 'good'
  }

  #choose(): Way | 'late' | 'doubled' {
    if (!this.isFaulty || this.way !== 'good') return this.way
    const roll = this.dice.roll()
    if (roll < 0.04) return 'doubled'
    return roll < 0.07 ? 'late' : 'good'
  }
}

export type DiskFault = 'killed' | 'full'

/** One of the next steps on any disk fails; answers with how to mend it. */
export function breakDisk(steps: number, fault: DiskFault): () => void {
  let left = steps
  const fail = (): void => {
    left -= 1
    if (left >= 0) return
    throw fault === 'full'
      ? new DOMException('full', 'QuotaExceededError')
      : new DOMException('killed', 'DataError')
  }
  const mends = [
    replaceMethod(IDBObjectStore.prototype, 'put', (put) =>
      function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['put']>) {
        fail()
        return put.apply(this, given)
      }),
    replaceMethod(IDBObjectStore.prototype, 'add', (add) =>
      function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['add']>) {
        fail()
        return add.apply(this, given)
      }),
  ]
  return () => {
    for (const mend of mends) mend()
  }
}

function methodOf(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === 'function' ? (value.bind(target) as unknown) : value
}

function never(): Promise<Response> {
  return new Promise(() => undefined)
}
