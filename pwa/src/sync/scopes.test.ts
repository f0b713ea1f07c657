import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBKeyRange } from 'fake-indexeddb'

import { canonicalJson } from '../kernel/canonical.ts'
import { Database } from '../store/database.ts'
import type { WorkingSet } from '../store/shapes.ts'
import type { Engine } from './engine.ts'
import { SITE } from './testing/fake-scopes.ts'
import type { FakeServer, Seen } from './testing/fake-server.ts'
import {
  Browser,
  CHECKLIST,
  TASK,
  aServer,
  answer,
  signedIn,
  states,
  valueOf,
} from './testing/phone.ts'

const ANA = 'a'.repeat(32)
const BEN = 'b'.repeat(32)
const MALL = 'm'.repeat(32)
const HOUR_MS = 3_600_000

const isPull = (request: Seen): boolean => request.path.startsWith('/api/sync/pull')
const isPush = (request: Seen): boolean => request.path === '/api/sync/push'

function taskOf(sign: string): string {
  return sign.repeat(32)
}

let counter = 0

/** Ben answers items of tasks on another phone. */
async function benWorks(server: FakeServer, ...tasks: string[]): Promise<void> {
  for (const record of tasks) {
    counter += 1
    await server.record({ id: BEN, role: 'quality_inspector' }, {
      id: `${BEN}:${counter}`,
      record,
      record_kind: 'task',
      based_on: 0,
      saw_stamp: 0,
      body: { kind: 'item_answered', item: '1', checklist: CHECKLIST, answer: 'pass' },
      evidence: [],
    })
  }
}

/** Works on the phone's database behind the app's back. */
async function behind<T>(browser: Browser, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database('roundsman', { indexedDB: browser.indexedDB, IDBKeyRange })
  await database.open()
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

async function setOf(browser: Browser): Promise<WorkingSet> {
  const row = await behind(browser, (database) => database.meta.get('working_set'))
  return row?.value as WorkingSet
}

async function spoil(browser: Browser, record: string): Promise<void> {
  await behind(browser, async (database) => {
    const row = (await database.records.get(record)) ?? assert.fail()
    assert.ok(row.snapshot)
    await database.records.put({ ...row, snapshot: { ...row.snapshot, stamp: row.snapshot.stamp + 1 } })
  })
}

async function ids(engine: Engine): Promise<string[]> {
  return (await engine.readRecords('task')).map(({ id }) => id[0] ?? '').sort()
}

/** What Ana holds of the server is what the server says she holds. */
async function assertAgrees(engine: Engine, browser: Browser): Promise<void> {
  const before = (await setOf(browser)).revision
  const status = await engine.syncNow()
  assert.deepEqual(status.scope_alarms.filter((alarm) => alarm.healed_ms === null), [])
  assert.equal(status.problem, null)
  const set = await setOf(browser)
  assert.ok((set.revision ?? 0) > (before ?? 0))
  assert.ok(set.sums)
}

test('a caught-up phone counts what the server counts, through pages, changes and own work', async () => {
  const server = aServer()
  server.pageSize = 2
  await benWorks(server, '2', '3', taskOf('4'))
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await assertAgrees(engine, browser)
  await engine.record(answer(TASK, '1', 'fail'))
  await benWorks(server, taskOf('4'), taskOf('5'), taskOf('6'), TASK)
  await assertAgrees(engine, browser)
  assert.equal((await setOf(browser)).sums?.[SITE]?.count, server.state.records.size)
  await engine.close()
})

test('SC2 a granted site arrives at once, as a whole, though nothing in it changed', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'), taskOf('3'), taskOf('4'), taskOf('5'))
  for (const sign of ['3', '4', '5']) server.scopes.move(taskOf(sign), MALL, server.state.position)
  server.scopes.allowed.set(ANA, [{ site: SITE, kinds: ['task'] }])
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  assert.deepEqual(await ids(engine), ['2'])
  server.scopes.allowed.set(ANA, [{ site: SITE, kinds: ['task'] }, { site: MALL, kinds: ['task'] }])
  server.pageSize = 1
  let pulls = 0
  server.fault = (request) => {
    if (isPull(request)) pulls += 1
    return isPull(request) && pulls === 3 ? 'lost_request' : null
  }
  await engine.syncNow()
  assert.deepEqual(await ids(engine), ['2'], 'half a grant is none')
  server.fault = () => null
  const seen = server.requests.length
  await engine.syncNow()
  assert.deepEqual(await ids(engine), ['2', '3', '4', '5'])
  const asked = server.requests.slice(seen).filter(isPull)
  assert.ok(asked.length <= 2, 'what had come was kept, and the next round went on behind it')
  await assertAgrees(engine, browser)
  await engine.close()
})

