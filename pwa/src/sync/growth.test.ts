/**
 * An app and a server of different ages: what one of them does not know survives the other.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBKeyRange } from 'fake-indexeddb'

import { canonicalJson } from '../kernel/canonical.ts'
import { KINDS, type KindRule } from '../schemas.gen.ts'
import { Database, SCHEMA, type RecordRow } from '../store/database.ts'
import type { MergeRecord, WorkingSet } from '../store/shapes.ts'
import type { FakeServer } from './testing/fake-server.ts'
import { Browser, CHECKLIST, TASK, aServer, answer, photoBytes, signedIn, states, takePhoto, valueOf } from './testing/phone.ts'

const ANA = 'a'.repeat(32)
const BEN = 'b'.repeat(32)
const AUDIT = '7'.repeat(32)

async function benAnswers(server: FakeServer, record: string, item: string): Promise<void> {
  await server.record({ id: BEN, role: 'quality_inspector' }, {
    id: `${BEN}:${item}`,
    record,
    record_kind: 'task',
    based_on: 0,
    saw_stamp: 0,
    body: { kind: 'item_answered', item, checklist: CHECKLIST, answer: 'pass' },
    evidence: [],
  })
}

/** Makes the server one of next year: its records say more than this app knows. */
function growRecords(server: FakeServer): void {
  const record = server.state.records.get(TASK) ?? assert.fail()
  const field = record.fields['answer/1'] as { by: Record<string, object> }
  server.state.records.set(TASK, {
    ...record,
    fields: {
      ...record.fields,
      'answer/1': { ...field, by: { [BEN]: { ...field.by[BEN], proof: ['x'] } }, weight: 3 },
      signature: { drawn: { strokes: [1, 2] } },
    },
    retention: { until: 2036 },
  } as unknown as MergeRecord)
  const audit = { fields: { finding: { shape: 'new' } }, id: AUDIT, kind: 'audit', position: 1, stamp: 1 }
  server.state.records.set(AUDIT, audit as unknown as MergeRecord)
}

async function behind<T>(browser: Browser, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database('roundsman', { indexedDB: browser.indexedDB, IDBKeyRange })
  await database.open()
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

test('fields, entries and kinds of record that this app does not know are kept and counted whole', async () => {
  const server = aServer()
  await benAnswers(server, TASK, '1')
  growRecords(server)
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  for (const id of [TASK, AUDIT]) {
    const row = await behind(browser, (database) => database.records.get(id))
    assert.equal(canonicalJson(row?.snapshot), canonicalJson(server.state.records.get(id)))
  }
  assert.deepEqual(engine.status.value.scope_alarms, [])
  server.fault = (request) => (request.path === '/api/sync/push' ? { status: 503 } : null)
  await engine.record(answer(TASK, '2', 'fail'))
  const shown = (await engine.readRecord(TASK)) as unknown as { retention: unknown; fields: Record<string, unknown> }
  assert.deepEqual(shown.retention, { until: 2036 }, 'own work on top takes nothing of it away')
  assert.deepEqual(shown.fields['signature'], { drawn: { strokes: [1, 2] } })
  assert.equal((await engine.readRecords('audit')).length, 1)
  server.fault = () => null
  const status = await engine.syncNow()
  assert.deepEqual(status.problem, null, JSON.stringify(server.requests.slice(-2).map(({ path }) => path)))
  const { site: _site, unsent_count: _count, ...plain } = (await engine.readRecord(TASK)) ?? assert.fail()
  assert.equal(canonicalJson(plain), canonicalJson(server.state.records.get(TASK)))
  assert.deepEqual(status.scope_alarms, [])
  await engine.close()
})

test('what an answer of the server says beyond this app’s knowledge is kept beside the operation', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const newer: typeof fetch = async (input, init) => {
    const reply = await browser.fetch(input, init)
    if (input !== '/api/sync/push') return reply
    const value = (await reply.json()) as { outcomes: object[] }
    const outcomes = value.outcomes.map((outcome) => ({ ...outcome, seal: { by: 'server' } }))
    return new Response(JSON.stringify({ ...value, outcomes, ages: 3 }), { headers: reply.headers })
  }
  const engine = browser.tab({ fetch: newer })
  await engine.open()
  await engine.signIn('ana', 'right')
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.syncNow()
  const [entry] = engine.outbox.value
  assert.equal(entry?.state, 'delivered')
  assert.deepEqual((entry?.outcome as unknown as { seal: unknown }).seal, { by: 'server' })
  await engine.close()
})

