import assert from 'node:assert/strict'
import { test } from 'node:test'

import { phoneProblem } from '../kernel/problems.ts'
import type { OutboxEntry } from '../sync/engine.ts'
import { givingUp, mayGiveUp } from './given-up.ts'

const waiting = { sha256: 'a'.repeat(64), receipted: false, waived: false }

function anEntry(more: Partial<OutboxEntry>): OutboxEntry {
  const body = { kind: 'evidence_added', item: 'walls', photo: waiting.sha256 }
  const problem = phoneProblem('photo_too_large')
  return { kind: 'evidence_added', record: 't', state: 'sent', photos: [waiting], problem, body, ...more } as OutboxEntry
}

test('a photo can be given up only where the server will never take it', () => {
  assert.equal(mayGiveUp(anEntry({})), true)
  assert.equal(mayGiveUp(anEntry({ problem: null })), false)
  assert.equal(mayGiveUp(anEntry({ problem: phoneProblem('offline') })), false)
  assert.equal(mayGiveUp(anEntry({ state: 'waiting' })), false)
  assert.equal(mayGiveUp(anEntry({ kind: 'correction_evidenced' })), false)
  assert.equal(mayGiveUp(anEntry({ photos: [{ ...waiting, receipted: true }] as OutboxEntry['photos'] })), false)
})

test('the reason is recorded before the photo is taken out', () => {
  assert.deepEqual(givingUp(anEntry({}), '照片太大').map(({ body }) => body), [
    { kind: 'remark_added', remark: '照片太大' },
    { kind: 'evidence_withdrawn', item: 'walls', photo: waiting.sha256 },
  ])
})
