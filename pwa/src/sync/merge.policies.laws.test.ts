/** The law of each policy by itself, on operations nobody thought of; the server's twin has the same. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { KINDS } from '../schemas.gen.ts'
import type { MergeRecord, SingleField, Stamped } from '../store/shapes.ts'
import { findConflicts, fold } from './merge.ts'

const PEOPLE = ['ana', 'ben', 'cleo']
const RUNS = { numRuns: 120, seed: 20261120 }
const SEVERITY = severityRule()

function severityRule(): { order: readonly string[] } {
  const rule = KINDS['severity_judged']?.writes.find((write) => write.field === 'severity')
  return { order: rule?.order ?? assert.fail() }
}

interface Draw {
  kind: string
  person: string
  role: string
  stamp: number
  saw: number
  word: string
}

/** Draws what several people did to item 1 of one record. */
function drawn(...kinds: string[]): fc.Arbitrary<Stamped[]> {
  const draw: fc.Arbitrary<Draw> = fc.record({
    kind: fc.constantFrom(...kinds),
    person: fc.constantFrom(...PEOPLE),
    role: fc.constantFrom(...SEVERITY.order.slice(0, 4), 'guard'),
    stamp: fc.integer({ min: 1, max: 8 }),
    saw: fc.integer({ min: 0, max: 12 }),
    word: fc.constantFrom('fail', 'pass', 'not_applicable', 'unanswered', 'minor', 'serious', 'half', ''),
  })
  return fc.array(draw, { minLength: 1, maxLength: 12 }).map((draws) =>
    draws.map((one, index): Stamped => {
      const rule = KINDS[one.kind] ?? assert.fail()
      const values = Object.fromEntries(rule.writes.map((write) => [write.source, one.word]))
      return {
        id: `${one.person}:${String(index + 1).padStart(2, '0')}`,
        kind: one.kind,
        record: 'r',
        record_kind: rule.record_kind,
        person: one.person,
        role: one.role,
        stamp: one.stamp,
        saw: one.saw,
        position: index + 1,
        body: { ...values, item: '1' },
      }
    }),
  )
}

function folded(operations: readonly Stamped[]): MergeRecord {
  let record: MergeRecord | null = null
  for (const operation of operations) record = fold(record, operation)
  return record ?? assert.fail()
}

/** Oldest first, by stamp and then by id. */
function byAge(operations: readonly Stamped[]): Stamped[] {
  return [...operations].sort((one, other) =>
    one.stamp === other.stamp ? (one.id < other.id ? -1 : 1) : one.stamp - other.stamp,
  )
}

function latestOfEach(operations: readonly Stamped[]): Stamped[] {
  return [...new Map(byAge(operations).map((one) => [one.person, one])).values()]
}

function law(name: string, operations: fc.Arbitrary<Stamped[]>, check: (made: Stamped[]) => void): void {
  test(name, () => {
    fc.assert(fc.property(operations, check), RUNS)
  })
}

law('ME2 latest is the greatest stamp, then id', drawn('item_noted'), (made) => {
  const field = folded(made).fields['note/1'] as SingleField
  assert.equal(field.value, byAge(made).at(-1)?.body['note'])
  const kept = Object.values(field.by).map((entry) => entry.op)
  assert.deepEqual(kept.sort(), latestOfEach(made).map((one) => one.id).sort())
})

law('ME3 first is the smallest stamp, then id, and is never contested', drawn('task_started'), (made) => {
  const field = folded(made).fields['started_at'] as SingleField
  assert.equal(field.by[field.person]?.op, byAge(made)[0]?.id)
  assert.ok(!('contested' in field))
})

law('ME4 worst is the worst of each person’s latest', drawn('item_answered'), (made) => {
  const order = KINDS['item_answered']?.writes[0]?.order ?? assert.fail()
  // An unknown value is the worst of all.
  const rank = (word: unknown): number => Math.max(order.indexOf(String(word)), 0)
  const worst = Math.min(...latestOfEach(made).map((one) => rank(one.body['answer'])))
  assert.equal(rank((folded(made).fields['answer/1'] as SingleField).value), worst)
})

