/** Hours of a site's day as moments; pure, so that midnight and the turn of the year can be tested. */
import { clockAt, dateAt } from './time-words.ts'

const DAY_MS = 86_400_000

/** How far the place's clocks are ahead of UTC at a moment. */
function aheadOfUtc(at_ms: number, zone: string): number {
  const wall = Date.parse(`${dateAt(at_ms, zone)}T${clockAt(at_ms, zone)}:00Z`)
  return wall - Math.floor(at_ms / 60_000) * 60_000
}

/** The moment at which the clocks of a place show this date and hour. */
export function momentOf(on: string, hour: string, zone: string): number {
  const wall = Date.parse(`${on}T${hour}:00Z`)
  const near = wall - aheadOfUtc(wall, zone)
  // Where clocks change, the difference of the first guess may be that of the day before.
  return wall - aheadOfUtc(near, zone)
}

/** The date so many days later. */
export function dayAfter(on: string, days: number): string {
  return new Date(Date.parse(`${on}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Hours of a date as moments; what closes before it opens closes on the next day. */
export function hoursOn(
  on: string,
  hours: { opens: string; closes: string },
  zone: string,
): { opens_ms: number; closes_ms: number } {
  const closes_on = hours.closes <= hours.opens ? dayAfter(on, 1) : on
  return {
    opens_ms: momentOf(on, hours.opens, zone),
    closes_ms: momentOf(closes_on, hours.closes, zone),
  }
}
