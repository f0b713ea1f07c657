import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBKeyRange } from 'fake-indexeddb'

import { phoneProblem } from '../kernel/problems.ts'
import { recordSum } from '../sync/checksum.ts'
import { fold } from '../sync/merge.ts'
import { ANA, aPhoto, aPlace, breakWrite, codeOf, openStore, remark, type Place } from '../sync/testing/stores.ts'
import { Database, SCHEMA } from './database.ts'
import type { Arrived, Snapshot } from './records.ts'
import type { MergeRecord, Stamped, WorkingSet } from './shapes.ts'
import type { Store } from './store.ts'

const BEN = 'b'.repeat(32)
const TASK = '1'.repeat(32)
const SITE = 's'.repeat(32)
const DAY_MS = 86_400_000

function aRecord(sign: string, position: number): MergeRecord {
  return { fields: {}, id: sign.repeat(32), kind: 'task', position, stamp: position }
}

async function arrived(record: MergeRecord, scope = SITE): Promise<Arrived> {
  return { site: SITE, scope, sum: await recordSum(record), record }
}

async function aReply(records: MergeRecord[], more: Partial<Snapshot> = {}): Promise<Snapshot> {
  return { full: false, records: await Promise.all(records.map((one) => arrived(one))), drops: [], writers: [], ...more }
}

async function apply(store: Store, snapshot: Snapshot, cursor: string, now = 5): Promise<WorkingSet> {
  const asked = await store.readWorkingSet()
  assert.ok(asked)
  return (await store.applySnapshot(asked, snapshot, { cursor, now })) ?? assert.fail('overtaken')
}

async function behind<T>(place: Place, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database('roundsman', { indexedDB: place.indexedDB, IDBKeyRange })
  await database.open()
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

async function ids(store: Store): Promise<string[]> {
  return (await store.readRecords('task')).map(({ id }) => id[0] ?? '').sort()
}

test('whoever leaves finds everything again without a network: copies, cursor, sums, own work on top', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await apply(store, await aReply([aRecord('1', 3), aRecord('2', 4)], { full: true }), 'ana-4')
  await remark(store, aPhoto())
  const before = await store.readWorkingSet()
  await store.takeOver(BEN)
  assert.deepEqual(await ids(store), [])
  await apply(store, await aReply([aRecord('3', 5)], { full: true }), 'ben-5')
  await store.takeOver(null)
  assert.deepEqual(await ids(store), [])
  await store.takeOver(ANA)
  assert.deepEqual(await ids(store), ['1', '2'])
  assert.deepEqual(await store.readWorkingSet(), before)
  assert.equal((await store.readRecord(TASK))?.unsent_count, 1)
  assert.equal((await store.readRecord(TASK))?.position, 3)
  await store.takeOver(BEN)
  assert.deepEqual(await ids(store), ['3'])
  assert.equal((await store.readWorkingSet())?.cursor, 'ben-5')
  assert.equal((await store.count(ANA)).waiting_count, 1)
  assert.ok(await store.readPhoto(aPhoto().sha256))
  store.close()
})

test('what a copy held when its owner left is not shown twice when they come back', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const id = await remark(store)
  const entry = await behind(place, (database) => database.outbox.get(id))
  assert.ok(entry)
  const stamped: Stamped = { ...entry, position: 2 }
  const [writer] = await store.readWriters()
  const writers = [{ writer: writer?.writer ?? '', contiguous: 1 }]
  await apply(store, await aReply([fold(null, stamped)], { full: true, writers }), 'ana-2')
  assert.equal((await store.readRecord(TASK))?.unsent_count, 0)
  await store.takeOver(BEN)
  await store.takeOver(ANA)
  const record = await store.readRecord(TASK)
  assert.equal(record?.unsent_count, 0)
  assert.equal((record?.fields['remark']?.value as unknown[]).length, 1)
  store.close()
})

test('without parked copies everything one did is folded on top of nothing, until the first pull', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const id = await remark(store)
  const entry = await behind(place, (database) => database.outbox.get(id))
  const [writer] = await store.readWriters()
  const writers = [{ writer: writer?.writer ?? '', contiguous: 1 }]
  assert.ok(entry)
  await apply(store, await aReply([fold(null, { ...entry, position: 2 })], { full: true, writers }), 'x')
  await store.takeOver(BEN)
  await behind(place, (database) => database.parked.clear())
  await store.takeOver(ANA)
  assert.equal((await store.readWorkingSet())?.cursor, '')
  assert.equal((await store.readRecord(TASK))?.unsent_count, 1)
  store.close()
})

