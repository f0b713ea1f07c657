/** A foreman's view: substitutes on post, missed checkpoints with their reasons, the kind of day. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  at,
  ANA,
  record,
  ROUTE,
  route,
  scanAt,
  SITE,
  stopId,
  windowOf,
  ZONE,
} from '../features/patrols/testing/ground.ts'
import type { FoldedRecord, OutboxEntry, Entry } from '../sync/engine.ts'
import { dialAddress, numbersOf } from './emergency.ts'
import { linksHere } from './here.ts'
import { findPhoto, markLines, timeOf } from './photo-facts.ts'
import { teamNames } from './team-names.ts'
import { foundToday, missedStops, onDutyNow, rosterPeople, teamRounds, variantOn } from './team-view.ts'

const BEN = 'b'.repeat(32)
const POST = 'e'.repeat(32)
const places = [
  record(SITE, 'places', {
    places: {
      site: SITE,
      name: { zh: '港湾' },
      zone: ZONE,
      checkpoints: [1, 2, 3, 4].map((n) => ({ id: stopId(n), name: { zh: `点${String(n)}` }, area: 'x', code: '' })),
      posts: [{ id: POST, name: { zh: '东门岗' } }],
      emergency: [{ name: { zh: '消控室' }, number: '010－6655 0119' }],
    },
  }),
]
const night = { code: 'night', title: { zh: '夜班' }, opens: '20:00', closes: '08:00' }
const roster = (more: Record<string, unknown> = {}): FoldedRecord =>
  record('r', 'roster', {
    roster: {
      site: SITE,
      month: '2026-11',
      shifts: [night],
      duties: [{ on: '2026-11-20', shift: 'night', post: POST, person: ANA }],
    },
    ...more,
  })

test('whoever stands in is on the post, over midnight too, and nobody after the shift', () => {
  const shifts = (one: FoldedRecord) => ({ places, rosters: [one], handovers: [] })
  const planned = onDutyNow(shifts(roster()), [SITE], at(26))
  assert.deepEqual(planned.map(({ person, instead_of }) => [person, instead_of]), [[ANA, null]])
  const stood = roster({ [`substitute/2026-11-20|night|${POST}`]: BEN })
  const [now] = onDutyNow(shifts(stood), [SITE], at(26))
  assert.deepEqual([now?.person, now?.instead_of, now?.post_name.zh], [BEN, ANA, '东门岗'])
  assert.deepEqual(onDutyNow(shifts(roster()), [SITE], at(33)), [])
  assert.deepEqual(onDutyNow(shifts(roster()), ['elsewhere'], at(26)), [])
  assert.deepEqual(rosterPeople([roster()], [SITE]), [ANA])
})

test('people without a name are called by their post, else by a number', () => {
  const [duty] = onDutyNow({ places, rosters: [roster()], handovers: [] }, [SITE], at(26))
  assert.ok(duty)
  const team = { named: [], duty: [duty], roster: [ANA, BEN], me: '' }
  const names = teamNames(team, 'zh')
  assert.deepEqual([names.of(ANA), names.of(BEN), names.of('c')], ['东门岗的当班人', '同事 2', '同事'])
  const known = teamNames({ ...team, named: [{ id: ANA, name: { zh: '安娜' } }], me: ANA }, 'zh')
  assert.deepEqual(known.choices.map(({ name }) => name.zh), ['安娜（我）', '同事 2'])
})

const walked = {
  places,
  routes: [record(ROUTE, 'route', { route })],
  agendas: [record('m', 'round_agenda', { route: ROUTE, windows: [windowOf(1, 22, 26)] })],
  rounds: [
    record(windowOf(1, 22, 26).task, 'round', {
      state: 'in_progress',
      [`scans/${stopId(1)}`]: [scanAt(22)],
      [`missed_because/${stopId(2)}`]: '门锁着',
    }),
  ],
  tags: [],
}

test('a running round misses only what has a reason; past its time it misses all the rest', () => {
  const running = missedStops(walked, [SITE], at(23))
  assert.deepEqual(running.map(({ checkpoint, because }) => [checkpoint?.zh, because]), [['点2', '门锁着']])
  const over = missedStops(walked, [SITE], at(27))
  assert.deepEqual(over.map(({ checkpoint }) => checkpoint?.zh), ['点2', '点3', '点4'])
  const [row] = teamRounds(walked, [SITE], at(23))
  assert.deepEqual([row?.state, row?.reached_count, row?.missed_count], ['in_progress', 1, 1])
  assert.deepEqual(teamRounds(walked, [], at(23)), [])
})

test('only what was found on the site’s own day and stands counts as found today', () => {
  const found = (id: string, hour: number, state: string): FoldedRecord =>
    record(id, 'nonconformity', { state, found_at: at(hour), title: { zh: id } })
  const all = [found('a', 1, 'open'), found('b', 23, 'closed'), found('c', -1, 'open'), found('d', 2, 'withdrawn')]
  assert.deepEqual(foundToday(all, places, [SITE], at(23.5)).map(({ id }) => id), ['b', 'a'])
})

test('nobody said what kind of day it is: an ordinary one', () => {
  const said = record('v', 'day_variant', { site: SITE, on: '2026-11-20', variant: 'rain' })
  assert.deepEqual(variantOn([said], SITE, '2026-11-20'), { variant: 'rain', is_said: true })
  assert.deepEqual(variantOn([said], SITE, '2026-11-21'), { variant: 'normal', is_said: false })
})

test('a number for calling keeps only what a phone can dial, full-width signs too', () => {
  assert.equal(dialAddress('010－6655 0119 转 3'), 'tel:01066550119,3')
  assert.equal(dialAddress('+86 (10) 1234,5'), 'tel:+86101234,5')
  assert.equal(dialAddress('javascript:alert(1)'), 'tel:1')
  assert.deepEqual(numbersOf(places).map(({ site }) => site), [SITE])
  assert.deepEqual(numbersOf(places, ['elsewhere']), [])
})

test('at a scanned checkpoint something wrong can be reported, by whoever may', () => {
  const none = { places, checklists: [], plans: [], agendas: [], tasks: [] }
  const person = { id: ANA, name: { zh: '安娜' }, roles: [] }
  const seen = { now_ms: at(10), language: 'zh' as const, may_report: true }
  assert.deepEqual(
    linksHere(none, person, stopId(1), seen).map(({ href }) => href),
    [`#/finding/${stopId(1)}`],
  )
  assert.deepEqual(linksHere(none, person, stopId(1), { ...seen, may_report: false }), [])
})

test('a watermark says how sure its time is', () => {
  const entry: Entry = { op: 'o', person: ANA, position: 1, role: '', saw: 0, stamp: at(9) * 1000, value: 'p' }
  const own = (time_class: 'A' | 'C' | null): OutboxEntry =>
    ({
      recorded_ms: at(9),
      outcome: time_class && { time: { best_ms: at(8), earliest_ms: 0, latest_ms: 0, time_class } },
    }) as unknown as OutboxEntry
  assert.deepEqual(timeOf(entry, undefined, 0), { at_ms: at(9), time: 'recorded' })
  assert.deepEqual(timeOf(entry, own(null), null), { at_ms: at(9), time: 'phone' })
  assert.deepEqual(timeOf(entry, own(null), 5), { at_ms: at(9), time: 'checked' })
  assert.deepEqual(timeOf(entry, own('A'), null), { at_ms: at(8), time: 'checked' })
  assert.deepEqual(timeOf(entry, own('C'), 5), { at_ms: at(8), time: 'phone' })

  const photo = record('t', 'task', {})
  photo.fields['evidence/i1'] = { in: { abc: entry }, out: {}, value: ['abc'] }
  assert.equal(findPhoto([photo], 'abc')?.field, 'evidence/i1')
  assert.equal(findPhoto([photo], 'xyz'), null)
  const facts = { at_ms: at(9), time: 'checked' as const, site: { zh: '港湾' }, checkpoint: { zh: '点1' } }
  assert.deepEqual(markLines({ ...facts, zone: ZONE, person: ANA, sha256: 'abcdef0123' }, '安娜', 'zh'), [
    '2026-11-20 09:00 已校时',
    '港湾 · 点1',
    '安娜 · 编号 ABCDEF01',
  ])
})
