/** Locks the screen of a phone that was left alone; the sleeping phone's own time counts too. */

const LOOK_EVERY_MS = 10_000
const TOUCHES = ['pointerdown', 'keydown', 'input'] as const

/** Whether so long without a touch is long enough; 0 minutes is never. Units: milliseconds. */
export function isLeftAlone(touched_ms: number, now_ms: number, minutes: number): boolean {
  // A clock set back makes the past longer or shorter; neither is somebody's touch.
  return minutes > 0 && Math.abs(now_ms - touched_ms) >= minutes * 60_000
}

/** Watches for touches and locks; answers with how to stop. `minutes` is asked each time. */
export function watchIdle(minutes: () => number, lock: () => void): () => void {
  let touched_ms = Date.now()
  const touch = (): void => {
    touched_ms = Date.now()
  }
  const look = (): void => {
    if (isLeftAlone(touched_ms, Date.now(), minutes())) lock()
  }
  for (const name of TOUCHES) globalThis.addEventListener(name, touch, { passive: true, capture: true })
  const timer = setInterval(look, LOOK_EVERY_MS)
  // A phone taken out of a pocket is looked at before its first touch.
  document.addEventListener('visibilitychange', look)
  return () => {
    for (const name of TOUCHES) globalThis.removeEventListener(name, touch, { capture: true })
    clearInterval(timer)
    document.removeEventListener('visibilitychange', look)
  }
}
