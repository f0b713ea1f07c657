import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBObjectStore } from 'fake-indexeddb'

import { canonicalJson } from '../kernel/canonical.ts'
import { sha256 } from '../kernel/ids.ts'
import type { OutboxEntry, Saved } from './engine.ts'
import { fold } from './merge.ts'
import { replaceMethod } from './testing/breakage.ts'
import { hashAsked, textOf, type FakeServer, type Fault, type Seen } from './testing/fake-server.ts'
import {
  Browser,
  TASK,
  aServer,
  answer,
  photoBytes,
  signedIn,
  states,
  takePhoto,
  valueOf,
} from './testing/phone.ts'

const isPush = (request: Seen): boolean => request.path === '/api/sync/push'
const isPhoto = (request: Seen): boolean => request.path.startsWith('/api/uploads')

/** Commits a fault on the first request of its sort, then lets all others by. */
function once(isMeant: (request: Seen) => boolean, fault: Fault): (request: Seen) => Fault | null {
  let done = false
  return (request) => {
    if (done || !isMeant(request)) return null
    done = true
    return fault
  }
}

function hashOf(saved: Saved): string {
  return saved.entry.photos[0]?.sha256 ?? assert.fail()
}

test('an answer with a photo goes from the tap to delivered', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const saved = await engine.record(answer(TASK, '4', 'fail'))
  assert.equal(saved.entry.state, 'waiting')
  assert.equal(saved.record.unsent_count, 1)
  await takePhoto(engine, TASK, '4', photoBytes(1))
  const status = await engine.syncNow()
  assert.equal(status.problem, null)
  assert.equal(status.phase, 'idle')
  assert.equal(status.waiting_count, 0)
  assert.deepEqual(states(engine), ['delivered', 'delivered'])
  assert.equal(server.evidence.size, 1)
  const record = await engine.readRecord(TASK)
  assert.equal(record?.unsent_count, 0)
  assert.equal(record?.position, 2)
  await engine.close()
})

test('bug 16: the stored texts travel byte for byte, with their hash and the csrf value', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const first = await engine.record(answer(TASK, '门厅 "A" 💧\u2028', 'fail'))
  await engine.syncNow()
  const sent = server.requests.find(isPush)
  const body = textOf(sent)
  const text = body.slice('{"operations":['.length, body.indexOf('],"sent":'))
  assert.equal(await sha256(text), first.sha256)
  assert.equal(sent?.headers.get('x-roundsman-csrf'), 'csrf-1')
  const operation = JSON.parse(text) as Record<string, unknown>
  assert.deepEqual(Object.keys(operation), Object.keys(operation).sort())
  assert.equal(operation['person'], undefined)
  await engine.close()
})

test('trap 14: a lost reply is asked for again: one effect', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  server.fault = once(isPush, 'lost_reply')
  await engine.syncNow()
  assert.deepEqual(states(engine), ['waiting'])
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal(server.state.position, 1)
  await engine.close()
})

const FAULTS: [string, Fault][] = [
  ['lost request', 'lost_request'],
  ['captive portal', 'portal'],
  ['200 without our receipt', 'no_receipt'],
  ...[400, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504].map((status): [string, Fault] => [
    `status ${status}`,
    { status },
  ]),
]

for (const [name, fault] of FAULTS) {
  test(`bug 01, ${name}: the entry and its photo stay, and go up when it is over`, async () => {
    const server = aServer()
    const engine = await signedIn(new Browser(server), 'ana')
    await engine.record(answer(TASK, '4', 'fail'))
    await takePhoto(engine, TASK, '4', photoBytes(2))
    server.fault = (request) => (isPush(request) || isPhoto(request) ? fault : null)
    for (let round = 0; round < 3; round += 1) {
      const status = await engine.syncNow()
      assert.equal(status.waiting_count, 2)
      assert.notEqual(status.problem, null)
    }
    assert.deepEqual(states(engine), ['waiting', 'waiting'])
    assert.equal(await valueOf(engine, TASK, 'answer/4'), 'fail')
    server.fault = () => null
    await engine.syncNow()
    assert.deepEqual(states(engine), ['delivered', 'delivered'])
    await engine.close()
  })
}

test('trap 12: a captive portal is no acknowledgement, and is named', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  server.fault = () => 'portal'
  const status = await engine.syncNow()
  assert.equal(status.phase, 'offline')
  assert.equal(status.problem?.code, 'not_our_server')
  assert.equal(engine.session.value.phase, 'signed_in')
  await engine.close()
})

