import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ProblemFailure } from '../kernel/problems.ts'
import { Browser, TASK, aServer, answer, signedIn, states, until, valueOf } from './testing/phone.ts'

const ANA = 'a'.repeat(32)
const BEN = 'b'.repeat(32)

test('bug 10: a failing network never signs anybody out', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.close()
  for (const fault of ['lost_request', 'portal', 'lost_reply', { status: 502 }] as const) {
    server.fault = () => fault
    const tab = browser.tab()
    await tab.open()
    await tab.syncNow()
    assert.equal(tab.person?.id, ANA)
    assert.equal(tab.session.value.phase, 'signed_in')
    await tab.record(answer(TASK, '4', 'fail'))
    await tab.close()
  }
  server.fault = () => null
  const tab = browser.tab()
  await tab.open()
  await tab.syncNow()
  assert.equal(server.state.position, 4)
  await tab.close()
})

test('a 401 of a login page is not ours and ends no session', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.close()
  const portal: typeof fetch = () =>
    Promise.resolve(new Response('<html>', { status: 401, headers: { 'content-type': 'text/html' } }))
  const tab = browser.tab({ fetch: portal })
  await tab.open()
  await tab.syncNow()
  assert.equal(tab.session.value.phase, 'signed_in')
  assert.equal(tab.status.value.problem?.code, 'not_our_server')
  await tab.close()
})

test('a wrong password is said in words', async () => {
  const engine = new Browser(aServer()).tab()
  await engine.open()
  await assert.rejects(engine.signIn('ana', 'wrong'), (error) => {
    assert.ok(error instanceof ProblemFailure)
    assert.equal(error.problem.code, 'sign_in_failed')
    return true
  })
  assert.equal(engine.session.value.phase, 'signed_out')
  await engine.close()
})

test('nobody records before somebody has signed in', async () => {
  const engine = new Browser(aServer()).tab()
  await engine.open()
  await assert.rejects(engine.record(answer(TASK, '4', 'fail')), /nobody_signed_in/)
  await engine.close()
})

test('bug 21: the queue of one person is never sent under the next one’s session', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.fault = (request) => (request.path === '/api/sync/push' ? 'lost_request' : null)
  await engine.record(answer(TASK, '4', 'fail'))
  await engine.saveDraft('task', 'of Ana')
  await engine.signOut()
  assert.equal(engine.session.value.phase, 'signed_out')
  assert.equal(await engine.readRecord(TASK), undefined)
  server.fault = () => null
  await engine.signIn('ben', 'right')
  await engine.syncNow()
  assert.equal(engine.outbox.value.length, 0)
  assert.equal(engine.status.value.waiting_count, 0)
  assert.equal(engine.status.value.others_waiting_count, 1)
  assert.equal(server.state.position, 0)
  assert.equal(await engine.readDraft('task'), undefined)
  assert.equal(await engine.readRecord(TASK), undefined)
  await engine.record(answer(TASK, '4', 'pass'))
  await engine.syncNow()
  await engine.signIn('ana', 'right')
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal(await engine.readDraft('task'), 'of Ana')
  const people = [...server.state.received.values()].map((one) => one.person).sort()
  assert.deepEqual(people, [ANA, BEN])
  assert.equal(await valueOf(engine, TASK, 'answer/4'), 'fail')
  await engine.close()
})

test('a round under way ends when somebody else signs in', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  for (let item = 0; item < 101; item += 1) await engine.record(answer(TASK, String(item), 'pass'))
  const signIns: Promise<unknown>[] = []
  server.beforeReply = () => {
    if (signIns.length === 0) signIns.push(engine.signIn('ben', 'right'))
    return Promise.resolve()
  }
  await engine.syncNow()
  await Promise.all(signIns)
  await engine.syncNow()
  assert.equal(engine.person?.id, BEN)
  assert.ok(!server.refusals.includes('writer_not_yours'), String(server.refusals))
  assert.ok((engine.status.value.others_waiting_count) > 0)
  for (const one of server.state.received.values()) assert.equal(one.person, ANA)
  await engine.close()
})

test('a sign-out without network is made good at the next contact', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.fault = () => 'lost_request'
  await engine.signOut()
  await engine.close()
  assert.equal(server.sessions.size, 1)
  server.fault = () => null
  const tab = browser.tab()
  await tab.open()
  await tab.syncNow()
  assert.equal(server.sessions.size, 0)
  assert.equal(tab.session.value.phase, 'signed_out')
  await tab.close()
})

test('another tab follows a change of person', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const second = browser.tab()
  await second.open()
  await second.syncNow()
  await engine.signIn('ben', 'right')
  await until(browser.timers, () => second.person?.id === BEN, 3_000)
  assert.equal(second.person?.id, BEN)
  await second.record(answer(TASK, '4', 'fail'))
  await until(browser.timers, () => server.state.received.size > 0, 60_000)
  assert.equal([...server.state.received.values()][0]?.person, BEN)
  await second.close()
  await engine.close()
})

test('after thirty days without the server the app asks for sign-in and still saves', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.close()
  server.fault = () => 'lost_request'
  browser.timers.now_ms += 29 * 86_400_000
  const before = browser.tab()
  await before.open()
  assert.equal(before.session.value.locked, false)
  await before.close()
  browser.timers.now_ms += 2 * 86_400_000
  const after = browser.tab()
  await after.open()
  assert.equal(after.session.value.locked, true)
  await after.record(answer(TASK, '4', 'fail'))
  assert.equal((await after.readRecord(TASK))?.unsent_count, 1)
  await after.close()
})

test('an expired session asks for sign-in at the next contact and keeps the person', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.sessions.clear()
  await engine.record(answer(TASK, '4', 'fail'))
  const status = await engine.syncNow()
  assert.equal(status.phase, 'sign_in_needed')
  assert.equal(status.waiting_count, 1)
  await engine.close()
  const tab = browser.tab()
  await tab.open()
  assert.equal(tab.session.value.phase, 'sign_in_needed')
  assert.equal(tab.person?.id, ANA)
  assert.equal(tab.session.value.user_name, 'ana', 'it need not be typed again')
  await tab.signIn('ana', 'right')
  assert.equal((await tab.syncNow()).waiting_count, 0)
  await tab.close()
})
