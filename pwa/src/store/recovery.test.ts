/**
 * What phones do to a database: upgrades, roll-backs, lost connections, full disks, wiping.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBDatabase, IDBFactory, IDBIndex, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'

import { recordSum } from '../sync/checksum.ts'
import { replaceMethod } from '../sync/testing/breakage.ts'
import { ANA, aPhoto, aPlace, aStore, breakWrite, codeOf, openStore, remark, type Place } from '../sync/testing/stores.ts'
import { Database, SCHEMA, type EntryRow } from './database.ts'
import type { Snapshot } from './records.ts'
import type { Store } from './store.ts'

const BEN = 'b'.repeat(32)
const TASK = '1'.repeat(32)
const SITE = 's'.repeat(32)
const FIRST_RELEASE = SCHEMA.slice(0, 1)
const NEXT = { cursor: 'next', now: 5 }

async function behind<T>(place: Place, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database('roundsman', { indexedDB: place.indexedDB, IDBKeyRange })
  await database.open()
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

/** Fills a database as the first release left it: every table has something in it. */
async function leaveWork(place: Place): Promise<void> {
  const indexedDB = place.indexedDB
  const older = new Database('roundsman', { indexedDB, IDBKeyRange }, FIRST_RELEASE)
  await older.open()
  const writer = 'e'.repeat(32)
  await older.meta.bulkPut([
    { key: 'database', value: 'd'.repeat(32) },
    { key: 'working_set', value: { person: ANA, cursor: '7.aa.bb', applied_ms: 1 } },
    { key: 'session', value: { person: { id: ANA } } },
  ])
  await older.writers.put({ writer, person: ANA, next_counter: 6, bound: true, contiguous: 2, beyond: [], last_stamp: 9 })
  const entry = (counter: number, state: EntryRow['state']): EntryRow => ({
    id: `${writer}:${counter}`,
    writer,
    counter,
    person: ANA,
    record: TASK,
    record_kind: 'task',
    kind: 'remark_added',
    text: `{"counter":${counter}}`,
    sha256: String(counter).repeat(64),
    body: { kind: 'remark_added', remark: `remark ${counter}` },
    recorded_ms: counter,
    role: '',
    saw: 0,
    stamp: counter,
    position: null,
    state,
    contained: state === 'delivered' ? 1 : 0,
    photos: [{ sha256: aPhoto().sha256, size: 3, media_type: 'image/jpeg', receipted: false, waived: false }],
    hashes: [aPhoto().sha256],
    outcome: null,
    problem: null,
    attempts: 0,
    next_try_ms: 0,
    delivered_ms: null,
  })
  await older.outbox.bulkPut([
    entry(1, 'delivered'),
    entry(2, 'held'),
    entry(3, 'waiting'),
    entry(4, 'needs_attention'),
    entry(5, 'waiting'),
  ])
  await older.evidence.put(aPhoto())
  await older.drafts.put({ key: `${ANA}/note`, value: { note: '漏水' } })
  await older.photo_markers.put({ person: ANA, task: TASK, item: '4', at_ms: 5 })
  const snapshot = { fields: {}, id: TASK, kind: 'task', position: 7, stamp: 7 }
  await older.records.put({ id: TASK, kind: 'task', site: SITE, snapshot, current: snapshot, unsent_count: 0 })
  older.close()
}

async function assertWorkIsThere(store: Store, place: Place): Promise<void> {
  const counts = await store.count(ANA)
  assert.equal(counts.waiting_count, 4)
  assert.equal(counts.held_count, 1)
  assert.equal(counts.needs_attention_count, 1)
  assert.deepEqual((await store.readEntries(ANA)).map(({ counter }) => counter), [5, 4, 3, 2, 1])
  assert.equal((await store.readPhoto(aPhoto().sha256))?.bytes.byteLength, 3)
  assert.deepEqual(await store.readDraft(`${ANA}/note`), { note: '漏水' })
  assert.equal((await store.expectedPhoto(ANA))?.item, '4')
  assert.deepEqual(await store.readMeta('session'), { person: { id: ANA } })
  const texts = await behind(place, (database) => database.outbox.toArray())
  assert.deepEqual(texts.map(({ text }) => text), [1, 2, 3, 4, 5].map((n) => `{"counter":${n}}`))
}

