/** What stands on an item, what lacks, how a large check is shared out, what may be passed at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { ChecklistItem } from '../../schemas.gen.ts'
import { allowsBulk, bulkItems, groupsOf, itemRow, lackingItems, missingOf } from './items.ts'
import { ANA, BEN, answered, entry } from './testing/records.ts'

const line = (id: string, more: Partial<ChecklistItem> = {}): ChecklistItem => ({
  id,
  text: { zh: `项目 ${id}` },
  ...more,
})
const rows = (items: ChecklistItem[], task = answered(1, {})) =>
  items.map((item, place) => itemRow(item, place + 1, task, ANA))

test('an answer that was taken back is none, for me and for the check', () => {
  const [row] = rows([line('a')], answered(1, { a: 'unanswered' }))
  assert.deepEqual([row?.answer, row?.mine, row?.other], [null, null, null])
  assert.equal(missingOf(rows([line('a')], answered(1, { a: 'unanswered' }))).unanswered.length, 1)
})

test('a colleague who took an answer back does not differ from mine', () => {
  const task = answered(1, { a: 'pass' })
  task.fields['answer/a'] = {
    by: { [ANA]: entry(ANA, 'pass'), [BEN]: entry(BEN, 'unanswered') },
    person: ANA,
    value: 'pass',
  }
  const [row] = rows([line('a')], task)
  assert.deepEqual([row?.mine, row?.other], ['pass', null])
})

test('an item shows its reading, its estimate, its tag and that it was passed with the rest', () => {
  const said = { 'value/a': '0.52', 'estimated/a': true, 'tag/a': 'B2K4X7', 'bulk/a': true }
  const [row] = rows([line('a', { input: 'meter', unit: 'MPa', low: '0.4' })], answered(1, { a: 'pass' }, said))
  assert.deepEqual(
    [row?.value, row?.estimated, row?.tag, row?.bulk, row?.low, row?.high],
    ['0.52', true, 'B2K4X7', true, '0.4', null],
  )
})

test('photos, scans and readings are asked for where the item is there, and never refused', () => {
  const items = [
    line('a', { photo_required: true }),
    line('b', { input: 'photo' }),
    line('c', { scan_required: true }),
    line('d', { input: 'number' }),
    line('e', { input: 'meter' }),
    line('f', { photo_required: true, scan_required: true }),
    line('g'),
  ]
  const answers = { a: 'pass', b: 'pass', c: 'pass', d: 'pass', e: 'fail', f: 'not_applicable', g: 'fail' } as const
  const missing = missingOf(rows(items, answered(1, answers, { 'evidence/e': ['f'.repeat(64)] })))
  assert.deepEqual(
    [missing.unanswered, missing.without_photo, missing.without_scan, missing.without_value].map(
      (list) => list.map(({ id }) => id).join(''),
    ),
    ['', 'abg', 'c', 'd'],
  )
  assert.deepEqual(lackingItems(missing).map(({ id }) => id), ['a', 'b', 'c', 'd', 'g'])
})

test('a finding disputed on the spot stands with what the office decided of it', () => {
  const open = answered(1, { a: 'fail' }, { 'dispute/a': { name: '李店长', words: '已修' } })
  const [before] = rows([line('a')], open)
  assert.deepEqual([before?.dispute?.name, before?.dispute?.stands], ['李店长', null])
  const decided = { 'dispute/a': { name: '李店长' }, 'finding_stands/a': false, 'dispute_reason/a': '照片不清' }
  const [after] = rows([line('a')], answered(1, { a: 'fail' }, decided))
  assert.deepEqual([after?.dispute?.stands, after?.dispute?.reason], [false, '照片不清'])
})

test('a large check is told by its headings: how far each is and who has it', () => {
  const basement = { zh: '地下二层', en: 'Basement 2' }
  const roof = { zh: '屋顶', en: 'Roof' }
  const items = [
    line('a', { group: basement }),
    line('b', { group: basement }),
    line('c', { group: roof }),
    line('d', { group: basement }),
  ]
  const task = answered(1, { a: 'fail', c: 'pass' }, { 'taken_by/屋顶': BEN })
  assert.deepEqual(
    groupsOf(rows(items, task), task).map(({ key, first, all, done, failed, taken_by }) => [key, first, all, done, failed, taken_by]),
    [
      ['地下二层', 'a', 3, 1, 1, null],
      ['屋顶', 'c', 1, 1, 0, BEN],
    ],
  )
  assert.deepEqual(groupsOf(rows([line('a', { group: roof })], task), task), [])
})

test('the rest is passed at once only where the checklist lets it and nothing forbids it', () => {
  assert.ok(allowsBulk({ bulk: true, domain: 'cleaning' }, 'self_check'))
  assert.ok(!allowsBulk({ bulk: false, domain: 'cleaning' }, 'self_check'))
  assert.ok(!allowsBulk({ bulk: true, domain: 'cleaning' }, 'assessment'))
  for (const domain of ['assessment', 'fire', 'lift', 'post'] as const) {
    assert.ok(!allowsBulk({ bulk: true, domain }, 'self_check'), domain)
  }
})

test('what asks for more than a verdict, or has one, is never passed with the rest', () => {
  const items = [
    line('a'),
    line('b', { input: 'number' }),
    line('c', { photo_required: true }),
    line('d', { scan_required: true }),
    line('e'),
  ]
  assert.deepEqual(bulkItems(rows(items, answered(1, { e: 'fail' }))).map(({ id }) => id), ['a'])
})
