/** What the phone tells about a decision of the office, in one sentence and both languages. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { say } from '../../kernel/languages.ts'
import type { Answer } from '../../schemas.gen.ts'
import type { SingleField, Stamped } from '../../store/shapes.ts'
import { fold } from '../../sync/merge.ts'
import { decisionOf, decisionWords } from './decided.ts'

const ANA = 'a'.repeat(32)
const BEN = 'b'.repeat(32)

let position = 0

function did(person: string, kind: string, body: Record<string, unknown>): Stamped {
  position += 1
  return {
    id: `${person}:${position}`,
    kind,
    record: 'r',
    record_kind: 'task',
    person,
    role: 'quality_inspector',
    stamp: position,
    saw: 0,
    position,
    body,
  }
}

const answered = (person: string, answer: Answer): Stamped =>
  did(person, 'item_answered', { item: 'i', checklist: 'c', answer })

const decided = (between: Stamped[], value: Answer, reason = '以复核照片为准'): Stamped =>
  did('li', 'conflict_decided', {
    field: 'answer/i',
    between: between.map(({ id }) => id),
    value,
    reason,
    signed: { zh: '李工', en: 'Li' },
  })

const withdrawn = (decision: Stamped): Stamped =>
  did('li', 'decision_withdrawn', { field: 'answer/i', decision: decision.id, reason: '看错照片' })

function fieldOf(operations: Stamped[]): SingleField {
  const record = operations.reduce<ReturnType<typeof fold> | null>(fold, null)
  return record?.fields['answer/i'] as SingleField
}

function sentence(operations: Stamped[], mine: Answer | null, language: 'zh' | 'en' = 'zh'): string {
  const decision = decisionOf(fieldOf(operations), mine)
  if (decision === null) return ''
  const { phrase, values } = decisionWords(decision, mine, 'assessment')
  const spoken = Object.entries(values).map(([name, value]) => [name, say(value, {}, language)])
  return say(phrase, Object.fromEntries(spoken) as Record<string, string>, language)
}

const pass = answered(ANA, 'pass')
const fail = answered(BEN, 'fail')

test('a decision is told in one sentence with who and why', () => {
  const told = [pass, fail, decided([pass, fail], 'fail')]
  assert.equal(sentence(told, 'fail'), '办公室核定为不合格：李工，以复核照片为准')
  assert.equal(sentence(told, null), '办公室核定为不合格：李工，以复核照片为准')
  assert.equal(sentence(told, 'fail', 'en'), 'The office decided Fail: Li, 以复核照片为准')
})

test('whose own answer was overruled is told so', () => {
  const told = [pass, fail, decided([pass, fail], 'fail')]
  assert.equal(sentence(told, 'pass'), '您的结果是合格，办公室核定为不合格：李工，以复核照片为准')
  assert.match(sentence(told, 'pass', 'en'), /^You found Pass; the office decided Fail: Li/u)
})

test('something new after a decision is told as opened again', () => {
  const again = answered(BEN, 'fail')
  const told = [pass, fail, decided([pass, fail], 'pass'), again]
  assert.match(sentence(told, 'pass'), /^办公室曾核定为合格（李工，以复核照片为准），之后又有新的结果/u)
})

test('a decision taken back is told with the reason why', () => {
  const decision = decided([pass, fail], 'pass')
  const told = [pass, fail, decision, withdrawn(decision)]
  assert.equal(sentence(told, 'pass'), '办公室撤销了原来的核定（合格）：看错照片，会重新核对')
})

test('where nobody decided, or all agree by now, nothing is told', () => {
  assert.equal(sentence([pass, fail], 'pass'), '')
  const decision = decided([pass, fail], 'pass')
  assert.equal(sentence([pass, fail, decision, answered(BEN, 'pass')], 'pass'), '')
  assert.equal(decisionOf(undefined, null), null)
})
