import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBIndex } from 'fake-indexeddb'

import { Store } from '../store/store.ts'
import { replaceMethod } from './testing/breakage.ts'
import { Browser, TASK, aServer, answer, signedIn, until } from './testing/phone.ts'

test('a store that cannot be read is an error on the status line, never "nothing waits"', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  const broken = (): never => {
    throw new DOMException('broken', 'DataError')
  }
  const mends = [
    replaceMethod(IDBIndex.prototype, 'getAll', () => broken),
    replaceMethod(IDBIndex.prototype, 'openCursor', () => broken),
  ]
  try {
    const status = await engine.syncNow()
    assert.equal(status.phase, 'error')
    assert.equal(status.waiting_count, null)
    assert.equal(status.problem?.code, 'storage_unreadable')
    assert.equal(engine.outbox.value.length, 1, 'the list keeps what it showed')
  } finally {
    for (const mend of mends) mend()
  }
  const mended = await engine.syncNow()
  assert.equal(mended.waiting_count, 0)
  assert.equal(mended.problem, null)
  await engine.close()
})

test('the status says how many wait and since when, and when the server last answered', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const contact = engine.status.value.last_contact_ms
  assert.ok(contact)
  server.fault = () => 'lost_request'
  const first = await engine.record(answer(TASK, '4', 'fail'))
  browser.timers.now_ms += 1000
  await engine.record(answer(TASK, '5', 'fail'))
  const status = await engine.syncNow()
  assert.equal(status.phase, 'offline')
  assert.equal(status.waiting_count, 2)
  assert.equal(status.oldest_waiting_ms, first.entry.recorded_ms)
  assert.equal(status.last_contact_ms, contact)
  await engine.close()
  const tab = browser.tab()
  await tab.open()
  assert.equal(tab.status.value.last_contact_ms, contact)
  assert.equal(tab.status.value.waiting_count, 2)
  await tab.close()
})

test('lists follow what is recorded here and in another tab', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const second = browser.tab()
  await second.open()
  const seen: number[] = []
  const stop = second.records('task').subscribe((records) => seen.push(records.length))
  await engine.record(answer(TASK, '4', 'fail'))
  await until(
    browser.timers,
    () => second.outbox.value.length === 1 && seen.at(-1) === 1,
    3_000,
  )
  assert.equal(seen.at(-1), 1)
  assert.equal(second.outbox.value.length, 1)
  stop()
  await engine.record(answer('2'.repeat(32), '4', 'fail'))
  await until(browser.timers, () => second.records('task').value.length === 2, 3_000)
  assert.equal(seen.at(-1), 1)
  assert.equal(second.records('task').value.length, 2)
  await second.close()
  await engine.close()
})

test('a tap puts its entry at the head of the list without reading the whole outbox again', async () => {
  const engine = await signedIn(new Browser(aServer()), 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  await engine.syncNow()
  let reads = 0
  const mend = replaceMethod(Store.prototype, 'readEntries', (read) =>
    async function (this: Store, person) {
      reads += 1
      return await read.call(this, person)
    })
  try {
    const { id } = await engine.record(answer(TASK, '5', 'fail'))
    assert.equal(engine.outbox.value[0]?.id, id)
    assert.equal(engine.outbox.value.length, 2)
    assert.equal(reads, 0)
  } finally {
    mend()
  }
  await engine.close()
})
