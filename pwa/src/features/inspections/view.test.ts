/** What the phone makes of its records: today's groups across midnight, progress, answers, places. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { phoneProblem } from '../../kernel/problems.ts'
import type { Answer, Window } from '../../schemas.gen.ts'
import type { Entry, FoldedRecord, OutboxEntry, Person } from '../../sync/engine.ts'
import { entriesByItem, itemDelivery, itemProblem } from './delivery.ts'
import { missingOf, nextUnanswered } from './items.ts'
import { mayCarryOut, standing, type InspectionRecords } from './occurrences.ts'
import { findTask } from './task-view.ts'
import { answerWords } from './texts.ts'
import { findNextWindow, groupToday, taskNames } from './view.ts'

const HOUR_MS = 3_600_000
const SITE = '1'.repeat(32)
const CHECKPOINT = '2'.repeat(32)
const CHECKLIST = '3'.repeat(32)
const NEWER_CHECKLIST = '4'.repeat(32)
const PLAN = '5'.repeat(32)
const ANA = 'a'.repeat(32)
const BEN = 'b'.repeat(32)
const ZONE = 'Asia/Shanghai'

/** A moment of 20 November 2026 at the site, in whole hours; 24 and more is the next day. */
const at = (hour: number): number => Date.UTC(2026, 10, 19, 16) + hour * HOUR_MS
const taskId = (n: number): string => n.toString(16).padStart(32, '0')
const windowOf = (n: number, opens: number, closes: number): Window => ({
  task: taskId(n),
  on: '2026-11-20',
  ordinal: n,
  opens_ms: at(opens),
  closes_ms: at(closes),
})

function record(id: string, kind: string, values: Record<string, unknown>): FoldedRecord {
  const fields: FoldedRecord['fields'] = {}
  for (const [name, value] of Object.entries(values)) fields[name] = { by: {}, person: '', value }
  return { id, kind, fields, position: 1, stamp: 1, site: SITE, unsent_count: 0 }
}

const entry = (person: string, value: Answer): Entry => ({
  op: `${person}:1`,
  person,
  position: 1,
  role: 'quality_inspector',
  saw: 0,
  stamp: 1,
  value,
})

const ana: Person = {
  id: ANA,
  name: { zh: '安娜', en: 'Ana' },
  roles: [{ role: 'quality_inspector', name: { zh: '品质检查员' }, site: SITE }],
}

function records(windows: Window[], tasks: FoldedRecord[] = [], plan = {}): InspectionRecords {
  const items = ['a', 'b', 'c'].map((id) => ({ id, text: { zh: `项目 ${id}` } }))
  const checklist = { code: 'S07', version: 1, title: { zh: '日检' }, words: 'assessment', items }
  return {
    places: [
      record(SITE, 'places', {
        places: {
          site: SITE,
          name: { zh: '港湾商场', en: 'Harbour Mall' },
          zone: ZONE,
          areas: [{ id: 'area', name: { zh: '地下二层' } }],
          checkpoints: [{ id: CHECKPOINT, code: 'B2', name: { zh: '消防泵房' }, area: 'area' }],
        },
      }),
    ],
    checklists: [
      record(CHECKLIST, 'checklist', { checklist }),
      record(NEWER_CHECKLIST, 'checklist', {
        checklist: { ...checklist, version: 2, items: items.slice(0, 2) },
      }),
    ],
    plans: [
      record(PLAN, 'plan', {
        plan: {
          code: 'P1',
          title: { zh: '消防泵房日检' },
          site: SITE,
          checkpoint: CHECKPOINT,
          checklist: CHECKLIST,
          cadence: 'daily',
          use: 'assessment',
          opens: '08:00',
          closes: '10:00',
          roles: ['quality_inspector'],
          ...plan,
        },
      }),
    ],
    agendas: [record('6'.repeat(32), 'agenda', { plan: PLAN, month: '2026-11', windows })],
    tasks,
  }
}

