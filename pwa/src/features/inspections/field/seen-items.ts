/** Which items were on the screen since the page opened: what was never seen is never passed. */
import { nextTick, onScopeDispose, shallowReactive, watch } from 'vue'

/** So much of a card must have been in sight. */
const ENOUGH = 0.6

/** Follows the cards of these items in the scroller; gives the ids of those that were in sight. */
export function followSeen(
  scroller: () => HTMLElement | null,
  items: () => readonly string[],
): ReadonlySet<string> {
  const seen = shallowReactive(new Set<string>())
  let watcher: IntersectionObserver | null = null

  async function begin(): Promise<void> {
    watcher?.disconnect()
    // Where a browser cannot tell what is in sight, nothing counts as seen.
    if (typeof IntersectionObserver === 'undefined') return
    await nextTick()
    watcher = new IntersectionObserver(note, { root: scroller(), threshold: [0, ENOUGH] })
    for (const id of items()) {
      const card = document.getElementById(`item-${id}`)
      if (card !== null) watcher.observe(card)
    }
  }

  function note(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
      // A card taller than the screen is seen when it fills it.
      const fills = rootBounds !== null && intersectionRect.height >= rootBounds.height * ENOUGH
      if (intersectionRatio < ENOUGH && !fills) continue
      seen.add(target.id.slice('item-'.length))
      watcher?.unobserve(target)
    }
  }

  watch(() => items().join(' '), begin, { immediate: true, flush: 'post' })
  onScopeDispose(() => watcher?.disconnect())
  return seen
}
