/**
 * Whatever goes wrong with requests, tabs, timers and the disk: once it is over, every queue is
 * empty within two rounds.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBObjectStore } from 'fake-indexeddb'

import type { Engine } from './engine.ts'
import { Scheduler, type Locks, type RoundEnd } from './scheduler.ts'
import { replaceMethod } from './testing/breakage.ts'
import type { Fault, FakeServer, Seen } from './testing/fake-server.ts'
import {
  Browser,
  ManualTimers,
  MemoryLocks,
  TASK,
  aServer,
  answer,
  breathe,
  photoBytes,
  signedIn,
  states,
  takePhoto,
  until,
} from './testing/phone.ts'

const FINE: RoundEnd = { ok: true, has_more: false, retry_after_ms: null }
/** A round that does nothing until it is broken off. */
function frozen(signal: AbortSignal): Promise<RoundEnd> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(FINE)
    })
  })
}

const isPull = (request: Seen): boolean => request.path.startsWith('/api/sync/pull')
const isPush = (request: Seen): boolean => request.path === '/api/sync/push'

interface Tab {
  scheduler: Scheduler
  rounds: () => number
  aborted: () => number
  stuck: () => number
}

/** A tab whose rounds do what the test says. */
function aTab(
  timers: ManualTimers,
  locks: Locks | null,
  run: (signal: AbortSignal, beat: () => void) => Promise<RoundEnd>,
  onAlive: () => void = () => undefined,
): Tab {
  const seen = { rounds: 0, aborted: 0, stuck: 0 }
  const scheduler = new Scheduler({
    run: (signal, beat) => {
      seen.rounds += 1
      signal.addEventListener('abort', () => (seen.aborted += 1))
      return run(signal, beat)
    },
    onStuck: () => (seen.stuck += 1),
    onAlive,
    timers,
    locks,
    random: () => 0.5,
  })
  return { scheduler, rounds: () => seen.rounds, aborted: () => seen.aborted, stuck: () => seen.stuck }
}

test('a tab that works long but says so is never robbed of its lock', async () => {
  const timers = new ManualTimers()
  const locks = new MemoryLocks()
  const second = aTab(timers, locks, () => Promise.resolve(FINE))
  const busy = (signal: AbortSignal, beat: () => void): Promise<RoundEnd> => {
    const again = (): void => {
      beat()
      timers.setTimeout(again, 60_000)
    }
    again()
    return frozen(signal)
  }
  const first = aTab(timers, locks, busy, () => {
    second.scheduler.heardAlive()
  })
  first.scheduler.start()
  await breathe()
  second.scheduler.start()
  await breathe()
  await timers.advance(600_000)
  assert.equal(second.rounds(), 0)
  assert.equal(first.aborted(), 0)
  await first.scheduler.stop()
  await second.scheduler.stop()
})

test('a frozen tab’s lock is stolen, and when it wakes it stops instead of working beside the thief', async () => {
  const timers = new ManualTimers()
  const locks = new MemoryLocks()
  const first = aTab(timers, locks, frozen)
  first.scheduler.start()
  await breathe()
  const second = aTab(timers, locks, () => Promise.resolve(FINE))
  second.scheduler.start()
  await breathe()
  await timers.advance(80_000)
  assert.ok(second.rounds() > 0)
  assert.equal(first.aborted(), 1)
  await second.scheduler.stop()
  await first.scheduler.stop()
})

test('a browser whose locks never answer, or do not work, still syncs', async () => {
  const deaf: Locks = { request: () => new Promise(() => undefined) }
  const broken: Locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }
  for (const locks of [deaf, broken]) {
    const timers = new ManualTimers()
    const tab = aTab(timers, locks, () => Promise.resolve(FINE))
    tab.scheduler.start()
    await breathe()
    await timers.advance(10_000)
    assert.ok(tab.rounds() > 0)
    await timers.advance(200_000)
    assert.ok(tab.rounds() > 1)
    await tab.scheduler.stop()
  }
})

test('a lock that comes too late is given back at once', async () => {
  const timers = new ManualTimers()
  let give: () => void = () => undefined
  let held = 0
  const late: Locks = {
    request: async (_name, _options, work) => {
      await new Promise<void>((resolve) => {
        give = resolve
      })
      held += 1
      const done = await work({})
      held -= 1
      return done
    },
  }
  const tab = aTab(timers, late, frozen)
  tab.scheduler.start()
  await breathe()
  await timers.advance(10_000)
  assert.equal(tab.rounds(), 1)
  give()
  await breathe()
  assert.equal(held, 0)
  assert.equal(tab.rounds(), 1)
  await tab.scheduler.stop()
})

test('timers that fire once a minute, as in a hidden tab, still drain the queue', async () => {
  class Throttled extends ManualTimers {
    override setTimeout(work: () => void, delay_ms: number): unknown {
      const due = Math.ceil((this.now_ms + delay_ms) / 60_000) * 60_000
      return super.setTimeout(work, due - this.now_ms)
    }
  }
  const server = aServer()
  const browser = new Browser(server)
  const timers = new Throttled()
  const engine = browser.tab({ timers })
  await engine.open()
  await engine.signIn('ana', 'right')
  await engine.syncNow()
  server.fault = () => 'lost_request'
  await engine.record(answer(TASK, '4', 'fail'))
  await until(timers, () => engine.status.value.problem !== null, 300_000)
  assert.equal(engine.status.value.waiting_count, 1)
  server.fault = () => null
  await until(timers, () => engine.status.value.waiting_count === 0, 300_000)
  assert.equal(engine.status.value.waiting_count, 0)
  await engine.close()
})

