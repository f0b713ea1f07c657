import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBDatabase, IDBIndex, IDBObjectStore } from 'fake-indexeddb'

import { replaceMethod } from '../sync/testing/breakage.ts'
import {
  ANA,
  aPhoto,
  aPlace,
  aStore,
  breakWrite,
  codeOf,
  openStore,
  remark,
  type Place,
} from '../sync/testing/stores.ts'
import { SCHEMA } from './database.ts'
import { OPEN_STATES, readOpen } from './outbox.ts'
import type { EntryState } from './shapes.ts'

const TASK = '1'.repeat(32)
const NEXT = { cursor: 'next', now: 0 }

test('a crash between any two writes of a recording leaves nothing of it', async () => {
  let survived = false
  for (let nth = 1; !survived; nth += 1) {
    const store = await openStore(aPlace())
    await remark(store)
    const mend = breakWrite(nth, () => new Error('the page was killed'))
    const code = await codeOf(remark(store, aPhoto()))
    mend()
    survived = code === 'no failure'
    const entries = await store.readEntries(ANA)
    const [record] = await store.readRecords('task')
    const photo = await store.readPhoto(aPhoto().sha256)
    assert.equal(entries.length, survived ? 2 : 1, `write ${nth}`)
    assert.equal(record?.unsent_count, entries.length)
    assert.equal(photo !== undefined, survived)
    assert.ok(nth < 20)
    // The counter was not used up: the next one follows without a gap.
    const next = await remark(store)
    assert.equal(next.split(':')[1], String(entries.length + 1))
    store.close()
  }
})

test('trap 11: a full phone is said, and nothing is evicted to make room', async () => {
  const store = await openStore(aPlace())
  await remark(store, aPhoto())
  const mend = breakWrite(1, () => new DOMException('full', 'QuotaExceededError'))
  assert.equal(await codeOf(remark(store)), 'storage_full')
  mend()
  assert.equal((await store.readEntries(ANA)).length, 1)
  assert.ok(await store.readPhoto(aPhoto().sha256))
  await remark(store)
  store.close()
})

test('bug 24: an abort for another reason evicts nothing either', async () => {
  const store = await openStore(aPlace())
  await remark(store, aPhoto())
  const mend = breakWrite(1, () => new DOMException('odd', 'DataError'))
  assert.equal(await codeOf(remark(store)), 'not_saved')
  mend()
  assert.equal((await store.count(ANA)).waiting_count, 1)
  assert.ok(await store.readPhoto(aPhoto().sha256))
  store.close()
})

test('two tabs record at once: every counter once, none lost, all in the record', async () => {
  const place = aPlace()
  const one = await openStore(place)
  const other = await openStore(place)
  const ids = await Promise.all(
    Array.from({ length: 12 }, (_, index) => remark(index % 2 ? one : other)),
  )
  assert.equal(new Set(ids).size, 12)
  const counters = ids.map((id) => Number(id.split(':')[1])).sort((left, right) => left - right)
  assert.deepEqual(counters, Array.from({ length: 12 }, (_, index) => index + 1))
  const [record] = await one.readRecords('task')
  assert.equal(record?.unsent_count, 12)
  one.close()
  other.close()
})

test('bug 18: a queue that cannot be read is an error, never an empty queue', async () => {
  const store = await openStore(aPlace())
  await remark(store)
  const broken = (): never => {
    throw new DOMException('broken', 'DataError')
  }
  const mends = [
    replaceMethod(IDBIndex.prototype, 'getAll', () => broken),
    replaceMethod(IDBIndex.prototype, 'openCursor', () => broken),
  ]
  try {
    assert.equal(await codeOf(store.count(ANA)), 'storage_unreadable')
    assert.equal(await codeOf(store.readEntries(ANA)), 'storage_unreadable')
  } finally {
    for (const mend of mends) mend()
  }
  assert.equal((await store.count(ANA)).waiting_count, 1)
  store.close()
})

test('trap 09: a connection lost in the background is opened again, once, without a word', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await remark(store)
  place.handles.at(-1)?.close()
  await remark(store)
  const handle = place.handles.at(-1)
  handle?.close()
  handle?.onclose?.(new Event('close'))
  assert.equal((await store.readEntries(ANA)).length, 2)
  store.close()
})

test('a recording whose commit was not heard of is written once', async () => {
  const place = aPlace()
  const store = await openStore(place)
  let isFirst = true
  // The transaction is aborted under our hands after everything was written.
  const mend = replaceMethod(
    IDBObjectStore.prototype,
    'add',
    (add) =>
      function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['add']>) {
        const request = add.apply(this, given)
        if (isFirst && this.name === 'outbox') {
          isFirst = false
          request.addEventListener('success', () => {
            this.transaction.abort()
          })
        }
        return request
      },
  )
  try {
    await remark(store)
  } finally {
    mend()
  }
  assert.equal((await store.readEntries(ANA)).length, 1)
  store.close()
})

test('a reply that another tab overtook, or that was another person’s, changes nothing', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const record = { fields: {}, id: TASK, kind: 'task', position: 3, stamp: 3 }
  const reply = { full: false, records: [{ site: '', record }], drops: [], writers: [] }
  const asked = await store.readWorkingSet()
  assert.ok(asked)
  const stale = { ...asked, cursor: 'of another tab' }
  assert.equal(await store.applySnapshot(stale, reply, NEXT), null)
  const foreign = { ...asked, person: 'b'.repeat(32) }
  assert.equal(await store.applySnapshot(foreign, reply, NEXT), null)
  assert.equal((await store.readRecords('task')).length, 0)
  assert.equal((await store.readWorkingSet())?.cursor, '')
  assert.equal((await store.applySnapshot(asked, reply, NEXT))?.cursor, 'next')
  assert.equal((await store.readRecords('task')).length, 1)
  store.close()
})

