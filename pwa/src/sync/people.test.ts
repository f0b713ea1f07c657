import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ProblemFailure } from '../kernel/problems.ts'
import type { Engine } from './engine.ts'
import { Browser, TASK, aServer, answer, signedIn, until, valueOf } from './testing/phone.ts'
import type { FakeServer } from './testing/fake-server.ts'

const ANA = 'a'.repeat(32)
const BEN = 'b'.repeat(32)

/** A phone that Ana and Ben share; Ben signed in last, both have a PIN. */
async function sharedPhone(server: FakeServer = aServer()): Promise<{ browser: Browser; engine: Engine }> {
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.people.setPin('8053')
  await engine.signIn('ben', 'right')
  await engine.people.setPin('7146')
  await engine.syncNow()
  return { browser, engine }
}

function refused(code: string): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ProblemFailure)
    assert.equal(error.problem.code, code)
    return true
  }
}

test('two people change places by PIN without a network and record under their own names', async () => {
  const server = aServer()
  const { engine } = await sharedPhone(server)
  server.fault = () => 'lost_request'
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.people.switchTo(ANA, '8053')
  assert.equal(engine.person?.id, ANA)
  assert.equal(engine.outbox.value.length, 0, 'the outbox of Ben is his')
  await engine.record(answer(TASK, '2', 'pass'))
  const status = await engine.syncNow()
  assert.equal(status.waiting_count, 1)
  assert.equal(status.others_waiting_count, 1)
  await engine.people.switchTo(BEN, '7146')
  assert.equal(engine.outbox.value.length, 1)
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail')
  assert.equal(await valueOf(engine, TASK, 'answer/2'), undefined, 'what Ana recorded is not his')

  // The network is back: Ben is whom the server knows, Ana's work waits for her.
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual([...server.state.received.values()].map((one) => one.person), [BEN])
  await engine.signIn('ana', 'right')
  await engine.syncNow()
  const authors = [...server.state.received.values()].map((one) => one.person).sort()
  assert.deepEqual(authors, [ANA, BEN])
  await engine.close()
})

test('PH2 a session of one person is never taken over by whoever works by PIN', async () => {
  const server = aServer()
  const { browser, engine } = await sharedPhone(server)
  await engine.people.switchTo(ANA, '8053')
  assert.equal(engine.session.value.phase, 'sign_in_needed')
  assert.equal(engine.session.value.server_person, BEN)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  await engine.close()
  // A new page asks the server who is signed in: it says Ben, and Ana goes on working.
  const tab = browser.tab()
  await tab.open()
  await tab.syncNow()
  assert.equal(tab.person?.id, ANA)
  assert.equal(tab.session.value.phase, 'sign_in_needed')
  assert.equal(tab.status.value.waiting_count, 1)
  assert.equal(tab.status.value.server_person_differs, true)
  assert.equal([...server.state.received.values()].filter((one) => one.person === BEN).length, 0)
  assert.ok(!server.refusals.includes('writer_not_yours'), String(server.refusals))
  await tab.close()
})

test('PH2 whoever works by PIN under another’s session never changes that person’s password', async () => {
  const server = aServer()
  const { browser, engine } = await sharedPhone(server)
  await engine.people.switchTo(ANA, '8053')
  const asked = server.requests.length
  await assert.rejects(engine.changePassword('right', 'another one'), refused('sign_in_needed'))
  assert.ok(!server.requests.slice(asked).some((request) => request.path.endsWith('/password')))
  await engine.close()
  // A new page does not know yet whose session it is: the server says so first.
  const tab = browser.tab()
  await tab.open()
  await assert.rejects(tab.changePassword('right', 'another one'), refused('sign_in_needed'))
  assert.ok(!server.requests.slice(asked).some((request) => request.path.endsWith('/password')))
  await tab.close()
})

test('somebody else signing in on another page of the browser changes nobody’s place', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  // The office page of the same browser shares the cookie and nothing else.
  const office = await browser.fetch('/api/session', {
    method: 'POST',
    body: JSON.stringify({ user_name: 'ben', password: 'right', device: { id: 'd'.repeat(32) } }),
  })
  assert.equal(office.status, 200)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.close()
  const tab = browser.tab()
  await tab.open()
  await tab.syncNow()
  assert.equal(tab.person?.id, ANA)
  assert.equal(tab.session.value.server_person, BEN)
  assert.equal(tab.status.value.waiting_count, 1, 'nothing of Ana’s went up as Ben’s')
  await tab.signIn('ana', 'right')
  await tab.syncNow()
  assert.equal(tab.status.value.waiting_count, 0)
  assert.deepEqual([...server.state.received.values()].map((one) => one.person), [ANA])
  await tab.close()
})

test('whoever comes back by PIN to their own session sends at once', async () => {
  const server = aServer()
  const { engine } = await sharedPhone(server)
  await engine.people.switchTo(ANA, '8053')
  await engine.people.switchTo(BEN, '7146')
  assert.equal(engine.session.value.phase, 'signed_in')
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  assert.equal(engine.status.value.waiting_count, 0)
  await engine.close()
})

