import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'

import type { CarriedRow } from '../store/carried.ts'
import { Store } from '../store/store.ts'
import type { Engine } from './engine.ts'
import { fold } from './merge.ts'
import { replaceMethod } from './testing/breakage.ts'
import { FakeCarrying } from './testing/fake-carrying.ts'
import type { FakeServer } from './testing/fake-server.ts'
import { Browser, TASK, aServer, answer, photoBytes, signedIn, states, takePhoto } from './testing/phone.ts'

const ANA = 'a'.repeat(32)

async function sealingServer(): Promise<FakeServer> {
  const server = aServer()
  server.carrying = await FakeCarrying.make()
  return server
}

/** A phone in a cellar: Ana has synced, then lost the network and recorded something. */
async function anaInTheCellar(server: FakeServer): Promise<{ browser: Browser; ana: Engine }> {
  const browser = new Browser(server)
  const ana = await signedIn(browser, 'ana')
  server.fault = () => 'lost_request'
  await ana.record(answer(TASK, 'lights', 'fail'))
  await ana.record(answer(TASK, 'doors', 'pass'))
  await takePhoto(ana, TASK, 'lights', photoBytes(1))
  return { browser, ana }
}

async function look<T>(browser: Browser, work: (store: Store) => Promise<T>): Promise<T> {
  const options = { indexedDB: browser.indexedDB, IDBKeyRange }
  const store = new Store({ name: 'roundsman', options, fold, channel: null, marker: null })
  await store.open()
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

type Lying = CarriedRow & { bytes: ArrayBuffer | null }

async function bundlesOn(browser: Browser): Promise<Lying[]> {
  return await look(browser, async (store) => {
    const rows = await store.attempt((db) => db.carried.toArray(), 'storage_unreadable')
    return await Promise.all(
      rows.map(async (row) => ({ ...row, bytes: (await store.readPhoto(row.id))?.bytes ?? null })),
    )
  })
}

async function plainOn(browser: Browser): Promise<{ texts: number; photos: number }> {
  return await look(browser, async (store) => ({
    texts: await store.attempt((db) => db.outbox.count(), 'storage_unreadable'),
    photos: await store.attempt(
      (db) => db.evidence.filter((row) => row.media_type.startsWith('image/')).count(),
      'storage_unreadable',
    ),
  }))
}

function operationsOf(server: FakeServer, person: string): string[] {
  return [...server.state.received.values()].filter((one) => one.person === person).map((one) => one.id)
}

test('SE1 signing out leaves nothing on the phone that the next person can read', async () => {
  const { browser, ana } = await anaInTheCellar(await sealingServer())
  await ana.signOut()
  await ana.close()
  assert.deepEqual(await plainOn(browser), { texts: 0, photos: 0 })
  const bundles = await bundlesOn(browser)
  assert.deepEqual(bundles.map((row) => [row.operation_count, row.photo_count]).sort(), [[0, 1], [3, 0]])
  for (const row of bundles) {
    const told = new TextDecoder().decode(new Uint8Array(row.bytes ?? new ArrayBuffer(0)))
    assert.ok(!told.includes('lights'), 'a bundle cannot be read')
    assert.equal(row.person, ANA)
    assert.ok(!JSON.stringify(row.entries).includes('lights'), 'nor what is kept beside it')
  }
  const [operations] = bundles.filter((row) => row.operation_count > 0)
  assert.deepEqual(operations?.entries.map((entry) => entry.counter), [1, 2, 3])
})

test('SE2 whoever signs in next carries it up, and its author stays its author', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  await ana.signOut()
  server.fault = () => null
  await ana.signIn('ben', 'right')
  assert.equal(ana.status.value.carried_count, 3)
  const status = await ana.syncNow()
  assert.deepEqual([status.carried_count, status.sealed_count, status.others_waiting_count], [0, 0, 0])
  assert.equal(operationsOf(server, ANA).length, 3)
  assert.equal(server.evidence.size, 1)
  const bundles = await bundlesOn(browser)
  assert.deepEqual(bundles.map((row) => row.state), ['delivered', 'delivered'])
  assert.ok(bundles.every((row) => row.bytes !== null), 'kept a week, for a server that is set back')
  await ana.close()
})

test('SE7 a server set back to before it was carried gets it again; after a week it is forgotten', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  await ana.signOut()
  server.fault = () => null
  await ana.signIn('ben', 'right')
  const backup = server.backup()
  await ana.syncNow()
  assert.equal(operationsOf(server, ANA).length, 3)
  server.restore(backup)
  assert.equal(operationsOf(server, ANA).length, 0)
  await ana.syncNow()
  await ana.syncNow()
  assert.equal(operationsOf(server, ANA).length, 3)
  assert.equal(ana.status.value.carried_count, 0)
  server.now_ms += 8 * 86_400_000
  await ana.record(answer(TASK, 'doors', 'pass'))
  await ana.syncNow()
  assert.deepEqual(await bundlesOn(browser), [])
  await ana.close()
})

