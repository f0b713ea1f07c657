/**
 * Fetches what changed, and applies each reply whole or not at all.
 */

import type { PullReply } from '../schemas.gen.ts'
import type { Snapshot } from '../store/records.ts'
import type { MergeRecord } from '../store/shapes.ts'
import type { WorkingSet } from '../store/store.ts'
import { RoundStopped, checkPerson, stopIfGeneral, type Round } from './round.ts'

const RECORDS_PER_PAGE = 500
/** A server that never stops saying `more` is broken; the next round goes on from the cursor. */
const MOST_PAGES = 200
/** An address is no place for a whole department; the own ones come first. */
const MOST_WRITERS = 50

/** Brings the working set up to date; a full refill is gathered first and then put in place. */
export async function pull(round: Round): Promise<void> {
  const asked = await round.store.readWorkingSet()
  if (asked?.person !== round.person) return
  let cursor = asked.cursor
  let applied: WorkingSet = asked
  let gathered: Snapshot | null = null
  for (let page = 0; page < MOST_PAGES; page += 1) {
    checkPerson(round)
    const reply = await fetchPage(round, cursor)
    const read = snapshotOf(reply)
    gathered = reply.full || !gathered ? read : together(gathered, read)
    cursor = reply.cursor
    // Half of a refill would look like a world with half its places: wait for all of it.
    const isReady = !reply.more || !gathered.full
    if (isReady) {
      const done = await round.store.applySnapshot(applied, gathered, cursor, round.time.now())
      if (!done) return
      applied = { ...applied, cursor }
      gathered = null
    }
    if (!reply.more) return
  }
}

async function fetchPage(round: Round, cursor: string): Promise<PullReply> {
  const rows = await round.store.readWriters()
  const own = rows.filter((row) => row.person === round.person)
  const others = rows.filter((row) => row.person !== round.person)
  const writers = [...own, ...others].slice(0, MOST_WRITERS).map((row) => row.writer)
  const query = new URLSearchParams({
    cursor,
    writers: writers.join(','),
    limit: String(RECORDS_PER_PAGE),
  })
  const answer = await round.transport.ask(
    { method: 'GET', path: `/api/sync/pull?${query.toString()}`, signal: round.signal, timeout_ms: 60_000 },
    isPullReply,
  )
  round.beat()
  if (!answer.ok) {
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

function snapshotOf(reply: PullReply): Snapshot {
  return {
    full: reply.full,
    records: reply.records.map(({ site, record }) => ({ site, record: record as MergeRecord })),
    drops: reply.drops,
    writers: reply.more ? null : reply.writers,
  }
}

function together(earlier: Snapshot, later: Snapshot): Snapshot {
  const dropped = new Set(later.drops.map((drop) => drop.record))
  const again = new Set(later.records.map(({ record }) => record.id))
  const kept = earlier.records.filter(({ record }) => !dropped.has(record.id) && !again.has(record.id))
  return {
    full: earlier.full,
    records: [...kept, ...later.records],
    drops: [...earlier.drops, ...later.drops],
    writers: later.writers,
  }
}
