import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { canonicalJson } from '../kernel/canonical.ts'
import { KINDS } from '../schemas.gen.ts'
import type { MergeRecord, SingleField, Stamped, StateField } from '../store/shapes.ts'
import { findConflicts, fold } from './merge.ts'

const PEOPLE = ['ana', 'ben', 'cleo']
const ROLES = ['quality_manager', 'quality_inspector', 'team_leader', 'guard']
const RUNS = { numRuns: 150, seed: 20261120 }

const TASK_KINDS = Object.keys(KINDS).filter((name) => KINDS[name]?.record_kind === 'task')
const FINDING_KINDS = Object.keys(KINDS).filter(
  (name) => KINDS[name]?.record_kind === 'nonconformity',
)

interface Draw {
  kind: string
  person: string
  role: string
  stamp: number
  saw: number
  sent: boolean
  item: string
  value: string
}

function draws(kinds: readonly string[]): fc.Arbitrary<Draw[]> {
  return fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      person: fc.constantFrom(...PEOPLE),
      role: fc.constantFrom(...ROLES),
      stamp: fc.integer({ min: 1, max: 8 }),
      saw: fc.integer({ min: 0, max: 12 }),
      sent: fc.boolean(),
      item: fc.constantFrom('1', '💧', '\ue000', '__proto__'),
      value: fc.constantFrom('fail', 'pass', 'not_applicable', 'unanswered', 'minor', 'serious'),
    }),
    { minLength: 1, maxLength: 12 },
  )
}

/** Makes operations of the draws: each is its author's next one. */
function operationsOf(drawn: readonly Draw[]): Stamped[] {
  const counters = new Map<string, number>()
  return drawn.map((draw, index) => {
    const rule = KINDS[draw.kind] ?? assert.fail()
    const counter = (counters.get(draw.person) ?? 0) + 1
    counters.set(draw.person, counter)
    const values = rule.writes.map((write): [string, string] => [write.source, draw.value])
    const keys = rule.writes.flatMap(({ key }): [string, string][] => (key ? [[key, draw.item]] : []))
    return {
      id: `${draw.person}:${counter}`,
      kind: draw.kind,
      record: 'r',
      record_kind: rule.record_kind,
      person: draw.person,
      role: draw.role,
      stamp: draw.stamp,
      saw: draw.saw,
      position: draw.sent ? index + 1 : null,
      body: { ...Object.fromEntries([...values, ...keys]), item: draw.item, kind: draw.kind },
    }
  })
}

function foldAll(operations: readonly Stamped[]): MergeRecord {
  let record: MergeRecord | null = null
  for (const operation of operations) record = fold(record, operation)
  return record ?? assert.fail()
}

for (const [name, kinds] of [
  ['task', TASK_KINDS],
  ['nonconformity', FINDING_KINDS],
] as const) {
  test(`ME1 any order of the same operations gives the same ${name}`, () => {
    const ordered = draws(kinds).map(operationsOf)
    const pair = ordered.chain((operations) =>
      fc.tuple(
        fc.constant(operations),
        fc.shuffledSubarray(operations, { minLength: operations.length }),
      ),
    )
    fc.assert(
      fc.property(pair, ([operations, shuffled]) => {
        const one = foldAll(operations)
        const other = foldAll(shuffled)
        assert.equal(canonicalJson(one), canonicalJson(other))
        assert.deepEqual(findConflicts(one), findConflicts(other))
      }),
      RUNS,
    )
  })

  test(`ME1 an operation of a ${name} folded twice has one effect`, () => {
    fc.assert(
      fc.property(draws(kinds), fc.nat(), (drawn, pick) => {
        const operations = operationsOf(drawn)
        const again = operations[pick % operations.length] ?? assert.fail()
        assert.equal(
          canonicalJson(foldAll([...operations, again])),
          canonicalJson(foldAll(operations)),
        )
      }),
      RUNS,
    )
  })

  test(`ME11 folding leaves the given ${name} unchanged`, () => {
    fc.assert(
      fc.property(draws(kinds), (drawn) => {
        let record: MergeRecord | null = null
        for (const operation of operationsOf(drawn)) {
          const before = canonicalJson(record)
          const next = fold(record, operation)
          assert.equal(canonicalJson(record), before)
          record = next
        }
      }),
      RUNS,
    )
  })
}

test('ME10 a person’s own later answer replaces the earlier, whatever it says', () => {
  fc.assert(
    fc.property(draws(['item_answered']), (drawn) => {
      const operations = operationsOf(drawn.map((draw) => ({ ...draw, item: '1' })))
      const field = foldAll(operations).fields['answer/1'] as SingleField
      for (const [person, entry] of Object.entries(field.by)) {
        const own = operations.filter((operation) => operation.person === person)
        const stamps = own.map((operation) => operation.stamp)
        assert.equal(entry.stamp, Math.max(...stamps))
      }
    }),
    RUNS,
  )
})

test('ME7 every move received is either walked or held, and none is lost', () => {
  fc.assert(
    fc.property(draws(FINDING_KINDS), (drawn) => {
      const operations = operationsOf(drawn)
      const moves = operations.filter((operation) => KINDS[operation.kind]?.move)
      fc.pre(moves.length > 0)
      const state = foldAll(operations).fields['state'] as StateField
      assert.equal(state.moves.length, moves.length)
      const ids = new Set(state.moves.map((move) => move.op))
      for (const held of state.held) assert.ok(ids.has(held))
    }),
    RUNS,
  )
})

