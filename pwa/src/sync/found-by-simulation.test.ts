/** What the simulation found once, told so that it can be understood without its seed. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Store } from '../store/store.ts'
import { replaceMethod } from './testing/breakage.ts'
import { SITE } from './testing/fake-scopes.ts'
import { Browser, TASK, aServer, answer, breathe, signedIn, valueOf } from './testing/phone.ts'

test('a round that begins while the next person signs in never speaks in that person’s name', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const entry = await engine.record(answer(TASK, '1', 'fail'))
  // The server was set back to before it knew this phone: Ana's writer is to be bound anew.
  server.state.writers.clear()
  await engine.signOut()
  await engine.signIn('ana', 'right')
  server.fault = (request) => (request.path === '/api/session' ? null : 'lost_request')
  await engine.syncNow()
  server.state.writers.clear()
  server.fault = () => null
  let isFirst = true
  const mend = replaceMethod(Store.prototype, 'takeOver', (takeOver) =>
    async function (this: Store, ...given: Parameters<Store['takeOver']>) {
      if (isFirst) void engine.syncNow()
      isFirst = false
      await breathe(80)
      await takeOver.apply(this, given)
    })
  try {
    await engine.signIn('ben', 'right')
    await engine.syncNow()
  } finally {
    mend()
  }
  const writer = entry.id.split(':')[0] ?? ''
  assert.notEqual(server.state.writers.get(writer), 'b'.repeat(32))
  await engine.signIn('ana', 'right')
  const status = await engine.syncNow()
  assert.equal(status.waiting_count, 0)
  assert.equal(server.state.received.get(entry.id)?.person, 'a'.repeat(32))
  await engine.close()
})

test('what is held although its answer was lost stays in its author’s sight after the next pull', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  server.hold = () => 'record_unknown'
  server.fault = (request) => (request.path === '/api/sync/push' ? 'lost_reply' : null)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  assert.equal(server.state.received.size, 1, 'it has arrived, and is held')
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail')
  server.fault = () => null
  await engine.syncNow()
  assert.equal(engine.status.value.held_count, 1)
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail')
  await engine.close()
})

test('what waits again after the server was set back is shown, although its record had been dropped', async () => {
  const server = aServer()
  const ana = 'a'.repeat(32)
  const all = [{ site: SITE, kinds: ['task'] }]
  server.scopes.allowed.set(ana, all)
  const engine = await signedIn(new Browser(server), 'ana')
  const backup = server.backup()
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  server.scopes.allowed.set(ana, [])
  await engine.syncNow()
  assert.equal(await engine.readRecord(TASK), undefined, 'the right to see it was taken')
  server.restore(backup)
  server.fault = (request) => (request.path === '/api/sync/push' ? 'lost_request' : null)
  await engine.syncNow()
  assert.equal(engine.status.value.waiting_count, 1)
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail')
  await engine.close()
})
