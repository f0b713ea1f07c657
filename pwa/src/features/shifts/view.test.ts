/** Whose duty it is, what was left to it, and who may take over: pure, at any hour. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { SessionState } from '../../sync/engine.ts'
import { ANA, at, BEN, CLEO, GATE, ground, handover, roster, SITE } from './testing/ground.ts'
import {
  chosenSlot,
  handoverOf,
  lastBefore,
  leftToMe,
  listHandovers,
  namedPeople,
  openMatters,
  ownSlots,
  slotsAround,
  slotToLeave,
  standsAt,
  toCount,
  USUAL_SHIFTS,
  waitsFor,
  whoTakes,
} from './view.ts'

const NIGHT = { site: SITE, post: GATE, on: '2026-11-19', shift: 'night' }

test('a night shift stands on the date on which it began, and ends on the next', () => {
  const slots = slotsAround(ground(), at(10))
  assert.deepEqual(
    slots.map(({ on, shift, opens_ms, closes_ms }) => [on, shift, opens_ms, closes_ms]),
    [
      ['2026-11-19', 'night', at(-4), at(8)],
      ['2026-11-20', 'day', at(8), at(20)],
      ['2026-11-20', 'night', at(20), at(32)],
    ],
  )
  assert.equal(slots[1]?.post_name.zh, '东门岗')
})

test('whoever leaves late still hands over the shift that ended; done, the running one is next', () => {
  const records = ground({ roster: roster({ duties: [
    { on: '2026-11-19', shift: 'night', post: GATE, person: BEN },
    { on: '2026-11-20', shift: 'day', post: GATE, person: BEN },
  ] }) })
  const own = ownSlots(slotsAround(records, at(8.2)), BEN, at(8.2))
  assert.equal(own.length, 2)
  assert.equal(slotToLeave(own, [], at(8.2))?.shift, 'night')
  const made = listHandovers(ground({ handovers: [handover('2026-11-19', 'night', at(8.1))] }))
  assert.equal(slotToLeave(own, made, at(8.2))?.shift, 'day')
  assert.equal(slotToLeave(ownSlots(slotsAround(ground(), at(12.5)), BEN, at(12.5)), [], at(12.5)), undefined)
})

test('a substitute has the duty, and whoever is replaced has none', () => {
  const records = ground({}, { [`substitute/2026-11-20|day|${GATE}`]: CLEO })
  const slots = slotsAround(records, at(10))
  assert.equal(slots[1] && standsAt(slots[1]), CLEO)
  assert.equal(ownSlots(slots, ANA, at(10)).length, 0)
  assert.equal(ownSlots(slots, CLEO, at(10)).length, 1)
})

test('what the night left is told to the day an hour before it begins, with what is still open', () => {
  const settled = { 'settled_words/0': '已修好' }
  const records = ground({ handovers: [handover('2026-11-19', 'night', at(7.5), settled)] })
  const all = listHandovers(records)
  const own = ownSlots(slotsAround(records, at(7.6)), ANA, at(7.6))
  const [left] = leftToMe(own, all, at(7.6))
  assert.equal(left?.last.handover.instructions, '注意东广场')
  assert.deepEqual(openMatters(left?.last).map(({ place, words }) => [place, words]), [[1, '三层漏水']])
  assert.equal(waitsFor(left?.last ?? assert.fail(), ANA, at(7.6)), true)
  assert.equal(waitsFor(left.last, BEN, at(7.6)), false, 'nobody takes over from himself')
  assert.equal(waitsFor(left.last, ANA, at(32)), false)
  assert.deepEqual(leftToMe(ownSlots(slotsAround(records, at(6)), ANA, at(6)), all, at(6)), [])
  const own_made = handover('2026-11-20', 'day', at(19.9), { left_by: ANA })
  const both = listHandovers(ground({ handovers: [...records.handovers, own_made] }))
  assert.equal(leftToMe(ownSlots(slotsAround(records, at(19.9)), ANA, at(19.9)), both, at(19.9)).length, 0, 'it went on')
})

test('the last handover is the one written last, never that of the shift itself', () => {
  const early = handover('2026-11-19', 'day', at(-4))
  const late = handover('2026-11-19', 'night', at(8))
  const all = listHandovers(ground({ handovers: [early, late] }))
  assert.equal(lastBefore(all, { ...NIGHT, on: '2026-11-20', shift: 'day' })?.shift, 'night')
  assert.equal(lastBefore(all, NIGHT)?.shift, 'day')
  assert.equal(handoverOf(all, NIGHT)?.left_ms, at(8))
  assert.equal(lastBefore(all, { ...NIGHT, post: 'f'.repeat(32) }), undefined)
})

test('expected is what was found the last time; a thing counted for the first time has no number', () => {
  const [last] = listHandovers(ground({ handovers: [handover('2026-11-19', 'night', at(8))] }))
  assert.deepEqual(toCount(roster(), last).map(({ name, expected }) => [name.zh, expected]), [
    ['对讲机', 3],
    ['钥匙', null],
  ])
  assert.deepEqual(toCount(undefined, last).map(({ name }) => name.zh), ['对讲机'])
  assert.deepEqual(toCount(undefined, undefined), [])
})

test('whoever comes next on the roster is named first, whoever leaves never', () => {
  const records = ground()
  const face = { id: CLEO, name: { zh: '柯丽' }, organization: { id: 'o' } }
  const session = {
    known: [face],
    person: { id: ANA, name: { zh: '安娜' }, roles: [] },
    organization: { id: 'o' },
  } as unknown as SessionState
  const people = namedPeople(records, session)
  assert.deepEqual(people.map(({ name }) => name.zh), ['安娜', '柯丽', '贝宁'])
  const leaving = { ...NIGHT, on: '2026-11-20', shift: 'day', left_by: ANA, left_ms: at(20) }
  const order = whoTakes(people, slotsAround(records, at(20)), leaving, new Set([CLEO]))
  assert.deepEqual(order.map(({ id }) => id), [BEN, CLEO])
})

test('a shift chosen by hand is the one that began last, also after midnight', () => {
  const [, night] = USUAL_SHIFTS
  const chosen = { site: SITE, post: GATE, person: ANA, shift: night ?? assert.fail() }
  assert.equal(chosenSlot(ground(), chosen, at(25)).on, '2026-11-20')
  assert.equal(chosenSlot(ground(), chosen, at(21)).on, '2026-11-20')
  assert.equal(chosenSlot(ground(), chosen, at(7)).on, '2026-11-19')
})

test('records of a stranger shape are passed over', () => {
  const odd = { ...handover('x', 'y', 1), fields: {} }
  assert.deepEqual(listHandovers({ handovers: [odd] }), [])
  assert.deepEqual(slotsAround({ places: [], rosters: [odd], handovers: [] }, at(1)), [])
})
