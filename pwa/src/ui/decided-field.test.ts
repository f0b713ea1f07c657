import assert from 'node:assert/strict'
import { test } from 'node:test'

import { say } from '../kernel/languages.ts'
import { fieldDecision, fieldDecisionWords, type DecidedField } from './decided-field.ts'

const LIN = { zh: '林晓', en: 'Lin' }

const decision = { op: 'd', stamp: 5, value: '渗水', reason: '看过照片', signed: LIN }

function told(field: DecidedField): string[] {
  const found = fieldDecision(field) ?? assert.fail()
  const { phrase, values } = fieldDecisionWords(found, { zh: '说明', en: 'Note' }, { zh: '渗水' })
  return (['zh', 'en'] as const).map((language) =>
    say(
      phrase,
      Object.fromEntries(Object.entries(values).map(([name, one]) => [name, say(one, {}, language)])),
      language,
    ),
  )
}

test('a note that the office decided says who decided what and why, in both languages', () => {
  const field = { decided: 'd', decisions: { d: decision } }
  assert.deepEqual(told(field), [
    '林晓核定说明为“渗水”：看过照片',
    'Lin decided on “渗水” (Note): 看过照片',
  ])
})

test('what came after a decision, or took it back, is said while people still differ', () => {
  const decisions = { d: decision }
  assert.match(told({ contested: true, decisions })[0] ?? '', /之后又有人补充/u)
  const back = { w: { op: 'w', stamp: 9, person: 'lin', value: 'd', reason: '看错了', signed: LIN } }
  const undone = { contested: true, decisions, withdrawals: back } as const
  assert.match(told(undone)[0] ?? '', /林晓撤回了对说明的核定：看错了/u)
  // Where all agree by now it is no news any more.
  assert.equal(fieldDecision({ decisions }), null)
  assert.equal(fieldDecision({}), null)
  assert.equal(fieldDecision(undefined), null)
})
