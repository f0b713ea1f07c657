import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { DeviceReport } from '../schemas.gen.ts'
import { Browser, TASK, aServer, answer, signedIn } from './testing/phone.ts'
import { textOf, type FakeServer, type Seen } from './testing/fake-server.ts'

const isReport = ({ path }: Seen): boolean => path === '/api/devices/report'

function reports(server: FakeServer): DeviceReport[] {
  return server.requests.filter(isReport).map((one) => JSON.parse(textOf(one)) as DeviceReport)
}

test('the phone tells the office how it stands, at once when it changed', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  assert.equal(reports(server).length, 1)
  assert.equal(reports(server)[0]?.waiting_count, 0)
  await engine.syncNow()
  assert.equal(reports(server).length, 1, 'nothing changed')
  server.fault = ({ path }) => (path === '/api/sync/push' ? { status: 400 } : null)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  const last = reports(server).at(-1)
  assert.equal(last?.waiting_count, 1)
  assert.equal(typeof last?.oldest_waiting_ms, 'number')
  await engine.close()
})

test('unchanged, it is told again after ten minutes', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.now_ms += 9 * 60_000
  await engine.syncNow()
  assert.equal(reports(server).length, 1)
  server.now_ms += 2 * 60_000
  await engine.syncNow()
  assert.equal(reports(server).length, 2)
  await engine.close()
})

test('a server that knows no reports, or fails at them, stops nothing', async () => {
  for (const fault of [{ status: 404 }, { status: 500 }, 'lost_request', 'portal'] as const) {
    const server = aServer()
    const browser = new Browser(server)
    server.fault = (seen) => (isReport(seen) ? fault : null)
    const engine = await signedIn(browser, 'ana')
    await engine.record(answer(TASK, '1', 'fail'))
    const status = await engine.syncNow()
    assert.equal(status.waiting_count, 0)
    assert.equal(status.problem, null, JSON.stringify(fault))
    assert.equal(status.phase, 'idle')
    await engine.close()
  }
})

test('a wiped store and a browser’s word on its storage reach the office', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.fault = () => 'lost_request'
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  await engine.close()
  server.fault = () => null
  browser.wipe()
  const storage = {
    persisted: () => Promise.resolve(false),
    persist: () => Promise.resolve(false),
    estimate: () => Promise.resolve({ usage: 1_000.4, quota: 9_000.9 }),
  } as unknown as StorageManager
  const tab = browser.tab({ storage, app_version: 'built-1' })
  await tab.open()
  await tab.signIn('ana', 'right')
  await tab.syncNow()
  const last = reports(server).at(-1)
  assert.equal(last?.wiped_lost_count, 1)
  assert.equal(last?.persisted, false)
  assert.deepEqual([last?.usage_bytes, last?.free_bytes], [1_000, 8_001])
  assert.equal(last?.app_version, 'built-1')
  await tab.close()
})

test('a phone too old for the server keeps everything, says so, and goes on recording', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.fault = ({ path }) =>
    path === '/api/sync/push' ? { status: 426, code: 'wire_too_old' } : null
  for (const item of ['1', '2', '3']) await engine.record(answer(TASK, item, 'fail'))
  const before = server.requests.filter(({ path }) => path === '/api/sync/push').length
  const status = await engine.syncNow()
  const asked = server.requests.filter(({ path }) => path === '/api/sync/push').length - before
  assert.ok(asked <= 2, `no splitting helps: ${String(asked)} requests`)
  assert.equal(status.waiting_count, 3)
  assert.equal(status.problem?.code, 'wire_too_old')
  assert.match(status.problem.next_zh, /更新.*导出/u)
  assert.ok(engine.outbox.value.every(({ attempts }) => attempts === 0), 'nobody is parked for it')
  await engine.record(answer(TASK, '4', 'pass'))
  server.fault = () => null
  assert.equal((await engine.syncNow()).waiting_count, 0)
  await engine.close()
})