test('SE2 its author who comes back sees how much is sealed, and counts on above it', async () => {
  const server = await sealingServer()
  const { ana } = await anaInTheCellar(server)
  await ana.signOut()
  // Signing in works; carrying does not yet.
  server.fault = (request) => (request.path === '/api/sync/carried' ? 'lost_request' : null)
  await ana.signIn('ana', 'right')
  await ana.syncNow()
  assert.equal(ana.status.value.sealed_count, 3)
  const saved = await ana.record(answer(TASK, 'walls', 'pass'))
  assert.equal(saved.entry.counter, 4, 'no counter is used twice')
  await ana.syncNow()
  assert.deepEqual(states(ana), ['delivered'], 'what cannot be carried holds nothing else up')
  server.fault = () => null
  await ana.syncNow()
  assert.equal(ana.status.value.sealed_count, 0)
  assert.equal(operationsOf(server, ANA).length, 4)
  assert.equal((await ana.readRecord(TASK))?.fields['answer/lights']?.value, 'fail')
  await ana.close()
})

test('SE7 a bundle stays until everything in it is acknowledged by hash', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  await ana.signOut()
  server.fault = (request) => (request.path === '/api/sync/carried' ? 'lost_reply' : null)
  await ana.signIn('ben', 'right')
  await ana.syncNow()
  assert.ok((await bundlesOn(browser)).some((row) => row.state === 'waiting' && row.bytes !== null))
  server.fault = (request) => (request.path === '/api/sync/carried' ? 'no_receipt' : null)
  await ana.syncNow()
  assert.ok((await bundlesOn(browser)).every((row) => row.state === 'waiting'))
  server.fault = () => null
  await ana.syncNow()
  assert.ok((await bundlesOn(browser)).every((row) => row.state === 'delivered'))
  assert.equal(operationsOf(server, ANA).length, 3, 'sent three times, received once')
  await ana.close()
})

test('SE7 what one answer leaves out is sent again', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  await ana.signOut()
  server.fault = () => null
  let isShort = true
  const honest = browser.fetch
  const engine = browser.tab({
    fetch: async (path, init) => {
      const reply = await honest(path, init)
      if (path !== '/api/sync/carried' || !isShort) return reply
      const said = (await reply.json()) as { outcomes?: unknown[] }
      const outcomes = (said.outcomes ?? []).slice(1)
      return new Response(JSON.stringify({ ...said, outcomes, photos: [] }), { headers: reply.headers })
    },
  })
  await ana.close()
  await engine.open()
  await engine.signIn('ben', 'right')
  await engine.syncNow()
  assert.ok((await bundlesOn(browser)).every((row) => row.bytes !== null))
  isShort = false
  await engine.syncNow()
  assert.ok((await bundlesOn(browser)).every((row) => row.state === 'delivered'))
  await engine.close()
})

test('SE7 a poisoned bundle waits by itself and lets the others by', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  await ana.signOut()
  let first = ''
  server.fault = (request) => {
    if (request.path !== '/api/sync/carried') return null
    const size = String((request.body as ArrayBuffer).byteLength)
    if (first === '') first = size
    return size === first ? { status: 500 } : null
  }
  await ana.signIn('ben', 'right')
  const status = await ana.syncNow()
  assert.equal(status.parked_count, 1)
  const rows = await bundlesOn(browser)
  assert.deepEqual(rows.map((row) => row.state).sort(), ['delivered', 'waiting'])
  const [parked] = rows.filter((row) => row.state === 'waiting')
  assert.ok((parked?.next_try_ms ?? 0) > 0)
  assert.equal(parked?.problem?.code, 'server_failed')
  server.fault = () => null
  await ana.syncNow()
  assert.equal(ana.status.value.carried_count, 0)
  await ana.close()
})

test('SE4 a bundle that the server holds whole has left the phone, and says so', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  await ana.signOut()
  // The server knows another key of that writer: the signature does not hold.
  for (const writer of server.carrying?.keys.keys() ?? []) {
    server.carrying?.keys.set(writer, server.carrying.seal_key)
  }
  server.fault = () => null
  await ana.signIn('ben', 'right')
  await ana.syncNow()
  const rows = await bundlesOn(browser)
  assert.ok(rows.every((row) => row.state === 'held' && row.problem?.code === 'signature_wrong'))
  assert.equal(operationsOf(server, ANA).length, 0)
  await ana.close()
})

