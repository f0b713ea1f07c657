import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { dateWords, exactWords, intervalWords, monthWords, secondsAt, shiftMonth, spanWords } from './times.ts'

const AT = Date.parse('2026-11-20T01:12:05.400Z')
const SHANGHAI = 'Asia/Shanghai'

describe('times in words', () => {
  it('are exact in the zone of the site', () => {
    assert.equal(secondsAt(AT, SHANGHAI), '09:12:05')
    assert.equal(exactWords(AT, SHANGHAI), '2026-11-20 09:12:05 (Asia/Shanghai)')
    assert.equal(secondsAt(-1, 'UTC'), '23:59:59')
  })

  it('name an interval by both ends, and the year only when it differs', () => {
    assert.equal(intervalWords(AT, AT + 5, SHANGHAI), '11-20 09:12:05')
    assert.equal(intervalWords(AT, AT + 5000, SHANGHAI), '11-20 09:12:05 – 09:12:10')
    assert.equal(intervalWords(AT - 86_400_000, AT, SHANGHAI), '11-19 09:12:05 – 11-20 09:12:05')
    assert.equal(intervalWords(0, AT, 'UTC'), '1970-01-01 00:00:00 – 2026-11-20 01:12:05')
  })

  it('give spans in their two largest units', () => {
    const spans: [number, string, string][] = [
      [400, '不到 1 秒', 'under 1 s'],
      [12_000, '12 秒', '12 s'],
      [125_000, '2 分 5 秒', '2 min 5 s'],
      [3_600_000 * 2 + 60_000 * 5, '2 小时 5 分', '2 h 5 min'],
      [86_400_000 + 3_600_000 * 7, '1 天 7 小时', '1 d 7 h'],
    ]
    for (const [span, zh, en] of spans) {
      assert.equal(spanWords(span, 'zh'), zh)
      assert.equal(spanWords(span, 'en'), en)
    }
  })

  it('say dates and months in both languages', () => {
    assert.equal(dateWords('2026-11-20', 'zh'), '11月20日星期五')
    assert.equal(dateWords('2026-11-20', 'en'), 'Fri 20 Nov')
    assert.equal(monthWords('2026-11', 'zh'), '2026年11月')
    assert.equal(monthWords('2026-11', 'en'), 'November 2026')
  })

  it('step over the year', () => {
    assert.equal(shiftMonth('2026-01', -1), '2025-12')
    assert.equal(shiftMonth('2026-12', 1), '2027-01')
  })
})
