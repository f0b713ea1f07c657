/** Keeps the screen on while somebody works with both hands; phones without it simply dim. */
import { onScopeDispose } from 'vue'

/** Holds the screen awake until the screen that asked for it goes. */
export function keepAwake(): void {
  let lock: WakeLockSentinel | undefined
  let gone = false

  async function hold(): Promise<void> {
    if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return
    try {
      const held = await navigator.wakeLock.request('screen')
      if (gone) await held.release()
      else lock = held
    } catch {
      // A low battery may refuse it; the work goes on.
    }
  }

  // The phone takes the lock away whenever the page is hidden.
  const again = (): void => void hold()
  document.addEventListener('visibilitychange', again)
  void hold()
  onScopeDispose(() => {
    gone = true
    document.removeEventListener('visibilitychange', again)
    void lock?.release().catch(() => undefined)
  })
}
