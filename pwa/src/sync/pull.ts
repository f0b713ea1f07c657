/**
 * Fetches what changed, and applies each reply whole or not at all.
 *
 * What is counted here of each scope is compared with the server's count once the phone has
 * caught up; a scope that differs is fetched anew, once, and an alarm says so.
 */

import { WIRE_VERSION, type PullReply } from '../schemas.gen.ts'
import { isDropped, type Arrived, type Snapshot } from '../store/records.ts'
import type { MergeRecord, WorkingSet } from '../store/shapes.ts'
import { isSameSet } from '../store/working-set.ts'
import { recordSum } from './checksum.ts'
import { RoundStopped, checkPerson, stopIfGeneral, type Round } from './round.ts'

const RECORDS_PER_PAGE = 500
/** A server that never stops saying `more` is broken; the next round goes on from the cursor. */
const MOST_PAGES = 200
/** An address is no place for a whole department; the own ones come first. */
const MOST_WRITERS = 50
/** A scope that still differs is fetched anew no more often than this. */
const ASKED_AGAIN_MS = 3_600_000
const DERIVED_AGAIN_MS = 86_400_000

/** A snapshot while its pages are put together. */
type Pages = Snapshot & { whole: boolean; total: number }

/** Pages that belong together and did not all come; the next round goes on where this one broke off. */
export interface Gathering {
  set: WorkingSet
  cursor: string
  pages: Pages
}

/** Brings the working set up to date, and mends the scopes that differ from the server's count. */
export async function pull(round: Round): Promise<void> {
  const asked = await round.store.readWorkingSet()
  if (asked?.person !== round.person) return
  // Without our own count nothing can differ: it is derived from what lies here, never taken over.
  const isLacking = !asked.sums && asked.applied_ms !== null
  if (isLacking) await round.store.deriveSums(recordSum)
  const set = isLacking ? await round.store.readWorkingSet() : asked
  if (set?.person !== round.person) return
  let caughtUp = await pullPages(round, set, null)
  const now = round.time.now()
  for (const scope of dueScopes(caughtUp, now)) {
    const noted = caughtUp && (await round.store.noteAsked(caughtUp, scope, now))
    caughtUp = noted && (await pullPages(round, noted, scope))
  }
}

/** Derives all sums anew from what lies here, so that a copy that was spoiled is found out. */
export async function deriveDaily(round: Round): Promise<void> {
  const now = round.time.now()
  const derived_ms = (await round.store.readMeta<number>('sums_derived_ms')) ?? 0
  if (derived_ms <= now && derived_ms > now - DERIVED_AGAIN_MS) return
  await round.store.deriveSums(recordSum)
  await round.store.writeMeta('sums_derived_ms', now)
  round.beat()
}

function dueScopes(set: WorkingSet | null, now: number): string[] {
  return (set?.alarms ?? [])
    .filter(({ healed_ms, asked_ms }) => healed_ms === null && isDue(asked_ms, now))
    .map(({ scope }) => scope)
}

/** A time ahead was noted by a clock that has been put right since. */
function isDue(asked: number, now: number): boolean {
  return asked <= now - ASKED_AGAIN_MS || asked > now
}

/** Fetches page by page; gives the working set once caught up, null when somebody was quicker. */
async function pullPages(
  round: Round,
  set: WorkingSet,
  again: string | null,
): Promise<WorkingSet | null> {
  let applied = set
  let gathered = again === null ? resumed(round, set) : null
  for (let page = 0; page < MOST_PAGES; page += 1) {
    checkPerson(round)
    const cursor = gathered?.cursor ?? applied.cursor
    // The cursor of a page says by itself what the next one belongs to.
    const reply = await fetchPage(round, cursor, page === 0 ? again : null)
    if (!reply) return await apply(round, applied, nothingOf(again ?? ''), cursor)
    const read = await snapshotOf(reply, again)
    const pages = reply.full || !gathered ? read : together(gathered.pages, read)
    // Half of a refill would look like a world with half its places: wait for all of it.
    const isReady = !reply.more || !(pages.full || pages.whole)
    gathered = isReady ? null : { set: applied, cursor: reply.cursor, pages }
    if (again === null) round.gathering.pages = gathered
    if (pages.full || pages.whole) {
      const done = pages.records.length
      // What came into the scopes meanwhile is counted by nobody: then only what is here is said.
      const all = pages.total > done ? pages.total : null
      round.onBootstrap({ done, all: isReady ? done : all })
    }
    if (isReady) {
      const next = await apply(round, applied, pages, reply.cursor)
      if (!next) return null
      applied = next
    }
    if (!reply.more) return applied
  }
  return null
}