interface DecisionDraw {
  /** Which of the answers it names, as bits; all of them where that is the draw. */
  named: number
  all: boolean
  value: string
  stamp: number
  back: boolean
}

/** Answers on one item, decisions between some of them, and some of those taken back. */
const decided: fc.Arbitrary<Stamped[]> = fc
  .tuple(
    draws(['item_answered']),
    fc.array(
      fc.record({
        named: fc.nat({ max: 4095 }),
        all: fc.boolean(),
        value: fc.constantFrom('fail', 'pass', 'not_applicable', 'words'),
        stamp: fc.integer({ min: 1, max: 12 }),
        back: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([drawn, choices]) => {
    const answers = operationsOf(drawn.map((draw) => ({ ...draw, item: '1' })))
    return [...answers, ...choices.flatMap((choice, index) => decide(answers, choice, index + 1))]
  })

function decide(answers: readonly Stamped[], draw: DecisionDraw, number: number): Stamped[] {
  const ids = answers.map(({ id }) => id)
  const between = ids.filter((_, index) => draw.all || (draw.named >> index) & 1)
  const common = {
    record: 'r',
    record_kind: 'task',
    role: 'quality_clerk',
    saw: 20,
    position: 20 + number,
  }
  const field = 'answer/1'
  const decision: Stamped = {
    ...common,
    id: `li:${number}`,
    kind: 'conflict_decided',
    person: 'li',
    stamp: draw.stamp,
    body: { field, between, value: draw.value, reason: '以复核照片为准', signed: { zh: '李工', en: '' } },
  }
  const back: Stamped = {
    ...common,
    id: `mei:${number}`,
    kind: 'decision_withdrawn',
    person: 'mei',
    stamp: draw.stamp + 1,
    body: { field, decision: decision.id, reason: '看错照片' },
  }
  return draw.back ? [decision, back] : [decision]
}

/** Decisions that nobody took back. */
function valid(operations: readonly Stamped[]): Stamped[] {
  const back = new Set(operations.map(({ body }) => body['decision']))
  return operations.filter(({ id, kind }) => kind === 'conflict_decided' && !back.has(id))
}

test('ME1 decisions in any order give the same record', () => {
  const pair = decided.chain((operations) =>
    fc.tuple(
      fc.constant(operations),
      fc.shuffledSubarray(operations, { minLength: operations.length }),
    ),
  )
  fc.assert(
    fc.property(pair, ([operations, shuffled]) => {
      const one = foldAll(operations)
      const other = foldAll(shuffled)
      assert.equal(canonicalJson(one), canonicalJson(other))
      assert.deepEqual(findConflicts(one), findConflicts(other))
    }),
    RUNS,
  )
})

test('ME12 ME13 a decision stands exactly while it names all that counts', () => {
  fc.assert(
    fc.property(decided, (operations) => {
      const record = foldAll(operations)
      const field = record.fields['answer/1'] as SingleField
      const counting = Object.values(field.by).map(({ op }) => op)
      const standing = valid(operations).filter(({ body }) =>
        counting.every((op) => (body['between'] as string[]).includes(op)),
      )
      const plain = foldAll(operations.filter(({ kind }) => kind === 'item_answered'))
      const policy = plain.fields['answer/1'] as SingleField
      if (standing.length === 0) {
        assert.equal(field.decided, undefined)
        assert.equal(field.value, policy.value)
        assert.equal(field.contested, policy.contested)
      } else {
        const decision = standing.find(({ id }) => id === field.decided) ?? assert.fail()
        assert.equal(field.value, decision.body['value'])
        assert.equal(field.contested, undefined)
        assert.deepEqual(findConflicts(record).filter((found) => found.field === 'answer/1'), [])
        for (const other of standing) assert.ok(other.stamp <= decision.stamp)
      }
    }),
    RUNS,
  )
})

test('ME14 everything taken back leaves the policy', () => {
  fc.assert(
    fc.property(decided, (operations) => {
      const back = valid(operations).map(
        (decision): Stamped => ({
          ...decision,
          id: `zoe:${decision.id}`,
          kind: 'decision_withdrawn',
          body: { field: 'answer/1', decision: decision.id, reason: '看错照片' },
        }),
      )
      const field = foldAll([...operations, ...back]).fields['answer/1'] as SingleField
      const plain = foldAll(operations.filter(({ kind }) => kind === 'item_answered'))
      const policy = plain.fields['answer/1'] as SingleField
      assert.deepEqual([field.value, field.person], [policy.value, policy.person])
    }),
    RUNS,
  )
})

test('ME15 the person beside a decision gave its value, if anybody did', () => {
  fc.assert(
    fc.property(decided, (operations) => {
      const field = foldAll(operations).fields['answer/1'] as SingleField
      fc.pre(field.decided !== undefined)
      const values = Object.values(field.by).map(({ value }) => value)
      const own = field.by[field.person]?.value
      assert.ok(own === field.value || !values.includes(field.value))
    }),
    RUNS,
  )
})
