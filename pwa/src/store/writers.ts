/**
 * The people on this database, each with a writer of their own and how far it has counted.
 */

import { randomId } from '../kernel/ids.ts'
import type { Database, WriterRow } from './database.ts'

/** Gives the writer of a person on this database; a new one for a new person. */
export async function requireWriter(database: Database, person: string): Promise<WriterRow> {
  const { writers } = database
  const here = await writerOf(database, person)
  if (here) return here
  return await database.transaction('rw', writers, async () => {
    const known = await writerOf(database, person)
    if (known) return known
    const fresh: WriterRow = {
      writer: randomId(),
      person,
      next_counter: 1,
      bound: false,
      contiguous: 0,
      beyond: [],
      last_stamp: 0,
    }
    await writers.add(fresh)
    return fresh
  })
}

/** Gives the writer of a person on this database, if there is one. */
export async function writerOf(database: Database, person: string): Promise<WriterRow | undefined> {
  return await database.writers.where('person').equals(person).first()
}

/** Notes what the server said when the writer was bound; counting goes on above it. */
export async function bindWriter(
  database: Database,
  writer: string,
  contiguous: number,
  beyond: readonly number[],
): Promise<void> {
  const { writers } = database
  await database.transaction('rw', writers, async () => {
    const row = await writers.get(writer)
    if (!row) return
    const next_counter = Math.max(row.next_counter, contiguous + 1, ...beyond.map((n) => n + 1))
    await writers.put({ ...row, bound: true, contiguous, beyond: [...beyond], next_counter })
  })
}
