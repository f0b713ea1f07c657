/** Checks begun where no window names them: which, for which day, and by which id. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { beginnable, besideId, dateOf } from './beside.ts'
import { findTask } from './task-view.ts'
import { ANA, CHECKLIST, PLAN, ana, answered, at, held, record, taskId, windowOf } from './testing/records.ts'
import { groupToday } from './view.ts'

test('a check on occasion can always be begun, as the next of its day', () => {
  const set = held([windowOf(1, 8, 10)], [], { plan: { cadence: 'ad_hoc' } })
  assert.deepEqual(beginnable(set, ana, at(9)).map(({ begun }) => begun), [
    { plan: PLAN, on: '2026-11-20', ordinal: 2 },
  ])
})

test('a daily check is offered only where the phone has no window of today', () => {
  assert.equal(beginnable(held([windowOf(1, 8, 10)], []), ana, at(9)).length, 0)
  assert.deepEqual(beginnable(held([], []), ana, at(9)).map(({ begun }) => begun.ordinal), [1])
  assert.equal(beginnable(held([], [], { plan: { cadence: 'weekly' } }), ana, at(9)).length, 0)
  assert.equal(beginnable(held([], [], { plan: { active: false } }), ana, at(9)).length, 0)
  assert.equal(beginnable(held([], [], { plan: { roles: ['cleaner'] } }), ana, at(9)).length, 0)
  assert.equal(beginnable(held([], [], { plan: { checkers: ['c'.repeat(32)] } }), ana, at(9)).length, 0)
})

test('after midnight a night check is called by the day on which its hours opened', () => {
  const night = { opens: '22:00', closes: '06:00' }
  assert.equal(dateOf(night, at(23), 'Asia/Shanghai'), '2026-11-20')
  assert.equal(dateOf(night, at(26), 'Asia/Shanghai'), '2026-11-20')
  assert.equal(dateOf(night, at(31), 'Asia/Shanghai'), '2026-11-21')
  assert.equal(dateOf({ opens: '08:00', closes: '10:00' }, at(26), 'Asia/Shanghai'), '2026-11-21')
})

test('its id is the one that the server gives the same occurrence', async () => {
  const [choice] = beginnable(held([], []), ana, at(9))
  assert.ok(choice)
  // derived_id("task", organization, plan, checkpoint, "2026-11-20", 1)
  assert.equal(await besideId('a'.repeat(32), choice), 'a9fc02ac941a45cc5c0c9f7704dcd594')
})

test('what was begun beside is due until it is finished, and opens like any other', () => {
  const begun = { plan: PLAN, on: '2026-11-20', ordinal: 1, started_at: at(9) }
  const set = held([], [answered(5, { a: 'pass' }, begun)])
  const [row] = groupToday(set, ana, at(40)).now
  assert.deepEqual([row?.task, row?.beside, row?.answered_count], [taskId(5), true, 1])
  assert.equal(findTask(set, taskId(5), ANA, at(9))?.items.length, 3)
  const done = held([], [answered(5, { a: 'pass' }, { ...begun, state: 'finished', finished_at: at(11) })])
  assert.equal(groupToday(done, ana, at(12)).done.length, 1)
  assert.equal(groupToday(done, ana, at(40)).done.length, 0)
})

test('once the agenda names it, it is no longer beside and has its window', () => {
  const begun = { plan: PLAN, on: '2026-11-20', ordinal: 1, started_at: at(9), checklist: CHECKLIST }
  const set = held([windowOf(5, 8, 12)], [record(taskId(5), 'task', { ...begun, state: 'in_progress' })])
  const groups = groupToday(set, ana, at(10))
  assert.deepEqual(groups.now.map(({ beside, closes_ms }) => [beside, closes_ms]), [[false, at(12)]])
})
