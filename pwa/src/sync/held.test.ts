/** What the office decides on a held operation, as the phone of its author learns of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { serverProblem } from '../kernel/problems.ts'
import type { Engine, OutboxEntry } from './engine.ts'
import type { FakeServer } from './testing/fake-server.ts'
import { Browser, TASK, aServer, answer, signedIn, states, valueOf } from './testing/phone.ts'

const HELD = 'e'.repeat(32)
const CLERK = { id: 'c'.repeat(32), role: 'quality_clerk' }

/** An answer of Ana's that the office holds. */
async function heldAnswer(): Promise<{ server: FakeServer; engine: Engine; entry: OutboxEntry }> {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  server.hold = () => 'not_allowed'
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  server.hold = () => null
  tell(server, idOf(engine), 'held', 'not_allowed')
  const entry = engine.outbox.value[0] ?? assert.fail()
  assert.equal(entry.state, 'held')
  await engine.retry(entry.id)
  return { server, engine, entry: engine.outbox.value[0] ?? assert.fail() }
}

function idOf(engine: Engine): string {
  return engine.outbox.value[0]?.id ?? assert.fail()
}

/** Changes what the server answers to a text that it has. */
function tell(server: FakeServer, id: string, status: 'held' | 'set_aside', code: string): void {
  const known = server.state.received.get(id) ?? assert.fail()
  const decide_by_ms = server.now_ms + 259_200_000
  const problem = serverProblem(code)
  known.outcome = { id, sha256: known.sha256, status, problem, held: HELD, decide_by_ms }
}

let decisions = 0

/** Writes a decision of the office into the log. */
async function decide(server: FakeServer, kind: string, person = CLERK): Promise<void> {
  decisions += 1
  const writer = String(decisions).padStart(32, '0')
  await server.record(person, {
    id: `${writer}:1`,
    writer,
    counter: 1,
    record: HELD,
    record_kind: 'held',
    based_on: 0,
    saw_stamp: 0,
    captured: {},
    evidence: [],
    body: { kind, author: 'a', reason: '看不清' },
  })
}

test('a held entry knows its number on the desk and by when a person decides', async () => {
  const { engine, entry, server } = await heldAnswer()
  assert.equal(entry.outcome?.held, HELD)
  assert.equal(entry.outcome.decide_by_ms, server.now_ms + 259_200_000)
  await engine.close()
})

test('what the office set aside is told at once, waits no more and is folded no more', async () => {
  const { server, engine, entry } = await heldAnswer()
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail')
  tell(server, entry.id, 'set_aside', 'decided_set_aside')
  await decide(server, 'held_set_aside')
  const status = await engine.syncNow()
  assert.deepEqual(states(engine), ['set_aside'])
  assert.equal(engine.outbox.value[0]?.problem?.code, 'decided_set_aside')
  assert.equal(status.held_count, 0)
  assert.equal(status.waiting_count, 0)
  assert.equal((await engine.readRecord(TASK))?.fields['answer/1'], undefined)
  const told = await engine.readRecord(HELD)
  assert.deepEqual(told?.fields['reasons']?.value, ['看不清'])
  await engine.close()
})

test('what was set aside and is taken up again waits again in its author’s sight', async () => {
  const { server, engine, entry } = await heldAnswer()
  tell(server, entry.id, 'set_aside', 'decided_set_aside')
  await decide(server, 'held_set_aside')
  await engine.syncNow()
  tell(server, entry.id, 'held', 'not_allowed')
  await decide(server, 'held_taken_up')
  await engine.syncNow()
  assert.deepEqual(states(engine), ['held'])
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail')
  await engine.close()
})

test('a decision that comes while the app is closed is told by the first pull', async () => {
  const { server, engine, entry } = await heldAnswer()
  const asked = engine.outbox.value[0]?.next_try_ms ?? 0
  assert.ok(asked > 0, 'not asked again for an hour by itself')
  tell(server, entry.id, 'set_aside', 'decided_changed')
  await decide(server, 'held_changed')
  await engine.syncNow()
  assert.equal(engine.outbox.value[0]?.problem?.code, 'decided_changed')
  await engine.close()
})

test('the author sets an own entry aside without a network, and the office gets the reason', async () => {
  const { server, engine } = await heldAnswer()
  server.fault = () => 'lost_request'
  const body = { kind: 'held_set_aside', author: engine.person?.id ?? '', reason: '点错了' }
  await engine.record({ record: HELD, record_kind: 'held', body })
  const own = await engine.readRecord(HELD)
  assert.equal(own?.fields['state']?.value, 'set_aside')
  assert.equal(own.unsent_count, 1)
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual(server.state.records.get(HELD)?.fields['reasons']?.value, ['点错了'])
  await engine.close()
})

test('HE13 what was set aside leaves the list once it is read, and the phone thirty days later', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.hold = () => 'not_allowed'
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.record(answer(TASK, '2', 'fail'))
  await engine.syncNow()
  const [later, earlier] = engine.outbox.value
  assert.ok(earlier && later)
  // What still waits for the office cannot be read off.
  await engine.markRead(earlier.id)
  for (const { id } of [earlier, later]) {
    tell(server, id, 'set_aside', 'decided_set_aside')
    await engine.retry(id)
  }
  await engine.syncNow()
  assert.deepEqual(engine.outbox.value.map(({ read_ms }) => read_ms), [null, null])
  await engine.markRead(earlier.id)
  await engine.syncNow()
  const read = engine.outbox.value.filter(({ read_ms }) => read_ms !== null)
  assert.deepEqual(read.map(({ id }) => id), [earlier.id])
  for (const [days, left] of [[29, 2], [2, 1], [300, 1]] as const) {
    browser.timers.now_ms += days * 86_400_000
    server.now_ms += days * 86_400_000
    await engine.syncNow()
    assert.equal(engine.outbox.value.length, left, `${days} days on`)
  }
  assert.equal(engine.outbox.value[0]?.id, later.id, 'what was not read stays')
  await engine.close()
})
