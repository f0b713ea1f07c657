/** Each command hands the engine exactly one operation of the agreed shape. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { NewOperation, Saved } from '../../sync/engine.ts'
import * as commands from './commands.ts'
import { scanAt } from './testing/ground.ts'

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

const open = { round: '1'.repeat(32), route: '2'.repeat(32) }
const stop = '3'.repeat(32)

test('a round is begun, scanned, noted, missed and finished by its own operations', async () => {
  const engine = fakeRecorder()
  const scan = scanAt(1)
  await commands.startRound(engine, open, 5)
  await commands.scanCheckpoint(engine, open, stop, scan)
  await commands.noteCheckpoint(engine, open, stop, '灯不亮')
  await commands.missCheckpoint(engine, open, stop, ' 门锁着 ')
  await commands.finishRound(engine, open, 9)
  assert.deepEqual(engine.written.map(({ body }) => body), [
    { kind: 'round_started', route: open.route, started_at: 5 },
    { kind: 'checkpoint_scanned', checkpoint: stop, scan },
    { kind: 'round_noted', checkpoint: stop, note: '灯不亮' },
    { kind: 'checkpoint_missed', checkpoint: stop, missed_because: '门锁着' },
    { kind: 'round_finished', finished_at: 9 },
  ])
  assert.ok(engine.written.every(({ record, record_kind, photos }) =>
    record === open.round && record_kind === 'round' && photos === undefined))
})

test('a round beside the plan says its date and place in it, under the id that the server gives it', async () => {
  const engine = fakeRecorder()
  const beside = { on: '2026-11-20', ordinal: 3 }
  await commands.startRound(engine, { ...open, beside }, 5)
  assert.deepEqual(engine.written[0]?.body, {
    kind: 'round_started', route: open.route, started_at: 5, ...beside,
  })
  // python: derived_id("round", "0" * 32, "2" * 32, "2026-11-20", 3)
  assert.equal(await commands.roundId('0'.repeat(32), open.route, beside.on, 3), EXPECTED_ID)
})

const EXPECTED_ID = '32c1a3274084e8e2d8bd137cb2e44dd6'

test('a photo is named by its hash and travels with its operation', async () => {
  const engine = fakeRecorder()
  const photo = { bytes: new ArrayBuffer(3), media_type: 'image/jpeg' }
  await commands.addPhoto(engine, open, stop, photo)
  const [added] = engine.written
  assert.deepEqual(added?.body, { kind: 'round_evidenced', checkpoint: stop, photo: 'f'.repeat(64) })
  assert.deepEqual(added?.photos, [photo])
})

test('longer texts than an operation takes are cut between whole signs', async () => {
  const engine = fakeRecorder()
  await commands.scanCheckpoint(engine, open, stop, scanAt(1, '👮'.repeat(900)))
  await commands.missCheckpoint(engine, open, stop, '长'.repeat(900))
  const [scanned, missed] = engine.written.map(({ body }) => body as Record<string, unknown>)
  assert.equal((scanned?.['scan'] as { text: string }).text, '👮'.repeat(400))
  assert.equal(missed?.['missed_because'], '长'.repeat(200))
})

test('a failure to save reaches the screen', async () => {
  const engine = { ...fakeRecorder(), record: () => Promise.reject(new Error('full')) }
  await assert.rejects(commands.finishRound(engine, open, 1), /full/u)
})