test('an app set back keeps what it cannot fold, and the newer app shows it again without a network', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const newer = await signedIn(browser, 'ana')
  server.fault = () => 'lost_request'
  await newer.record(answer(TASK, '1', 'fail'))
  await newer.record({
    record: TASK,
    record_kind: 'task',
    body: { kind: 'item_noted', item: '1', note: '漏水' } as { kind: string },
  })
  assert.equal(await valueOf(newer, TASK, 'note/1'), '漏水')
  await newer.close()
  const known = KINDS as Record<string, KindRule>
  const rule = known['item_noted'] ?? assert.fail()
  Reflect.deleteProperty(known, 'item_noted')
  try {
    const older = browser.tab()
    await older.open()
    assert.equal(await valueOf(older, TASK, 'note/1'), undefined)
    assert.equal(await valueOf(older, TASK, 'answer/1'), 'fail')
    assert.equal((await older.readRecord(TASK))?.unsent_count, 2)
    assert.deepEqual(states(older), ['waiting', 'waiting'])
    await older.close()
  } finally {
    known['item_noted'] = rule
  }
  const again = browser.tab()
  await again.open()
  assert.equal(await valueOf(again, TASK, 'note/1'), '漏水')
  server.fault = () => null
  await again.syncNow()
  assert.deepEqual(states(again), ['delivered', 'delivered'])
  await again.close()
})

/** Makes the database what the first release left: no scopes, no sums, no revision. */
async function ageDatabase(browser: Browser): Promise<void> {
  await behind(browser, async (database) => {
    for (const row of await database.records.toArray()) {
      const { scope: _scope, sum: _sum, ...old } = row
      await database.records.put(old)
    }
    const set = (await database.meta.get('working_set'))?.value as WorkingSet
    const { person, cursor, applied_ms } = set
    await database.meta.put({ key: 'working_set', value: { person, cursor, applied_ms } })
    await database.meta.bulkDelete(['sums_derived_ms', 'rules'])
  })
}

test('the first release’s copies are counted, and what is new to this wire is fetched, without a refill', async () => {
  const server = aServer()
  await benAnswers(server, TASK, '1')
  await benAnswers(server, '2'.repeat(32), '2')
  const browser = new Browser(server)
  const older = await signedIn(browser, 'ana')
  server.fault = (request) => (request.path === '/api/sync/push' ? { status: 503 } : null)
  await takePhoto(older, TASK, '1', photoBytes(1))
  await older.close()
  await ageDatabase(browser)
  const newer = browser.tab()
  await newer.open()
  assert.equal(newer.status.value.waiting_count, 1)
  assert.equal((await newer.readRecords('task')).length, 2)
  const status = await newer.syncNow()
  assert.deepEqual(status.scope_alarms, [])
  const rows = await behind(browser, (database) => database.records.toArray())
  assert.ok(rows.every((row: RecordRow) => row.scope !== undefined && /^[0-9a-f]{16}$/.test(row.sum ?? '')))
  const set = (await behind(browser, (database) => database.meta.get('working_set')))?.value as WorkingSet
  assert.equal(set.sums?.['s'.repeat(32)]?.count, 2)
  server.fault = () => null
  await newer.syncNow()
  assert.deepEqual(states(newer), ['delivered'])
  await newer.close()
})

test('a rolled-back app that changed copies behind the sums is found out and counted anew', async () => {
  const server = aServer()
  await benAnswers(server, TASK, '1')
  const browser = new Browser(server)
  const first = await signedIn(browser, 'ana')
  await first.close()
  await benAnswers(server, TASK, '2')
  await behind(browser, async (database) => {
    // The first release replaces the snapshot, keeps what it does not know, and writes its own set.
    const row = (await database.records.get(TASK)) ?? assert.fail()
    await database.records.put({ ...row, snapshot: server.state.records.get(TASK) ?? null })
    const value = { person: ANA, cursor: `${server.state.epoch}:${server.state.position}:0`, applied_ms: 1 }
    await database.meta.put({ key: 'working_set', value })
  })
  const engine = browser.tab()
  await engine.open()
  const status = await engine.syncNow()
  assert.deepEqual(status.scope_alarms, [])
  assert.equal(status.problem, null)
  await engine.close()
})

test('every released schema is still the beginning of this one', () => {
  assert.deepEqual(SCHEMA[0], {
    meta: 'key',
    writers: 'writer, person',
    records: 'id, kind',
    outbox: 'id, person, state, record, *hashes, [person+contained], [person+state]',
    evidence: 'sha256',
    drafts: 'key',
    photo_markers: 'person',
  })
})
