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

const end = { site: '1'.repeat(32), post: '2'.repeat(32), on: '2026-11-20', shift: 'night' }
const ana = 'a'.repeat(32)

test('a handover lies under the id that the server gives it, its words cut between whole signs', async () => {
  const engine = fakeRecorder()
  const handover = { on_duty: [ana], open_matters: [' 门坏 ', '长'.repeat(9000)], instructions: '👮'.repeat(9000) }
  await commands.makeHandover(engine, end, ana, handover, 7)
  const [made] = engine.written
  // python: handover_of("1" * 32, "2" * 32, "2026-11-20", "night")
  assert.equal(made?.record, EXPECTED_ID)
  assert.deepEqual(made.body, {
    kind: 'handover_made',
    ...end,
    left_by: ana,
    left_at: 7,
    handover: {
      on_duty: [ana],
      open_matters: ['门坏', '长'.repeat(4000)],
      instructions: '👮'.repeat(4000),
    },
  })
})

const EXPECTED_ID = '767ecdfcd2429957ab5d8806bf33c4c2'

test('whoever takes over says how; a signature travels as a picture under its hash', async () => {
  const engine = fakeRecorder()
  const drawn = { bytes: new ArrayBuffer(3), media_type: 'image/png' }
  const said = { person: ana, stance: 'disputed', words: ' 少一台 ' } as const
  await commands.takeHandover(engine, 'h', { ...said, how: 'signature' }, 9, drawn)
  await commands.takeHandover(engine, 'h', { ...said, how: 'pin' }, 9)
  assert.deepEqual(engine.written.map(({ body, photos }) => [body, photos]), [
    [{ kind: 'handover_taken', taking: { ...said, how: 'signature', words: '少一台', signature: 'f'.repeat(64) }, taken_at: 9 }, [drawn]],
    [{ kind: 'handover_taken', taking: { ...said, how: 'pin', words: '少一台', signature: '' }, taken_at: 9 }, undefined],
  ])
})

test('a matter is settled by its place, a substitute named by the slot of the roster', async () => {
  const engine = fakeRecorder()
  await commands.settleMatter(engine, 'h', 2, '已修好')
  await commands.nameSubstitute(engine, 'r', commands.slotOf(end), ana)
  assert.deepEqual(engine.written.map(({ record, record_kind, body }) => [record, record_kind, body]), [
    ['h', 'handover', { kind: 'matter_settled', matter: '2', settled_words: '已修好' }],
    ['r', 'roster', { kind: 'substitute_named', slot: `2026-11-20|night|${end.post}`, substitute: ana }],
  ])
})

test('a failure to save reaches the screen', async () => {
  const engine = { ...fakeRecorder(), record: () => Promise.reject(new Error('full')) }
  await assert.rejects(commands.settleMatter(engine, 'h', 0, ''), /full/u)
})
