import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ProblemFailure, serverProblem } from '../kernel/problems.ts'
import { toBase64, utf8 } from '../kernel/seal.ts'
import type { CarriedReply } from '../schemas.gen.ts'
import { importFile, landedOf, sendAgain } from './import-files.ts'

const nothing = (): void => undefined

function oneFile(...words: string[]): { name: string; text: () => Promise<string> } {
  const lines = words.map((word) => JSON.stringify({ sealed: toBase64(utf8(word)), operations: 1 }))
  const head = JSON.stringify({ roundsman: 'rescue', version: 1, bundles: words.length })
  return { name: 'rescue.txt', text: () => Promise.resolve([head, ...lines].join('\n')) }
}

function opened(bytes: ArrayBuffer, status: 'accepted' | 'merged' | 'duplicate' | 'held'): CarriedReply {
  const id = `${new TextDecoder().decode(bytes)}:1`
  const bundle = 'b'.repeat(64)
  return { bundle, status: 'opened', outcomes: [{ id, status, sha256: 'a'.repeat(64) }], receipt: 'roundsman' }
}

test('every operation of a file is told as new, already there or held', async () => {
  const states = ['accepted', 'merged', 'duplicate', 'held'] as const
  let turn = 0
  const carry = (bytes: ArrayBuffer): Promise<CarriedReply> =>
    Promise.resolve(opened(bytes, states[turn++] ?? 'held'))
  const { landed, missing_count } = await importFile(oneFile('one', 'two', 'three', 'four'), carry, nothing)
  assert.deepEqual(
    landed.map((one) => [one.operation, one.became]),
    [['one:1', 'fresh'], ['two:1', 'fresh'], ['three:1', 'known'], ['four:1', 'held']],
  )
  assert.equal(missing_count, 0)
})

test('one bundle that does not arrive keeps no other back, and only it is sent again', async () => {
  const sent: string[] = []
  let isDown = true
  const carry = (bytes: ArrayBuffer): Promise<CarriedReply> => {
    const word = new TextDecoder().decode(bytes)
    sent.push(word)
    if (word === 'two' && isDown) throw new ProblemFailure(serverProblem('database_unavailable', 503))
    return Promise.resolve(opened(bytes, 'accepted'))
  }
  const first = await importFile(oneFile('one', 'two', 'three'), carry, nothing)
  assert.deepEqual(first.landed.map((one) => one.became), ['fresh', 'not_sent', 'fresh'])
  assert.equal(first.landed[1]?.problem?.code, 'database_unavailable')
  isDown = false
  const second = await sendAgain(first, carry, nothing)
  assert.deepEqual(sent, ['one', 'two', 'three', 'two'])
  assert.deepEqual(second.landed.map((one) => one.became).sort(), ['fresh', 'fresh', 'fresh'])
  assert.equal(second.unsent.length, 0)
})

test('a bundle held whole says why, and a photo is told apart', () => {
  const problem = serverProblem('signature_wrong', 403)
  const held = landedOf({ bundle: 'c'.repeat(64), status: 'held', problem })
  assert.deepEqual(held.map((one) => [one.what, one.became, one.problem?.code]), [['bundle', 'held', 'signature_wrong']])
  const photo = landedOf({ bundle: 'c'.repeat(64), status: 'opened', photos: ['d'.repeat(64)] })
  assert.deepEqual(photo.map((one) => [one.what, one.became]), [['photo', 'stored']])
})
