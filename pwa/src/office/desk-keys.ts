/** The keys of a desk: heard on the whole page, and never taken from whoever is typing. */
import { onMounted, onUnmounted } from 'vue'

/** A dialog has the keys to itself until it begins to close. */
const DIALOG = '.el-overlay:not(.dialog-fade-leave-active)'

/** What a desk makes of its keys; `leave` and `confirm` mean the same at every desk. */
export interface DeskKeys<Key extends { does: string }> {
  read: (event: KeyboardEvent) => Key | undefined
  /** Whether something is chosen that Enter could confirm. */
  isReady: () => boolean
  act: (key: Key) => void
}

/** Whether a key belongs to a field that is being typed in. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('textarea, select, input:not([type="checkbox"]):not([type="radio"])')
  )
}

/** Follows the keys while the page is open. */
export function useDeskKeys<Key extends { does: string }>(keys: DeskKeys<Key>): void {
  function press(event: KeyboardEvent): void {
    const key = keys.read(event)
    if (!key || event.repeat || document.querySelector(DIALOG) !== null) return
    const { target } = event
    if (isTyping(target)) {
      if (key.does === 'leave') (target as HTMLElement).blur()
      return
    }
    const isOnButton = target instanceof HTMLElement && target.matches('button, a, input')
    if (key.does === 'confirm' && (isOnButton || !keys.isReady())) return
    event.preventDefault()
    keys.act(key)
  }
  onMounted(() => {
    document.addEventListener('keydown', press)
  })
  onUnmounted(() => {
    document.removeEventListener('keydown', press)
  })
}