test('bug 20: an app updated from the first release finds all its work, and counts its copies', async () => {
  const place = aPlace()
  await leaveWork(place)
  const store = aStore(place)
  await store.open()
  await store.takeOver(ANA)
  await store.adoptRules('new')
  await assertWorkIsThere(store, place)
  assert.equal((await store.readWorkingSet())?.cursor, '7.aa.bb')
  assert.equal(await store.deriveSums(recordSum), true)
  const record = await store.readRecord(TASK)
  assert.equal(record?.unsent_count, 4)
  const sum = await recordSum({ fields: {}, id: TASK, kind: 'task', position: 7, stamp: 7 })
  assert.deepEqual((await store.readWorkingSet())?.sums, { [SITE]: { sum, count: 1 } })
  const next = await remark(store)
  assert.equal(next.split(':')[1], '6', 'counting goes on')
  await store.takeOver(BEN)
  await store.takeOver(ANA)
  assert.equal((await store.readRecord(TASK))?.position, 7)
  store.close()
})

test('trap 02: an app updated and set back again still finds all its work', async () => {
  const place = aPlace()
  await leaveWork(place)
  const newer = aStore(place)
  await newer.open()
  await newer.deriveSums(recordSum)
  newer.close()
  const older = new Database('roundsman', { indexedDB: place.indexedDB, IDBKeyRange }, FIRST_RELEASE)
  await older.open()
  assert.deepEqual((await older.outbox.toArray()).map(({ counter }) => counter), [1, 2, 3, 4, 5])
  assert.equal(await older.evidence.count(), 1)
  assert.equal(await older.drafts.count(), 1)
  assert.deepEqual((await older.records.get(TASK))?.snapshot?.position, 7)
  await older.outbox.update(`${'e'.repeat(32)}:5`, { attempts: 1 })
  older.close()
  const again = aStore(place)
  await again.open()
  await assertWorkIsThere(again, place)
  again.close()
})

test('an upgrade that fails half way leaves the first release’s work, and the next start upgrades', async () => {
  const place = aPlace()
  await leaveWork(place)
  const mend = replaceMethod(
    IDBDatabase.prototype,
    'createObjectStore',
    () => () => {
      throw new DOMException('killed', 'AbortError')
    },
  )
  const killed = aStore(place)
  assert.notEqual(await codeOf(killed.open()), 'no failure')
  killed.close()
  mend()
  const store = aStore(place)
  await store.open()
  await assertWorkIsThere(store, place)
  store.close()
})

test('trap 02: a database of a newer app that this one may not open is said, and is left as it is', async () => {
  const place = aPlace()
  await leaveWork(place)
  const open = place.indexedDB.open.bind(place.indexedDB)
  place.indexedDB.open = () => open('roundsman', 1)
  const store = aStore(place)
  assert.equal(await codeOf(store.open()), 'storage_newer')
  store.close()
  place.indexedDB.open = open
  // Whoever opens it without a version reads everything: so does the rescue page.
  const bare = await new Promise<IDBDatabase>((resolve) => {
    const request = open('roundsman')
    request.addEventListener('success', () => {
      resolve(request.result)
    })
  })
  const texts = await new Promise<EntryRow[]>((resolve) => {
    const request = bare.transaction('outbox').objectStore('outbox').getAll()
    request.addEventListener('success', () => {
      resolve(request.result as EntryRow[])
    })
  })
  assert.equal(texts.length, 5)
  bare.close()
})

async function aReply(): Promise<Snapshot> {
  const record = { fields: {}, id: '2'.repeat(32), kind: 'task', position: 5, stamp: 5 }
  return { full: false, records: [{ site: SITE, scope: SITE, sum: await recordSum(record), record }], drops: [], writers: [] }
}

