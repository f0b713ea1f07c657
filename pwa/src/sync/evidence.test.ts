/** Photos in parts: what arrived is not sent again, and only a receipt makes one delivered. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { PHOTO_LIMIT } from '../schemas.gen.ts'
import type { Engine } from './engine.ts'
import { hashAsked, type Seen } from './testing/fake-server.ts'
import { Browser, TASK, aServer, answer, photoBytes, signedIn, states, takePhoto } from './testing/phone.ts'
import { PART } from './uploading.ts'

const isUpload = (request: Seen): boolean => request.path.startsWith('/api/uploads')
const sizeOf = ({ body }: Seen): number => (body instanceof ArrayBuffer ? body.byteLength : 0)
const sentBytes = (requests: Seen[]): number =>
  requests.filter(isUpload).reduce((sum, request) => sum + sizeOf(request), 0)

/** How often the screens were told what, in order and without repeats. */
function watchUploads(engine: Engine): number[] {
  const seen: number[] = []
  engine.status.subscribe(({ upload }) => {
    if (upload && seen.at(-1) !== upload.sent) seen.push(upload.sent)
  })
  return seen
}

test('EV11: a photo goes in parts, and each that arrives is told', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const seen = watchUploads(engine)
  await takePhoto(engine, TASK, '4', photoBytes(1, 2 * PART + 100))
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  assert.deepEqual(seen, [0, PART, 2 * PART, 2 * PART + 100])
  assert.equal(engine.status.value.upload, null)
  assert.deepEqual(
    server.requests.filter(isUpload).map((request) => `${request.method} ${sizeOf(request)}`),
    [`POST ${PART}`, `PATCH ${PART}`, 'PATCH 100'],
  )
  await engine.close()
})

test('a page killed in the middle of a photo goes on where it was, losing at most a part', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const size = 4 * PART
  await takePhoto(engine, TASK, '4', photoBytes(2, size))
  server.fault = (request) =>
    request.headers.get('upload-offset') === String(2 * PART) ? 'lost_request' : null
  await engine.syncNow()
  assert.deepEqual(states(engine), ['sent'])
  await engine.close()
  server.fault = () => null
  const before = server.requests.length
  const tab = browser.tab()
  await tab.open()
  await tab.syncNow()
  assert.deepEqual(states(tab), ['delivered'])
  const after = server.requests.slice(before).filter(isUpload)
  assert.equal(after[0]?.method, 'HEAD')
  assert.equal(sentBytes(after), size - 2 * PART)
  await tab.close()
})

test('a line cut in the middle of a part costs no more than that part', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  const size = 3 * PART
  await takePhoto(engine, TASK, '4', photoBytes(3, size))
  let cuts = 0
  server.cut = (request) => {
    if (request.method !== 'PATCH' || cuts === 2) return null
    cuts += 1
    return 100_000
  }
  for (let round = 0; round < 3; round += 1) await engine.syncNow()
  assert.equal(cuts, 2)
  assert.deepEqual(states(engine), ['delivered'])
  assert.ok(sentBytes(server.requests) <= size + 2 * PART)
  await engine.close()
})

test('two tabs that send one photo leave it once, each going on from where the other was', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await takePhoto(engine, TASK, '4', photoBytes(4, 3 * PART))
  let isFirst = true
  server.cut = (request) => {
    if (request.method !== 'PATCH' || !isFirst) return null
    isFirst = false
    // The other tab was quicker by one part.
    for (const upload of server.uploads.values()) {
      const quicker = new Uint8Array(request.body as ArrayBuffer)
      upload.arrived = new Uint8Array([...upload.arrived, ...quicker])
    }
    return 0
  }
  await engine.syncNow()
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  assert.equal([...server.evidence.values()][0]?.byteLength, 3 * PART)
  await engine.close()
})

test('another place than the server’s is asked for once more in the same round', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await takePhoto(engine, TASK, '4', photoBytes(5, 2 * PART))
  let isFirst = true
  server.fault = (request) => {
    if (request.method !== 'PATCH' || !isFirst) return null
    isFirst = false
    return { status: 409, code: 'upload_offset_wrong' }
  }
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  await engine.close()
})

test('an upload that the server has forgotten begins anew', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await takePhoto(engine, TASK, '4', photoBytes(6, 3 * PART))
  server.fault = (request) => (request.method === 'PATCH' ? 'lost_request' : null)
  await engine.syncNow()
  server.fault = () => null
  server.uploads.clear()
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  await engine.close()
})

