/**
 * One phone with the real engine that sends large photos over a line that is cut all the time.
 *
 * Run by `tests/simulation/test_photos_over_a_cut_line.py`, which cuts the line and counts what
 * passes; printed here is one line of JSON. The page is killed after every round.
 */

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'

import { createEngine, type Engine } from '../engine.ts'

interface Assignment {
  address: string
  password: string
  person: string
  task: string
  item: string
  photos: number
  /** Units: bytes. */
  size: number
  rounds: number
  /** A JPEG in base64; each photo is this one with other bytes behind its end. */
  photo: string
}

const assignment = JSON.parse(process.argv[2] ?? '{}') as Assignment
const indexedDB = new IDBFactory()
let cookie = ''

/** Keeps the cookie as a browser does; what is cut is cut. */
const wayOut: typeof fetch = async (path, init) => {
  const headers = new Headers(init?.headers)
  headers.set('origin', assignment.address)
  if (cookie) headers.set('cookie', cookie)
  const reply = await fetch(assignment.address + (path as string), { ...init, headers })
  for (const given of reply.headers.getSetCookie()) cookie = given.split(';')[0] ?? ''
  return reply
}

function open(): Engine {
  return createEngine({
    database: { name: 'roundsman', options: { indexedDB, IDBKeyRange } },
    fetch: wayOut,
    channel: () => null,
    locks: null,
    marker: null,
    storage: null,
    onReturn: () => () => undefined,
  })
}

/** A cut may meet the sign-in too: a person simply tries again. */
async function signIn(engine: Engine): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.signIn(assignment.person, assignment.password)
      return
    } catch (failure) {
      if (attempt === 20) throw failure
    }
  }
}

function takenPhoto(number: number): ArrayBuffer {
  const picture = Buffer.from(assignment.photo, 'base64')
  const bytes = new Uint8Array(assignment.size)
  bytes.set(picture)
  for (let at = picture.length; at < bytes.length; at += 1) bytes[at] = (at * 31 + number * 7) % 251
  return bytes.buffer
}

let engine = open()
await engine.open()
await signIn(engine)
await engine.syncNow()
const hashes: string[] = []
for (let number = 0; number < assignment.photos; number += 1) {
  const bytes = takenPhoto(number)
  const photo = await engine.hashPhoto(bytes)
  hashes.push(photo)
  const body = { kind: 'evidence_added', item: assignment.item, photo }
  const photos = [{ bytes, media_type: 'image/jpeg' }]
  await engine.record({ record: assignment.task, record_kind: 'task', body, photos })
}
const reached: number[] = []
let rounds = 0
const isIn = (): boolean => engine.outbox.value.every(({ state }) => state === 'delivered')
while (!isIn() && rounds < assignment.rounds) {
  engine.status.subscribe(({ upload }) => {
    if (upload) reached.push(upload.sent)
  })
  await engine.syncNow()
  rounds += 1
  if (isIn()) break
  await engine.close()
  engine = open()
  await engine.open()
}
const states = engine.outbox.value.map(({ state }) => state)
const { confirmed_ms, photos_waiting_count } = await engine.syncNow()
await engine.close()
const { problem } = engine.status.value
const told = { problem, hashes, states, rounds, reached, confirmed_ms, photos_waiting_count }
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0))