law('ME5 union holds what was added after it was taken', drawn('evidence_added', 'evidence_withdrawn'), (made) => {
  const expected = [...new Set(made.map((one) => String(one.body['photo'])))].filter((photo) => {
    const last = byAge(made.filter((one) => one.body['photo'] === photo)).at(-1)
    return last?.kind === 'evidence_added'
  })
  assert.deepEqual(folded(made).fields['evidence/1']?.value, expected.sort())
})

law('ME6 append keeps every entry, in stamp order', drawn('remark_added'), (made) => {
  const field = folded(made).fields['remark']
  assert.deepEqual(field?.value, byAge(made).map((one) => one.body['remark']))
})

law('ME8 conflicts are unseen differing pairs of different persons', drawn('item_answered', 'item_noted'), (made) => {
  const record = folded(made)
  const byId = new Map(made.map((one) => [one.id, one]))
  for (const { field, first_op, second_op } of findConflicts(record)) {
    const [one, other] = [byId.get(first_op) ?? assert.fail(), byId.get(second_op) ?? assert.fail()]
    const { by } = record.fields[field] as SingleField
    assert.notEqual(one.person, other.person)
    assert.notDeepEqual(by[one.person]?.value, by[other.person]?.value)
    assert.ok(one.saw < (other.position ?? 0) && other.saw < (one.position ?? 0))
  }
})

law('ME18 an answer taken back contradicts nobody', drawn('item_answered'), (made) => {
  const record = folded(made)
  const field = record.fields['answer/1'] as SingleField
  const back = new Set(
    latestOfEach(made)
      .filter((one) => one.body['answer'] === 'unanswered')
      .map(({ person }) => person),
  )
  // As if whoever took their word back had never spoken on the item.
  const spoken = made.filter(({ person }) => !back.has(person))
  assert.equal(field.value === 'unanswered', spoken.length === 0)
  if (spoken.length === 0) return
  const without = folded(spoken)
  const same = without.fields['answer/1'] as SingleField
  assert.deepEqual([field.value, field.person, field.contested], [same.value, same.person, same.contested])
  const onAnswers = (one: MergeRecord): unknown => findConflicts(one).filter((found) => found.field === 'answer/1')
  assert.deepEqual(onAnswers(record), onAnswers(without))
})

law('ME18 a field without such a word takes nothing back', drawn('item_noted'), (made) => {
  const field = folded(made).fields['note/1'] as SingleField
  const values = new Set(Object.values(field.by).map(({ value }) => value))
  assert.equal(field.contested ?? false, values.size > 1)
})

law('ME19 a quiet field is never contested', drawn('item_answered'), (made) => {
  // Two people read one gauge a little differently: the latest stands, both are kept.
  const read = made.map((one, number) => ({ ...one, body: { ...one.body, value: `0.${number}` } }))
  const record = folded(read)
  const field = record.fields['value/1'] as SingleField
  const latest = byAge(latestOfEach(read)).at(-1)
  assert.deepEqual([field.value, field.contested], [latest?.body['value'], undefined])
  assert.deepEqual(new Set(Object.keys(field.by)), new Set(read.map(({ person }) => person)))
  assert.ok(!findConflicts(record).some((found) => found.field === 'value/1'))
})

law('ME9 authority is the highest role, then the latest', drawn('severity_judged'), (made) => {
  const rank = (role: string): number =>
    SEVERITY.order.includes(role) ? SEVERITY.order.indexOf(role) : SEVERITY.order.length
  const highest = Math.min(...latestOfEach(made).map((one) => rank(one.role)))
  const best = byAge(latestOfEach(made).filter((one) => rank(one.role) === highest)).at(-1)
  const field = folded(made).fields['severity'] as SingleField
  assert.equal(field.by[field.person]?.op, best?.id)
})