function answered(n: number, answers: Record<string, Answer>, state = 'in_progress'): FoldedRecord {
  const task = record(taskId(n), 'task', { state, checklist: CHECKLIST })
  for (const [item, value] of Object.entries(answers)) {
    task.fields[`answer/${item}`] = { by: { [ANA]: entry(ANA, value) }, person: ANA, value }
  }
  return task
}

test('trap 16: a phone that is set to another time zone shows the day of the site', () => {
  const zoneBefore = process.env['TZ']
  try {
    for (const zone of ['America/Los_Angeles', 'Pacific/Auckland', 'Asia/Shanghai']) {
      process.env['TZ'] = zone
      assert.equal(standing(windowOf(1, 8, 10), 'due', at(0.5), ZONE), 'later', zone)
      assert.equal(standing(windowOf(1, 8, 10), 'finished', at(23.5), ZONE), 'done', zone)
      assert.equal(standing(windowOf(1, 8, 10), 'finished', at(24.5), ZONE), undefined, zone)
    }
  } finally {
    process.env['TZ'] = zoneBefore
  }
})

test('a window over midnight is due on both sides of it and missed after its end', () => {
  const night = windowOf(1, 22, 26)
  assert.equal(standing(night, 'due', at(23), ZONE), 'now')
  assert.equal(standing(night, 'due', at(25.5), ZONE), 'now')
  assert.equal(standing(night, 'due', at(26), ZONE), 'overdue')
  assert.equal(standing(night, 'due', at(30), ZONE), 'overdue')
  assert.equal(standing(night, 'due', at(51), ZONE), undefined)
})

test('a night shift sees what opens after midnight, a morning does not see tomorrow night', () => {
  const late = windowOf(1, 25, 27)
  assert.equal(standing(late, 'due', at(22), ZONE), 'later')
  assert.equal(standing(late, 'due', at(9), ZONE), undefined)
})

test('a finished night check is still among the done in the morning', () => {
  const night = windowOf(1, 22, 26)
  assert.equal(standing(night, 'finished', at(32), ZONE), 'done')
  assert.equal(standing(night, 'finished', at(60), ZONE), undefined)
})

test('today is grouped and sorted by closing time, with place and progress', () => {
  const windows = [windowOf(1, 8, 12), windowOf(2, 8, 10), windowOf(3, 5, 7), windowOf(4, 14, 16)]
  const tasks = [answered(1, { a: 'pass', b: 'fail' })]
  const groups = groupToday(records(windows, tasks), ana, at(9))
  assert.deepEqual(
    groups.now.map(({ task }) => task),
    [taskId(2), taskId(1)],
  )
  assert.deepEqual(
    [groups.overdue.length, groups.later.length, groups.done.length],
    [1, 1, 0],
  )
  const [, begun] = groups.now
  assert.equal(begun?.state, 'in_progress')
  assert.deepEqual([begun?.answered_count, begun?.failed_count, begun?.item_count], [2, 1, 3])
  assert.deepEqual([begun?.area?.zh, begun?.checkpoint?.zh], ['地下二层', '消防泵房'])
})

test('only plans for one of my roles at that site are mine', () => {
  const { plans } = records([])
  const plan = plans[0]?.fields['plan']?.value as Parameters<typeof mayCarryOut>[1]
  assert.ok(mayCarryOut(ana, plan))
  const withRole = (role: string, site: string | null): Person => ({
    ...ana,
    roles: [{ role, name: { zh: '' }, site }],
  })
  assert.ok(mayCarryOut(withRole('quality_inspector', null), plan))
  assert.ok(!mayCarryOut(withRole('quality_inspector', BEN), plan))
  assert.ok(!mayCarryOut(withRole('team_leader', SITE), plan))
})

test('a plan laid to rest shows only the task that was begun', () => {
  const windows = [windowOf(1, 8, 12), windowOf(2, 8, 12)]
  const groups = groupToday(
    records(windows, [answered(2, { a: 'pass' })], { active: false }),
    ana,
    at(9),
  )
  assert.deepEqual(
    groups.now.map(({ task }) => task),
    [taskId(2)],
  )
})

