import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import type { Instant } from '../schemas.gen.ts'
import { barOf } from './time-bar.ts'

const MINUTE = 60_000

function between(earliest_ms: number, latest_ms: number): Instant {
  return { best_ms: latest_ms, earliest_ms, latest_ms, time_class: 'B' }
}

describe('the bar of when', () => {
  it('lies inside its axis, from the earliest to the latest', () => {
    const bar = barOf(between(0, 10 * MINUTE), null)
    assert.ok(bar.from > 0 && bar.to < 100 && bar.from < bar.to)
    assert.equal(bar.mark, null)
    assert.ok(bar.axis_from_ms < 0 && bar.axis_to_ms > 10 * MINUTE)
  })

  it('is never a point, however sharp the time', () => {
    const bar = barOf(between(5, 5), null)
    assert.ok(bar.to - bar.from >= 1.5)
  })

  it('shows a near deadline on its own side', () => {
    const before = barOf(between(0, 10 * MINUTE), -5 * MINUTE)
    assert.ok(before.mark !== null && before.mark < before.from)
    const inside = barOf(between(0, 10 * MINUTE), 5 * MINUTE)
    assert.ok(inside.mark !== null && inside.mark > inside.from && inside.mark < inside.to)
  })

  it('leaves out a deadline that would press the bar into a line', () => {
    assert.equal(barOf(between(0, MINUTE), 24 * 60 * MINUTE).mark, null)
  })
})