/** Each step that writes, by its name; each can be asked for again after it failed. */
const STEPS: readonly [string, (store: Store) => Promise<unknown>][] = [
  ['recording with a photo', (store) => remark(store, aPhoto())],
  ['a draft', (store) => store.saveDraft('a', { note: 'x' })],
  ['the mark of an expected photo', (store) => store.expectPhoto(ANA, { task: TASK, item: '1', at_ms: 1 })],
  ['a new person', (store) => store.requireWriter('c'.repeat(32))],
  ['a change of person', (store) => store.takeOver(store.wiped ? ANA : BEN)],
  ['a reply', async (store) => {
    const set = (await store.readWorkingSet()) ?? assert.fail()
    await store.applySnapshot(set, await aReply(), NEXT)
  }],
  ['an answer', async (store) => {
    const [row] = await store.readSendable(ANA, 1)
    const outcome = { id: row?.id ?? '', status: 'accepted' as const, sha256: row?.sha256 ?? '', position: 3, stamp: 3 }
    await store.applyOutcomes(ANA, [outcome], 5)
  }],
  ['the sums', (store) => store.deriveSums(recordSum)],
  ['the rules', (store) => store.adoptRules('others')],
]

async function prepared(place: Place): Promise<Store> {
  const store = await openStore(place)
  const set = (await store.readWorkingSet()) ?? assert.fail()
  await store.applySnapshot(set, await aReply(), { cursor: 'first', now: 1 })
  await remark(store, aPhoto())
  return store
}

async function assertNothingLost(store: Store): Promise<void> {
  const entries = await store.readEntries(ANA)
  assert.ok(entries.length >= 1)
  assert.equal(entries.at(-1)?.counter, 1)
  assert.ok(await store.readPhoto(aPhoto().sha256))
  const counts = await store.count(ANA)
  assert.equal(counts.waiting_count, entries.filter((entry) => entry.outcome === null).length)
}

for (const [name, step] of STEPS) {
  test(`trap 11: a full disk at any write of ${name} is said, loses nothing, and the next try works`, async () => {
    let isDone = false
    let failures = 0
    for (let nth = 1; !isDone; nth += 1) {
      const store = await prepared(aPlace())
      const mend = breakWrite(nth, () => new DOMException('full', 'QuotaExceededError'))
      const code = await codeOf(step(store))
      mend()
      isDone = code === 'no failure' && nth > 1
      if (code !== 'no failure') {
        failures += 1
        assert.equal(code, 'storage_full', `write ${nth}`)
      }
      await assertNothingLost(store)
      if (!isDone) assert.equal(await codeOf(step(store)), 'no failure')
      assert.ok(nth < 30)
      store.close()
    }
    // Parking copies is the one thing that is done without when there is no room for it.
    assert.ok(failures > 0 || name === 'a change of person' || name === 'the sums' || name === 'the rules')
  })

  test(`trap 09: the connection is lost before ${name}, and nobody notices`, async () => {
    const place = aPlace()
    const store = await prepared(place)
    const handle = place.handles.at(-1)
    handle?.close()
    handle?.onclose?.(new Event('close'))
    assert.equal(await codeOf(step(store)), 'no failure')
    await assertNothingLost(store)
    store.close()
  })
}

test('trap 11: a disk found full only at the commit is said as such', async () => {
  const store = await prepared(aPlace())
  const mend = replaceMethod(
    IDBObjectStore.prototype,
    'put',
    (put) =>
      function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['put']>) {
        const request = put.apply(this, given)
        // The folded record is the last thing that a recording writes.
        if (this.name !== 'records') return request
        const transaction = this.transaction as unknown as { _abort: (error: string) => void }
        request.addEventListener('success', () => {
          transaction._abort('QuotaExceededError')
        })
        return request
      },
  )
  const code = await codeOf(remark(store))
  mend()
  assert.equal(code, 'storage_full')
  assert.equal((await store.readEntries(ANA)).length, 1)
  store.close()
})

