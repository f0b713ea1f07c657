/** One label in front of a camera is read many times a second; pure but for what it remembers. */

const QUIET_MS = 3_000

/**
 * Tells a fresh reading from one of the same code that never left the picture for three seconds.
 *
 * Units: milliseconds of a clock that never goes back.
 */
export function tellDoubles(): (text: string, at_ms: number) => boolean {
  const seen = new Map<string, number>()
  return (text, at_ms) => {
    const last = seen.get(text)
    seen.set(text, at_ms)
    return last === undefined || at_ms - last >= QUIET_MS
  }
}
