import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import type { Phrase } from '../kernel/languages.ts'
import type { Instant, RoundSeen } from '../schemas.gen.ts'
import * as words from './patrol-texts.ts'
import { byRoute, oddWords, shiftDay, standingOf, sumOf, walkBar } from './patrol-words.ts'

const at = (earliest_ms: number, latest_ms = earliest_ms): Instant => ({
  best_ms: latest_ms,
  earliest_ms,
  latest_ms,
  time_class: 'A',
})

const round: RoundSeen = {
  id: 'r1',
  route: 'a',
  title: { zh: '巡更' },
  site: { id: 's', name: { zh: '港湾' }, zone: 'Asia/Shanghai' },
  on: '2026-11-20',
  ordinal: 1,
  opens_ms: 1000,
  closes_ms: 2000,
  state: 'due',
  verdict: 'open',
  person: null,
  started: null,
  finished: null,
  scanned: 0,
  expected: 2,
  missed: 0,
  excused: 0,
  oddities: {},
}

describe('rounds in words', () => {
  it('say by how much where there is a measure, in both languages', () => {
    const fast = { oddity: 'too_fast', by: 40, other: 'w:1' } as const
    assert.equal(oddWords(fast, 'zh'), '走得太快（比步行最短用时还少 40 秒）')
    assert.equal(oddWords(fast, 'en'), 'Too fast (40 s less than the way takes)')
    assert.equal(oddWords({ oddity: 'far_away', by: 812 }, 'zh'), '定位偏远（约 812 米）')
    assert.equal(oddWords({ oddity: 'typed' }, 'zh'), '手工输入')
  })

  it('say that a round is under way only while its window is open', () => {
    assert.equal(standingOf(round, 'zh').words, '待巡')
    assert.equal(standingOf({ ...round, state: 'in_progress' }, 'zh').words, '进行中')
    assert.equal(standingOf({ ...round, state: 'in_progress', verdict: 'unfinished' }, 'en').words, 'Not finished')
  })

  it('keep the order of the list within each route', () => {
    const listed = [round, { ...round, id: 'r2' }, { ...round, id: 'r3', route: 'b' }]
    assert.deepEqual(byRoute(listed).map(({ rounds }) => rounds.map(({ id }) => id)), [['r1', 'r2'], ['r3']])
  })

  it('count the stops of a round that nobody walked once, as a missed round', () => {
    const missed: RoundSeen = { ...round, verdict: 'missed', missed: 2 }
    const walked: RoundSeen = { ...round, state: 'finished', verdict: 'late', missed: 1, oddities: { typed: 3, far_away: 1 } }
    assert.deepEqual(sumOf([round, missed, walked]), { rounds: 3, walked: 1, missed: 1, stops: 1, odd: 4 })
  })

  it('count days over the ends of months and years', () => {
    assert.equal(shiftDay('2026-12-31', 1), '2027-01-01')
    assert.equal(shiftDay('2026-03-01', -1), '2026-02-28')
  })

  it('are all there in Chinese and English', () => {
    const tables = [words.patrolTexts, words.receiptTexts, words.labelTexts, words.verdictTexts, words.oddityTexts, words.howTexts]
    for (const phrase of tables.flatMap((table): Phrase[] => Object.values(table))) {
      assert.match(phrase.zh + (phrase.zh === 'NFC' ? '一' : ''), /[\u4e00-\u9fff]/u)
      assert.doesNotMatch(phrase.en ?? '', /[\u4e00-\u9fff]/u)
    }
  })
})

describe('the bar of a round', () => {
  it('draws the sharpest beginning as a span and never as a point', () => {
    const bar = walkBar({ ...round, started: at(1500), finished: at(1600) })
    assert.ok(bar.started !== null && bar.started[1] - bar.started[0] >= 1.49)
    assert.ok(bar.finished !== null && bar.finished[1] - bar.finished[0] >= 1.49)
    assert.deepEqual(bar.window, [4, 96])
  })

  it('holds whatever lies beside the window', () => {
    const bar = walkBar({ ...round, started: at(0, 500), finished: at(5000, 9000) })
    for (const span of [bar.window, bar.started, bar.finished, bar.between]) {
      assert.ok(span !== null && span[0] >= 0 && span[1] <= 100 && span[0] <= span[1])
    }
  })

  it('draws no way between two spans that touch, and no window where nobody planned one', () => {
    const bar = walkBar({ ...round, opens_ms: 0, closes_ms: 0, started: at(1, 50), finished: at(40, 60) })
    assert.equal(bar.between, null)
    assert.equal(bar.window, null)
    assert.deepEqual(walkBar({ ...round, opens_ms: 0, closes_ms: 0 }), {
      window: null,
      started: null,
      finished: null,
      between: null,
    })
  })
})
