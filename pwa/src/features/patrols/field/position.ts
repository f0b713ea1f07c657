/** Where the phone believes to be, asked once for one scan and never followed. */
import type { Position } from '../../../schemas.gen.ts'

const LIMIT_MS = 5_000
const FARTHEST_M = 100_000

/** What the browser measured, as an operation keeps it: seven digits after the point at most. */
export function toPosition(measured: {
  latitude: number
  longitude: number
  accuracy: number
}): Position | null {
  const { latitude, longitude, accuracy } = measured
  if (![latitude, longitude, accuracy].every(Number.isFinite)) return null
  return {
    latitude: latitude.toFixed(7),
    longitude: longitude.toFixed(7),
    accuracy_m: Math.min(FARTHEST_M, Math.max(0, Math.round(accuracy))),
  }
}

/** Whether a position may be had without asking the person, or what they would answer. */
export async function positionAllowed(): Promise<'yes' | 'ask' | 'no'> {
  if (!('geolocation' in navigator)) return 'no'
  try {
    const { state } = await navigator.permissions.query({ name: 'geolocation' })
    return state === 'granted' ? 'yes' : state === 'prompt' ? 'ask' : 'no'
  } catch {
    // Older browsers do not say; asking them is the only way to know.
    return 'ask'
  }
}

/** One position within five seconds, or none; `given_up` ends the waiting at once. */
export function findPosition(given_up: AbortSignal): Promise<Position | null> {
  return new Promise((resolve) => {
    const end = (found: Position | null): void => {
      clearTimeout(late)
      resolve(found)
    }
    // Some browsers never answer in a cellar, whatever limit they are given.
    const late = setTimeout(() => end(null), LIMIT_MS)
    given_up.addEventListener('abort', () => end(null), { once: true })
    if (given_up.aborted) {
      end(null)
      return
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => end(toPosition(coords)),
      () => end(null),
      { enableHighAccuracy: true, timeout: LIMIT_MS, maximumAge: 10_000 },
    )
  })
}
