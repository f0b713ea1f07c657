/**
 * The present moment for screens that show ages and windows, fresh every half minute.
 *
 * A phone's clock may be years off: the page that knows better puts its own source in place.
 */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

const BEAT_MS = 30_000

/** Where the time comes from. Units: milliseconds UTC. */
interface TimeSource {
  now(): number
  /** Calls when the time may have been put right; gives how to stop. */
  watch(read: () => void): () => void
}

let source: TimeSource = { now: () => Date.now(), watch: () => () => undefined }

/** Puts a better source than the device's clock in place, before any screen is drawn. */
export function useClock(better: TimeSource): void {
  source = better
}

/** Gives the time as a ref; it also jumps to the true time when the page becomes visible again. */
export function followNow(): Readonly<ShallowRef<number>> {
  const now = shallowRef(source.now())
  const read = (): void => {
    now.value = source.now()
  }
  const timer = setInterval(read, BEAT_MS)
  const stop = source.watch(read)
  document.addEventListener('visibilitychange', read)
  onScopeDispose(() => {
    clearInterval(timer)
    stop()
    document.removeEventListener('visibilitychange', read)
  })
  return now
}
