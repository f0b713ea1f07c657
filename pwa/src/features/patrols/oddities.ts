/** What is strange about a scan, told to the guard at once and judged again by the office; pure. */
import type { Checkpoint, Position, Scan } from '../../schemas.gen.ts'
import type { TagOddity } from './tags.ts'

/** What a round adds to what a label says of itself. */
export type ScanOddity =
  | TagOddity
  | 'again'
  | 'early'
  | 'far'
  | 'late'
  | 'not_on_route'
  | 'out_of_order'
  | 'too_fast'

const EARTH_M = 6_371_000

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** How far two places lie apart over the ground. Units: degrees (WGS 84), metres. */
export function metresBetween(
  one: { latitude: string; longitude: string },
  other: { latitude: string; longitude: string },
): number {
  const [a, b] = [radians(Number(one.latitude)), radians(Number(other.latitude))]
  const turn = radians(Number(other.longitude) - Number(one.longitude))
  const across = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(turn / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(across)))
}

/** Whether a position lies outside the checkpoint's circle, its own doubt taken off first. */
export function isFar(
  position: Position | null | undefined,
  checkpoint: Checkpoint | undefined,
  within_m: number,
): boolean {
  const { latitude, longitude } = checkpoint ?? {}
  if (!position || !latitude || !longitude) return false
  const apart_m = metresBetween(position, { latitude, longitude }) - position.accuracy_m
  return apart_m > within_m
}

/** A stop as far as scans are judged by it. Units: milliseconds UTC; null: the whole round. */
export interface StopLimits {
  place: number
  walk_s: number
  opens_ms: number | null
  closes_ms: number | null
}

/** What the phone knows when a checkpoint is reached. */
export interface ScanGround {
  /** The stop that it belongs to; null where the route has none there. */
  stop: StopLimits | null
  /** The place of the stop that was due; null where any may come. */
  due: number | null
  /** The scan before this one in the same round, with the place that it reached. */
  before: { place: number; scanned_at: number } | null
  /** Whether this stop was reached already. */
  reached: boolean
  within_m: number
  checkpoint: Checkpoint | undefined
}

/** Says what is strange about a scan beyond its label; walking times hold from stop to next stop. */
export function oddOf(scan: Scan, ground: ScanGround): ScanOddity[] {
  const { stop, due, before } = ground
  const odd: ScanOddity[] = []
  if (stop === null) odd.push('not_on_route')
  else {
    if (ground.reached) odd.push('again')
    else if (due !== null && stop.place !== due) odd.push('out_of_order')
    const is_next = before !== null && before.place === stop.place - 1
    if (is_next && scan.scanned_at - before.scanned_at < stop.walk_s * 1000) odd.push('too_fast')
    if (stop.opens_ms !== null && scan.scanned_at < stop.opens_ms) odd.push('early')
    if (stop.closes_ms !== null && scan.scanned_at > stop.closes_ms) odd.push('late')
  }
  if (isFar(scan.position, ground.checkpoint, ground.within_m)) odd.push('far')
  return odd
}
