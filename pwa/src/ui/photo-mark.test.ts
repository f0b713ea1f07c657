/** The writing on a photo's copy: large enough to read, and broken where it does not fit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { letterSize, wrapLine } from './photo-mark.ts'

test('a line that is too wide is broken, and no letter is lost', () => {
  const measure = (text: string): number => text.length
  assert.deepEqual(wrapLine('港湾商场 · 水泵房', 5, measure), ['港湾商场 ', '· 水泵房'])
  assert.deepEqual(wrapLine('abc', 1, measure), ['a', 'b', 'c'])
  assert.deepEqual(wrapLine('', 5, measure), [])
})

test('the writing grows with the picture and stays readable on a small one', () => {
  assert.equal(letterSize(100, 100), 16)
  assert.equal(letterSize(1600, 1200), 67)
})
