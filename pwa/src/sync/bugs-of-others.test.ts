/** Bugs that others shipped, tried on the real store and sync; `tests/README.md` lists them all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { IDBObjectStore } from 'fake-indexeddb'

import { replaceMethod } from './testing/breakage.ts'
import type { Seen } from './testing/fake-server.ts'
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

const DAY_MS = 86_400_000
const isPush = (request: Seen): boolean => request.path === '/api/sync/push'
const isPhoto = (request: Seen): boolean => /^\/api\/(evidence|uploads)/.test(request.path)

test('bug 08: a photo whose upload failed stays when the other one is taken out', async () => {
  const server = aServer()
  const engine = await signedIn(new Browser(server), 'ana')
  server.fault = (request) => (isPhoto(request) ? { status: 500 } : null)
  const first = await takePhoto(engine, TASK, '4', photoBytes(1))
  const second = await takePhoto(engine, TASK, '4', photoBytes(2))
  await engine.syncNow()
  const [kept] = first.entry.photos
  const [out] = second.entry.photos
  await engine.record({
    record: TASK,
    record_kind: 'task',
    body: { kind: 'evidence_withdrawn', item: '4', photo: out?.sha256 } as { kind: string },
  })
  assert.deepEqual(await valueOf(engine, TASK, 'evidence/4'), [kept?.sha256])
  server.fault = () => null
  await engine.syncNow()
  assert.deepEqual(await valueOf(engine, TASK, 'evidence/4'), [kept?.sha256])
  assert.ok(server.evidence.has(kept?.sha256 ?? ''))
  await engine.close()
})

test('bug 09: a session that ends in mid-form keeps answers and draft, and no password lies about', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.record(answer(TASK, '1', 'pass'))
  await engine.saveDraft('task', { notes: { '2': '地面有积水' } })
  server.sessions.clear()
  await engine.syncNow()
  assert.equal(engine.session.value.phase, 'sign_in_needed')
  await engine.record(answer(TASK, '2', 'fail'))
  assert.deepEqual(await engine.readDraft('task'), { notes: { '2': '地面有积水' } })
  assert.deepEqual(states(engine), ['waiting', 'waiting'])
  const stored = JSON.stringify([...browser.marker.values]) + (await everything(browser))
  assert.match(stored, /地面有积水/)
  assert.doesNotMatch(stored, /"password"|"right"/)
  await engine.signIn('ana', 'right')
  await engine.syncNow()
  assert.deepEqual(states(engine), ['delivered', 'delivered'])
  await engine.close()
})

test('bug 19: accepted by the server and not cleared away here is sent again without effect', async () => {
  const server = aServer()
  const browser = new Browser(server)
  const engine = await signedIn(browser, 'ana')
  await engine.record(answer(TASK, '1', 'pass'))
  await engine.syncNow()
  server.now_ms += 8 * DAY_MS
  const mend = replaceMethod(IDBObjectStore.prototype, 'delete', () => () => {
    throw new DOMException('no', 'UnknownError')
  })
  try {
    await engine.record(answer(TASK, '2', 'pass'))
    const status = await engine.syncNow()
    assert.equal(status.waiting_count, 0)
  } finally {
    mend()
  }
  const before = server.state.position
  await engine.syncNow()
  assert.equal(server.state.position, before)
  assert.ok(server.requests.filter(isPush).length >= 2)
  assert.equal(await valueOf(engine, TASK, 'answer/1'), 'pass')
  await engine.close()
})

/** Gives everything that lies in the phone's database as text. */
async function everything(browser: Browser): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const asked = browser.indexedDB.open('roundsman')
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(new Error('the database does not open'))
  })
  const texts: string[] = []
  for (const name of database.objectStoreNames) {
    const rows = await new Promise<unknown[]>((resolve) => {
      const asked = database.transaction(name).objectStore(name).getAll()
      asked.onsuccess = () => resolve(asked.result as unknown[])
    })
    texts.push(JSON.stringify(rows))
  }
  database.close()
  return texts.join('\n')
}