test('SC3 a revoke takes the copies away; unsent work on them stays, is shown, and is sent', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'), taskOf('3'))
  server.scopes.move(taskOf('3'), MALL, server.state.position)
  server.scopes.allowed.set(ANA, [{ site: SITE, kinds: ['task'] }, { site: MALL, kinds: ['task'] }])
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.fault = (request) => (isPush(request) ? { status: 503 } : null)
  await engine.record(answer(taskOf('3'), '2', 'fail'))
  server.scopes.allowed.set(ANA, [{ site: SITE, kinds: ['task'] }])
  await engine.syncNow()
  assert.deepEqual(await ids(engine), ['2', '3'])
  assert.equal(await valueOf(engine, taskOf('3'), 'answer/1'), undefined, 'the copy is gone')
  assert.equal(await valueOf(engine, taskOf('3'), 'answer/2'), 'fail', 'the own work is not')
  assert.equal((await engine.readRecord(taskOf('3')))?.site, MALL)
  assert.deepEqual(states(engine), ['waiting'])
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal(server.state.records.get(taskOf('3'))?.fields['answer/2']?.value, 'fail')
  await assertAgrees(engine, browser)
  assert.deepEqual(await ids(engine), ['2'], 'sent and held by the office, it is no longer ours to show')
  await engine.close()
})

test('SC3 what was held stays in its author’s sight when its site is revoked', async () => {
  const server = aServer()
  await benWorks(server, taskOf('3'))
  server.scopes.move(taskOf('3'), MALL, server.state.position)
  server.scopes.allowed.set(ANA, [{ site: MALL, kinds: ['task'] }])
  const engine = await signedIn(new Browser(server), 'ana')
  server.hold = () => 'not_allowed'
  await engine.record(answer(taskOf('3'), '2', 'fail'))
  await engine.syncNow()
  server.scopes.allowed.set(ANA, [])
  await engine.syncNow()
  assert.deepEqual(states(engine), ['held'])
  assert.equal(await valueOf(engine, taskOf('3'), 'answer/2'), 'fail')
  await engine.close()
})

test('SC5 a transfer between two sites leaves one phone and enters the other', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'))
  server.scopes.allowed.set(ANA, [{ site: SITE, kinds: ['task'] }])
  server.scopes.allowed.set(BEN, [{ site: MALL, kinds: ['task'] }])
  const browsers = [new Browser(server), new Browser(server)] as const
  const ana = await signedIn(browsers[0], 'ana')
  const ben = await signedIn(browsers[1], 'ben')
  assert.deepEqual([await ids(ana), await ids(ben)], [['2'], []])
  server.state.position += 1
  server.scopes.move(taskOf('2'), MALL, server.state.position)
  await assertAgrees(ana, browsers[0])
  await assertAgrees(ben, browsers[1])
  assert.deepEqual([await ids(ana), await ids(ben)], [[], ['2']])
  assert.equal((await ben.readRecord(taskOf('2')))?.site, MALL)
  await ana.close()
  await ben.close()
})

test('SC4 what is one person’s own is counted apart, and a revoked role does not take it', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'), taskOf('3'))
  server.scopes.give(taskOf('3'), ANA)
  server.scopes.allowed.set(ANA, [{ site: SITE, kinds: ['task'] }])
  const browser = new Browser(server)
  const ana = await signedIn(browser, 'ana')
  const ben = await signedIn(new Browser(server), 'ben')
  assert.deepEqual([await ids(ana), await ids(ben)], [['2', '3'], ['2']])
  assert.deepEqual(Object.keys((await setOf(browser)).sums ?? {}).sort(), ['own', SITE].sort())
  server.scopes.allowed.set(ANA, [])
  await assertAgrees(ana, browser)
  assert.deepEqual(await ids(ana), ['3'])
  await ana.close()
  await ben.close()
})

test('SC8 a scope that differs is fetched anew once, an alarm says so, unsent work is untouched', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'), taskOf('3'))
  const browser = new Browser(server)
  const first = await signedIn(browser, 'ana')
  server.fault = (request) => (isPush(request) ? { status: 503 } : null)
  await first.record(answer(taskOf('2'), '2', 'fail'))
  const { entry } = await first.record(answer(taskOf('2'), '3', 'fail'))
  await first.close()
  await spoil(browser, taskOf('3'))
  // The next day the app is started anew, and counts what lies here.
  server.now_ms += 25 * HOUR_MS
  const engine = browser.tab()
  await engine.open()
  const status = await engine.syncNow()
  const again = server.requests.filter((one) => isPull(one) && one.path.includes('again='))
  assert.equal(again.length, 1)
  assert.match(again[0]?.path ?? '', new RegExp(`again=${SITE}`))
  assert.equal(status.scope_alarms.length, 1)
  assert.ok(status.scope_alarms[0]?.healed_ms, 'and it is healed')
  assert.equal(status.waiting_count, 2)
  assert.equal(engine.outbox.value[0]?.id, entry.id)
  assert.equal(await valueOf(engine, taskOf('2'), 'answer/2'), 'fail')
  const copy = await behind(browser, (database) => database.records.get(taskOf('3')))
  assert.equal(canonicalJson(copy?.snapshot), canonicalJson(server.state.records.get(taskOf('3'))))
  await assertAgreesBut503(engine)
  await engine.close()
})

