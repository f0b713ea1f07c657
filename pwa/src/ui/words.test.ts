/** Times in words across midnight, ages, bad news, and the size of a shrunk photo. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { newsOf } from './bad-news.ts'
import { fitSize } from './photo.ts'
import { ageWords, ageWorry, dateAt, momentWords, windowWords } from './time-words.ts'

const ZONE = 'Asia/Shanghai'
const HOUR_MS = 3_600_000
/** A moment of 20 November 2026 in Shanghai. */
const at = (hour: number): number => Date.UTC(2026, 10, 19, 16) + hour * HOUR_MS

test('a window that ends after midnight says so', () => {
  const words = (opens: number, closes: number, now: number, language: 'zh' | 'en' = 'zh') =>
    windowWords(at(opens), at(closes), at(now), ZONE, language)
  assert.equal(words(8, 10, 9), '08:00–10:00')
  assert.equal(words(22, 26, 23), '22:00–次日02:00')
  assert.equal(words(22, 26, 23, 'en'), '22:00–next day 02:00')
  assert.equal(words(22, 24, 23), '22:00–24:00')
  assert.equal(words(22, 26, 25), '昨天 22:00–次日02:00')
  assert.equal(words(32, 34, 23), '明天 08:00–10:00')
  assert.equal(words(0, 72, 23), '00:00–11-23 00:00')
})

test('days are the days of the place, not of the phone', () => {
  assert.equal(dateAt(at(0.5), ZONE), '2026-11-20')
  assert.equal(dateAt(at(0.5), 'UTC'), '2026-11-19')
  assert.equal(momentWords(at(-30), at(9), ZONE, 'zh'), '11-18 18:00')
  assert.equal(dateAt(at(0.5), 'Nowhere/Unknown').length, 10)
})

test('ages use the largest unit that fits and turn worrying after a day', () => {
  assert.equal(ageWords(at(0), at(0), 'zh'), '刚刚')
  assert.equal(ageWords(at(1), at(0), 'zh'), '刚刚')
  assert.equal(ageWords(at(0), at(0.5), 'zh'), '30 分钟前')
  assert.equal(ageWords(at(0), at(2), 'en'), '2 h ago')
  assert.equal(ageWords(at(0), at(49), 'zh'), '2 天前')
  assert.deepEqual(
    [ageWorry(null, at(9)), ageWorry(at(0), at(23)), ageWorry(at(0), at(25)), ageWorry(at(0), at(73))],
    ['none', 'none', 'amber', 'red'],
  )
})

test('a failure with words tells its own, one without tells what was tried', () => {
  const app = { zh: '停在这一步' }
  const otherwise = { zh: '没有保存' }
  const problem = {
    code: 'storage_full',
    title_zh: '手机存储空间已满',
    title_en: 'The phone is full',
    next_zh: '请清理空间',
    next_en: 'Free some space',
  }
  const told = newsOf(Object.assign(new Error('x'), { problem }), app, otherwise)
  assert.deepEqual([told.what.zh, told.you.zh, told.code], [
    '手机存储空间已满',
    '请清理空间',
    'storage_full',
  ])
  assert.equal(newsOf(new TypeError('x'), app, otherwise).what, otherwise)
})

test('a photo keeps its shape and never grows', () => {
  assert.deepEqual(fitSize(4000, 3000), { width: 1600, height: 1200 })
  assert.deepEqual(fitSize(3000, 4000), { width: 1200, height: 1600 })
  assert.deepEqual(fitSize(640, 480), { width: 640, height: 480 })
})