test('HE14 what the office has no room for stays here, lets the others by and goes up later', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const turned = await engine.record(answer(TASK, '0', 'fail'))
  await engine.record(answer(TASK, '1', 'pass'))
  server.turnAway = ({ id }) => (id === turned.id ? 'desk_full' : null)
  const status = await engine.syncNow()
  assert.equal(status.problem?.code, 'desk_full')
  assert.deepEqual(states(engine), ['waiting', 'delivered'])
  assert.equal((await engine.readRecord(TASK))?.unsent_count, 1)
  server.turnAway = () => null
  const entry = engine.outbox.value.find(({ id }) => id === turned.id)
  assert.equal(entry?.problem?.code, 'desk_full', 'the row says why')
  assert.equal(entry.attempts, 0, 'nothing is wrong with it: it goes with the others')
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered', 'delivered'])
  await engine.close()
})

test('bug 11: a poisoned operation at the head lets the others by, and goes up once mended', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const poison = await engine.record(answer(TASK, '0', 'fail'))
  for (let item = 1; item <= 20; item += 1) await engine.record(answer(TASK, String(item), 'pass'))
  server.isPoison = (operation) => operation.id === poison.id
  const status = await engine.syncNow()
  assert.equal(status.waiting_count, 1)
  assert.equal(server.state.position, 20)
  const [entry] = engine.outbox.value.filter((one) => one.state === 'waiting')
  assert.equal(entry?.id, poison.id)
  assert.equal(entry?.problem?.code, 'server_failed')
  assert.equal(entry?.attempts, 1)
  server.isPoison = () => false
  await engine.syncNow()
  assert.equal(engine.status.value.waiting_count, 0)
  await engine.close()
})

test('an operation that breaks the connection itself does not block the others for ever', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const poison = await engine.record(answer(TASK, '0', 'fail'))
  for (let item = 1; item <= 5; item += 1) await engine.record(answer(TASK, String(item), 'pass'))
  server.fault = (request) =>
    isPush(request) && textOf(request).includes(poison.id) ? 'lost_request' : null
  for (let round = 0; round < 3; round += 1) await engine.syncNow()
  assert.equal(server.state.position, 5)
  assert.equal(engine.status.value.waiting_count, 1)
  await engine.close()
})

test('a long queue goes in batches of a hundred, in the order of the counters', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  for (let item = 0; item < 130; item += 1) await engine.record(answer(TASK, String(item), 'pass'))
  await engine.syncNow()
  const sizes = server.requests
    .filter(isPush)
    .map((request) => (JSON.parse(textOf(request)) as { operations: [] }).operations)
    .map((operations) => operations.length)
  assert.deepEqual(sizes, [100, 30])
  const counters = [...server.state.received.keys()].map((id) => Number(id.split(':')[1]))
  assert.deepEqual(counters, [...counters].sort((one, other) => one - other))
  await engine.close()
})

test('trap 19: a 401 in the middle of the queue keeps the rest and lets work go on', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  for (let item = 0; item < 120; item += 1) await engine.record(answer(TASK, String(item), 'pass'))
  let pushes = 0
  server.fault = (request) => {
    if (isPush(request)) pushes += 1
    return pushes > 1 ? { status: 401, code: 'sign_in_needed' } : null
  }
  const status = await engine.syncNow()
  assert.equal(status.phase, 'sign_in_needed')
  assert.equal(status.waiting_count, 20)
  assert.equal(engine.person?.id, 'a'.repeat(32))
  await engine.record(answer(TASK, '200', 'fail'))
  assert.equal((await engine.syncNow()).waiting_count, 21)
  server.fault = () => null
  await engine.signIn('ana', 'right')
  assert.equal((await engine.syncNow()).waiting_count, 0)
  assert.equal(server.state.position, 121)
  await engine.close()
})

test('bug 17: what is recorded while a push is under way is not wiped by its answer', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const second = browser.tab()
  await second.open()
  await second.syncNow()
  await engine.record(answer(TASK, '1', 'pass'))
  let isFirst = true
  server.beforeReply = async () => {
    if (!isFirst) return
    isFirst = false
    await engine.record(answer(TASK, '2', 'pass'))
    await second.record(answer(TASK, '3', 'fail'))
  }
  await engine.syncNow()
  await engine.syncNow()
  assert.equal(server.state.position, 3)
  assert.equal(engine.status.value.waiting_count, 0)
  assert.equal(await valueOf(engine, TASK, 'answer/3'), 'fail')
  await second.close()
  await engine.close()
})

