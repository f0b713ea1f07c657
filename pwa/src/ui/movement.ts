/** Moves a list to the next thing quickly enough not to be waited for. */

const MOVE_MS = 140
const ROOM_ABOVE_PX = 16

function wantsStillness(): boolean {
  return globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** Where the scroller must stand so that the element is seen below what sticks to its top. */
function targetTop(scroller: HTMLElement, element: HTMLElement): number {
  const header = scroller.querySelector<HTMLElement>('header')?.offsetHeight ?? 0
  const footer = scroller.querySelector<HTMLElement>('footer')?.offsetHeight ?? 0
  const place = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top
  const room = scroller.clientHeight - header - footer
  // In the upper third: the thumb reaches it and what was just done stays in sight.
  const above = header + Math.max(ROOM_ABOVE_PX, Math.min(room / 4, room - element.offsetHeight))
  return Math.max(0, Math.round(scroller.scrollTop + place - above))
}

/** Brings the element into sight and gives it the focus, so that it is read aloud. */
export function moveTo(scroller: HTMLElement | null, element: HTMLElement): void {
  element.focus({ preventScroll: true })
  if (scroller === null) {
    element.scrollIntoView()
    return
  }
  const from = scroller.scrollTop
  const to = targetTop(scroller, element)
  if (wantsStillness()) {
    scroller.scrollTop = to
    return
  }
  const begun = performance.now()
  const step = (now: number): void => {
    const part = Math.min(1, (now - begun) / MOVE_MS)
    scroller.scrollTop = from + (to - from) * part
    if (part < 1) requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}
