/**
 * Where the bar of an uncertain time lies: from the earliest to the latest instant, never a point.
 */
import type { Instant } from '../schemas.gen.ts'

/** Places on the axis in percent of its length. */
export interface Bar {
  from: number
  to: number
  /** The deadline, where there is one near enough to be drawn. */
  mark: number | null
  axis_from_ms: number
  axis_to_ms: number
}

const LEAST_SPAN_MS = 60_000
/** A bar is never drawn thinner than this share of the axis: a sharp time is still an interval. */
const THINNEST = 1.5
/** A deadline further away than this many spans would press the bar into a line. */
const NEAR = 6

/** Gives the geometry of an interval and, if it is near, its deadline. Units: milliseconds UTC. */
export function barOf(recorded: Instant, deadline_ms: number | null): Bar {
  const span = Math.max(recorded.latest_ms - recorded.earliest_ms, LEAST_SPAN_MS)
  const isNear =
    deadline_ms !== null &&
    deadline_ms > recorded.earliest_ms - NEAR * span &&
    deadline_ms < recorded.latest_ms + NEAR * span
  const from_ms = Math.min(recorded.earliest_ms, isNear ? deadline_ms : Infinity)
  const to_ms = Math.max(recorded.latest_ms, isNear ? deadline_ms : -Infinity)
  const edge = Math.max(to_ms - from_ms, span) * 0.2
  const axis_from_ms = from_ms - edge
  const axis_to_ms = to_ms + edge
  const place = (at_ms: number): number =>
    ((at_ms - axis_from_ms) / (axis_to_ms - axis_from_ms)) * 100
  const from = place(recorded.earliest_ms)
  const to = place(recorded.latest_ms)
  const short = Math.max(0, THINNEST - (to - from)) / 2
  return {
    from: from - short,
    to: to + short,
    mark: isNear ? place(deadline_ms) : null,
    axis_from_ms,
    axis_to_ms,
  }
}