test('a phone that cannot note the answer sends again, and nothing happens twice', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  const mend = replaceMethod(
    IDBObjectStore.prototype,
    'put',
    (put) =>
      function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['put']>) {
        if (this.name === 'outbox') throw new DOMException('broken', 'DataError')
        return put.apply(this, given)
      },
  )
  try {
    await engine.syncNow()
  } finally {
    mend()
  }
  assert.equal(server.state.position, 1)
  assert.deepEqual(states(engine), ['waiting'])
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal(server.state.position, 1)
  await engine.close()
})

test('an acknowledgement of another hash is none', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  const honest = browser.fetch
  const lying: typeof fetch = async (input, init) => {
    const reply = await honest(input, init)
    if ((input as string) !== '/api/sync/push') return reply
    const text = (await reply.text()).replaceAll(/"sha256":"[0-9a-f]+"/g, `"sha256":"${'0'.repeat(64)}"`)
    return new Response(text, { headers: reply.headers })
  }
  await engine.close()
  const tab = browser.tab({ fetch: lying })
  await tab.open()
  await tab.syncNow()
  assert.deepEqual(states(tab), ['waiting'])
  assert.equal(tab.outbox.value[0]?.problem?.code, 'receipt_differs')
  await tab.close()
})

test('a held operation is shown with its problem and blocks nothing', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  server.hold = (operation) => ('item' in operation.body && operation.body.item === '1' ? 'item_unknown' : null)
  await engine.record(answer(TASK, '1', 'fail'))
  await engine.record(answer(TASK, '2', 'pass'))
  const status = await engine.syncNow()
  assert.deepEqual(states(engine), ['held', 'delivered'])
  assert.equal(status.held_count, 1)
  assert.equal(status.waiting_count, 0)
  assert.equal(engine.outbox.value[1]?.problem?.code, 'item_unknown')
  await engine.close()
})

test('a held operation stays in its author’s sight until the office has settled it', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  server.hold = () => 'item_unknown'
  const { id } = await engine.record(answer(TASK, '1', 'fail'))
  server.fault = (request) => (isPush(request) ? 'lost_reply' : null)
  await engine.syncNow()
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual(states(engine), ['held'])
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'fail', 'after a lost answer and a pull')
  await engine.close()
  const tab = browser.tab()
  await tab.open()
  await tab.syncNow()
  assert.equal(await valueOf(tab, TASK, 'answer/1'), 'fail', 'after a restart')
  assert.equal((await tab.readRecord(TASK))?.unsent_count, 1)

  release(server, tab.outbox.value.find((entry) => entry.id === id) ?? assert.fail())
  await tab.syncNow()
  await tab.syncNow()
  assert.deepEqual(states(tab), ['delivered'])
  const { site: _site, unsent_count, ...plain } = (await tab.readRecord(TASK)) ?? assert.fail()
  assert.equal(unsent_count, 0)
  assert.equal(canonicalJson(plain), canonicalJson(server.state.records.get(TASK)))
  await tab.close()
})

/** The office's own way with what was held: it joins the record later, under its old number. */
function release(server: FakeServer, entry: OutboxEntry): void {
  const { id, kind, record, record_kind, person, body } = entry
  const known = server.state.received.get(id) ?? assert.fail()
  const position = (server.state.position += 1)
  const stamp = server.now_ms * 1000
  const placed = { id, kind, record, record_kind, person, body, position, stamp }
  const before = server.state.records.get(record) ?? null
  server.state.records.set(record, fold(before, { ...placed, role: 'quality_inspector', saw: 0 }))
  known.outcome = { id, status: 'accepted', sha256: known.sha256, position, stamp, met: [], missing: [] }
}

test('a csrf value that aged is renewed, and the push goes through in the same round', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.record(answer(TASK, '4', 'fail'))
  for (const session of server.sessions.values()) session.csrf = 'renewed'
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  await engine.close()
})

test('trap 13: a photo counts as delivered only by its receipt, and is sent once', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const bytes = photoBytes(3)
  await takePhoto(engine, TASK, '4', bytes)
  await takePhoto(engine, TASK, '5', bytes)
  server.fault = once(isPhoto, 'lost_reply')
  const status = await engine.syncNow()
  assert.deepEqual(states(engine), ['sent', 'sent'])
  assert.equal(status.photos_waiting_count, 1)
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered', 'delivered'])
  assert.equal(server.requests.filter(isPhoto).length, 2)
  await engine.close()
})