async function assertAgreesBut503(engine: Engine): Promise<void> {
  const status = await engine.syncNow()
  assert.deepEqual(status.scope_alarms.filter((alarm) => alarm.healed_ms === null), [])
}

test('a scope that stays different is asked for once an hour, never in a loop, and work goes on', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'))
  const browser = new Browser(server)
  const honest = browser.fetch
  const lying: typeof fetch = async (input, init) => {
    const reply = await honest(input, init)
    if (!(input as string).startsWith('/api/sync/pull')) return reply
    const value = (await reply.json()) as { scopes: { sum: string }[] }
    const scopes = value.scopes.map((scope) => ({ ...scope, sum: 'f'.repeat(16) }))
    return new Response(JSON.stringify({ ...value, scopes }), { headers: reply.headers })
  }
  const engine = browser.tab({ fetch: lying })
  await engine.open()
  await engine.signIn('ana', 'right')
  const asked = (): number =>
    server.requests.filter((one) => isPull(one) && one.path.includes('again=')).length
  for (let round = 0; round < 5; round += 1) await engine.syncNow()
  assert.equal(asked(), 1)
  await engine.record(answer(TASK, '1', 'fail'))
  const status = await engine.syncNow()
  assert.equal(status.waiting_count, 0)
  assert.equal(status.problem, null)
  assert.equal(status.scope_alarms[0]?.healed_ms, null)
  server.now_ms += HOUR_MS + 1000
  await engine.syncNow()
  await engine.syncNow()
  assert.equal(asked(), 2)
  await engine.close()
})

test('a copy that the server knows nothing of goes, with the scope that is none of ours', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'))
  const browser = new Browser(server)
  const first = await signedIn(browser, 'ana')
  await first.close()
  const stray = { fields: {}, id: taskOf('9'), kind: 'task', position: 1, stamp: 1 }
  await behind(browser, async (database) => {
    await database.records.put({
      id: stray.id,
      kind: 'task',
      site: 'x'.repeat(32),
      snapshot: stray,
      current: stray,
      unsent_count: 0,
    })
    await database.meta.delete('sums_derived_ms')
  })
  const engine = browser.tab({
    fetch: async (input, init) =>
      (input as string).includes('again=xxx')
        ? new Response(JSON.stringify({ code: 'scope_not_yours', status: 403, title_zh: '', title_en: '', next_zh: '', next_en: '', details: {} }), {
            status: 403,
            headers: { 'content-type': 'application/problem+json' },
          })
        : await browser.fetch(input, init),
  })
  await engine.open()
  assert.deepEqual(await ids(engine), ['2', '9'])
  await engine.syncNow()
  assert.deepEqual(await ids(engine), ['2'])
  await assertAgrees(engine, browser)
  await engine.close()
})

test('SC8 a server that gives a scope anew without saying so takes nothing away', async () => {
  const server = aServer()
  await benWorks(server, taskOf('2'), taskOf('3'))
  const browser = new Browser(server)
  const first = await signedIn(browser, 'ana')
  await first.close()
  await spoil(browser, taskOf('3'))
  await behind(browser, (database) => database.meta.delete('sums_derived_ms'))
  const engine = browser.tab({
    fetch: async (input, init) => await browser.fetch((input as string).replace(/&again=[^&]*/, ''), init),
  })
  await engine.open()
  const status = await engine.syncNow()
  assert.equal(status.scope_alarms[0]?.healed_ms, null)
  assert.deepEqual(await ids(engine), ['2', '3'])
  await engine.close()
})

test('how many records have come is shown while a working set arrives', async () => {
  const server = aServer()
  for (const sign of ['2', '3', '4', '5', '6']) await benWorks(server, taskOf(sign))
  server.pageSize = 2
  const browser = new Browser(server)
  const engine = browser.tab()
  await engine.open()
  const seen: string[] = []
  const stop = engine.status.subscribe(({ bootstrap }) => {
    if (bootstrap) seen.push(`${bootstrap.done}/${bootstrap.all ?? '?'}`)
  })
  await engine.signIn('ana', 'right')
  const status = await engine.syncNow()
  stop()
  assert.deepEqual([...new Set(seen)], ['2/5', '4/5', '5/5'])
  assert.equal(status.bootstrap, null)
  await engine.close()
})
