import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBFactory } from 'fake-indexeddb'

import { sha256 } from '../kernel/ids.ts'
import { openAsItIs, readPhotoBytes, readUnsent } from '../store/rescue-read.ts'
import type { Engine } from './engine.ts'
import { makeRescueFile, readRescueFile, type RescueFile } from './rescue.ts'
import { FakeCarrying } from './testing/fake-carrying.ts'
import type { FakeServer } from './testing/fake-server.ts'
import { Browser, TASK, aServer, answer, photoBytes, signedIn, takePhoto } from './testing/phone.ts'

const ANA = 'a'.repeat(32)
const MOMENT = {
  made_ms: 1_790_000_000_000,
  sent: { wall_ms: 1_790_000_000_000, mono_ms: 0, origin_ms: 0, session: 'rescue', anchor: null },
}

async function sealingServer(): Promise<FakeServer> {
  const server = aServer()
  server.carrying = await FakeCarrying.make()
  return server
}

/** A phone with Ben's work sealed and Ana's plain, a photo each, and no network. */
async function aFullPhone(server: FakeServer): Promise<{ browser: Browser; engine: Engine }> {
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ben')
  server.fault = (request) => (/push|evidence|uploads|carried/u.test(request.path) ? 'lost_request' : null)
  await engine.record(answer(TASK, 'walls', 'fail'))
  await takePhoto(engine, TASK, 'walls', photoBytes(2))
  await engine.signOut()
  await engine.signIn('ana', 'right')
  await engine.syncNow()
  await engine.record(answer(TASK, 'lights', 'fail'))
  await takePhoto(engine, TASK, 'lights', photoBytes(1, 70_000))
  return { browser, engine }
}

async function rescue(browser: Browser): Promise<RescueFile> {
  const database = await openAsItIs('roundsman', browser.indexedDB)
  assert.ok(database)
  const unsent = await readUnsent(database)
  const file = await makeRescueFile(unsent, MOMENT, (hash) => readPhotoBytes(database, hash))
  database.close()
  return file
}

function blobOf({ lines }: RescueFile): Blob {
  return new Blob(lines.map((line) => `${line}\n`))
}

function idsOf(server: FakeServer, person: string): string[] {
  return [...server.state.received.values()].filter((one) => one.person === person).map((one) => one.id)
}

test('SE9 a rescue file holds the undelivered work of everybody on the phone', async () => {
  const server = await sealingServer()
  const { browser, engine } = await aFullPhone(server)
  const file = await rescue(browser)
  assert.deepEqual([file.operation_count, file.photo_count, file.is_plain], [4, 2, false])
  const told = file.lines.join('\n')
  assert.ok(!told.includes('lights') && !told.includes('walls'), 'nobody but the server can read it')
  // Nothing has changed on the phone.
  assert.deepEqual((await rescue(browser)).operation_count, 4)
  assert.equal(engine.status.value.waiting_count, 2)
  await engine.close()
})

test('SE9 another phone brings the file up, in its authors’ names, and twice is once', async () => {
  const server = await sealingServer()
  const { browser, engine } = await aFullPhone(server)
  const file = blobOf(await rescue(browser))
  server.fault = () => null
  const other = await signedIn(new Browser(server), 'ben')
  const brought = await other.handover.bringFile(file)
  assert.deepEqual(
    [brought.found_count, brought.fresh_count, brought.missing_count, brought.operation_count],
    [4, 4, 0, 4],
  )
  await other.syncNow()
  assert.equal(idsOf(server, ANA).length, 2)
  assert.equal(idsOf(server, 'b'.repeat(32)).length, 2)
  assert.equal(server.evidence.size, 2)
  assert.equal((await other.handover.bringFile(file)).fresh_count, 0)
  // The first phone comes back to life and sends the same.
  await engine.syncNow()
  assert.equal(engine.status.value.waiting_count, 0)
  assert.equal(server.state.received.size, 4)
  await engine.close()
  await other.close()
})

test('SE9 a file of another organisation can be taken off the phone that took it in, and nothing else', async () => {
  const server = await sealingServer()
  const { browser, engine } = await aFullPhone(server)
  const elsewhere = await aFullPhone(server)
  const written = await blobOf(await rescue(elsewhere.browser)).text()
  const theirs = new Blob([written.replaceAll('o'.repeat(32), 'p'.repeat(32))])
  server.fault = () => null
  const other = await signedIn(new Browser(server), 'ben')
  server.fault = ({ path }) => (path.includes('carried') ? 'lost_request' : null)
  await other.handover.bringFile(blobOf(await rescue(browser)))
  await other.handover.bringFile(theirs)
  await other.syncNow()
  const foreign = await other.handover.readForeign()
  assert.deepEqual([foreign.bundle_count, foreign.operation_count], [4, 4])
  assert.equal(await other.handover.discardForeign(), 4)
  assert.deepEqual(await other.handover.readForeign(), { bundle_count: 0, operation_count: 0 })
  // What is this organisation's goes up as before, photos too.
  server.fault = () => null
  await other.syncNow()
  assert.equal(server.state.received.size, 4)
  assert.equal(server.evidence.size, 2)
  // Brought in again it is there again.
  await other.handover.bringFile(theirs)
  assert.equal((await other.handover.readForeign()).bundle_count, 4)
  await engine.close()
  await elsewhere.engine.close()
  await other.close()
})

