/**
 * Several phones with the real engine against a real server, over a network that loses things.
 *
 * Run by `tests/simulation/test_real_client.py`, which says where the server is and checks its
 * database against what is printed here: one line of JSON.
 */

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'

import { canonicalJson } from '../../kernel/canonical.ts'
import { sha256 } from '../../kernel/ids.ts'
import { createEngine, type Engine } from '../engine.ts'

interface Assignment {
  address: string
  password: string
  people: string[]
  checklist: string
  items: string[]
  tasks: string[]
  steps: number
  seed: number
  /** A JPEG in base64; each photo is this one with other bytes behind its end. */
  photo: string
}

interface Phone {
  indexedDB: IDBFactory
  fetch: typeof fetch
  engine: Engine
}

const assignment = JSON.parse(process.argv[2] ?? '{}') as Assignment
const done = { lost_requests: 0, lost_replies: 0, portals: 0, restarts: 0, photos: 0 }
const saved: Record<string, string> = {}
let isFaulty = false
let state = assignment.seed

/** Repeatable chance from 0 to 1. */
function roll(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 4294967296
}

function pick<T>(values: readonly T[]): T {
  const value = values[Math.floor(roll() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** A browser's way to the server: keeps the cookie, and loses some of what passes. */
function browser(): typeof fetch {
  let cookie = ''
  return async (path, init) => {
    const chance = isFaulty ? roll() : 1
    if (chance < 0.12) {
      done.lost_requests += 1
      throw new TypeError('the request was lost')
    }
    if (chance > 0.12 && chance < 0.16) {
      done.portals += 1
      return new Response('<html>', { headers: { 'content-type': 'text/html' } })
    }
    const headers = new Headers(init?.headers)
    headers.set('origin', assignment.address)
    if (cookie) headers.set('cookie', cookie)
    const reply = await fetch(assignment.address + (path as string), { ...init, headers })
    for (const given of reply.headers.getSetCookie()) cookie = given.split(';')[0] ?? ''
    if (chance < 0.28) {
      done.lost_replies += 1
      await reply.arrayBuffer()
      throw new TypeError('the reply was lost')
    }
    return reply
  }
}

function open(phone: Pick<Phone, 'indexedDB' | 'fetch'>): Engine {
  return createEngine({
    database: { name: 'roundsman', options: { indexedDB: phone.indexedDB, IDBKeyRange } },
    fetch: phone.fetch,
    channel: () => null,
    locks: null,
    marker: null,
    storage: null,
    onReturn: () => () => undefined,
    random: roll,
  })
}

async function begin(userName: string): Promise<Phone> {
  const ground = { indexedDB: new IDBFactory(), fetch: browser() }
  const engine = open(ground)
  await engine.open()
  await engine.signIn(userName, assignment.password)
  await engine.syncNow()
  return { ...ground, engine }
}

async function restart(phone: Phone): Promise<void> {
  await phone.engine.close()
  phone.engine = open(phone)
  await phone.engine.open()
  done.restarts += 1
}

async function work(phone: Phone): Promise<void> {
  const record = pick(assignment.tasks)
  const item = pick(assignment.items)
  const { checklist } = assignment
  const bodies = [
    { kind: 'item_answered', item, checklist, answer: pick(['fail', 'pass']) },
    { kind: 'item_answered', item, checklist, answer: pick(['fail', 'pass']) },
    { kind: 'item_noted', item, note: pick(['漏水 💧', '"\\\u2028', 'dry']) },
    { kind: 'task_started', checklist, started_at: Date.now() },
    { kind: 'remark_added', remark: pick(['好', '请复查']) },
  ]
  const input =
    roll() < 0.2 ? await photograph(phone, record, item) : { record, record_kind: 'task', body: pick(bodies) }
  const { id, entry } = await phone.engine.record(input)
  saved[id] = entry.person
}

async function photograph(
  phone: Phone,
  record: string,
  item: string,
): Promise<Parameters<Engine['record']>[0]> {
  done.photos += 1
  const picture = Buffer.from(assignment.photo, 'base64')
  const bytes = new Uint8Array([...picture, Math.floor(roll() * 8)]).buffer
  const photo = await phone.engine.hashPhoto(bytes)
  const body = { kind: 'evidence_added', item, photo }
  return { record, record_kind: 'task', body, photos: [{ bytes, media_type: 'image/jpeg' }] }
}

async function report(phone: Phone): Promise<unknown> {
  await phone.engine.syncNow()
  const status = await phone.engine.syncNow()
  const records: Record<string, string> = {}
  for (const record of await phone.engine.readRecords('task')) {
    const { site: _site, unsent_count: _count, ...plain } = record
    records[record.id] = await sha256(canonicalJson(plain))
  }
  const states = phone.engine.outbox.value.map((entry) => entry.state)
  return { status, states, records }
}

const phones: Phone[] = []
for (const person of assignment.people) phones.push(await begin(person))
isFaulty = true
for (let step = 0; step < assignment.steps; step += 1) {
  const phone = pick(phones)
  const chance = roll()
  if (chance < 0.65) await work(phone)
  else if (chance < 0.95) await phone.engine.syncNow()
  else await restart(phone)
}
isFaulty = false
for (const phone of phones) await report(phone)
const reports = []
for (const phone of phones) reports.push(await report(phone))
for (const phone of phones) await phone.engine.close()
process.stdout.write(`${JSON.stringify({ done, saved, reports })}\n`, () => process.exit(0))
