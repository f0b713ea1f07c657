/**
 * The phone's clocks: a claim that the server bounds, never a fact.
 */

import type { Anchor, Capture } from '../schemas.gen.ts'
import { randomId } from './ids.ts'

/** What can be asked for the time; tests put their own in place. Units: milliseconds. */
export interface Clock {
  /** What the phone calls now, since 1970 UTC. */
  wall(): number
  /** Grows evenly while the phone is awake; stops in sleep. */
  mono(): number
  /** The wall clock's word at the moment when `mono` was 0. */
  readonly origin: number
  /** One page load: `mono` values of two sessions cannot be compared. */
  readonly session: string
  /** An IANA name such as Asia/Shanghai; empty when the phone does not say. */
  zone(): string
  /** By how much the wall clock was set back while this page was awake, all together. */
  back?(): number
}

/** Less than this the network's own corrections do. Units: milliseconds. */
const SET_BACK_MS = 2_000

/**
 * Watches the wall clock against the monotonic one while the page is awake.
 *
 * Sleep and setting forward make wall minus monotonic larger, only setting back makes it smaller.
 * Whoever looks often enough also sees a clock that is set back and put right again.
 */
export class SetBackWatch {
  #gauge: number | null = null
  #back = 0

  /** Looks once; gives by how much the clock was set back since the first look. */
  look(wall: number, mono: number): number {
    const gauge = wall - mono
    const by = this.#gauge === null ? 0 : this.#gauge - gauge
    if (by > SET_BACK_MS) this.#back += Math.round(by)
    // Small corrections add up to nothing: the gauge goes along with them.
    this.#gauge = gauge
    return this.#back
  }
}

const LOOK_EVERY_MS = 1_000

/** The clocks of this page. */
export function systemClock(): Clock {
  const watch = new SetBackWatch()
  const look = (): number => watch.look(Date.now(), performance.now())
  look()
  const looking: unknown = setInterval(look, LOOK_EVERY_MS)
  // Outside a browser, nothing is kept alive only to look at the clock.
  ;(looking as { unref?: () => void }).unref?.()
  return {
    back: look,
    wall: () => Date.now(),
    mono: () => Math.round(performance.now()),
    origin: Math.round(performance.timeOrigin),
    session: randomId(),
    zone: () => new Intl.DateTimeFormat().resolvedOptions().timeZone ?? '',
  }
}

/** Reads all clocks at once, as they go with what is being recorded. */
export function capture(clock: Clock, anchor: Anchor | null): Capture {
  return {
    wall_ms: Math.round(clock.wall()),
    mono_ms: Math.round(clock.mono()),
    origin_ms: Math.round(clock.origin),
    session: clock.session,
    zone: clock.zone(),
    anchor,
    back_ms: clock.back?.() ?? 0,
  }
}

/** Clocks of one phone differ by so much without anybody having set one. */
const JITTER_MS = 60_000
/** A phone may lie in a drawer for months; what jumps further ahead was set. */
const LONGEST_SILENCE_MS = 366 * 86_400_000

/**
 * Gives the best word on the present time: the server's last, carried on by the phone's clocks.
 *
 * As long as nobody sets the wall clock, its offset at the server's last word holds, also in later
 * pages. A wall clock that was put right since counts as it is. Where neither can be, what has
 * passed for certain is added alone: `mono` since the last word, or since this page was opened.
 */
export function correctedNow(clock: Clock, anchor: Anchor | null): number {
  const wall = clock.wall()
  if (!anchor) return Math.round(wall)
  const server = anchor.server_ms + anchor.round_trip_ms / 2
  const passed = Math.max(
    0,
    anchor.session === clock.session ? clock.mono() - anchor.mono_ms : clock.mono(),
  )
  const found = [wall - anchor.wall_ms, wall - server].find(
    (elapsed) => elapsed >= passed - JITTER_MS && elapsed <= passed + LONGEST_SILENCE_MS,
  )
  return Math.round(server + Math.max(passed, found ?? 0))
}
