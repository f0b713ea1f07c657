/**
 * Several phones with the real engine against a real server, over a network that loses things.
 *
 * Run by `tests/simulation/test_real_client.py`, which says where the server is and checks its
 * database against what is printed here: one line of JSON.
 */

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'

import { canonicalJson } from '../../kernel/canonical.ts'
import { sha256 } from '../../kernel/ids.ts'
import { Database } from '../../store/database.ts'
import { createEngine, type Engine } from '../engine.ts'

interface Assignment {
  address: string
  password: string
  /** Who may be named twice works on two phones. */
  people: string[]
  /** Of the last person the right to the second half of the tasks is taken and given back. */
  checklist: string
  items: string[]
  tasks: string[]
  steps: number
  seed: number
  /** A JPEG in base64; each photo is this one with other bytes behind its end. */
  photo: string
}

interface Phone {
  tasks: string[]
  indexedDB: IDBFactory
  fetch: typeof fetch
  engine: Engine
}

const assignment = JSON.parse(process.argv[2] ?? '{}') as Assignment
const done = { lost_requests: 0, lost_replies: 0, portals: 0, restarts: 0, photos: 0, tabs: 0, asked: 0 }
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

/** Asks whoever runs this to kill the server, or to take or give a right. */
function askFor(what: string): void {
  done.asked += 1
  process.stdout.write(`${what}\n`)
}

/** Waits until the server answers again. */
async function serverIsUp(): Promise<void> {
  for (;;) {
    const reply = await fetch(`${assignment.address}/api/session`).catch(() => null)
    if (reply !== null && reply.status < 500) return
    await new Promise((go) => setTimeout(go, 100))
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

async function begin(userName: string, index: number): Promise<Phone> {
  const isLast = index === assignment.people.length - 1
  const tasks = isLast ? assignment.tasks.slice(0, assignment.tasks.length / 2) : assignment.tasks
  const ground = { indexedDB: new IDBFactory(), fetch: browser() }
  const engine = open(ground)
  await engine.open()
  await engine.signIn(userName, assignment.password)
  await engine.syncNow()
  return { ...ground, tasks, engine }
}

async function restart(phone: Phone): Promise<void> {
  await phone.engine.close()
  phone.engine = open(phone)
  await phone.engine.open()
  done.restarts += 1
}

/** Two tabs record and sync at the same moment. */
async function twoTabs(phone: Phone): Promise<void> {
  const other = open(phone)
  await other.open()
  const both = { ...phone, engine: other }
  await Promise.all([work(phone), work(both), phone.engine.syncNow(), other.syncNow(), work(both)])
  await other.close()
  done.tabs += 1
}

async function work(phone: Phone): Promise<void> {
  const record = pick(phone.tasks)
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

/** Spoils one copy on the disk; the app finds out at its next start, and the server gives it anew. */
async function mendSpoiled(phone: Phone): Promise<unknown> {
  await phone.engine.close()
  const { indexedDB } = phone
  const database = new Database('roundsman', { indexedDB, IDBKeyRange })
  const row = await database.records.where('kind').equals('task').first()
  if (!row?.snapshot) throw new Error('there is no copy to spoil')
  await database.records.put({ ...row, snapshot: { ...row.snapshot, stamp: 1 } })
  await database.meta.delete('sums_derived_ms')
  database.close()
  phone.engine = open(phone)
  await phone.engine.open()
  return await report(phone)
}

const phones: Phone[] = []
for (const [index, person] of assignment.people.entries()) phones.push(await begin(person, index))
isFaulty = true
const asked: Record<number, string> = { 0.2: 'kill', 0.3: 'take', 0.5: 'kill', 0.6: 'give', 0.8: 'kill' }
for (let step = 0; step < assignment.steps; step += 1) {
  const wanted = asked[step / assignment.steps]
  if (wanted !== undefined) askFor(wanted)
  const phone = pick(phones)
  const chance = roll()
  if (chance < 0.62) await work(phone)
  else if (chance < 0.65) await twoTabs(phone)
  else if (chance < 0.95) await phone.engine.syncNow()
  else await restart(phone)
}
isFaulty = false
askFor('ready')
await serverIsUp()
for (const phone of phones) await report(phone)
const reports = []
for (const phone of phones) reports.push(await report(phone))
const mended = await mendSpoiled(phones[0] ?? (await begin(assignment.people[0] ?? '', 0)))
for (const phone of phones) await phone.engine.close()
process.stdout.write(`${JSON.stringify({ done, saved, reports, mended })}\n`, () => process.exit(0))
