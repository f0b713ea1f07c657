/** Rows and open checks: how the doing lies to the window, whose it is, what the approver said. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { waitingApprovals } from './approvals.ts'
import { mayCarryOut } from './occurrences.ts'
import { findTask } from './task-view.ts'
import { ANA, BEN, SITE, ana, answered, at, held, planOf, record, taskId, windowOf } from './testing/records.ts'
import { groupToday } from './view.ts'

const ben = { ...ana, id: BEN }

function punctualityAt(started: number, finished: number | null, now: number) {
  const times =
    finished === null
      ? { started_at: at(started) }
      : { started_at: at(started), finished_at: at(finished), state: 'finished' }
  const groups = groupToday(held([windowOf(1, 8, 10)], [answered(1, {}, times)]), ana, at(now))
  return Object.values(groups).flat()[0]?.punctuality
}

test('early, in time, late and made up are told by the captured moments', () => {
  assert.equal(punctualityAt(7, 7.5, 9), 'early')
  assert.equal(punctualityAt(7, 8.5, 9), null)
  assert.equal(punctualityAt(9, 10, 11), null)
  assert.equal(punctualityAt(9, 10.5, 11), 'late')
  assert.equal(punctualityAt(11, 12, 13), 'made_up')
  assert.equal(punctualityAt(9, null, 11), 'late')
  assert.equal(punctualityAt(9, null, 9.5), null)
})

test('a plan that names its people is theirs alone; a check handed over is the taker’s too', () => {
  assert.ok(!mayCarryOut(ana, planOf({ checkers: [BEN] })))
  assert.ok(mayCarryOut(ben, planOf({ checkers: [BEN], roles: [] })))
  const set = held([windowOf(1, 8, 10)], [answered(1, {}, { assignee: ANA })], { plan: { checkers: [BEN] } })
  assert.deepEqual(groupToday(set, ana, at(9)).now.map(({ assignee }) => assignee), [ANA])
  assert.equal(groupToday(set, ben, at(9)).now.length, 1)
})

test('what was handed to somebody else stands behind the own', () => {
  const windows = [windowOf(1, 8, 10), windowOf(2, 8, 11)]
  const set = held(windows, [answered(1, {}, { assignee: BEN })])
  assert.deepEqual(groupToday(set, ana, at(9)).now.map(({ task }) => task), [taskId(2), taskId(1)])
})

test('a plan for rainy days is due where somebody said that it rains', () => {
  const set = held([windowOf(1, 8, 10)], [], { plan: { variants: ['rain'] } })
  assert.equal(groupToday(set, ana, at(9)).now.length, 0)
  const said = record('v', 'day_variant', { site: SITE, on: '2026-11-20', variant: 'rain' })
  assert.equal(groupToday({ ...set, variants: [said] }, ana, at(9)).now.length, 1)
  const begun = { ...set, tasks: [answered(1, { a: 'pass' })] }
  assert.equal(groupToday(begun, ana, at(9)).now.length, 1)
})

test('an answer taken back counts as none in the row', () => {
  const set = held([windowOf(1, 8, 10)], [answered(1, { a: 'unanswered', b: 'fail' })])
  const [row] = groupToday(set, ana, at(9)).now
  assert.deepEqual([row?.answered_count, row?.failed_count], [1, 1])
})

test('an open check shows its equipment, its parts, who confirmed and what was approved', () => {
  const confirmation = { side: 'assessed', name: '李店长', how: 'typed', stance: 'agreed' }
  const said = { part: [{ name: '滤网', quantity: '2' }], confirmation: [confirmation], approval: 'returned', approval_words: '补照片' }
  const set = held([windowOf(1, 8, 10)], [answered(1, { a: 'fail' }, said)], {
    plan: { equipment: 'e'.repeat(32), mode: 'joint', people: 2 },
  })
  const view = findTask(set, taskId(1), ANA, at(9))
  assert.equal(view?.equipment?.zh, 'P-01 喷淋泵')
  assert.deepEqual([view?.parts.length, view?.confirmations.length, view?.people, view?.mode], [1, 1, 2, 'joint'])
  assert.deepEqual([view?.approval?.state, view?.approval?.words, view?.approval?.overtaken], ['returned', '补照片', false])
})

test('what waits for approval: finished with findings, by a workflow, and not said yet', () => {
  const weekly = { plan: { cadence: 'weekly', workflow: 'weekly' } as const }
  const found = { state: 'finished', finished_at: at(9) }
  const count = (set: ReturnType<typeof held>, sites = [SITE]) => waitingApprovals(set, sites, BEN, at(12)).length
  const windows = [windowOf(1, 8, 10)]
  assert.equal(count(held(windows, [answered(1, { a: 'fail' }, found)], weekly)), 1)
  assert.equal(count(held(windows, [answered(1, { a: 'fail' }, found)], weekly), []), 0)
  assert.equal(count(held(windows, [answered(1, { a: 'fail' })], weekly)), 0)
  assert.equal(count(held(windows, [answered(1, { a: 'pass' }, found)], weekly)), 0)
  assert.equal(count(held(windows, [answered(1, { a: 'fail' }, found)])), 0)
  const daily = { plan: { workflow: 'daily' } }
  assert.equal(count(held(windows, [answered(1, { a: 'fail' }, found)], daily)), 0)
  const approved = answered(1, { a: 'fail' }, { ...found, approval: 'approved' })
  assert.equal(count(held(windows, [approved], weekly)), 0)
})

test('a check sent back waits again once somebody has put it right', () => {
  const weekly = { plan: { cadence: 'weekly', workflow: 'weekly' } as const }
  const back = { state: 'finished', finished_at: at(9), approval: 'returned' }
  const task = answered(1, { a: 'fail' }, back)
  assert.equal(waitingApprovals(held([windowOf(1, 8, 10)], [task], weekly), [SITE], BEN, at(12)).length, 0)
  const mended = { ...task, stamp: 2 }
  assert.equal(waitingApprovals(held([windowOf(1, 8, 10)], [mended], weekly), [SITE], BEN, at(12)).length, 1)
})
