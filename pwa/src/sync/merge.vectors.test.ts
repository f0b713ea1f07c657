import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'

import { canonicalJson } from '../kernel/canonical.ts'
import { sha256 } from '../kernel/ids.ts'
import { POLICIES } from '../schemas.gen.ts'
import type { MergeRecord, Stamped } from '../store/shapes.ts'
import { findConflicts, findMet, fold, type Conflict } from './merge.ts'

interface Case {
  name: string
  why: string
  given: Stamped[]
  then: { record: MergeRecord; conflicts: Conflict[]; met: string[] }
}

const FOLDER = new URL('../../../shared_schemas/vectors/merge/', import.meta.url)
const MOST_PERMUTED = 5

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as T
}

function foldAll(operations: readonly Stamped[]): Map<string, MergeRecord> {
  const records = new Map<string, MergeRecord>()
  for (const operation of operations) {
    records.set(operation.record, fold(records.get(operation.record) ?? null, operation))
  }
  return records
}

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length <= 1) return [[...values]]
  return values.flatMap((value, index) =>
    permutations(values.filter((_, other) => other !== index)).map((rest) => [value, ...rest]),
  )
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json') && file !== 'trace.json')

for (const file of files) {
  for (const given of read<Case[]>(file)) {
    test(`ME1 ${file}: ${given.name}`, () => {
      const short = given.given.length <= MOST_PERMUTED
      const orders = short ? permutations(given.given) : [given.given, [...given.given].reverse()]
      for (const order of orders) {
        const record = foldAll(order).get(given.given[0]?.record ?? '')
        assert.ok(record)
        assert.equal(canonicalJson(record), canonicalJson(given.then.record))
        assert.deepEqual(findConflicts(record), given.then.conflicts)
      }
      const last = given.given.at(-1)
      assert.ok(last)
      const before = foldAll(given.given.slice(0, -1)).get(last.record) ?? null
      const text = canonicalJson(before)
      assert.deepEqual(findMet(before, last), given.then.met)
      fold(before, last)
      assert.equal(canonicalJson(before), text, 'ME11 the given record is left as it was')
    })
  }
}

test('every policy has at least three vectors', () => {
  for (const policy of POLICIES) assert.ok(read<Case[]>(`${policy}.json`).length >= 3, policy)
})

test('the trace folds to the hash that the server finds, in any order', async () => {
  const trace = read<{
    given: Stamped[]
    then: { sha256: string; conflict_count: number; record_count: number }
  }>('trace.json')
  const byStamp = [...trace.given].sort((one, other) => one.stamp - other.stamp)
  for (const order of [trace.given, [...trace.given].reverse(), byStamp]) {
    const records = [...foldAll(order).entries()].sort(([one], [other]) => (one < other ? -1 : 1))
    const texts = records.map(([, record]) => canonicalJson(record))
    const conflicts = records.flatMap(([, record]) => findConflicts(record))
    assert.equal(records.length, trace.then.record_count)
    assert.equal(conflicts.length, trace.then.conflict_count)
    assert.equal(await sha256(`[${texts.join(',')}]`), trace.then.sha256)
  }
})
