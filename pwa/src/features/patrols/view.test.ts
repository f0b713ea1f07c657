/** Which rounds a guard sees, across midnight, beside the plan and when somebody else took over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { OutboxEntry } from '../../sync/engine.ts'
import { dayAfter, hoursOn, momentOf } from '../../ui/hours.ts'
import { ana, at, ground, record, roundId, ROUTE, scanAt, stopId, windowOf, ZONE } from './testing/ground.ts'
import { groupRounds, listRoutes, roundDelivery } from './view.ts'

const started = (n: number, more: Record<string, unknown> = {}) =>
  record(roundId(n), 'round', { state: 'in_progress', route: ROUTE, started_at: at(22), ...more })

test('a round that crosses midnight is due on both sides of it and overdue after it', () => {
  const records = ground({ windows: [windowOf(1, 22, 26)] })
  assert.deepEqual(
    [20, 23, 25, 27].map((hour) => {
      const groups = groupRounds(records, ana, at(hour))
      return Object.entries(groups).find(([, rows]) => rows.length > 0)?.[0]
    }),
    ['later', 'now', 'now', 'overdue'],
  )
})

test('a round being walked stays in sight however late it is', () => {
  const records = ground({ windows: [windowOf(1, 22, 26)], rounds: [started(1)] })
  assert.equal(groupRounds(records, ana, at(60)).overdue.length, 1)
  const due = ground({ windows: [windowOf(1, 22, 26)] })
  assert.deepEqual(Object.values(groupRounds(due, ana, at(60))).flat(), [])
})

test('reached and missed stops are counted, a stop reached after all is not missed', () => {
  const scans = { [`scans/${stopId(1)}`]: [scanAt(22)], [`scans/${stopId(2)}`]: [scanAt(22.1)] }
  const missed = { [`missed_because/${stopId(2)}`]: '门锁着', [`missed_because/${stopId(3)}`]: '门锁着' }
  const records = ground({ windows: [windowOf(1, 22, 26)], rounds: [started(1, { ...scans, ...missed })] })
  const [row] = groupRounds(records, ana, at(23)).now
  assert.deepEqual([row?.stop_count, row?.reached_count, row?.missed_count], [4, 2, 1])
})

test('a checkpoint that a route passes twice is reached twice', () => {
  const stops = [1, 2, 1].map((n) => ({ checkpoint: stopId(n) }))
  const once = started(1, { [`scans/${stopId(1)}`]: [scanAt(22)] })
  const twice = started(1, { [`scans/${stopId(1)}`]: [scanAt(22), scanAt(23)] })
  const counts = [once, twice].map((round) => {
    const records = ground({ windows: [windowOf(1, 22, 26)], rounds: [round], route: { stops } })
    return groupRounds(records, ana, at(23)).now[0]?.reached_count
  })
  assert.deepEqual(counts, [1, 2])
})

test('only who may walk a route sees its rounds, and a round handed over is seen by its new guard', () => {
  const windows = [windowOf(1, 22, 26)]
  const clerk = { ...ana, roles: [{ ...ana.roles[0]!, role: 'clerk' }] }
  assert.equal(groupRounds(ground({ windows }), clerk, at(23)).now.length, 0)
  const handed = ground({ windows, rounds: [started(1, { assignee: clerk.id.replace('a', 'b') })] })
  assert.equal(groupRounds(handed, ana, at(23)).now.length, 0)
  const mine = ground({ windows, rounds: [started(1, { assignee: ana.id })] })
  assert.equal(groupRounds(mine, clerk, at(23)).now.length, 1)
})

test('a round begun where the phone held no window has the hours of its route', () => {
  const beside = record(roundId(7), 'round', {
    state: 'in_progress', route: ROUTE, started_at: at(23), on: '2026-11-20', ordinal: 1,
  })
  const [row] = groupRounds(ground({ rounds: [beside] }), ana, at(23.5)).now
  assert.deepEqual(
    [row?.round, row?.opens_ms, row?.closes_ms, row?.beside_plan],
    [roundId(7), at(22), at(26), true],
  )
})

test('the round that may be begun is the one whose hours run, yesterday evening included', () => {
  const next = (hour: number, windows = [windowOf(9, 30, 31)]) => {
    const [row] = listRoutes(ground({ windows }), ana, at(hour))
    return [row?.on, row?.ordinal]
  }
  assert.deepEqual(next(23), ['2026-11-20', 1])
  assert.deepEqual(next(25), ['2026-11-20', 1])
  assert.deepEqual(next(27), ['2026-11-21', 2])
})

test('beside a round that is planned or outside all hours a further one is begun', () => {
  const planned = listRoutes(ground({ windows: [windowOf(1, 22, 26)] }), ana, at(23))
  assert.equal(planned[0]?.ordinal, 3)
  const at_noon = listRoutes(ground({ windows: [windowOf(1, 22, 26), windowOf(5, 12, 13)] }), ana, at(12))
  assert.deepEqual([at_noon[0]?.on, at_noon[0]?.ordinal], ['2026-11-20', 6])
})

test('hours are moments of the site, over midnight, over the turn of the year and where clocks change', () => {
  assert.equal(momentOf('2026-11-20', '22:00', ZONE), at(22))
  assert.deepEqual(hoursOn('2026-12-31', { opens: '22:00', closes: '06:00' }, ZONE), {
    opens_ms: Date.UTC(2026, 11, 31, 14),
    closes_ms: Date.UTC(2026, 11, 31, 22),
  })
  assert.equal(momentOf('2026-03-29', '03:30', 'Europe/Berlin'), Date.UTC(2026, 2, 29, 1, 30))
  assert.equal(dayAfter('2028-02-28', 1), '2028-02-29')
})

test('a round has arrived only when everything of it has', () => {
  const entry = (state: OutboxEntry['state'], round = roundId(1)) => ({ record: round, state }) as OutboxEntry
  assert.equal(roundDelivery([], roundId(1)), null)
  assert.equal(roundDelivery([entry('delivered'), entry('waiting')], roundId(1)), 'on_phone')
  assert.equal(roundDelivery([entry('delivered'), entry('waiting', roundId(2))], roundId(1)), 'at_office')
  assert.equal(roundDelivery([entry('delivered'), entry('held')], roundId(1)), 'held')
  assert.equal(roundDelivery([entry('held'), entry('needs_attention')], roundId(1)), 'attention')
})
