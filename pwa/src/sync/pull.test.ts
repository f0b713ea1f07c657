import assert from 'node:assert/strict'
import { test } from 'node:test'

import { canonicalJson } from '../kernel/canonical.ts'
import { textOf, type FakeServer, type Seen } from './testing/fake-server.ts'
import {
  Browser,
  CHECKLIST,
  TASK,
  aServer,
  answer,
  photoBytes,
  signedIn,
  states,
  takePhoto,
  valueOf,
} from './testing/phone.ts'

const isPull = (request: Seen): boolean => request.path.startsWith('/api/sync/pull')
const BEN = 'b'.repeat(32)

let counter = 0

/** Ben answers an item on another phone. */
async function benAnswers(server: FakeServer, task: string, item: string, word: string): Promise<void> {
  const person = server.people['ben']
  assert.ok(person)
  counter += 1
  await server.record(person, {
    id: `${BEN}:${counter}`,
    record: task,
    record_kind: 'task',
    based_on: 0,
    saw_stamp: 0,
    body: { kind: 'item_answered', item, checklist: CHECKLIST, answer: word },
    evidence: [],
  })
}

test('the own unsent answer stands on top of what a colleague sent meanwhile', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  server.fault = (request) => (request.path === '/api/sync/push' ? { status: 503 } : null)
  await engine.record(answer(TASK, '4', 'fail'))
  await benAnswers(server, TASK, '4', 'pass')
  await benAnswers(server, TASK, '5', 'pass')
  await engine.syncNow()
  const record = await engine.readRecord(TASK)
  assert.equal(record?.unsent_count, 1)
  assert.equal(record?.fields['answer/4']?.value, 'fail')
  assert.equal(record?.fields['answer/5']?.value, 'pass')
  server.fault = () => null
  await engine.syncNow()
  const merged = await engine.readRecord(TASK)
  assert.equal(merged?.unsent_count, 0)
  const { site: _site, unsent_count: _count, ...plain } = merged ?? assert.fail()
  assert.equal(canonicalJson(plain), canonicalJson(server.state.records.get(TASK)))
  await engine.close()
})

test('nothing flickers between acknowledgement and pull', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  server.fault = (request) => (isPull(request) ? 'lost_reply' : null)
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal(await valueOf(engine, TASK, 'answer/4'), 'fail')
  await engine.close()
})

test('what the phone claims to have seen is the pulled copy, never its own push', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await benAnswers(server, TASK, '1', 'pass')
  server.fault = (request) => (isPull(request) ? 'lost_request' : null)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  assert.equal((await engine.readRecord(TASK))?.position, 2)
  const second = await engine.record(answer(TASK, '2', 'fail'))
  const sent = await sentOperation(engine, server, second.id)
  assert.equal(sent['based_on'], 0)
  await engine.close()
})

async function sentOperation(
  engine: Awaited<ReturnType<typeof signedIn>>,
  server: FakeServer,
  id: string,
): Promise<Record<string, unknown>> {
  server.fault = () => null
  await engine.syncNow()
  for (const request of server.requests.filter((one) => one.path === '/api/sync/push')) {
    const { operations } = JSON.parse(textOf(request)) as {
      operations: Record<string, unknown>[]
    }
    const found = operations.find((operation) => operation['id'] === id)
    if (found) return found
  }
  assert.fail('it was never sent')
}

test('a refill in pages that breaks off changes nothing; whole it replaces everything', async () => {
  const server = aServer()
  for (let task = 0; task < 5; task += 1) await benAnswers(server, String(task).repeat(32), '1', 'pass')
  server.pageSize = 2
  const browser = new Browser(server)
  const engine = browser.tab()
  await engine.open()
  let pulls = 0
  server.fault = (request) => {
    if (isPull(request)) pulls += 1
    return isPull(request) && pulls === 2 ? 'lost_request' : null
  }
  await engine.signIn('ana', 'right')
  await engine.syncNow()
  assert.equal((await engine.readRecords('task')).length, pulls > 2 ? 5 : 0)
  await engine.syncNow()
  assert.equal((await engine.readRecords('task')).length, 5)
  assert.equal(engine.status.value.has_working_set, true)
  await engine.close()
})

test('changes in pages are each applied whole, and own work is folded once', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  for (let task = 2; task < 7; task += 1) await benAnswers(server, String(task).repeat(32), '1', 'pass')
  await engine.record(answer(TASK, '2', 'fail'))
  server.pageSize = 1
  await engine.syncNow()
  assert.equal((await engine.readRecords('task')).length, 6)
  const { unsent_count, fields } = (await engine.readRecord(TASK)) ?? assert.fail()
  assert.equal(unsent_count, 0)
  assert.equal(Object.keys(fields).length, 2)
  await engine.close()
})

