import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { hashOf, parsePlace, type Place } from './places.ts'

const places: Place[] = [
  { page: 'today', on: '' },
  { page: 'today', on: '2026-11-19' },
  { page: 'findings', waiting: '', finding: '' },
  { page: 'findings', waiting: 'confirm', finding: 'f1' },
  { page: 'scorecards', month: '' },
  { page: 'scorecards', month: '2026-10' },
  { page: 'scorecard', card: 'c', path: '', operation: '' },
  { page: 'scorecard', card: 'c', path: '0.3', operation: 'writer:7' },
  { page: 'task', task: 't', item: '地面/1' },
  { page: 'operation', operation: 'writer:7' },
  { page: 'held' },
  { page: 'conflicts' },
  { page: 'devices' },
  { page: 'times' },
  { page: 'patrols', on: '' },
  { page: 'patrols', on: '2026-11-19' },
  { page: 'round', round: 'r1' },
  { page: 'labels' },
  { page: 'shifts', site: 's', on: '2026-11-17' },
  { page: 'equipment', site: 's', year: '2026' },
  { page: 'equipment', site: '', year: '' },
  { page: 'removals', site: '', month: '' },
  { page: 'removals', site: 's', month: '2026-11' },
  { page: 'report', site: '', on: '' },
  { page: 'report', site: 's', on: '2026-11-17' },
]

describe('addresses', () => {
  for (const place of places) {
    it(`${hashOf(place)} opens the same place again`, () => {
      assert.deepEqual(parsePlace(hashOf(place)), place)
    })
  }

  it('lead to the board when nobody knows them', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', '#/task', '#/operation', '#/%E0%A4%A', '#/today/soon']) {
      assert.deepEqual(parsePlace(hash), { page: 'today', on: '' })
    }
    assert.deepEqual(parsePlace('#/round'), { page: 'patrols', on: '' })
    assert.deepEqual(parsePlace('#/scorecards/2026-1x'), { page: 'scorecards', month: '' })
  })
})
