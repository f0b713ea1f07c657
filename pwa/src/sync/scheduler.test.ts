import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Scheduler, type RoundEnd } from './scheduler.ts'
import {
  Browser,
  ManualTimers,
  MemoryLocks,
  TASK,
  aServer,
  answer,
  breathe,
  signedIn,
  until,
} from './testing/phone.ts'

const FINE: RoundEnd = { ok: true, has_more: false, retry_after_ms: null }
const FAILED: RoundEnd = { ok: false, has_more: true, retry_after_ms: null }

function aScheduler(
  run: (signal: AbortSignal, beat: () => void, urgent: boolean) => Promise<RoundEnd>,
  timers = new ManualTimers(),
  locks = new MemoryLocks(),
): { scheduler: Scheduler; timers: ManualTimers; stuck: () => number } {
  let count = 0
  const onStuck = (): void => {
    count += 1
  }
  const scheduler = new Scheduler({ run, onStuck, timers, locks, random: () => 0.5 })
  return { scheduler, timers, stuck: () => count }
}

test('one round at a time; a nudge meanwhile makes one more', async () => {
  let running = 0
  let most = 0
  let rounds = 0
  const { scheduler } = aScheduler(async () => {
    running += 1
    rounds += 1
    most = Math.max(most, running)
    await breathe(3)
    running -= 1
    return FINE
  })
  scheduler.start()
  await Promise.all([scheduler.nudge(), scheduler.nudge(true), scheduler.nudge()])
  assert.equal(most, 1)
  assert.equal(rounds, 2)
  await scheduler.stop()
})

test('failures wait longer and longer, up to five minutes; success starts anew', async () => {
  let end = FAILED
  const { scheduler, timers } = aScheduler(() => Promise.resolve(end))
  scheduler.start()
  const delays: number[] = []
  for (let round = 0; round < 10; round += 1) {
    await breathe()
    const [delay] = timers.delays
    assert.ok(delay)
    delays.push(delay)
    await timers.advance(delay)
  }
  assert.deepEqual(delays.slice(0, 3), [4000, 8000, 16000])
  assert.equal(delays.at(-1), 300_000)
  end = FINE
  await scheduler.nudge()
  assert.deepEqual(timers.delays, [60_000])
  end = { ok: false, has_more: true, retry_after_ms: 90_000 }
  await scheduler.nudge()
  assert.deepEqual(timers.delays, [90_000])
  await scheduler.stop()
  assert.deepEqual(timers.delays, [])
})

test('a round that hangs is left behind by the watchdog, and the next one runs', async () => {
  let rounds = 0
  const { scheduler, timers, stuck } = aScheduler(() => {
    rounds += 1
    return rounds === 1 ? new Promise<RoundEnd>(() => undefined) : Promise.resolve(FINE)
  })
  scheduler.start()
  await timers.advance(200_000)
  assert.equal(stuck(), 1)
  assert.ok(rounds >= 2)
  await scheduler.stop()
})

test('a round that still moves is left alone', async () => {
  let finish: (end: RoundEnd) => void = () => undefined
  const { scheduler, timers, stuck } = aScheduler((_signal, beat) => {
    const again = (): void => {
      beat()
      timers.setTimeout(again, 100_000)
    }
    again()
    return new Promise((resolve) => {
      finish = resolve
    })
  })
  scheduler.start()
  await timers.advance(1_000_000)
  assert.equal(stuck(), 0)
  finish(FINE)
  await scheduler.stop()
})

test('a second tab leaves the syncing to the first, and takes over when that is frozen', async () => {
  const timers = new ManualTimers()
  const locks = new MemoryLocks()
  const frozen = locks.request('roundsman-sync', { ifAvailable: true }, () => new Promise(() => undefined))
  frozen.catch(() => undefined)
  let rounds = 0
  const run = (): Promise<RoundEnd> => {
    rounds += 1
    return Promise.resolve(FINE)
  }
  const { scheduler } = aScheduler(run, timers, locks)
  scheduler.start()
  await breathe()
  await timers.advance(60_000)
  assert.equal(rounds, 0)
  await timers.advance(30_000)
  assert.ok(rounds > 0)
  await scheduler.stop()
})

test('a server that never answers is given up, and the queue goes up when it does', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.fault = (request) => (request.path === '/api/sync/push' ? 'hang' : null)
  await engine.record(answer(TASK, '4', 'fail'))
  await until(browser.timers, () => engine.status.value.problem !== null, 40_000)
  assert.equal(engine.status.value.problem?.code, 'server_slow')
  assert.equal(engine.status.value.waiting_count, 1)
  server.fault = () => null
  await until(browser.timers, () => engine.status.value.waiting_count === 0, 60_000)
  assert.equal(engine.status.value.waiting_count, 0)
  await engine.close()
})

test('a fetch that ignores its signal does not hold the loop either', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const first = await signedIn(browser, 'ana')
  await first.close()
  let isDeaf = true
  const deaf: typeof fetch = (input, init) =>
    isDeaf ? new Promise(() => undefined) : browser.fetch(input, init)
  const engine = browser.tab({ fetch: deaf })
  await engine.open()
  await engine.record(answer(TASK, '4', 'fail'))
  await until(browser.timers, () => engine.status.value.problem !== null, 40_000)
  assert.equal(engine.status.value.problem?.code, 'server_slow')
  isDeaf = false
  await until(browser.timers, () => engine.status.value.waiting_count === 0, 60_000)
  assert.equal(engine.status.value.waiting_count, 0)
  await engine.close()
})

test('recording sends by itself, without anybody pressing a button', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  await until(browser.timers, () => server.state.position === 1, 3_000)
  assert.equal(server.state.position, 1)
  await engine.close()
})