test('SE1 without the organisation’s key everything stays plain, as before', async () => {
  const { browser, ana } = await anaInTheCellar(aServer())
  await ana.signOut()
  await ana.close()
  assert.deepEqual(await plainOn(browser), { texts: 3, photos: 1 })
  assert.deepEqual(await bundlesOn(browser), [])
})

test('SE1 a phone without room keeps the plain work, and it is carried all the same', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  const restore = replaceMethod(
    IDBObjectStore.prototype,
    'put',
    (put: IDBObjectStore['put']) =>
      function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['put']>) {
        if (this.name === 'carried') throw new DOMException('full', 'QuotaExceededError')
        return put.apply(this, given)
      },
  )
  await ana.signOut()
  restore()
  assert.equal(ana.session.value.phase, 'signed_out', 'nobody is kept from leaving')
  assert.deepEqual(await plainOn(browser), { texts: 3, photos: 1 })
  server.fault = () => null
  await ana.signIn('ben', 'right')
  assert.equal(ana.status.value.others_waiting_count, 3)
  await ana.syncNow()
  await ana.syncNow()
  assert.equal(operationsOf(server, ANA).length, 3)
  assert.equal(ana.status.value.others_waiting_count, 0)
  assert.equal(server.evidence.size, 1)
  await ana.close()
})

test('SE1 a crash at any write of the sealing leaves the work whole, plain or sealed', async () => {
  for (let nth = 1; nth <= 12; nth += 1) {
    const server = await sealingServer()
    const { browser, ana } = await anaInTheCellar(server)
    let count = 0
    const breaks = (work: (...given: never[]) => unknown) =>
      function (this: IDBObjectStore, ...given: never[]) {
        if (['carried', 'outbox', 'evidence', 'uploads'].includes(this.name)) {
          count += 1
          if (count === nth) throw new DOMException('crash', 'AbortError')
        }
        return work.apply(this, given)
      }
    const restores = [
      replaceMethod(IDBObjectStore.prototype, 'put', breaks as never),
      replaceMethod(IDBObjectStore.prototype, 'delete', breaks as never),
    ]
    await ana.signOut()
    for (const restore of restores) restore()
    const bundles = await bundlesOn(browser)
    const sealed = bundles.reduce((sum, row) => sum + row.operation_count, 0)
    const { texts, photos } = await plainOn(browser)
    assert.equal(sealed + texts, 3, `at write ${nth}`)
    assert.ok(photos + bundles.reduce((sum, row) => sum + row.photo_count, 0) >= 1, `at write ${nth}`)
    server.fault = () => null
    await ana.signIn('ben', 'right')
    await ana.syncNow()
    await ana.syncNow()
    assert.equal(operationsOf(server, ANA).length, 3, `at write ${nth}`)
    assert.equal(server.evidence.size, 1, `at write ${nth}`)
    await ana.close()
  }
})

test('SE6 sealing twice, in two tabs at once, seals each operation once', async () => {
  const server = await sealingServer()
  const { browser, ana } = await anaInTheCellar(server)
  const other = browser.tab()
  await other.open()
  await Promise.all([ana.signOut(), other.signOut()])
  const ids = (await bundlesOn(browser)).flatMap((row) => row.entries.map((entry) => entry.id))
  assert.equal(new Set(ids).size, 3)
  assert.equal(ids.length, 3)
  assert.deepEqual(await plainOn(browser), { texts: 0, photos: 0 })
  await other.close()
  await ana.close()
})

test('SE2 whoever works by PIN under another’s session has their work carried, not pushed', async () => {
  const server = await sealingServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.people.setPin('314159')
  await engine.signIn('ben', 'right')
  await engine.syncNow()
  await engine.people.switchTo(ANA, '314159')
  await engine.record(answer(TASK, 'lights', 'fail'))
  await engine.syncNow()
  assert.deepEqual(operationsOf(server, ANA).length, 1)
  assert.ok(server.requests.some((request) => request.path === '/api/sync/carried'))
  assert.deepEqual(states(engine), ['delivered'], 'and they see that it has arrived')
  assert.equal((await engine.readRecord(TASK))?.fields['answer/lights']?.value, 'fail')
  await engine.close()
})

test('a wiped phone that held only sealed work says what was lost', async () => {
  const { browser, ana } = await anaInTheCellar(await sealingServer())
  await ana.signOut()
  await ana.close()
  browser.wipe()
  const fresh = browser.tab()
  await fresh.open()
  assert.equal(fresh.status.value.wiped?.lost_count, 3)
  await fresh.close()
})
