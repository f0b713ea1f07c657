/**
 * How long a first working set takes on this browser's disk, beside a bare `bulkPut` of its rows.
 *
 * Run in a browser by the benches, as a page script of its own: `measureBootstrap(10_000)`.
 */

import { Dexie } from 'dexie'

import { canonicalJson } from '../../kernel/canonical.ts'
import type { PullReply } from '../../schemas.gen.ts'
import { Database, SCHEMA, type RecordRow } from '../../store/database.ts'
import type { MergeRecord } from '../../store/shapes.ts'
import { Store } from '../../store/store.ts'
import { fold } from '../merge.ts'
import { pull } from '../pull.ts'
import type { Round } from '../round.ts'

/** Medians of several runs, taken in turns. Units: milliseconds. */
export interface BootstrapTimes {
  records: number
  bytes: number
  /** Reading the pages, summing, folding and storing, as `pull` does it. */
  ours_ms: number
  /** The very rows of ours put into a bare table with the same indexes and durability. */
  bare_ms: number
  /** What of ours was waiting for the one transaction that stores all. */
  stored_ms: number
  ratio: number
  progress_shown: number
}

const PERSON = 'a'.repeat(32)
const SITE = 's'.repeat(32)
const PAGE = 500
const RUNS = 5

/** Measures a bootstrap of so many records, in a database of its own that is deleted afterwards. */
export async function measureBootstrap(count: number): Promise<BootstrapTimes> {
  const pages = pageTexts(count)
  const ours: number[] = []
  const bare: number[] = []
  const stored: number[] = []
  let progress_shown = 0
  for (let run = 0; run < RUNS; run += 1) {
    const one = await bootstrap(pages, run)
    ours.push(one.took_ms)
    stored.push(one.stored_ms)
    progress_shown = one.progress_shown
    bare.push(await bareBulkPut(one.rows, run))
  }
  const [ours_ms, bare_ms] = [median(ours), median(bare)]
  const bytes = pages.reduce((all, text) => all + text.length, 0)
  const ratio = Math.round((ours_ms / bare_ms) * 100) / 100
  return { records: count, bytes, ours_ms, bare_ms, stored_ms: median(stored), ratio, progress_shown }
}

async function bootstrap(
  pages: readonly string[],
  run: number,
): Promise<{ took_ms: number; stored_ms: number; progress_shown: number; rows: RecordRow[] }> {
  const name = `bench-ours-${run}`
  const store = new Store({ name, fold, channel: null, marker: null })
  await store.open()
  await store.takeOver(PERSON)
  let next = 0
  let progress_shown = 0
  let stored_ms = 0
  const apply = store.applySnapshot.bind(store)
  store.applySnapshot = async (...given) => {
    const start = performance.now()
    const set = await apply(...given)
    stored_ms += performance.now() - start
    return set
  }
  const answer = (): unknown => {
    const value = JSON.parse(pages[next] ?? '') as PullReply
    next += 1
    return { ok: true, value, status: 200, timing: null }
  }
  const round = {
    store,
    transport: { ask: () => Promise.resolve(answer()) },
    session: { person: { id: PERSON }, serverPerson: PERSON },
    time: { now: () => Date.now(), take: () => Promise.resolve() },
    person: PERSON,
    signal: new AbortController().signal,
    beat: () => undefined,
    gathering: { pages: null },
    bound: new Set(),
    onBootstrap: () => (progress_shown += 1),
  } as unknown as Round
  const start = performance.now()
  await pull(round)
  const took_ms = performance.now() - start
  store.close()
  const database = new Database(name)
  await database.open()
  const rows = await database.records.toArray()
  await database.delete()
  return { took_ms, stored_ms, progress_shown, rows }
}

async function bareBulkPut(rows: readonly RecordRow[], run: number): Promise<number> {
  const bare = new Dexie(`bench-bare-${run}`, { chromeTransactionDurability: 'strict', cache: 'disabled' })
  bare.version(1).stores({ records: SCHEMA[1]?.['records'] ?? '' })
  await bare.open()
  const start = performance.now()
  await bare.table('records').bulkPut(rows)
  const took_ms = performance.now() - start
  await bare.delete()
  return took_ms
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)
}

/** Tasks with eight answers each, as a site's month has them. */
function pageTexts(count: number): string[] {
  const texts: string[] = []
  for (let first = 0; first < count; first += PAGE) {
    const size = Math.min(PAGE, count - first)
    const records = Array.from({ length: size }, (_, index) => {
      const record = aTask(first + index + 1)
      return { position: record.position, site: SITE, scope: '', record }
    })
    const more = first + size < count
    const reply = {
      cursor: `1:${first + size}:0`,
      full: first === 0,
      more,
      records,
      drops: [],
      writers: [],
      receipt: 'roundsman',
      anchor: { server_ms: 1, token: '' },
    }
    texts.push(canonicalJson(reply))
  }
  return texts
}

function aTask(position: number): MergeRecord {
  const person = (position % 7).toString(16).repeat(32)
  const stamp = 1_790_000_000_000_000 + position
  const fields = Object.fromEntries(
    Array.from({ length: 8 }, (_, item) => {
      const value = item % 3 ? 'pass' : 'fail'
      const entry = { op: `${person}:${position}`, person, position, role: 'patrol_guard', saw: 0, stamp, value }
      return [`answer/${item}`, { by: { [person]: entry }, person, value }]
    }),
  )
  return { fields, id: position.toString(16).padStart(32, '0'), kind: 'task', position, stamp }
}