test('SE9 a phone that never heard the server’s key writes plain words, signed, and says so', async () => {
  const { browser, engine } = await aFullPhone(aServer())
  const file = await rescue(browser)
  assert.deepEqual([file.operation_count, file.photo_count, file.is_plain], [4, 2, true])
  const lines = file.lines.slice(1).map((line) => JSON.parse(line) as { plain?: { signature: string; header: string; operations?: string[]; photo?: string } })
  assert.ok(lines.every(({ plain }) => (plain?.signature.length ?? 0) > 80))
  const texts = lines.flatMap(({ plain }) => plain?.operations ?? [])
  assert.ok(texts.some((text) => text.includes('lights')) && texts.some((text) => text.includes('walls')))
  const read = readRescueFile(await blobOf(file).text())
  assert.deepEqual([read.bundles.length, read.missing_count], [4, 0])
  const [photo] = lines.flatMap(({ plain }) => (plain?.photo ? [plain.photo] : []))
  assert.ok(photo && [2, 1].some((seed) => photo.startsWith(Buffer.from(photoBytes(seed)).toString('base64').slice(0, 40))))
  await engine.close()
})

test('SE9 of a file cut or edited every whole line is used, and the rest is said', async () => {
  const server = await sealingServer()
  const { browser, engine } = await aFullPhone(server)
  const text = await blobOf(await rescue(browser)).text()
  const whole = readRescueFile(text)
  for (const length of [0, 1, 40, 200, Math.floor(text.length / 2), text.length - 3]) {
    const cut = readRescueFile(text.slice(0, length))
    for (const [index, bundle] of cut.bundles.entries()) {
      assert.equal(await sha256(bundle.bytes), await sha256(whole.bundles[index]?.bytes ?? new ArrayBuffer(0)))
    }
    if (length > 150) assert.equal(cut.bundles.length + cut.missing_count, whole.bundles.length)
  }
  for (const senseless of ['hello', '{"sealed":5}', '{"sealed":"§"}', 'null', '[]', '{"plain":null}', '<svg/>']) {
    assert.deepEqual(readRescueFile(senseless), { bundles: [], missing_count: 1 })
  }
  const other = await signedIn(new Browser(server), 'ana')
  const brought = await other.handover.bringFile(new Blob(['not a file of ours\n']))
  assert.deepEqual([brought.found_count, brought.missing_count], [0, 1])
  await engine.close()
  await other.close()
})

test('SE9 a database that is not there is not made, and one of any version is read', async () => {
  const nothing = new IDBFactory()
  assert.equal(await openAsItIs('roundsman', nothing), null)
  assert.deepEqual(await nothing.databases(), [])
  const newer = new IDBFactory()
  await new Promise((resolve) => {
    const request = newer.open('roundsman', 990)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('outbox', { keyPath: 'id' }).put({
        id: 'w:1',
        counter: 1,
        text: '{}',
        state: 'a state of tomorrow',
        person: ANA,
      })
      request.result.createObjectStore('unknown', { keyPath: 'id' })
    }
    request.onsuccess = () => {
      request.result.close()
      resolve(null)
    }
  })
  const database = await openAsItIs('roundsman', newer)
  assert.ok(database)
  const unsent = await readUnsent(database)
  assert.deepEqual(unsent.works.map((work) => work.entries.length), [1])
  const file = await makeRescueFile(unsent, MOMENT, () => Promise.resolve(null))
  assert.deepEqual([file.operation_count, file.is_plain], [1, true])
  database.close()
})

test('SE9 a row that cannot be read is counted, and keeps no other from being rescued', async () => {
  const { browser, engine } = await aFullPhone(await sealingServer())
  const database = await openAsItIs('roundsman', browser.indexedDB)
  assert.ok(database)
  const write = database.transaction('outbox', 'readwrite')
  write.objectStore('outbox').put({ id: 'x:9', text: 7, state: 'waiting', person: ANA })
  await new Promise((resolve) => (write.oncomplete = resolve))
  const unsent = await readUnsent(database)
  assert.equal(unsent.unreadable_count, 1)
  assert.equal(unsent.works.flatMap((work) => work.entries).length, 2)
  database.close()
  await engine.close()
})