test('one photo that is refused does not stop the others', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const refused = hashOf(await takePhoto(engine, TASK, '1', photoBytes(1)))
  await takePhoto(engine, TASK, '2', photoBytes(2))
  server.fault = (request) => (hashAsked(request) === refused ? { status: 413 } : null)
  await engine.syncNow()
  assert.deepEqual(states(engine), ['sent', 'delivered'])
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered', 'delivered'])
  await engine.close()
})

test('EV12 a photo refused for good is given up by its author alone, after the reason is in the record', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const large = await takePhoto(engine, TASK, '1', photoBytes(1))
  await takePhoto(engine, TASK, '2', photoBytes(2))
  const isLarge = (request: Seen): boolean => hashAsked(request) === hashOf(large)
  server.fault = (request) => (isPhoto(request) ? (isLarge(request) ? { status: 413, code: 'too_large' } : { status: 500 }) : null)
  await engine.syncNow()
  const [one, other] = [...engine.outbox.value].sort((a, b) => a.counter - b.counter)
  assert.ok(one && other)
  assert.deepEqual([one.problem?.status, other.problem?.status], [413, 500])
  const on = { record: TASK, record_kind: 'task' }
  const { item, photo } = one.body
  await engine.record({ ...on, body: { kind: 'remark_added', remark: '照片太大' } as { kind: string } })
  await engine.record({ ...on, body: { kind: 'evidence_withdrawn', item, photo } as { kind: string } })
  // Only what is hopeless: what a busy server refused is waited for as before.
  await engine.giveUpPhotos(one.id)
  await engine.giveUpPhotos(other.id)
  await engine.syncNow()
  assert.deepEqual(await valueOf(engine, TASK, 'evidence/1'), [])
  assert.deepEqual(await valueOf(engine, TASK, 'remark'), ['照片太大'])
  const state = (id: string): string | undefined =>
    engine.outbox.value.find((entry) => entry.id === id)?.state
  assert.deepEqual([state(one.id), state(other.id)], ['delivered', 'sent'])
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual([state(other.id), server.evidence.size], ['delivered', 1])
  await engine.close()
})

test('bug 02: a photo that vanished from the phone needs a person; it is never sent silently without', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const hash = hashOf(await takePhoto(engine, TASK, '4', photoBytes(4)))
  await deletePhoto(browser, hash)
  const status = await engine.syncNow()
  assert.deepEqual(states(engine), ['needs_attention'])
  assert.equal(status.needs_attention_count, 1)
  assert.equal(status.waiting_count, 1)
  assert.equal(server.state.position, 0)
  const [entry] = engine.outbox.value
  assert.equal(entry?.problem?.code, 'photo_gone')
  await engine.retry(entry?.id ?? '')
  assert.deepEqual(states(engine), ['needs_attention'])
  await engine.retry(entry?.id ?? '', { without_photos: true })
  assert.equal(server.state.position, 1)
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal(engine.outbox.value[0]?.photos[0]?.waived, true)
  await engine.close()
})

async function deletePhoto(browser: Browser, hash: string): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = browser.indexedDB.open('roundsman')
    request.addEventListener('success', () => resolve(request.result))
  })
  const transaction = database.transaction(['evidence'], 'readwrite')
  transaction.objectStore('evidence').delete(hash)
  await new Promise((resolve) => transaction.addEventListener('complete', resolve))
  database.close()
}

test('acknowledged entries go after seven days with their photos, unacknowledged never', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const hash = hashOf(await takePhoto(engine, TASK, '4', photoBytes(5)))
  await engine.syncNow()
  server.hold = () => 'item_unknown'
  await engine.record(answer(TASK, '5', 'fail'))
  await engine.syncNow()
  server.fault = (request) => (isPush(request) ? { status: 500 } : null)
  await engine.record(answer(TASK, '6', 'fail'))
  browser.timers.now_ms += 8 * 86_400_000
  server.now_ms += 8 * 86_400_000
  await engine.syncNow()
  assert.deepEqual(states(engine), ['held', 'waiting'])
  assert.equal(engine.outbox.value.length, 2)
  server.evidence.delete(hash)
  assert.equal(await engine.photo(hash), undefined)
  await engine.close()
})