test('drafts are each person’s own', async () => {
  const { engine } = await sharedPhone()
  await engine.saveDraft('task', 'of Ben')
  await engine.people.switchTo(ANA, '8053')
  assert.equal(await engine.readDraft('task'), undefined)
  await engine.saveDraft('task', 'of Ana')
  await engine.people.switchTo(BEN, '7146')
  assert.equal(await engine.readDraft('task'), 'of Ben')
  await engine.close()
})

test('PH3 five wrong PINs leave only the password, whatever is closed and opened meanwhile', async () => {
  const { browser, engine } = await sharedPhone()
  let tab = engine
  for (let left = 4; left > 0; left -= 1) {
    await assert.rejects(tab.people.switchTo(ANA, '0000'), refused('pin_wrong'))
    await tab.close()
    tab = browser.tab()
    await tab.open()
    assert.equal(tab.session.value.known.find(({ id }) => id === ANA)?.tries_left, left)
  }
  await assert.rejects(tab.people.switchTo(ANA, '0000'), refused('pin_blocked'))
  await assert.rejects(tab.people.switchTo(ANA, '8053'), refused('pin_blocked'), 'the right one too')
  assert.equal(tab.person?.id, BEN)
  await tab.signIn('ana', 'right')
  await tab.people.switchTo(BEN, '7146')
  await tab.people.switchTo(ANA, '8053')
  assert.equal(tab.person?.id, ANA, 'the password has given the PIN its tries back')
  await tab.close()
})

test('tries at the same moment in two tabs all count', async () => {
  const { browser, engine } = await sharedPhone()
  const second = browser.tab()
  await second.open()
  const tries = await Promise.allSettled(
    [engine, second, engine, second, engine, second, engine].map((tab) =>
      tab.people.switchTo(ANA, '0001'),
    ),
  )
  assert.ok(tries.every(({ status }) => status === 'rejected'))
  await assert.rejects(engine.people.switchTo(ANA, '8053'), refused('pin_blocked'))
  await second.close()
  await engine.close()
})

test('a right PIN gives the wrong tries back', async () => {
  const { engine } = await sharedPhone()
  for (let round = 0; round < 3; round += 1) {
    await assert.rejects(engine.people.switchTo(ANA, '0000'), refused('pin_wrong'))
    await engine.people.switchTo(ANA, '8053')
  }
  assert.equal(engine.session.value.known.find(({ id }) => id === ANA)?.tries_left, 5)
  await engine.close()
})

test('nobody takes the phone without a PIN of their own', async () => {
  const { engine } = await sharedPhone()
  await engine.people.setPin(null)
  await engine.people.switchTo(ANA, '8053')
  await assert.rejects(engine.people.switchTo(BEN, ''), refused('pin_none'))
  await assert.rejects(engine.people.switchTo('f'.repeat(32), '8053'), refused('pin_none'))
  await assert.rejects(engine.people.setPin('12'), refused('pin_unfit'))
  await engine.close()
})

test('signing out forgets one person and leaves the others', async () => {
  const server = aServer()
  const { engine } = await sharedPhone(server)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.people.switchTo(ANA, '8053')
  await engine.signOut()
  assert.equal(engine.session.value.phase, 'signed_out')
  assert.deepEqual(engine.session.value.known.map(({ id }) => id), [BEN])
  const held = [...server.sessions.values()].map(({ person }) => person.id)
  assert.ok(held.includes(BEN), 'the session of Ben is not Ana’s to end')
  await engine.people.switchTo(BEN, '7146')
  assert.equal(engine.session.value.phase, 'signed_in')
  await engine.syncNow()
  assert.equal(engine.status.value.waiting_count, 0)
  await engine.close()
})

test('a locked screen stays locked over a new page, and sending goes on behind it', async () => {
  const server = aServer()
  const { browser, engine } = await sharedPhone(server)
  server.fault = () => 'lost_request'
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.people.lock()
  await engine.close()
  server.fault = () => null
  const tab = browser.tab()
  await tab.open()
  assert.equal(tab.session.value.screen_locked, true)
  await tab.syncNow()
  assert.equal(tab.status.value.waiting_count, 0)
  await assert.rejects(tab.people.switchTo(BEN, '0000'), refused('pin_wrong'))
  assert.equal(tab.session.value.screen_locked, true)
  await tab.people.switchTo(BEN, '7146')
  assert.equal(tab.session.value.screen_locked, false)
  await tab.close()
})

test('another tab locks and changes person with this one', async () => {
  const { browser, engine } = await sharedPhone()
  const second = browser.tab()
  await second.open()
  await engine.people.lock()
  await until(browser.timers, () => second.session.value.screen_locked, 3_000)
  assert.equal(second.session.value.screen_locked, true)
  await engine.people.switchTo(ANA, '8053')
  await until(browser.timers, () => second.person?.id === ANA, 3_000)
  await until(browser.timers, () => !second.session.value.screen_locked, 3_000)
  assert.equal(second.person?.id, ANA)
  assert.equal(second.session.value.screen_locked, false)
  await second.close()
  await engine.close()
})