test('a phone too full to park goes on without, and loses no work', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await apply(store, await aReply([aRecord('2', 4)], { full: true }), 'ana-4')
  await remark(store, aPhoto())
  const mend = breakWrite(1, () => new DOMException('full', 'QuotaExceededError'))
  await store.takeOver(BEN)
  mend()
  assert.equal(await behind(place, (database) => database.parked.count()), 0)
  assert.equal((await store.readWorkingSet())?.person, BEN)
  await store.takeOver(ANA)
  assert.deepEqual(await ids(store), ['1'], 'the own work is there, the copies come with the next pull')
  assert.equal((await store.count(ANA)).waiting_count, 1)
  store.close()
})

test('a crash between any two writes of a change of person leaves the one or the other', async () => {
  let isDone = false
  for (let nth = 1; !isDone; nth += 1) {
    const store = await openStore(aPlace())
    await apply(store, await aReply([aRecord('2', 4)], { full: true }), 'ana-4')
    await remark(store)
    const mend = breakWrite(nth, () => new Error('the page was killed'))
    const code = await codeOf(store.takeOver(BEN))
    mend()
    isDone = code === 'no failure'
    assert.equal((await store.readWorkingSet())?.person, isDone ? BEN : ANA, `write ${nth}`)
    assert.deepEqual(await ids(store), isDone ? [] : ['1', '2'])
    await store.takeOver(ANA)
    assert.deepEqual(await ids(store), ['1', '2'])
    assert.ok(nth < 20)
    store.close()
  }
})

test('parked copies go after thirty days, the work of their owner never', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await apply(store, await aReply([aRecord('2', 4)], { full: true }), 'ana-4', 1_000)
  await remark(store)
  await store.takeOver(BEN)
  await store.forgetParked(1_000 + 30 * DAY_MS)
  assert.equal(await behind(place, (database) => database.parked.count()), 1)
  await store.forgetParked(1_001 + 30 * DAY_MS)
  assert.equal(await behind(place, (database) => database.parked.count()), 0)
  await store.takeOver(ANA)
  assert.deepEqual(await ids(store), ['1'])
  store.close()
})

test('a parked set holds what the server gave and nothing that was recorded here', async () => {
  const place = aPlace()
  const store = await openStore(place)
  await apply(store, await aReply([aRecord('2', 4)], { full: true }), 'ana-4')
  await remark(store)
  await store.takeOver(null)
  const [row] = await behind(place, (database) => database.parked.toArray())
  assert.deepEqual(row?.records.map(({ id }) => id), ['2'.repeat(32)])
  assert.equal(row?.cursor, 'ana-4')
  assert.equal(row?.applied_ms, 5)
  store.close()
})

test('sums kept by differences are what deriving everything anew gives, after any reply', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const records = ['2', '3', '4', '5'].map((sign, index) => aRecord(sign, index + 1))
  await apply(store, await aReply(records, { full: true }), '4')
  const moved = { ...(await arrived(aRecord('3', 7))), scope: 'own' }
  await apply(store, { ...(await aReply([aRecord('4', 6)])), drops: [{ record: '5'.repeat(32) }] }, '6')
  await apply(store, { ...(await aReply([])), records: [moved] }, '7')
  await apply(store, await aReply([aRecord('6', 8)], { dropped: [{ site: SITE, kinds: ['plan'] }] }), '8')
  await remark(store)
  const kept = (await store.readWorkingSet())?.sums
  assert.deepEqual(Object.keys(kept ?? {}).sort(), ['own', SITE])
  assert.equal(kept?.[SITE]?.count, 3)
  assert.equal(await store.deriveSums(recordSum), true)
  assert.deepEqual((await store.readWorkingSet())?.sums, kept)
  store.close()
})

test('deriving gives way to a reply that comes in between, and to no recording', async () => {
  const store = await openStore(aPlace())
  await apply(store, await aReply([aRecord('2', 4)], { full: true }), '4')
  let isFirst = true
  const slow = async (record: MergeRecord): Promise<string> => {
    if (isFirst) await apply(store, await aReply([aRecord('3', 5)]), '5')
    isFirst = false
    return await recordSum(record)
  }
  assert.equal(await store.deriveSums(slow), false)
  const recording = async (record: MergeRecord): Promise<string> => {
    await remark(store)
    return await recordSum(record)
  }
  assert.equal(await store.deriveSums(recording), true)
  assert.equal((await store.readRecord(TASK))?.unsent_count, 2)
  assert.equal((await store.readWorkingSet())?.sums?.[SITE]?.count, 2)
  store.close()
})

