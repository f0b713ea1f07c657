/** What screens may do with work that lies sealed on this phone, or that a file brings. */

import { sha256 } from '../kernel/ids.ts'
import {
  addBundles,
  discardForeign,
  readForeign,
  type Foreign,
  type SealedBundle,
} from '../store/carried.ts'
import type { Store } from '../store/store.ts'
import { readRescueFile } from './rescue.ts'
import type { ServerTime } from './server-time.ts'

/** What became of a file: bundles found, those new to this phone, those missing or spoiled. */
export interface Brought {
  found_count: number
  fresh_count: number
  missing_count: number
  operation_count: number
}

export interface HandoverDoor {
  /** Takes in a rescue file; what is in it goes up with the next round, in its authors' names. */
  bringFile(file: Blob): Promise<Brought>
  /** What files brought that only another organisation can open. */
  readForeign(): Promise<Foreign>
  /** Takes that off this phone; it still lies on the phone from which the file was exported. */
  discardForeign(): Promise<number>
}

/** Opens the door; `onBrought` is called when there is something new to send. */
export function handoverDoor(
  parts: { store: Store; time: ServerTime; organization: () => string },
  onBrought: () => void,
): HandoverDoor {
  const { store, time, organization } = parts
  return {
    async bringFile(file) {
      const { bundles, missing_count } = readRescueFile(await file.text())
      const rows = await Promise.all(
        bundles.map(
          async ({ bytes, ...about }): Promise<SealedBundle> => ({
            bytes,
            row: {
              ...about,
              id: await sha256(bytes),
              person: '',
              state: 'waiting',
              entries: [],
              photos: [],
              sealed_ms: time.now(),
              attempts: 0,
              next_try_ms: 0,
              problem: null,
              settled_ms: null,
            },
          }),
        ),
      )
      const fresh = await store.attempt((db) => addBundles(db, rows), 'not_saved')
      if (fresh > 0) {
        store.announce({ outbox: true })
        onBrought()
      }
      return {
        found_count: bundles.length,
        fresh_count: fresh,
        missing_count,
        operation_count: bundles.reduce((sum, bundle) => sum + bundle.operation_count, 0),
      }
    },
    async readForeign() {
      return await store.attempt((db) => readForeign(db, organization()), 'storage_unreadable')
    },
    async discardForeign() {
      const count = await store.attempt((db) => discardForeign(db, organization()), 'not_saved')
      if (count > 0) store.announce({ outbox: true })
      return count
    },
  }
}