test('own work does not vanish while the page that holds it is still to come', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  for (let task = 2; task < 5; task += 1) await benAnswers(server, String(task).repeat(32), '1', 'pass')
  await engine.record(answer(TASK, '1', 'fail'))
  server.pageSize = 1
  let pulls = 0
  server.fault = (request) => {
    if (isPull(request)) pulls += 1
    return pulls > 2 ? 'lost_request' : null
  }
  await engine.syncNow()
  assert.equal((await engine.readRecords('task')).length, 3)
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail')
  await engine.close()
})

test('bug 12: a server set back to a backup gets everything again, photos too', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  const backup = server.backup()
  await engine.record(answer(TASK, '2', 'fail'))
  await takePhoto(engine, TASK, '2', photoBytes(1))
  await engine.syncNow()
  assert.equal(server.state.position, 3)
  server.restore(backup)
  server.evidence.clear()
  await engine.syncNow()
  await engine.syncNow()
  assert.equal(server.state.position, 3)
  assert.equal(server.evidence.size, 1)
  assert.deepEqual(states(engine), ['delivered', 'delivered', 'delivered'])
  assert.equal((await engine.readRecord(TASK))?.unsent_count, 0)
  assert.equal(await valueOf(engine, TASK, 'answer/2'), 'fail')
  await engine.close()
})

test('bug 12: a server set back to before a photo, but after what names it, gets the photo again', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  server.fault = (request) => (request.path.startsWith('/api/uploads') ? 'lost_request' : null)
  await takePhoto(engine, TASK, '2', photoBytes(1))
  await engine.syncNow()
  const backup = server.backup()
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  server.restore(backup)
  server.evidence.clear()
  server.uploads.clear()
  await engine.syncNow()
  await engine.syncNow()
  assert.equal(server.evidence.size, 1)
  assert.deepEqual(states(engine), ['delivered'])
  await engine.close()
})

test('bug 22: a wiped phone says so, binds a new writer and fetches everything again', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const before = await signedIn(browser, 'ana')
  await before.record(answer(TASK, '1', 'pass'))
  await before.syncNow()
  server.fault = () => 'lost_request'
  await before.record(answer(TASK, '2', 'fail'))
  await before.syncNow()
  await before.close()
  server.fault = () => null
  browser.wipe()
  const engine = await signedIn(browser, 'ana')
  assert.deepEqual(engine.status.value.wiped, { lost_count: 1 })
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'pass')
  await engine.record(answer(TASK, '2', 'fail'))
  await engine.syncNow()
  assert.equal(server.state.writers.size, 2)
  engine.acknowledgeWipe()
  await engine.syncNow()
  assert.equal(engine.status.value.wiped, null)
  await engine.close()
})

for (const [name, off] of [
  ['1970', -1_790_000_000_000],
  ['2040', 450_000_000_000],
] as const) {
  test(`with a clock in ${name} the own correction still stands over what was seen`, async () => {
    const server = aServer()
    await benAnswers(server, TASK, '4', 'fail')
    const browser = new Browser(server)
    browser.clock_off_ms = off
    const engine = await signedIn(browser, 'ana')
    server.fault = (request) => (request.path === '/api/sync/push' ? { status: 503 } : null)
    await engine.record(answer(TASK, '5', 'fail'))
    await engine.record(answer(TASK, '5', 'pass'))
    const note = (words: string): Parameters<typeof engine.record>[0] => ({
      record: TASK,
      record_kind: 'task',
      body: { kind: 'item_noted', item: '5', note: words } as { kind: string },
    })
    await engine.record(note('first'))
    await engine.record(note('second'))
    assert.equal(await valueOf(engine, TASK, 'answer/5'), 'pass')
    assert.equal(await valueOf(engine, TASK, 'note/5'), 'second')
    server.fault = () => null
    await engine.syncNow()
    assert.equal(await valueOf(engine, TASK, 'note/5'), 'second')
    assert.ok(Math.abs((engine.status.value.clock_off_ms ?? 0) + off) < 1000)
    await engine.close()
  })
}

test('a drop takes the copy away and leaves unsent work where it is', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await benAnswers(server, TASK, '1', 'pass')
  const gone = '2'.repeat(32)
  await benAnswers(server, gone, '1', 'pass')
  await engine.syncNow()
  const honest = browser.fetch
  await engine.close()
  const dropping: typeof fetch = async (input, init) => {
    const reply = await honest(input, init)
    if (!(input as string).startsWith('/api/sync/pull')) return reply
    const value = (await reply.json()) as Record<string, unknown>
    const drops = [{ record: TASK }, { record: gone }]
    return new Response(JSON.stringify({ ...value, drops }), { headers: reply.headers })
  }
  const tab = browser.tab({ fetch: dropping })
  await tab.open()
  server.fault = (request) => (request.path === '/api/sync/push' ? { status: 503 } : null)
  await tab.record(answer(TASK, '2', 'fail'))
  await tab.syncNow()
  assert.equal(await tab.readRecord(gone), undefined)
  assert.equal(await valueOf(tab, TASK, 'answer/1'), undefined)
  assert.equal(await valueOf(tab, TASK, 'answer/2'), 'fail')
  await tab.close()
})