async function apply(
  round: Round,
  asked: WorkingSet,
  snapshot: Snapshot,
  cursor: string,
): Promise<WorkingSet | null> {
  const next = await round.store.applySnapshot(asked, snapshot, { cursor, now: round.time.now() })
  round.beat()
  round.onBootstrap(null)
  return next
}

/** Takes up what an earlier round had gathered for the very same set. */
function resumed(round: Round, set: WorkingSet): Gathering | null {
  const begun = round.gathering.pages
  round.gathering.pages = null
  if (begun && isSameSet(begun.set, set)) return begun
  round.onBootstrap(null)
  return null
}

/** Asks for one page; null when the scope asked for again is none of this person's any more. */
async function fetchPage(
  round: Round,
  cursor: string,
  again: string | null,
): Promise<PullReply | null> {
  const rows = await round.store.readWriters()
  const own = rows.filter((row) => row.person === round.person)
  const others = rows.filter((row) => row.person !== round.person)
  const writers = [...own, ...others].slice(0, MOST_WRITERS).map((row) => row.writer)
  const query = new URLSearchParams({
    cursor,
    writers: writers.join(','),
    limit: String(RECORDS_PER_PAGE),
    wire: String(WIRE_VERSION),
    ...(again !== null && { again }),
  })
  const answer = await round.transport.ask(
    { method: 'GET', path: `/api/sync/pull?${query.toString()}`, signal: round.signal, timeout_ms: 60_000 },
    isPullReply,
  )
  round.beat()
  if (!answer.ok) {
    if (again !== null && answer.problem.code === 'scope_not_yours') return null
    await stopIfGeneral(round, answer)
    throw new RoundStopped(answer.problem, answer.status, answer.retry_after_ms)
  }
  await round.time.take(answer.value.anchor, answer.timing)
  return answer.value
}

function isPullReply(value: unknown): value is PullReply {
  const reply = value as Partial<PullReply> | null
  return (
    reply?.receipt === 'roundsman' &&
    typeof reply.cursor === 'string' &&
    Array.isArray(reply.records) &&
    Array.isArray(reply.drops) &&
    Array.isArray(reply.writers)
  )
}

async function snapshotOf(reply: PullReply, again: string | null): Promise<Pages> {
  const whole = reply.whole ?? false
  const isRenewed = whole || (reply.dropped ?? []).some(({ site }) => site === again)
  return {
    full: reply.full,
    whole,
    total: reply.total ?? 0,
    records: await Promise.all(reply.records.map(arrivedOf)),
    drops: [...reply.drops],
    dropped: [...(reply.dropped ?? [])],
    // Only a server that says so gives the scope anew; else what lies here must not go for it.
    replaced: again !== null && isRenewed ? [again] : [],
    writers: reply.more ? null : reply.writers,
    scopes: [...(reply.scopes ?? [])],
  }
}

async function arrivedOf(pulled: PullReply['records'][number]): Promise<Arrived> {
  const record = pulled.record as MergeRecord
  const { site, scope = '' } = pulled
  return { site, scope: scope === '' ? site : scope, sum: await recordSum(record), record }
}

/** What takes a scope away that the server knows nothing of. */
function nothingOf(scope: string): Snapshot {
  return { full: false, records: [], drops: [], replaced: [scope], writers: null }
}

/** Puts a later page behind the earlier ones, as if both had been one. */
function together(earlier: Pages, later: Pages): Pages {
  const dropped = new Set(later.drops.map((drop) => drop.record))
  const again = new Set(later.records.map(({ record }) => record.id))
  const lost = later.dropped ?? []
  const kept = earlier.records.filter(
    (arrived) =>
      !dropped.has(arrived.record.id) &&
      !again.has(arrived.record.id) &&
      !lost.some((scope) => isDropped(scope, arrived.record.kind, arrived)),
  )
  return {
    full: earlier.full,
    whole: earlier.whole || later.whole,
    total: earlier.total,
    records: [...kept, ...later.records],
    drops: [...earlier.drops.filter(({ record }) => !again.has(record)), ...later.drops],
    dropped: [...(earlier.dropped ?? []), ...lost],
    replaced: [...new Set([...(earlier.replaced ?? []), ...(later.replaced ?? [])])],
    writers: later.writers,
    scopes: later.scopes ?? [],
  }
}
