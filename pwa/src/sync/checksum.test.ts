import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import fc from 'fast-check'

import { canonicalJson } from '../kernel/canonical.ts'
import type { MergeRecord } from '../store/shapes.ts'
import { SumLedger } from '../store/sums.ts'
import { recordSum, textSum } from './checksum.ts'

interface Case {
  name: string
  why: string
  records: { id: string; position: number; text: string; value: string }[]
  sum: string
  count: number
}

const FILE = new URL('../../../shared_schemas/vectors/checksum/sums.json', import.meta.url)
const cases = JSON.parse(readFileSync(FILE, 'utf8')) as Case[]

for (const { name, records, sum, count } of cases) {
  test(`SC6 sums.json: ${name}`, async () => {
    const ledger = new SumLedger({})
    for (const { id, position, text, value } of records) {
      assert.equal(await textSum(id, position, text), value)
      ledger.add('site', value)
    }
    assert.deepEqual(ledger.sums?.['site'] ?? { sum: '0'.repeat(16), count: 0 }, { sum, count })
  })
}

test('SC6 a record that was read and stored here has the value of the text that was sent', async () => {
  let compared = 0
  for (const { id, position, text, value } of cases.flatMap((one) => one.records)) {
    if (text === '' || text === '\u0000') continue
    const record = JSON.parse(text) as MergeRecord
    if (record.id !== id || record.position !== position) continue
    assert.equal(await recordSum(structuredClone(record)), value)
    compared += 1
  }
  assert.ok(compared >= 3, `${compared} compared`)
})

test('a record that has no canonical form is summed as it reads, and stops nothing', async () => {
  const odd = { fields: { half: 0.5 }, id: 'a', kind: 'task', position: 1, stamp: 1 }
  assert.match(await recordSum(odd as unknown as MergeRecord), /^[0-9a-f]{16}$/)
})

test('SC6 the quick way to a record’s text gives what the canonical way gives, whatever is in it', async () => {
  const names = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('4', '10', 'b', '\ud83d', '\uffff', '😀', '\\ud'))
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      names,
      fc.maxSafeInteger(),
      fc.constantFrom(true, null, -0),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 4 }),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(value, fc.boolean(), async (fields, isSorted) => {
      const given = { fields: { fields }, id: 'a', kind: 'task', position: 1, stamp: 1 }
      const record = (isSorted ? JSON.parse(canonicalJson(given)) : given) as MergeRecord
      assert.equal(await recordSum(record), await textSum('a', 1, canonicalJson(given)))
    }),
    { numRuns: 300 },
  )
})

const hex = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((one) => one.toString(16).padStart(16, '0'))

test('SC6 a sum kept by differences is the sum of what is left, in any order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ value: hex, stays: fc.boolean() }), { maxLength: 30 }),
      fc.integer(),
      (values, turn) => {
        const ledger = new SumLedger({})
        for (const { value } of values) ledger.add('site', value)
        const left = values.filter(({ stays }) => stays)
        const gone = values.filter(({ stays }) => !stays)
        for (const { value } of turn % 2 ? gone : gone.reverse()) ledger.take('site', value)
        const afresh = new SumLedger({})
        for (const { value } of left.reverse()) afresh.add('site', value)
        assert.deepEqual(ledger.sums, afresh.sums)
      },
    ),
  )
})

test('a value that is missing makes the sums unknown, never wrong', () => {
  const ledger = new SumLedger({ site: { sum: '0'.repeat(15) + '7', count: 1 } })
  ledger.take('site', undefined)
  assert.equal(ledger.sums, undefined)
  assert.equal(new SumLedger(undefined).sums, undefined)
  ledger.clear()
  assert.deepEqual(ledger.sums, {})
})

test('a scope may be called anything', () => {
  const ledger = new SumLedger({})
  ledger.add('__proto__', 'f'.repeat(16))
  assert.deepEqual(Object.keys(ledger.sums ?? {}), ['__proto__'])
  const again = new SumLedger(structuredClone(ledger.sums))
  again.take('__proto__', 'f'.repeat(16))
  assert.deepEqual(again.sums, {})
})