test('dropped scopes go before anything comes, and unsent work on them stays', async () => {
  const store = await openStore(aPlace())
  const plan = { ...aRecord('7', 2), kind: 'plan' }
  await apply(store, await aReply([aRecord('1', 3), aRecord('2', 4), plan], { full: true }), '4')
  await remark(store)
  const dropped = [{ site: SITE, kinds: ['task'] }]
  await apply(store, await aReply([aRecord('2', 4)], { dropped }), '5')
  assert.deepEqual(await ids(store), ['1', '2'])
  assert.equal((await store.readRecord(TASK))?.position, 0, 'only the own work is left of it')
  assert.equal((await store.readRecord(plan.id))?.position, 2)
  assert.equal((await store.readWorkingSet())?.sums?.[SITE]?.count, 2)
  store.close()
})

test('a drop, a grant and a scope given anew are applied whole or not at all, whichever write fails', async () => {
  let isApplied = false
  for (let nth = 1; !isApplied; nth += 1) {
    const store = await openStore(aPlace())
    const plan = { ...aRecord('7', 2), kind: 'plan' }
    await apply(store, await aReply([aRecord('1', 3), aRecord('2', 4), plan], { full: true }), '4')
    await remark(store)
    const before = (await store.readWorkingSet()) ?? assert.fail()
    const granted = { ...(await arrived(aRecord('8', 1), 'm')), site: 'm' }
    const reply = await aReply([aRecord('2', 4)], { dropped: [{ site: SITE, kinds: ['task'] }], replaced: ['m'] })
    const mend = breakWrite(nth, () => new Error('the page was killed'))
    const code = await codeOf(
      store.applySnapshot(before, { ...reply, records: [...reply.records, granted] }, { cursor: '5', now: 6 }),
    )
    mend()
    isApplied = code === 'no failure'
    assert.deepEqual(await ids(store), isApplied ? ['1', '2', '8'] : ['1', '2'], `write ${nth}`)
    assert.equal((await store.readRecord(TASK))?.position, isApplied ? 0 : 3)
    assert.equal((await store.readRecord(TASK))?.unsent_count, 1)
    const set = await store.readWorkingSet()
    if (!isApplied) assert.deepEqual(set, before)
    const kept = set?.sums
    assert.equal(await store.deriveSums(recordSum), true)
    assert.deepEqual((await store.readWorkingSet())?.sums, kept)
    assert.ok(nth < 20)
    store.close()
  }
})

test('what is dropped as one’s own are one’s own records, wherever they are', async () => {
  const store = await openStore(aPlace())
  const own = await arrived(aRecord('3', 3), 'own')
  const reply = await aReply([aRecord('2', 4)], { full: true })
  await apply(store, { ...reply, records: [...reply.records, own] }, '4')
  await apply(store, await aReply([], { dropped: [{ site: 'own', kinds: [] }] }), '5')
  assert.deepEqual(await ids(store), ['2'])
  assert.deepEqual(Object.keys((await store.readWorkingSet())?.sums ?? {}), [SITE])
  store.close()
})

test('an alarm stands until the sums agree, is then said to be healed, and goes after a week', async () => {
  const store = await openStore(aPlace())
  const wrong = [{ scope: SITE, sum: 'f'.repeat(16), count: 1 }]
  const record = aRecord('2', 4)
  const right = [{ scope: SITE, sum: await recordSum(record), count: 1 }]
  const alarmed = await apply(store, await aReply([record], { full: true, scopes: wrong }), '4', 100)
  assert.deepEqual(alarmed.alarms, [{ scope: SITE, found_ms: 100, asked_ms: 0, healed_ms: null }])
  const again = await apply(store, await aReply([], { scopes: wrong }), '4', 200)
  assert.equal(again.alarms?.[0]?.found_ms, 100)
  const healed = await apply(store, await aReply([], { scopes: right }), '4', 300)
  assert.deepEqual(healed.alarms, [{ scope: SITE, found_ms: 100, asked_ms: 0, healed_ms: 300 }])
  const later = await apply(store, await aReply([], { scopes: right }), '4', 301 + 7 * DAY_MS)
  assert.deepEqual(later.alarms, [])
  store.close()
})

test('an app with other rules folds the own work anew, and only then', async () => {
  const place = aPlace()
  let folded = 0
  const older = await openStore(place, SCHEMA, (record, operation) => {
    if (operation.kind === 'remark_added') throw new Error('this app does not know remark_added')
    return fold(record, operation)
  })
  await older.adoptRules('older')
  await apply(older, await aReply([aRecord('1', 3)], { full: true }), '3')
  await remark(older)
  assert.equal((await older.readRecord(TASK))?.fields['remark'], undefined)
  older.close()
  const newer = await openStore(place, SCHEMA, (record, operation) => {
    folded += 1
    return fold(record, operation)
  })
  await newer.adoptRules('newer')
  assert.equal(folded, 1)
  assert.deepEqual((await newer.readRecord(TASK))?.fields['remark']?.value, ['remark 1'])
  assert.equal((await newer.readRecord(TASK))?.unsent_count, 1)
  await newer.adoptRules('newer')
  assert.equal(folded, 1)
  newer.close()
})