test('a connection that is lost for good is said as unreadable, never as nothing waiting', async () => {
  let isLost = false
  const mend = replaceMethod(
    IDBDatabase.prototype,
    'transaction',
    (transaction) =>
      function (this: IDBDatabase, ...given: Parameters<IDBDatabase['transaction']>) {
        if (!isLost) return transaction.apply(this, given)
        throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
      },
  )
  const store = await prepared(aPlace())
  isLost = true
  const reads: (() => Promise<unknown>)[] = [
    () => store.count(ANA),
    () => store.readEntries(ANA),
    () => store.readRecords('task'),
    () => store.readWorkingSet(),
    () => store.readSendable(ANA, 1),
  ]
  const codes: string[] = []
  for (const read of reads) codes.push(await codeOf(read()))
  isLost = false
  mend()
  assert.deepEqual(codes, Array(5).fill('storage_unreadable'))
  await assertNothingLost(store)
  store.close()
})

test('bug 18: every reading that throws is an error to whoever asked', async () => {
  const store = await prepared(aPlace())
  const broken = (): never => {
    throw new DOMException('broken', 'DataError')
  }
  const mends = [
    replaceMethod(IDBObjectStore.prototype, 'get', () => broken),
    replaceMethod(IDBObjectStore.prototype, 'getAll', () => broken),
    replaceMethod(IDBObjectStore.prototype, 'openCursor', () => broken),
    replaceMethod(IDBIndex.prototype, 'getAll', () => broken),
    replaceMethod(IDBIndex.prototype, 'openCursor', () => broken),
  ]
  const reads: (() => Promise<unknown>)[] = [
    () => store.count(ANA),
    () => store.readEntries(ANA),
    () => store.readRecords('task'),
    () => store.readRecord(TASK),
    () => store.readWorkingSet(),
    () => store.readSendable(ANA, 1),
    () => store.readUnreceipted(ANA),
    () => store.readDraft('a'),
    () => store.expectedPhoto(ANA),
    () => store.readPhoto(aPhoto().sha256),
    () => store.deriveSums(recordSum),
  ]
  const codes: string[] = []
  for (const read of reads) codes.push(await codeOf(read()))
  for (const mend of mends) mend()
  assert.deepEqual(codes, reads.map(() => 'storage_unreadable'))
  await assertNothingLost(store)
  store.close()
})

test('a canary that is gone while the database is there cries no wolf, and is set again', async () => {
  const place = aPlace()
  const store = await prepared(place)
  await store.count(ANA)
  store.close()
  place.marker.values.clear()
  const after = aStore(place)
  await after.open()
  assert.equal(after.wiped, null)
  await after.count(ANA)
  after.close()
  const wiped: Place = { ...aPlace(), marker: place.marker }
  const next = aStore(wiped)
  await next.open()
  assert.deepEqual(next.wiped, { lost_count: 1 })
  next.close()
})

test('a canary that cannot be read, or is nonsense, stops nothing', async () => {
  for (const text of ['', '{', 'null', '[]', '{"database":1}', '"x"']) {
    const place = aPlace()
    place.marker.values.set('roundsman.canary', text)
    const store = aStore(place)
    await store.open()
    await store.count(ANA)
    store.close()
  }
  const place = aPlace()
  const denied = (): never => {
    throw new DOMException('denied', 'SecurityError')
  }
  place.marker.getItem = denied
  place.marker.setItem = denied
  const store = aStore(place)
  await store.open()
  assert.equal(store.wiped, null)
  assert.equal((await store.count(ANA)).waiting_count, 0)
  store.close()
})

test('a wiped phone says so even if nothing was known to be waiting', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await store.count(ANA)
  store.close()
  place.indexedDB = new IDBFactory()
  const after = aStore(place)
  await after.open()
  assert.deepEqual(after.wiped, { lost_count: 0 })
  after.close()
})
