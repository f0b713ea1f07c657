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