test('PH4 whom the office shuts out is gone from the phone, and their unsent work stays', async () => {
  const server = aServer()
  const { engine } = await sharedPhone(server)
  server.fault = () => 'lost_request'
  await engine.record(answer(TASK, '1', 'fail'))
  server.fault = () => ({ status: 401, code: 'shut_out', details: { who: 'person' } })
  await engine.syncNow()
  assert.equal(engine.session.value.phase, 'signed_out')
  assert.deepEqual(engine.session.value.known.map(({ id }) => id), [ANA])
  assert.equal(engine.status.value.others_waiting_count, 1)
  server.fault = () => null
  // The office lets Ben in again: what he recorded goes up under his name.
  await engine.signIn('ben', 'right')
  await engine.syncNow()
  assert.deepEqual([...server.state.received.values()].map((one) => one.person), [BEN])
  await engine.close()
})

test('a phone that was shut out knows nobody any more, and loses nothing', async () => {
  const server = aServer()
  const { engine } = await sharedPhone(server)
  await engine.people.switchTo(ANA, '8053')
  await engine.people.switchTo(BEN, '7146')
  // The round that the change begins must not bring it up.
  server.fault = () => 'lost_request'
  await engine.record(answer(TASK, '1', 'fail'))
  server.fault = () => ({ status: 401, code: 'shut_out', details: { who: 'device' } })
  await engine.syncNow()
  assert.deepEqual(engine.session.value.known, [])
  assert.equal(engine.session.value.phase, 'signed_out')
  assert.equal(engine.status.value.others_waiting_count, 1)
  await engine.close()
})

test('an expired session asks everybody for nothing but its own person', async () => {
  const server = aServer()
  const { engine } = await sharedPhone(server)
  server.sessions.clear()
  await engine.syncNow()
  assert.equal(engine.session.value.phase, 'sign_in_needed')
  assert.equal(engine.session.value.server_person, null)
  assert.equal(engine.session.value.known.length, 2)
  await engine.people.switchTo(ANA, '8053')
  assert.equal(engine.person?.id, ANA)
  await engine.close()
})

test('a page killed while people change places comes back to one of them, with their own copies', async () => {
  const server = aServer()
  const { browser, engine } = await sharedPhone(server)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  // As if the page had died between putting the copies in place and writing down whose they are.
  const { Store } = await import('../store/store.ts')
  const { fold } = await import('./merge.ts')
  const { IDBKeyRange } = await import('fake-indexeddb')
  const options = { indexedDB: browser.indexedDB, IDBKeyRange }
  const store = new Store({ name: 'roundsman', options, fold, channel: null, marker: null })
  await engine.close()
  await store.open()
  await store.takeOver(ANA)
  store.close()
  const tab = browser.tab()
  await tab.open()
  assert.equal(tab.person?.id, BEN)
  assert.equal(await valueOf(tab, TASK, 'answer/1'), 'fail')
  await tab.record(answer(TASK, '2', 'pass'))
  await tab.syncNow()
  assert.equal(tab.status.value.waiting_count, 0)
  await tab.close()
})

test('the lock after some minutes belongs to a PIN and goes with it', async () => {
  const { engine } = await sharedPhone()
  const own = () => engine.session.value.known.find(({ id }) => id === BEN)
  await engine.people.lockAfter(5)
  assert.equal(own()?.lock_after_min, 5)
  await engine.people.setPin(null)
  assert.equal(own()?.lock_after_min, 0)
  await engine.people.lockAfter(5)
  assert.equal(own()?.lock_after_min, 0)
  await engine.close()
})

test('whoever has no PIN is not locked out of a phone without network', async () => {
  const { engine } = await sharedPhone()
  await engine.people.setPin(null)
  await assert.rejects(engine.people.lock(), refused('pin_none'))
  assert.equal(engine.session.value.screen_locked, false)
  await engine.close()
})

test('a PIN proves who stands there and nobody changes places; wrong ones are used up all the same', async () => {
  const server = aServer()
  const { engine } = await sharedPhone(server)
  server.fault = () => 'lost_request'
  await engine.people.confirmPin(ANA, '8053')
  assert.equal(engine.person?.id, BEN, 'Ben works on')
  const left = (): number | undefined =>
    engine.session.value.known.find(({ id }) => id === ANA)?.tries_left
  await assert.rejects(engine.people.confirmPin(ANA, '1111'), refused('pin_wrong'))
  assert.equal(left(), 4)
  await engine.people.confirmPin(ANA, '8053')
  assert.equal(left(), 5)
  for (let tries = 0; tries < 5; tries += 1) {
    await assert.rejects(engine.people.confirmPin(ANA, '1111'))
  }
  await assert.rejects(engine.people.confirmPin(ANA, '8053'), refused('pin_blocked'))
  await assert.rejects(engine.people.confirmPin('c'.repeat(32), '8053'), refused('pin_none'))
  assert.equal(engine.person?.id, BEN)
  await engine.close()
})
