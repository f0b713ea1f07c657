/** What a held operation says in words, and the act that a choice becomes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { HeldChoice, HeldField, HeldSeen } from '../schemas.gen.ts'
import {
  KEYS,
  actOn,
  alike,
  beginForm,
  bodyOf,
  factsOf,
  localInstant,
  readKey,
  waitOf,
} from './held-choices.ts'
import { fieldWords, heldTexts, leadsTo, reasons, standingWords, waitWords } from './held-texts.ts'

const LIN = { id: 'c'.repeat(32), name: { zh: '林晓', en: 'Lin' } }

function aHeld(change: Partial<HeldSeen> = {}): HeldSeen {
  return {
    id: 'h1',
    operation: 'w:1',
    writer: 'w',
    counter: 1,
    person: LIN,
    device: LIN,
    site: null,
    record: 't'.repeat(32),
    kind: 'item_answered',
    problem: {
      code: 'not_allowed',
      status: 403,
      title_zh: '没有权限',
      title_en: 'No right',
      next_zh: '联系办公室',
      next_en: 'Ask the office',
    },
    text: '{}',
    sha256: 'f'.repeat(64),
    received_ms: 1,
    phone_ms: null,
    waits_for: '',
    state: 'waiting',
    place: null,
    item: '1',
    item_text: null,
    words: 'patrol',
    body: { kind: 'item_answered', item: '1', checklist: 'c', answer: 'fail' },
    photos: [],
    recorded: { best_ms: 1, earliest_ms: 1, latest_ms: 1, time_class: 'A' },
    decide_by_ms: 2,
    overdue: false,
    choices: ['apply', 'change', 'set_aside'],
    never: null,
    decisions: [],
    result: '',
    clashes_with: '',
    position: 7,
    stamp: 9,
    ...change,
  }
}

const FIELDS: HeldField[] = [
  { name: 'item', form: 'text', most: 200 },
  { name: 'checklist', form: 'text' },
  { name: 'answer', form: 'choice', choices: ['fail', 'pass'] },
]

test('what was recorded is told in the checklist’s own words, without ids', () => {
  const facts = factsOf(aHeld())
  assert.deepEqual(facts.map(({ label, value }) => [label.zh, value.zh]), [['结果', '异常']])
  const odd = factsOf(aHeld({ body: { kind: 'x', new_field: { a: 1 }, remark: '漏水' } }))
  assert.deepEqual(odd.map(({ value }) => value.zh), ['{"a":1}', '漏水'])
  assert.deepEqual(factsOf(aHeld({ body: null })), [])
})

test('what waits by itself says for what; the rest waits for a person', () => {
  assert.equal(waitOf(aHeld()), null)
  assert.match(waitOf(aHeld({ waits_for: 'right:answer_items' }))?.zh ?? '', /权限/u)
})

test('others are alike by problem and kind, where the same may be done, and never for a change', () => {
  const held = aHeld()
  const others = [
    held,
    aHeld({ id: 'same' }),
    aHeld({ id: 'kind', kind: 'item_noted' }),
    aHeld({ id: 'own', choices: ['set_aside'] }),
    aHeld({ id: 'problem', problem: { ...held.problem, code: 'item_unknown' } }),
  ]
  const ids = (choice: HeldChoice): string[] => alike(held, others, choice).map(({ id }) => id)
  assert.deepEqual(ids('apply'), ['same'])
  assert.deepEqual(ids('set_aside'), ['same', 'own'])
  assert.deepEqual(ids('change'), [])
})

test('a choice becomes one operation on the record of decisions', () => {
  const held = aHeld()
  const act = actOn(held, 'apply', '属实', 'r', { record: 'x', body: { kind: 'y' } })
  assert.deepEqual(act, {
    request: 'r',
    record: 'h1',
    body: { kind: 'held_applied', author: LIN.id, reason: '属实' },
    based_on: 7,
    saw_stamp: 9,
  })
  const changed = actOn(held, 'change', '更正', 'r', { record: 'x', body: { kind: 'y' } })
  assert.deepEqual(changed.body, {
    kind: 'held_changed',
    author: LIN.id,
    reason: '更正',
    record: 'x',
    body: { kind: 'y' },
  })
})

test('the form begins with what fits, and names what is still missing', () => {
  const list = { checklist: 'plans own', title: { zh: '日检' }, items: [] }
  const spoiled = aHeld({ body: { kind: 'item_answered', item: '1', answer: 'bad' } })
  const begun = beginForm(spoiled, 'item_answered', FIELDS, list)
  assert.deepEqual(begun, { item: '1', checklist: 'plans own', answer: '' })
  assert.deepEqual(bodyOf('item_answered', FIELDS, begun), { missing: ['answer'] })
  assert.deepEqual(bodyOf('item_answered', FIELDS, { ...begun, answer: 'fail' }), {
    body: { kind: 'item_answered', item: '1', checklist: 'plans own', answer: 'fail' },
  })
})

test('an instant goes into the form and comes out to the second; nonsense is missing', () => {
  const field: HeldField = { name: 'finished_at', form: 'number' }
  const at_ms = Date.UTC(2026, 10, 17, 2, 3, 4)
  const made = bodyOf('task_finished', [field], { finished_at: localInstant(at_ms) })
  assert.deepEqual(made, { body: { kind: 'task_finished', finished_at: at_ms } })
  assert.deepEqual(bodyOf('k', [field], { finished_at: 'soon' }), { missing: ['finished_at'] })
})

test('each key means one thing, and none with Ctrl', () => {
  const key = (name: string, ctrlKey = false) =>
    readKey({ key: name, ctrlKey, metaKey: false, altKey: false })
  assert.deepEqual(key('A'), { does: 'choose', choice: 'apply' })
  assert.deepEqual(key('e'), { does: 'choose', choice: 'change' })
  assert.deepEqual(key('s'), { does: 'choose', choice: 'set_aside' })
  assert.deepEqual(key('u'), { does: 'choose', choice: 'take_up' })
  assert.deepEqual(key('j'), { does: 'next' })
  assert.equal(key('s', true), undefined)
  assert.equal(key('q'), undefined)
  assert.equal(new Set(Object.values(KEYS)).size, 4)
})

test('the desk speaks both languages', () => {
  const tables = [heldTexts, leadsTo, standingWords, waitWords, fieldWords]
  const phrases = [...tables.flatMap((table) => Object.values(table)), ...Object.values(reasons).flat()]
  for (const phrase of phrases) {
    assert.match(phrase.zh, /\p{Script=Han}/u)
    assert.doesNotMatch(phrase.en ?? assert.fail(phrase.zh), /\p{Script=Han}/u)
    assert.doesNotMatch(phrase.zh, /\p{Script=Han}[,;:!?()]/u)
  }
})