test('a parked set comes back folded by the rules of the app that is here now', async () => {
  const place = aPlace()
  const older = await openStore(place, SCHEMA, (record, operation) => {
    if (operation.kind === 'remark_added') throw new Error('this app does not know remark_added')
    return fold(record, operation)
  })
  await apply(older, await aReply([aRecord('1', 3)], { full: true }), '3')
  await remark(older)
  await older.takeOver(BEN)
  older.close()
  const newer = await openStore(place)
  await newer.takeOver(ANA)
  assert.deepEqual((await newer.readRecord(TASK))?.fields['remark']?.value, ['remark 1'])
  newer.close()
})

test('what the office took out of the log leaves the phone with its photo; what waits stays', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const gone = await remark(store, aPhoto())
  const kept = await remark(store)
  const outcome = await behind(place, async (database) => {
    const row = (await database.outbox.get(gone)) ?? assert.fail()
    return { id: gone, status: 'accepted' as const, sha256: row.sha256, position: 1, stamp: 1 }
  })
  await store.applyOutcomes(ANA, [outcome], 5)
  const record: MergeRecord = {
    ...aRecord('1', 9),
    fields: { redacted: { entries: {}, value: [gone, kept] } },
  }
  await apply(store, await aReply([record], { full: true }), 'ana-9')
  const [entries, photo] = await behind(place, async (database) => [
    await database.outbox.toArray(),
    await database.evidence.get(aPhoto().sha256),
  ] as const)
  assert.deepEqual(entries.map(({ id }) => id), [kept])
  assert.equal(photo, undefined)
  store.close()
})

test('an answer or a recording that ends after a change of person is kept and shown to nobody else', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const id = await remark(store)
  const entry = await behind(place, (database) => database.outbox.get(id))
  assert.ok(entry)
  await store.takeOver(BEN)
  const copy = fold(null, { ...entry, id: 'x:1', person: BEN, position: 2 })
  await apply(store, await aReply([copy], { full: true }), 'ben-2')
  const seen = await store.readRecord(TASK)
  // Ana's other window has not heard of it yet.
  const outcome = { id, status: 'accepted' as const, sha256: entry.sha256, position: 3, stamp: entry.stamp }
  assert.deepEqual(await store.applyOutcomes(ANA, [outcome], 9), [])
  await remark(store)
  assert.deepEqual(await store.readRecord(TASK), seen)
  assert.deepEqual((await store.readEntries(ANA)).map((one) => one.state), ['waiting', 'delivered'])
  await store.takeOver(ANA)
  assert.equal((await store.readRecord(TASK))?.unsent_count, 2)
  store.close()
})

test('a photo of what was set aside is counted until it is in, or its bytes are gone', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const id = await remark(store, aPhoto())
  const entry = await behind(place, (database) => database.outbox.get(id))
  const outcome = { id, status: 'set_aside' as const, sha256: entry?.sha256 ?? '' }
  await store.applyOutcomes(ANA, [outcome], 9)
  assert.equal((await store.count(ANA)).photos_waiting_count, 1)
  assert.equal((await store.count(BEN)).others_photos_count, 1)
  await behind(place, (database) => database.evidence.clear())
  assert.equal((await store.count(ANA)).photos_waiting_count, 0)
  store.close()
})

test('a photo that is refused at its very end waits longer each time, however far it came', async () => {
  const store = await openStore(aPlace())
  const { writer } = await store.requireWriter(ANA)
  await remark(store, aPhoto())
  const { sha256 } = aPhoto()
  const tried: number[] = []
  for (let round = 0; round < 3; round += 1) {
    await store.noteUpload(sha256, 1, 3)
    await store.parkPhoto(writer, sha256, phoneProblem('reply_unreadable'), (attempts) => {
      tried.push(attempts)
      return attempts
    })
  }
  assert.deepEqual(tried, [1, 2, 3])
  store.close()
})

test('a wiped phone counts as lost what the office has without its photo', async () => {
  const place = aPlace()
  const store = await openStore(place)
  const id = await remark(store, aPhoto())
  const entry = await behind(place, (database) => database.outbox.get(id))
  const outcome = { id, status: 'accepted' as const, sha256: entry?.sha256 ?? '', missing: [aPhoto().sha256] }
  await store.applyOutcomes(ANA, [outcome], 9)
  assert.equal((await store.count(ANA)).waiting_count, 0)
  store.close()
  const after = await openStore({ ...aPlace(), marker: place.marker })
  assert.deepEqual(after.wiped, { lost_count: 1 })
  after.close()
})
