/**
 * What the status line says of the store, read at one go.
 */

import { countSealed, type SealedCounts } from './carried.ts'
import type { Database, EntryRow } from './database.ts'
import { FIRST_OPEN, unreceipted } from './outbox.ts'
import type { WorkingSet } from './shapes.ts'
import { readWorkingSet } from './working-set.ts'

/** What lies here and whose copies, all of it as of one moment. */
export interface Survey {
  /** Whose work is counted as the own. */
  person: string | null
  counts: OutboxCounts & SealedCounts
  set: WorkingSet | undefined
  /** The store's revision when the reading began. */
  revision: number
}

/** Counts what is on its way, in one transaction. */
export async function readSurvey(
  database: Database,
  person: string | null,
  revision: number,
): Promise<Survey> {
  const { outbox, evidence, carried, meta } = database
  return await database.transaction('r', outbox, evidence, carried, meta, async () => {
    const [open, sealed, set] = await Promise.all([
      countOutbox(database, person),
      countSealed(database, person),
      readWorkingSet(database),
    ])
    return { person, counts: { ...open, ...sealed }, set, revision }
  })
}

/** How much is still on its way, for the status line. */
export interface OutboxCounts {
  waiting_count: number
  oldest_waiting_ms: number | null
  photos_waiting_count: number
  held_count: number
  needs_attention_count: number
  others_waiting_count: number
  others_photos_count: number
  others_oldest_ms: number | null
  /** Of everybody on this phone: what a wiped database would lose. */
  unacknowledged_count: number
}

/** Counts the entries that are not delivered; throws when they cannot be read, never guesses 0. */
async function countOutbox(database: Database, person: string | null): Promise<OutboxCounts> {
  const open = await database.outbox.where('state').aboveOrEqual(FIRST_OPEN).toArray()
  const rows = open.filter((row) => row.state !== 'set_aside')
  const aside = await photosOf(database, open.filter((row) => row.state === 'set_aside'))
  const mine = rows.filter((row) => row.person === person)
  const waiting = mine.filter((row) => row.outcome === null)
  const others = rows.filter((row) => row.person !== person && row.outcome === null)
  const acknowledged = [...rows, ...aside].filter((row) => row.outcome !== null)
  const lackingPhotos = acknowledged.filter((row) => unreceipted(row).length > 0)
  return {
    waiting_count: waiting.length,
    oldest_waiting_ms: oldestOf(waiting),
    photos_waiting_count: photosUnderWay([...mine, ...aside.filter((row) => row.person === person)]),
    held_count: mine.filter((row) => row.state === 'held').length,
    needs_attention_count: mine.filter((row) => row.state === 'needs_attention').length,
    others_waiting_count: others.length,
    others_photos_count: photosUnderWay([...rows, ...aside].filter((row) => row.person !== person)),
    others_oldest_ms: oldestOf(others),
    unacknowledged_count: waiting.length + others.length + lackingPhotos.length,
  }
}

/**
 * Gives what was set aside with photos that are still to go up: it may be taken up again, and then
 * they are missed. Those whose bytes are gone ask nobody for anything any more.
 */
async function photosOf(database: Database, rows: readonly EntryRow[]): Promise<EntryRow[]> {
  const wanted = new Set(rows.flatMap((row) => unreceipted(row).map((photo) => photo.sha256)))
  if (wanted.size === 0) return []
  const here = new Set(await database.evidence.where('sha256').anyOf([...wanted]).primaryKeys())
  return rows.map((row) => ({ ...row, photos: row.photos.filter((photo) => here.has(photo.sha256)) }))
}

/** Counts the photos of acknowledged entries that the server has not receipted. */
function photosUnderWay(rows: readonly EntryRow[]): number {
  const lacking = rows.filter((row) => row.outcome !== null).flatMap((row) => unreceipted(row))
  return new Set(lacking.map((photo) => photo.sha256)).size
}

function oldestOf(rows: readonly EntryRow[]): number | null {
  return rows.length === 0 ? null : Math.min(...rows.map((row) => row.recorded_ms))
}
