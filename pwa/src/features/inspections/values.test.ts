/** What is read off a gauge: as it was typed, without losing a digit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { compareDecimals, differenceOf, judge, limitWords, readDecimals } from './values.ts'

test('a number is read however a Chinese keyboard writes it', () => {
  for (const [typed, plain] of [
    ['0.48', '0.48'],
    [' ０．４８ ', '0.48'],
    ['0,48', '0.48'],
    ['0。48', '0.48'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['12.', '12'],
    ['+7', '7'],
    ['0000123', '0000123'],
  ] as const) {
    assert.equal(readDecimals(typed), plain, typed)
  }
})

test('what is no number is none: words, two points, too many digits', () => {
  for (const typed of ['', 'abc', '1.2.3', '1e3', '0x10', '0.1234567', '1234567890123', '--1', '٣']) {
    assert.equal(readDecimals(typed), null, typed)
  }
})

test('numbers are compared digit by digit, beyond what a machine number holds', () => {
  assert.equal(compareDecimals('0.4', '0.40'), 0)
  assert.equal(compareDecimals('-0', '0'), 0)
  assert.equal(compareDecimals('-0.5', '0.1'), -1)
  assert.equal(compareDecimals('-0.5', '-0.6'), 1)
  assert.equal(compareDecimals('999999999999.000001', '999999999999'), 1)
})

test('a reading on the limit is inside, one beyond it is outside', () => {
  const pump = { low: '0.4', high: '0.6' }
  assert.equal(judge('0.4', pump), 'inside')
  assert.equal(judge('0.600000', pump), 'inside')
  assert.equal(judge('0.600001', pump), 'outside')
  assert.equal(judge('0.39', pump), 'outside')
  assert.equal(judge('-5', { low: null, high: '0' }), 'inside')
  assert.equal(judge('999', { low: null, high: null }), 'inside')
})

test('what a meter counted is told without a rounding error', () => {
  assert.equal(differenceOf('1234.3', '1234.1'), '0.2')
  assert.equal(differenceOf('100', '58'), '42')
  assert.equal(differenceOf('5', '7.25'), '-2.25')
})

test('limits are told in figures with their unit', () => {
  assert.equal(limitWords({ low: '0.4', high: '0.6', unit: 'MPa' }), '0.4–0.6 MPa')
  assert.equal(limitWords({ low: '5', high: null, unit: '' }), '≥ 5')
  assert.equal(limitWords({ low: null, high: '80', unit: '℃' }), '≤ 80 ℃')
  assert.equal(limitWords({ low: null, high: null, unit: 'm³' }), 'm³')
})
