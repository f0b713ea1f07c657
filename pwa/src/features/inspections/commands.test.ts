/** Each command hands the engine exactly one operation of the agreed shape. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { NewOperation, Saved } from '../../sync/engine.ts'
import * as commands from './commands.ts'

function fakeRecorder() {
  const written: NewOperation[] = []
  return {
    written,
    record(input: NewOperation): Promise<Saved> {
      written.push(input)
      return Promise.resolve({} as Saved)
    },
    hashPhoto: () => Promise.resolve('f'.repeat(64)),
  }
}

const open = { task: '1'.repeat(32), checklist: '2'.repeat(32) }

test('a check is begun, answered, noted, remarked and finished by its own operations', async () => {
  const engine = fakeRecorder()
  await commands.startTask(engine, open, 5)
  await commands.answerItem(engine, open, 'a', 'fail')
  await commands.noteItem(engine, open, 'a', '有积水')
  await commands.addRemark(engine, open, '雨天')
  await commands.finishTask(engine, open, 9)
  const { checklist } = open
  assert.deepEqual(
    engine.written.map(({ body }) => body),
    [
      { kind: 'task_started', checklist, started_at: 5 },
      { kind: 'item_answered', item: 'a', checklist, answer: 'fail' },
      { kind: 'item_noted', item: 'a', note: '有积水' },
      { kind: 'remark_added', remark: '雨天' },
      { kind: 'task_finished', finished_at: 9 },
    ],
  )
  assert.ok(engine.written.every(({ record, record_kind, photos }) =>
    record === open.task && record_kind === 'task' && photos === undefined))
})

test('an answer carries what was read, and one taken back says so', async () => {
  const engine = fakeRecorder()
  await commands.answerItem(engine, open, 'a', 'pass', { value: '0.52', estimated: true })
  await commands.answerItem(engine, open, 'a', 'unanswered', { value: '', estimated: false })
  const { checklist } = open
  assert.deepEqual(
    engine.written.map(({ body }) => body),
    [
      { kind: 'item_answered', item: 'a', checklist, answer: 'pass', value: '0.52', estimated: true },
      { kind: 'item_answered', item: 'a', checklist, answer: 'unanswered', value: '', estimated: false },
    ],
  )
})

test('a check begun beside its windows names its plan and day', async () => {
  const engine = fakeRecorder()
  const beside = { plan: '5'.repeat(32), on: '2026-11-20', ordinal: 2 }
  await commands.startTask(engine, open, 5, beside)
  assert.deepEqual(engine.written[0]?.body, {
    kind: 'task_started',
    checklist: open.checklist,
    started_at: 5,
    ...beside,
  })
})

test('a check is handed on, shared out, disputed, approved, and its parts written down', async () => {
  const engine = fakeRecorder()
  const { task } = open
  await commands.transferTask(engine, task, 'b'.repeat(32), '换班')
  await commands.takeGroup(engine, open, '地下二层', 'a'.repeat(32))
  await commands.disputeItem(engine, task, 'a', { name: '李店长', words: '已修' })
  await commands.approveTask(engine, task, 'returned', '补照片')
  await commands.recordPart(engine, task, { name: '滤网', quantity: '2', unit: '张' })
  assert.deepEqual(
    engine.written.map(({ body }) => body),
    [
      { kind: 'task_transferred', assignee: 'b'.repeat(32), transfer_reason: '换班' },
      { kind: 'group_taken', group: '地下二层', taken_by: 'a'.repeat(32) },
      { kind: 'item_disputed', item: 'a', dispute: { name: '李店长', words: '已修' } },
      { kind: 'task_approved', approval: 'returned', approval_words: '补照片' },
      { kind: 'part_recorded', part: { name: '滤网', quantity: '2', unit: '张' } },
    ],
  )
})

test('a drawn signature travels with its confirmation; a typed name needs none', async () => {
  const engine = fakeRecorder()
  const said = { side: 'assessed', name: '李店长', stance: 'agreed', words: '' } as const
  const drawn = { bytes: new ArrayBuffer(3), media_type: 'image/png' }
  await commands.confirmTask(engine, open.task, said, drawn)
  await commands.confirmTask(engine, open.task, said, null)
  const [signed, named] = engine.written
  assert.deepEqual(signed?.body, {
    kind: 'task_confirmed',
    confirmation: { ...said, how: 'signature', signature: 'f'.repeat(64) },
  })
  assert.deepEqual(signed?.photos, [drawn])
  assert.deepEqual(named?.body, {
    kind: 'task_confirmed',
    confirmation: { ...said, how: 'typed', signature: '' },
  })
  assert.equal(named?.photos, undefined)
})

test('a photo is named by its hash and travels with its operation', async () => {
  const engine = fakeRecorder()
  const photo = { bytes: new ArrayBuffer(3), media_type: 'image/jpeg' }
  await commands.addEvidence(engine, open, 'a', photo)
  await commands.withdrawEvidence(engine, open, 'a', 'f'.repeat(64))
  const [added, withdrawn] = engine.written
  assert.deepEqual(added?.body, { kind: 'evidence_added', item: 'a', photo: 'f'.repeat(64) })
  assert.deepEqual(added?.photos, [photo])
  assert.deepEqual(withdrawn?.body, {
    kind: 'evidence_withdrawn',
    item: 'a',
    photo: 'f'.repeat(64),
  })
})

test('a failure to save reaches the screen', async () => {
  const engine = { ...fakeRecorder(), record: () => Promise.reject(new Error('full')) }
  await assert.rejects(commands.answerItem(engine, open, 'a', 'pass'), /full/u)
})