test('a reply is applied whole or not at all, whichever write fails', async () => {
  const store = await openStore(aPlace())
  await remark(store)
  const before = await store.readWorkingSet()
  assert.ok(before)
  const records = ['2', '3'].map((sign) => ({
    site: '',
    record: { fields: {}, id: sign.repeat(32), kind: 'task', position: 5, stamp: 5 },
  }))
  const reply = { full: true, records, drops: [], writers: [] }
  let isApplied = false
  for (let nth = 1; !isApplied; nth += 1) {
    const mend = breakWrite(nth, () => new Error('the page was killed'))
    const code = await codeOf(store.applySnapshot(before, reply, NEXT))
    mend()
    isApplied = code === 'no failure'
    assert.equal((await store.readRecords('task')).length, isApplied ? 3 : 1, `write ${nth}`)
    assert.equal((await store.readWorkingSet())?.cursor, isApplied ? 'next' : '')
    assert.ok(nth < 30)
  }
  store.close()
})

test('bug 20: a newer schema keeps what an older one had in its queue, and the older app still reads it', async () => {
  const place = aPlace()
  const older = await openStore(place)
  for (let count = 0; count < 3; count += 1) await remark(older, aPhoto())
  older.close()
  const newer = await openStore(place, [...SCHEMA, { later: 'id', outbox: `${SCHEMA[0]?.['outbox']}, kind` }])
  assert.equal((await newer.count(ANA)).waiting_count, 3)
  assert.ok(await newer.readPhoto(aPhoto().sha256))
  await remark(newer)
  newer.close()
  const rolledBack = await openStore(place)
  assert.equal((await rolledBack.count(ANA)).waiting_count, 4)
  await remark(rolledBack)
  rolledBack.close()
})

test('trap 03: an open older tab does not block the upgrade, goes on working, and says so', async () => {
  const place = aPlace()
  const older = await openStore(place)
  await remark(older)
  const newer = await openStore(place, [...SCHEMA, { later: 'id' }])
  await remark(newer)
  await remark(older)
  assert.equal(older.blocked?.code, 'storage_newer')
  assert.equal((await newer.count(ANA)).waiting_count, 3)
  older.close()
  newer.close()
})

test('a window that holds on to the old version is named, and the next try opens', async () => {
  const place = aPlace()
  const older = await openStore(place)
  await remark(older)
  older.close()
  const stubborn = await new Promise<IDBDatabase>((resolve) => {
    const request = place.indexedDB.open('roundsman')
    request.addEventListener('success', () => {
      resolve(request.result)
    })
  })
  const newer = aStore(place, [...SCHEMA, { later: 'id' }])
  assert.equal(await codeOf(newer.open()), 'storage_blocked')
  assert.equal(newer.blocked?.code, 'storage_blocked')
  stubborn.close()
  await newer.open()
  assert.equal(newer.blocked, null)
  assert.equal((await newer.count(ANA)).waiting_count, 1)
  newer.close()
})

test('a wiped database is noticed by its canary, until somebody has read it', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await remark(store)
  await remark(store)
  await store.count(ANA)
  store.close()
  const wiped: Place = { ...aPlace(), marker: place.marker }
  const after = await openStore(wiped)
  assert.deepEqual(after.wiped, { lost_count: 2 })
  await after.count(ANA)
  after.close()
  const again = await openStore(wiped)
  assert.deepEqual(again.wiped, { lost_count: 2 })
  again.acknowledgeWipe()
  await again.count(ANA)
  again.close()
  const calm = await openStore(wiped)
  assert.equal(calm.wiped, null)
  calm.close()
})

test('trap 08: drafts and the mark of an expected photo outlive the page', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await store.saveDraft('task/4', { note: '漏水' })
  await store.expectPhoto(ANA, { task: TASK, item: '4', at_ms: 5 })
  store.close()
  const next = await openStore(place)
  assert.deepEqual(await next.readDraft('task/4'), { note: '漏水' })
  assert.equal((await next.expectedPhoto(ANA))?.item, '4')
  await next.photoArrived(ANA)
  assert.equal(await next.expectedPhoto(ANA), undefined)
  next.close()
})

test('writes are asked to be strict', async () => {
  const asked: (string | undefined)[] = []
  const mend = replaceMethod(
    IDBDatabase.prototype,
    'transaction',
    (transaction) =>
      function (this: IDBDatabase, ...given: Parameters<IDBDatabase['transaction']>) {
        if (given[1] === 'readwrite') asked.push(given[2]?.durability)
        return transaction.apply(this, given)
      },
  )
  try {
    const store = await openStore(aPlace())
    await remark(store)
    store.close()
  } finally {
    mend()
  }
  assert.ok(asked.length > 0)
  assert.ok(asked.every((durability) => durability === 'strict'))
})

test('every state of what is not delivered lies in one range of the index', async () => {
  const store = await openStore(aPlace())
  const states = Object.keys(OPEN_STATES)
  const ids: string[] = []
  for (const state of states) {
    const id = await remark(store)
    await store.attempt((db) => db.outbox.update(id, { state: state as EntryState }), 'not_saved')
    ids.push(id)
  }
  const gone = await remark(store)
  await store.attempt((db) => db.outbox.update(gone, { state: 'delivered' }), 'not_saved')
  const open = states as (keyof typeof OPEN_STATES)[]
  const found = await store.attempt((db) => readOpen(db, ANA, open), 'storage_unreadable')
  assert.deepEqual(found.map(({ id }) => id), ids)
  assert.equal((await store.count(ANA)).unacknowledged_count, states.length - 1)
  store.close()
})