test('a pull that hangs stops no push: each thing recorded goes up when its patience is over', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.fault = (request) => (isPull(request) ? 'hang' : null)
  for (let count = 1; count <= 3; count += 1) {
    await engine.record(answer(TASK, String(count), 'fail'))
    await until(browser.timers, () => server.state.position === count, 120_000)
    assert.equal(server.state.position, count)
  }
  await until(browser.timers, () => engine.status.value.problem?.code === 'server_slow', 120_000)
  assert.equal(engine.status.value.waiting_count, 0)
  server.fault = () => null
  await until(browser.timers, () => engine.status.value.problem === null, 300_000)
  assert.equal(engine.status.value.problem, null)
  assert.equal((await engine.readRecord(TASK))?.unsent_count, 0)
  await engine.close()
})

test('a server that asks to wait for a year is asked again within the hour', async () => {
  const timers = new ManualTimers()
  const wait = { ok: false, has_more: true, retry_after_ms: 365 * 86_400_000 }
  const tab = aTab(timers, null, () => Promise.resolve(wait))
  tab.scheduler.start()
  await breathe()
  assert.deepEqual(timers.delays, [3_600_000])
  await tab.scheduler.stop()
})

test('phones that fail together do not come back together', async () => {
  const delays = new Set<number>()
  for (const chance of [0, 0.25, 0.5, 0.75, 1]) {
    const timers = new ManualTimers()
    const scheduler = new Scheduler({
      run: () => Promise.resolve({ ok: false, has_more: true, retry_after_ms: null }),
      onStuck: () => undefined,
      timers,
      locks: null,
      random: () => chance,
    })
    scheduler.start()
    await breathe()
    delays.add(timers.delays[0] ?? 0)
    await scheduler.stop()
  }
  assert.equal(delays.size, 5)
})

/** Two phones, one of them shared by two tabs, each with answers and a photo to send. */
async function aCrew(server: FakeServer): Promise<{ browsers: Browser[]; engines: Engine[] }> {
  const browsers = [new Browser(server), new Browser(server)]
  const engines = [
    await signedIn(browsers[0] ?? assert.fail(), 'ana'),
    await signedIn(browsers[1] ?? assert.fail(), 'ben'),
  ]
  return { browsers, engines }
}

async function work(engines: readonly Engine[], round: number): Promise<void> {
  for (const engine of engines) {
    await engine.record(answer(TASK, String(round), 'fail'))
    await takePhoto(engine, TASK, String(round), photoBytes(round))
  }
}

const FAULTS: readonly [string, (request: Seen, count: number) => Fault | null][] = [
  ['every request lost', () => 'lost_request'],
  ['every reply lost', () => 'lost_reply'],
  ['a captive portal', () => 'portal'],
  ['answers without our word', () => 'no_receipt'],
  ['server failing', () => ({ status: 500 })],
  ['server overloaded', () => ({ status: 429, code: 'too_many_requests' })],
  ['only pushes refused', (request) => (isPush(request) ? { status: 503 } : null)],
  ['only pulls lost', (request) => (isPull(request) ? 'lost_reply' : null)],
  ['photos refused', (request) => (request.path.includes('evidence') ? { status: 413 } : null)],
  ['every second request lost', (_request, count) => (count % 2 ? 'lost_request' : null)],
  ['one way only', (_request, count) => (count % 3 ? 'lost_reply' : null)],
]

for (const [name, fault] of FAULTS) {
  test(`after the faults stop every queue is empty within two rounds: ${name}`, async () => {
    const server = aServer()
    const { engines } = await aCrew(server)
    let count = 0
    server.fault = (request) => {
      count += 1
      return fault(request, count)
    }
    for (let round = 1; round <= 4; round += 1) {
      await work(engines, round)
      for (const engine of engines) await engine.syncNow()
    }
    server.fault = () => null
    for (const engine of engines) {
      await engine.syncNow()
      const status = await engine.syncNow()
      assert.equal(status.waiting_count, 0, JSON.stringify(status))
      assert.equal(status.photos_waiting_count, 0)
      assert.equal(status.problem, null)
      assert.deepEqual(states(engine), Array(8).fill('delivered'))
    }
    assert.equal(server.state.position, 16)
    for (const engine of engines) await engine.close()
  })
}

test('after the disk was full and is no more, every queue is empty within two rounds', async () => {
  const server = aServer()
  const { engines } = await aCrew(server)
  await work(engines, 1)
  const full = (): never => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  const mends = [
    replaceMethod(IDBObjectStore.prototype, 'put', () => full),
    replaceMethod(IDBObjectStore.prototype, 'add', () => full),
  ]
  for (const engine of engines) {
    const status = await engine.syncNow()
    assert.equal(status.problem?.code, 'storage_full')
    assert.equal(status.waiting_count, 2, 'what cannot be noted as sent still waits')
  }
  for (const mend of mends) mend()
  for (const engine of engines) {
    await engine.syncNow()
    const status = await engine.syncNow()
    assert.equal(status.waiting_count, 0)
    assert.equal(status.problem, null)
  }
  assert.equal(server.state.position, 4)
  for (const engine of engines) await engine.close()
})
