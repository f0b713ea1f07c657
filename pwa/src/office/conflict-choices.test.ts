/** The conflict desk: what a choice becomes, which cases are alike, and what each key does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { ConflictSeen, GivenAnswer } from '../schemas.gen.ts'
import {
  actOf,
  combined,
  differences,
  likeAccount,
  ofSameItem,
  ofSamePeople,
  readKey,
  valueWord,
} from './conflict-choices.ts'

const SIGNED = { zh: '李工', en: 'Li' }

function side(person: string, answer: string, rest: Partial<GivenAnswer> = {}): GivenAnswer {
  return {
    operation: `${person}:1`,
    person: { id: person, name: { zh: person } },
    role: 'quality_inspector',
    role_name: { zh: '品质检查员' },
    answer,
    note: '',
    photos: [],
    recorded: null,
    stands: false,
    ...rest,
  }
}

function conflict(
  id: string,
  sides: GivenAnswer[],
  rest: Partial<ConflictSeen> = {},
): ConflictSeen {
  const values = [...new Set(sides.map(({ answer }) => answer))]
  return {
    id,
    record: `task ${id}`,
    record_kind: 'task',
    field: 'answer/floor',
    site: { id: 's', name: { zh: '港湾' }, zone: 'Asia/Shanghai' },
    place: null,
    item: 'floor',
    item_text: null,
    words: 'patrol',
    combines: false,
    position: 7,
    stamp: 70,
    sides,
    choices: values.map((value) => ({
      value,
      operations: sides.filter(({ answer }) => answer === value).map((one) => one.operation),
      stands: false,
      scores: [],
    })),
    scored: false,
    decision: null,
    hindrance: null,
    ...rest,
  }
}

const case1 = conflict('1', [side('ana', 'pass'), side('ben', 'fail')])

test('a choice names every account that counts and carries what its author saw', () => {
  const act = actOf(case1, { deed: 'choose', operation: 'ana:1' }, ' 以复核照片为准 ', SIGNED)
  assert.deepEqual(act, {
    record: 'task 1',
    record_kind: 'task',
    based_on: 7,
    saw_stamp: 70,
    body: {
      kind: 'conflict_decided',
      field: 'answer/floor',
      between: ['ana:1', 'ben:1'],
      value: 'pass',
      reason: '以复核照片为准',
      signed: SIGNED,
    },
  })
})

test('nothing is recorded of an account that is gone, of empty words or of no decision', () => {
  assert.equal(actOf(case1, { deed: 'choose', operation: 'gone:1' }, 'x', SIGNED), undefined)
  assert.equal(actOf(case1, { deed: 'combine', text: '  ' }, 'x', SIGNED), undefined)
  assert.equal(actOf(case1, { deed: 'undo' }, 'x', SIGNED), undefined)
})

test('undoing names the decision', () => {
  const decision = {
    operation: 'li:1',
    value: 'pass',
    person: { id: 'li', name: { zh: '李工' } },
    role_name: { zh: '品质专员' },
    decided_ms: 1,
    reason: 'x',
    stands: true,
  }
  const act = actOf({ ...case1, decision }, { deed: 'undo' }, '核定有误', SIGNED)
  assert.deepEqual(act?.body, {
    kind: 'decision_withdrawn',
    field: 'answer/floor',
    decision: 'li:1',
    reason: '核定有误',
  })
})

test('like cases are of the same item or between the same people, and may be decided', () => {
  const same = conflict('2', [side('ben', 'fail'), side('ana', 'pass')])
  const otherItem = conflict('3', [side('ana', 'fail'), side('ben', 'pass')], {
    item: 'door',
    field: 'answer/door',
  })
  const note = conflict('4', [side('ana', 'a'), side('ben', 'b')], { field: 'note/floor' })
  const own = conflict('5', [side('ana', 'pass'), side('ben', 'fail')], {
    hindrance: { code: 'own_cause', status: 403, title_zh: '', title_en: '', next_zh: '', next_en: '' },
  })
  const others = conflict('6', [side('cleo', 'pass'), side('ben', 'fail')])
  const all = [case1, same, otherItem, note, own, others]
  const ids = (found: ConflictSeen[]): string[] => found.map(({ id }) => id)
  assert.deepEqual(ids(ofSameItem(case1, all)), ['2', '6'])
  assert.deepEqual(ids(ofSamePeople(case1, all)), ['2', '3'])
})

test('a choice is taken over by result or by person, and by neither where nobody gave it', () => {
  const chosen = { conflict: case1, operation: 'ana:1' }
  const turned = conflict('2', [side('ana', 'fail'), side('ben', 'pass')])
  assert.equal(likeAccount(chosen, turned, 'value'), 'ben:1')
  assert.equal(likeAccount(chosen, turned, 'person'), 'ana:1')
  const without = conflict('3', [side('cleo', 'fail'), side('ben', 'not_applicable')])
  assert.equal(likeAccount(chosen, without, 'value'), undefined)
  assert.equal(likeAccount(chosen, without, 'person'), undefined)
})

test('differences are marked where accounts differ and nowhere else', () => {
  const photos = ['a'.repeat(64)]
  const found = differences([side('ana', 'pass', { photos }), side('ben', 'fail', { note: '脏' })])
  assert.deepEqual([...found].sort(), ['answer', 'note', 'photos'])
  assert.equal(differences([side('ana', 'pass'), side('ben', 'pass')]).size, 0)
})

test('values are told in the words of their checklist, and people’s words as they wrote them', () => {
  assert.equal(valueWord(case1, 'fail').zh, '异常')
  assert.equal(valueWord({ ...case1, field: 'severity' }, 'serious').zh, '严重')
  assert.equal(valueWord({ ...case1, field: 'note/floor' }, '有水').zh, '有水')
  assert.equal(valueWord({ ...case1, field: 'plan' }, { code: 'x' }).zh, '{"code":"x"}')
})

test('texts to be put together begin with all of them', () => {
  const note = conflict('4', [side('ana', ' 东侧 '), side('ben', '西侧')], { field: 'note/floor' })
  assert.equal(combined(note), '东侧；西侧')
})

test('keys do what their table says, and the browser’s own are left alone', () => {
  const press = (key: string, held = {}): unknown =>
    readKey({ key, ctrlKey: false, altKey: false, metaKey: false, ...held })
  assert.deepEqual(press('j'), { does: 'next' })
  assert.deepEqual(press('K'), { does: 'previous' })
  assert.deepEqual(press('2'), { does: 'choose', place: 1 })
  assert.deepEqual(press('Enter'), { does: 'confirm' })
  assert.deepEqual(press('?'), { does: 'help' })
  assert.equal(press('c', { ctrlKey: true }), undefined)
  assert.equal(press('0'), undefined)
  assert.equal(press('z'), undefined)
})
