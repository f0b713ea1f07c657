/** Corrections: whose they are, in which order they stand, and who may verify. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { FoldedRecord, NewOperation, Saved } from '../../sync/engine.ts'
import * as commands from './commands.ts'
import {
  countMine,
  groupCorrections,
  shareCorrections,
  stepsOf,
  type CorrectionRow,
} from './view.ts'

const NOW = Date.UTC(2026, 10, 20)
const HOUR_MS = 3_600_000

function nonconformity(id: string, values: Record<string, unknown>, site = 'mall'): FoldedRecord {
  const fields: FoldedRecord['fields'] = {}
  for (const [name, value] of Object.entries({ found_at: NOW - HOUR_MS, ...values })) {
    fields[name] =
      name === 'state'
        ? {
            held: [],
            value: String(value),
            moves: [
              {
                op: 'o',
                person: 'sol',
                position: 1,
                role: '',
                saw: 0,
                stamp: 1,
                value: 'nonconformity_corrected',
              },
            ],
          }
        : { by: {}, person: '', value }
  }
  return { id, kind: 'nonconformity', fields, position: 1, stamp: 1, site, unsent_count: 0 }
}

test('serious ones come first, then the oldest; other sites and withdrawn ones stay away', () => {
  const groups = groupCorrections(
    [
      nonconformity('new', { state: 'open', severity: 'minor' }),
      nonconformity('old', { state: 'open', severity: 'minor', found_at: NOW - 9 * HOUR_MS }),
      nonconformity('bad', { state: 'open', severity: 'serious' }),
      nonconformity('elsewhere', { state: 'open' }, 'garden'),
      nonconformity('gone', { state: 'withdrawn' }),
    ],
    ['mall'],
    'ana',
    NOW,
  )
  assert.deepEqual(
    groups.open.map(({ id }) => id),
    ['bad', 'old', 'new'],
  )
})

test('whoever corrected it is known, so that another person verifies', () => {
  const records = [nonconformity('n', { state: 'corrected' })]
  const seenBy = (me: string) => groupCorrections(records, ['mall'], me, NOW).corrected[0]
  assert.equal(seenBy('sol')?.corrected_by_me, true)
  assert.equal(seenBy('ana')?.corrected_by_me, false)
})

test('a closed one leaves the list after two days', () => {
  const closed = (hours: number) =>
    nonconformity('n', { state: 'closed', corrected_at: NOW - hours * HOUR_MS })
  const shown = (hours: number) => groupCorrections([closed(hours)], ['mall'], 'ana', NOW).closed
  assert.equal(shown(3).length, 1)
  assert.equal(shown(60).length, 0)
})

test('each step needs its right, and nobody verifies what he corrected', () => {
  const row = (values: Record<string, unknown>, me: string): CorrectionRow => {
    const groups = groupCorrections([nonconformity('n', values)], ['mall'], me, NOW)
    const [found] = [...groups.open, ...groups.corrected, ...groups.closed]
    assert.ok(found)
    return found
  }
  const open = { state: 'open', found_by: 'ana', use: 'self_check' }
  assert.deepEqual(stepsOf(row(open, 'ana'), ['correct']), ['close_on_spot', 'correct'])
  assert.deepEqual(stepsOf(row(open, 'ben'), ['correct']), ['correct'])
  assert.deepEqual(stepsOf(row(open, 'ana'), []), ['close_on_spot'])
  assert.deepEqual(stepsOf(row(open, 'ben'), []), [])
  assert.deepEqual(stepsOf(row(open, 'ben'), ['confirm_finding']), ['confirm'])
  const confirmed = { ...open, confirmed_at: NOW }
  assert.deepEqual(stepsOf(row(confirmed, 'ben'), ['confirm_finding']), [])
  const corrected = { state: 'corrected' }
  assert.deepEqual(stepsOf(row(corrected, 'ana'), ['verify_correction']), ['verify'])
  assert.deepEqual(stepsOf(row(corrected, 'sol'), ['verify_correction']), [])
  assert.equal(
    countMine(groupCorrections([nonconformity('n', open)], ['mall'], 'ben', NOW), [
      'confirm_finding',
    ]),
    0,
  )
})

test("whoever reported under a check's number is not the finder of what the check found", () => {
  const record = nonconformity('n', { state: 'open' })
  const said = (name: string, stands: string, by: Record<string, unknown>) => {
    const entry = (person: string, value: unknown) =>
      [person, { op: `${person}:1`, person, position: 1, role: '', saw: 0, stamp: 1, value }] as const
    const entries = Object.entries(by).map(([person, value]) => entry(person, value))
    record.fields[name] = { by: Object.fromEntries(entries), person: stands, value: by[stands] }
  }
  said('found_by', 'zhou', { zhou: 'zhou', system: 'ana' })
  said('title', 'zhou', { zhou: { zh: '地面有水' }, system: { zh: '地面清洁' } })
  said('checkpoint', 'zhou', { zhou: 'atrium' })
  const shown = (me: string) => groupCorrections([record], ['mall'], me, NOW).open[0]
  assert.equal(shown('zhou')?.found_by_me, true, 'until the check speaks')
  said('task', 'system', { system: 't' })
  assert.equal(shown('zhou')?.found_by_me, false)
  assert.equal(shown('ana')?.found_by_me, true)
  assert.deepEqual(shown('ana')?.title, { zh: '地面清洁' })
  assert.equal(shown('ana')?.checkpoint, '')
})

test('the list leads with exactly what the counts promise', () => {
  const rights = ['verify_correction', 'confirm_finding']
  const groups = groupCorrections(
    [
      nonconformity('mine', { state: 'open', found_by: 'ana' }),
      nonconformity('to verify', { state: 'corrected' }),
      nonconformity('sure', { state: 'open', found_by: 'ben', use: 'self_check' }),
      nonconformity('theirs', { state: 'open', found_by: 'ben' }),
      nonconformity('over', { state: 'closed', corrected_at: NOW }),
    ],
    ['mall'],
    'ana',
    NOW,
  )
  const shares = shareCorrections(groups, rights)
  const ids = Object.values(shares).map((rows) => rows.map(({ id }) => id))
  assert.deepEqual(ids, [['mine', 'to verify'], ['sure'], ['theirs'], ['over']])
  assert.equal(countMine(groups, rights), shares.mine.length)
})

test('corrections are written as operations of the agreed shape', async () => {
  const written: NewOperation[] = []
  const engine = {
    record(input: NewOperation) {
      written.push(input)
      return Promise.resolve({} as Saved)
    },
    hashPhoto: () => Promise.resolve('e'.repeat(64)),
  }
  await commands.closeOnSpot(engine, 'n', '已清理', 1)
  await commands.correct(engine, 'n', '已修复', 2)
  await commands.evidenceCorrection(engine, 'n', {
    bytes: new ArrayBuffer(1),
    media_type: 'image/jpeg',
  })
  await commands.verifyCorrection(engine, 'n', '', 3)
  await commands.confirmFinding(engine, 'n', 4)
  assert.deepEqual(
    written.map(({ body }) => body),
    [
      { kind: 'nonconformity_closed_on_spot', corrected_at: 1, correction: '已清理' },
      { kind: 'nonconformity_corrected', corrected_at: 2, correction: '已修复' },
      { kind: 'correction_evidenced', photo: 'e'.repeat(64) },
      { kind: 'correction_verified', verified_at: 3, words: '' },
      { kind: 'nonconformity_confirmed', confirmed_at: 4 },
    ],
  )
  assert.ok(written.every(({ record_kind }) => record_kind === 'nonconformity'))
})
