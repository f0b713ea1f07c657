import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { canonicalJson, compareTexts, makeWellFormed } from './canonical.ts'

test('keys stand in code point order, without spaces', () => {
  assert.equal(canonicalJson({ b: 1, a: [true, null, 'x'], c: {} }), '{"a":[true,null,"x"],"b":1,"c":{}}')
  assert.equal(canonicalJson({ '\u{1f4a7}': 1, '\ue000': 2 }), '{"\ue000":2,"\u{1f4a7}":1}')
})

test('undefined members are left out, as they are on the wire', () => {
  assert.equal(canonicalJson({ a: undefined, b: 0 }), '{"b":0}')
})

test('what has no exact form is refused', () => {
  for (const value of [0.5, NaN, Infinity, 2 ** 53, undefined, () => 1, new Date(0), 10n]) {
    assert.throws(() => canonicalJson({ value: [value] }), TypeError)
  }
  assert.equal(canonicalJson(-0), '0')
})

test('half a character becomes the replacement character, whole ones stay', () => {
  assert.equal(makeWellFormed('a\ud83d'), 'a\ufffd')
  assert.equal(makeWellFormed('\udca7b'), '\ufffdb')
  assert.equal(makeWellFormed('水💧'), '水💧')
})

test('canonical JSON reads back as what was written, and is its own canonical form', () => {
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value
  fc.assert(
    fc.property(plain, (value) => {
      const text = canonicalJson(value)
      assert.equal(canonicalJson(JSON.parse(text)), text)
    }),
    { numRuns: 300, seed: 20261120 },
  )
})

test('texts are ordered by their UTF-8 bytes, as on the server', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other))
      assert.equal(Math.sign(compareTexts(one, other)), bytes)
    }),
    { numRuns: 300, seed: 20261120 },
  )
})