test('a begun task keeps the checklist version it was begun on', () => {
  const set = records([windowOf(1, 8, 12)], [answered(1, { a: 'pass' })], {
    checklist: NEWER_CHECKLIST,
  })
  assert.equal(findTask(set, taskId(1), ANA, at(9))?.items.length, 3)
  const fresh = records([windowOf(1, 8, 12)], [], { checklist: NEWER_CHECKLIST })
  assert.equal(findTask(fresh, taskId(1), ANA, at(9))?.items.length, 2)
})

test('a conflict shows my answer and the other one', () => {
  const task = answered(1, { a: 'pass' })
  task.fields['answer/a'] = {
    by: { [ANA]: entry(ANA, 'pass'), [BEN]: entry(BEN, 'fail') },
    person: BEN,
    value: 'fail',
    contested: true,
  }
  const [item] = findTask(records([windowOf(1, 8, 12)], [task]), taskId(1), ANA, at(9))?.items ?? []
  assert.deepEqual(
    [item?.answer, item?.mine, item?.other, item?.contested],
    ['fail', 'pass', 'fail', true],
  )
})

test('the next item without an answer comes after the given one, then from the top', () => {
  const set = records([windowOf(1, 8, 12)], [answered(1, { b: 'pass' })])
  const items = findTask(set, taskId(1), ANA, at(9))?.items ?? []
  assert.equal(nextUnanswered(items, 'a')?.id, 'c')
  assert.equal(nextUnanswered(items, 'c')?.id, 'a')
  assert.equal(nextUnanswered(items)?.id, 'a')
})

test('finishing needs every answer and asks for the photo of a failure', () => {
  const task = answered(1, { a: 'fail', b: 'pass' })
  const items = findTask(records([windowOf(1, 8, 12)], [task]), taskId(1), ANA, at(9))?.items ?? []
  const missing = missingOf(items)
  assert.deepEqual(
    [missing.unanswered.map(({ id }) => id), missing.without_photo.map(({ id }) => id)],
    [['c'], ['a']],
  )
})

test('the next window is named when nothing is due', () => {
  const set = records([windowOf(1, 8, 12), windowOf(2, 32, 34)])
  assert.equal(findNextWindow(set, ana, at(13))?.task, taskId(2))
  assert.equal(findNextWindow(set, ana, at(40)), undefined)
})

test('a task unknown to this phone is not made up', () => {
  assert.equal(findTask(records([]), taskId(9), ANA, at(9)), undefined)
  assert.equal(taskNames(records([windowOf(1, 8, 9)])).get(taskId(1))?.title.zh, '消防泵房日检')
})

test('an item is with the office only when all of its work is', () => {
  const one = { record: taskId(1), body: { item: 'a' }, state: 'delivered' } as unknown as OutboxEntry
  const two = { ...one, state: 'waiting' } as OutboxEntry
  const of = (outbox: OutboxEntry[], item = 'a') => entriesByItem(outbox, taskId(1)).get(item)
  assert.equal(itemDelivery(of([])), null)
  assert.equal(itemDelivery(of([one])), 'at_office')
  assert.equal(itemDelivery(of([one, two])), 'on_phone')
  assert.equal(itemDelivery(of([one, { ...two, state: 'held' }])), 'held')
  assert.equal(itemDelivery(of([two], 'b')), null)
  assert.equal(itemDelivery(of([{ ...one, record: taskId(2) }])), null)
  const problem = phoneProblem('server_slow')
  assert.equal(itemProblem(of([one, { ...two, problem }])), null)
  assert.equal(itemProblem(of([{ ...two, state: 'held', problem }, one])), problem)
})

test('each kind of checklist has its own words for the same answers', () => {
  assert.deepEqual(
    [answerWords.assessment.fail.zh, answerWords.patrol.fail.zh],
    ['不合格', '异常'],
  )
  assert.deepEqual([answerWords.assessment.pass.zh, answerWords.patrol.pass.zh], ['合格', '正常'])
})