for (const fault of ['portal', 'no_receipt', 'lost_reply'] as const) {
  test(`EV11: ${fault} is no receipt for a photo`, async () => {
    const server = aServer()
    const engine = await signedIn(new Browser(server), 'ana')
    await takePhoto(engine, TASK, '4', photoBytes(7, 2 * PART))
    server.fault = (request) => (isUpload(request) ? fault : null)
    for (let round = 0; round < 4; round += 1) {
      const status = await engine.syncNow()
      assert.deepEqual(states(engine), ['sent'])
      assert.equal(status.photos_waiting_count, 1)
    }
    server.fault = () => null
    await engine.syncNow()
    assert.deepEqual(states(engine), ['delivered'])
    assert.equal(server.evidence.size, 1)
    await engine.close()
  })
}

test('a photo larger than the server takes waits with words, and the others go', async () => {
  const server = aServer()
  server.photoLimit = 1_000
  const engine = await signedIn(new Browser(server), 'ana')
  await takePhoto(engine, TASK, '1', photoBytes(1, 2_000))
  await takePhoto(engine, TASK, '2', photoBytes(2, 500))
  await engine.syncNow()
  assert.deepEqual(states(engine), ['sent', 'delivered'])
  const large = engine.outbox.value.at(-1)
  assert.equal(large?.problem?.code, 'photo_too_large')
  assert.deepEqual(large?.problem?.details, { size: 2_000, limit: PHOTO_LIMIT })
  server.photoLimit = 4_000_000
  await engine.retry(large?.id ?? '')
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered', 'delivered'])
  await engine.close()
})

test('a refused photo waits by itself across pages, longer each time', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  const taken = await takePhoto(engine, TASK, '1', photoBytes(1))
  const refused = taken.entry.photos[0]?.sha256
  server.fault = (request) => (isUpload(request) && hashAsked(request) === refused ? { status: 415 } : null)
  await engine.syncNow()
  await engine.close()
  const tab = browser.tab()
  await tab.open()
  const before = server.requests.filter(isUpload).length
  await takePhoto(tab, TASK, '2', photoBytes(2))
  for (let step = 0; step < 40 && states(tab).at(-1) !== 'delivered'; step += 1) {
    await browser.timers.advance(500)
    await new Promise((go) => setTimeout(go, 2))
  }
  assert.deepEqual(states(tab), ['sent', 'delivered'])
  assert.equal(server.requests.filter(isUpload).length, before + 1, 'only the new one was sent')
  assert.equal(tab.outbox.value.at(-1)?.problem?.status, 500)
  await tab.close()
})

test('a session that ends in the middle of a photo asks for sign-in and loses nothing', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  await takePhoto(engine, TASK, '4', photoBytes(8, 3 * PART))
  server.fault = (request) =>
    request.method === 'PATCH' || request.method === 'HEAD' ? { status: 401, code: 'sign_in_needed' } : null
  assert.equal((await engine.syncNow()).phase, 'sign_in_needed')
  server.fault = () => null
  await engine.signIn('ana', 'right')
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered'])
  await engine.close()
})

test('only a whole round on this page confirms that everything is in', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  assert.notEqual(engine.status.value.confirmed_ms, null)
  await engine.close()
  server.fault = () => 'lost_request'
  const tab = browser.tab()
  await tab.open()
  assert.equal((await tab.syncNow()).confirmed_ms, null)
  assert.notEqual(tab.status.value.last_contact_ms, null, 'an earlier page had contact')
  server.fault = () => null
  assert.notEqual((await tab.syncNow()).confirmed_ms, null)
  await tab.close()
})

test('what is recorded while photos go up does not wait for all of them', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  for (const item of ['1', '2', '3']) await takePhoto(engine, TASK, item, photoBytes(Number(item)))
  let isFirst = true
  const order: string[] = []
  server.fault = (request) => {
    if (isUpload(request) || request.path === '/api/sync/push') order.push(request.path)
    if (isUpload(request) && isFirst) {
      isFirst = false
      void engine.record(answer(TASK, '9', 'fail'))
    }
    return null
  }
  await engine.syncNow()
  const second = order.indexOf('/api/sync/push', 1)
  assert.ok(second > 0 && second < order.lastIndexOf('/api/uploads'), order.join(' '))
  assert.deepEqual(states(engine), Array.from({ length: 4 }, () => 'delivered'))
  await engine.close()
})

test('photos of somebody else’s work on this phone are counted', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await takePhoto(engine, TASK, '4', photoBytes(9))
  server.fault = (request) => (isUpload(request) ? { status: 500 } : null)
  await engine.syncNow()
  await engine.signOut()
  const status = await engine.signIn('ben', 'right').then(() => engine.syncNow())
  assert.equal(status.photos_waiting_count, 0)
  assert.equal(status.others_photos_count, 1)
  await engine.close()
})
