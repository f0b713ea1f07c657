/** What the last check left: beside each item, and as words for this checkpoint. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { lastTimeOf, pointPhrases } from './memory.ts'
import { CHECKPOINT, PLAN, at, planOf, record } from './testing/records.ts'

const OTHER_PLAN = '7'.repeat(32)
const ELSEWHERE = '8'.repeat(32)

const left = (plan: string, finished_at: number, results: object[], estimates: object[] = []) =>
  record(`m${plan.slice(1)}`, 'memory', { plan, finished_at, results, estimates })

test('the last result of an item and its estimates in a row are found by the plan', () => {
  const memories = [
    left(OTHER_PLAN, at(1), [{ item: 'a', answer: 'fail' }]),
    left(PLAN, at(2), [{ item: 'a', answer: 'pass', value: '0.52' }], [{ item: 'a', in_a_row: 2 }]),
  ]
  const last = lastTimeOf(memories, PLAN)
  assert.deepEqual(
    [last?.finished_at, last?.results.get('a')?.value, last?.estimates.get('a')],
    [at(2), '0.52', 2],
  )
  assert.equal(lastTimeOf(memories, ELSEWHERE), null)
})

test('words offered at a checkpoint: the own item first, then what failed here, each once', () => {
  const plans = [
    record(PLAN, 'plan', { plan: planOf() }),
    record(OTHER_PLAN, 'plan', { plan: planOf() }),
    record(ELSEWHERE, 'plan', { plan: planOf({ checkpoint: '9'.repeat(32) }) }),
  ]
  const memories = [
    left(OTHER_PLAN, at(1), [
      { item: 'x', answer: 'fail', note: '阀门渗水' },
      { item: 'y', answer: 'pass', note: '正常' },
    ]),
    left(PLAN, at(2), [
      { item: 'a', answer: 'fail', note: ' 指示灯不亮 ' },
      { item: 'b', answer: 'fail', note: '阀门渗水' },
      { item: 'c', answer: 'fail' },
    ]),
    left(ELSEWHERE, at(3), [{ item: 'z', answer: 'fail', note: '别处的话' }]),
  ]
  assert.deepEqual(
    pointPhrases(memories, plans, CHECKPOINT, '上次已换密封圈').map(({ zh }) => zh),
    ['上次已换密封圈', '指示灯不亮', '阀门渗水'],
  )
})
