/** The next stop, what is odd about a scan, and scans that are still on their way to the store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isFar, metresBetween } from './oddities.ts'
import { isKept, withPending } from './pending.ts'
import { candidatesFor, findRound, oddIn } from './round-view.ts'
import { at, ground, record, roundId, ROUTE, scanAt, SITE, stopId, tagOf, windowOf, type Given } from './testing/ground.ts'

const ROUND = roundId(1)
const text = (n: number): string => `https://a.example/#/scan/C0DE000${String(n)}.1.${'s'.repeat(86)}`
const tags = [1, 2, 3, 4, 9].map((n) => record(`t${String(n)}`, 'tag', { tag: tagOf(n) }))
const windows = [windowOf(1, 22, 26)]

/** A round with scans at these hours by stop. */
function walked(hours: Record<number, number>, given: Given = {}, more: Record<string, unknown> = {}) {
  const scans = Object.entries(hours).map(([n, hour]) => [
    `scans/${stopId(Number(n))}`,
    [scanAt(hour, text(Number(n)))],
  ])
  const fields = { state: 'in_progress', route: ROUTE, started_at: at(22), ...more }
  const round = record(ROUND, 'round', { ...fields, ...(Object.fromEntries(scans) as Record<string, unknown>) })
  return ground({ windows, tags, rounds: [round], ...given })
}

const oddAt = (records: ReturnType<typeof ground>, n: number) =>
  findRound(records, ROUND, at(23))?.stops[n - 1]?.odd

test('on a free path the next stop follows the last one, on a fixed path it is the first that lacks', () => {
  const free = findRound(walked({ 3: 22.1 }), ROUND, at(23))
  assert.deepEqual([free?.next?.number, free?.reached_count], [4, 1])
  const fixed = findRound(walked({ 3: 22.1 }, { route: { ordered: true } }), ROUND, at(23))
  assert.equal(fixed?.next?.number, 1)
  const turned = findRound(walked({ 4: 22.1 }), ROUND, at(23))
  assert.equal(turned?.next?.number, 1)
})

test('a missed stop is no longer gone to, and nothing is left when all are accounted for', () => {
  const because = { [`missed_because/${stopId(4)}`]: '门锁着' }
  const view = findRound(walked({ 1: 22, 2: 22.1, 3: 22.2 }, {}, because), ROUND, at(23))
  assert.equal(view?.next, null)
  assert.deepEqual(view?.stops.map(({ state }) => state), ['reached', 'reached', 'reached', 'missed'])
  assert.equal(view?.stops[3]?.missed_because, '门锁着')
})

test('an ordinary walk is not odd in anything', () => {
  const records = walked({ 1: 22, 2: 22.1, 3: 22.2, 4: 22.3 }, { route: { ordered: true } })
  assert.deepEqual([1, 2, 3, 4].map((n) => oddAt(records, n)), [[], [], [], []])
})

test('a stop out of its order, walked to too fast, or before its window is flagged and still reached', () => {
  const ordered = walked({ 1: 22, 3: 22.1 }, { route: { ordered: true } })
  assert.deepEqual(oddAt(ordered, 3), ['out_of_order'])
  // Half a minute where a whole one is the least.
  assert.deepEqual(oddAt(walked({ 1: 22, 2: 22 + 0.5 / 60 }), 2), ['too_fast'])
  const stops = [{ checkpoint: stopId(1), opens_s: 3600, closes_s: 7200 }]
  assert.deepEqual(oddAt(walked({ 1: 22.5 }, { route: { stops } }), 1), ['early'])
  assert.deepEqual(oddAt(walked({ 1: 24.5 }, { route: { stops } }), 1), ['late'])
  assert.deepEqual(oddAt(walked({ 1: 23.5 }, { route: { stops } }), 1), [])
})

test('a second scan of a stop and one beside the route are kept and said', () => {
  const records = walked({ 1: 22 })
  assert.deepEqual(oddIn(records, ROUND, stopId(1), scanAt(22.5, text(1)))?.odd, ['again'])
  const beside = oddIn(records, ROUND, stopId(9), scanAt(22.5, text(9)))
  assert.deepEqual([beside?.place, beside?.odd], [null, ['not_on_route']])
})

test('a revoked label is odd for scans after its end, and no scan before it turns odd later', () => {
  const gone = record('t1', 'tag', { tag: tagOf(1), revoked_at: at(22.5) })
  assert.deepEqual(oddAt(walked({ 1: 22 }, { tags: [gone] }), 1), [])
  assert.deepEqual(oddAt(walked({ 1: 23 }, { tags: [gone] }), 1), ['revoked'])
  const newer = record('t7', 'tag', { tag: tagOf(1, { code: 'NEWC0DE1', serial: 2 }) })
  assert.deepEqual(oddAt(walked({ 1: 23 }, { tags: [gone, newer] }), 1), ['replaced'])
})

test('far away is what lies outside the circle even when the doubt of the position is taken off', () => {
  const checkpoint = { id: stopId(1), code: '', name: { zh: '' }, area: '', latitude: '31.23', longitude: '121.47' }
  const near = { latitude: '31.2320000', longitude: '121.4700000' }
  assert.equal(Math.round(metresBetween(near, { latitude: '31.23', longitude: '121.47' })), 222)
  assert.equal(isFar({ ...near, accuracy_m: 20 }, checkpoint, 150), true)
  assert.equal(isFar({ ...near, accuracy_m: 80 }, checkpoint, 150), false)
  assert.equal(isFar({ ...near, accuracy_m: 20 }, { ...checkpoint, latitude: null }, 150), false)
  assert.equal(isFar(null, checkpoint, 150), false)
})

test('a scan on its way counts at once and only once', () => {
  const records = walked({ 1: 22 })
  const pending = { round: ROUND, checkpoint: stopId(2), scan: scanAt(22.2, text(2)) }
  assert.equal(findRound(withPending(records, [pending]), ROUND, at(23))?.reached_count, 2)
  const kept = walked({ 1: 22, 2: 22.2 })
  assert.equal(isKept(kept.rounds, pending), true)
  assert.equal(withPending(kept, [pending]), kept)
})

test('the first scan of a round that has no record yet shows as well', () => {
  const pending = { round: ROUND, checkpoint: stopId(1), scan: scanAt(22.2, text(1)) }
  const view = findRound(withPending(ground({ windows, tags }), [pending]), ROUND, at(23))
  assert.deepEqual([view?.reached_count, view?.state], [1, 'due'])
})

test('what somebody noted on an earlier round is the hint of the stop, not what is noted on this one', () => {
  const before = { ...record(roundId(8), 'round', { route: ROUTE, [`note/${stopId(2)}`]: '门在左边' }), stamp: 5 }
  const older = { ...record(roundId(7), 'round', { route: ROUTE, [`note/${stopId(2)}`]: '旧话' }), stamp: 2 }
  const here = record(ROUND, 'round', { state: 'in_progress', route: ROUTE, [`note/${stopId(2)}`]: '本轮' })
  const stop = findRound(ground({ windows, tags, rounds: [before, older, here] }), ROUND, at(23))?.stops[1]
  assert.deepEqual([stop?.hint, stop?.note], ['门在左边', '本轮'])
})

test('a label unknown here is tried at the stops of the route before all other places', () => {
  const candidates = candidatesFor(ground({ windows }), ROUND)
  assert.deepEqual(candidates.slice(0, 4), [1, 2, 3, 4].map((n) => ({ checkpoint: stopId(n), site: SITE })))
  assert.ok(candidates.some(({ checkpoint }) => checkpoint === stopId(9)))
})
