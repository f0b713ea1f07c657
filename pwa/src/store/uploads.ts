/**
 * How far each photo has come on its way up, and why one of them waits.
 *
 * Only what spares asking: a lost row costs a request and never a photo.
 */

import type { Problem } from '../schemas.gen.ts'
import type { Database, UploadRow } from './database.ts'

/** Gives the uploads begun or refused, by hash. */
export async function readUploads(database: Database): Promise<Map<string, UploadRow>> {
  const rows = await database.uploads.toArray()
  return new Map(rows.map((row) => [row.sha256, row]))
}

/** Notes how far a photo has come. */
export async function noteUpload(
  database: Database,
  sha256: string,
  sent: number,
  size: number,
): Promise<void> {
  const { uploads } = database
  await database.transaction('rw', uploads, async () => {
    // A photo that is refused at its very end has moved each time, and still waits longer each time.
    const attempts = (await uploads.get(sha256))?.attempts ?? 0
    await uploads.put({ sha256, sent, size, attempts, next_try_ms: 0, problem: null })
  })
}

/** Lets a refused photo wait by itself, with the reason on the entries that name it. */
export async function parkPhoto(
  database: Database,
  writer: string,
  sha256: string,
  problem: Problem,
  nextTry: (attempts: number) => number,
): Promise<void> {
  const { uploads, outbox } = database
  await database.transaction('rw', uploads, outbox, async () => {
    const row = await uploads.get(sha256)
    const attempts = (row?.attempts ?? 0) + 1
    const { sent, size } = row ?? { sent: 0, size: 0 }
    await uploads.put({ sha256, sent, size, attempts, next_try_ms: nextTry(attempts), problem })
    const entries = await outbox.where('hashes').equals(sha256).toArray()
    // What is held or needs a person says so already, and that comes first.
    const waiting = entries.filter((entry) => entry.writer === writer && entry.state === 'sent')
    await outbox.bulkPut(waiting.map((entry) => ({ ...entry, problem, attempts })))
  })
}

/** Lets the refused photos of an entry be tried again at once. */
export async function releasePhotos(database: Database, entry: string): Promise<void> {
  const row = await database.outbox.get(entry)
  const hashes = row?.hashes ?? []
  await database.uploads.where('sha256').anyOf(hashes).modify({ next_try_ms: 0, attempts: 0 })
}
