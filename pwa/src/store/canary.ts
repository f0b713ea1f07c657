/**
 * A tiny marker outside the database, by which a wiped database is noticed.
 *
 * Phones evict a whole database without a word; an app that then starts as if new would hide the
 * loss. Local storage usually survives or goes at another time.
 */

/** The part of local storage that is used here. */
export interface MarkerStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

interface Marker {
  database: string
  waiting_count: number
}

const KEY = 'roundsman.canary'

/** Notes which database holds how many entries that the server has not acknowledged. */
export function writeCanary(storage: MarkerStorage | null, marker: Marker): void {
  try {
    storage?.setItem(KEY, JSON.stringify(marker))
  } catch {
    // Private mode or full: there is no canary then, and nothing else is affected.
  }
}

/** Tells how many entries were lost if another database lay here before; null when all is well. */
export function findWipe(
  storage: MarkerStorage | null,
  database: string,
): { lost_count: number } | null {
  try {
    const text = storage?.getItem(KEY)
    if (!text) return null
    const marker = JSON.parse(text) as Partial<Marker>
    if (!marker.database || marker.database === database) return null
    return { lost_count: marker.waiting_count ?? 0 }
  } catch {
    return null
  }
}
