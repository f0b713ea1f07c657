/** The table of a month: pasted out of a spreadsheet, repeated, and read back as a roster. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { cellOf, cellsOf, columnsOf, countedOf, daysOf, pasteAt, repeat, rosterOf } from './roster-table.ts'

const GATE = '2'.repeat(32)
const ANA = { id: 'a'.repeat(32), name: { zh: '安娜', en: 'Ana' } }
const BEN = { id: 'b'.repeat(32), name: { zh: '贝宁', en: 'Ben' } }
const TWINS = ['c', 'd'].map((one) => ({ id: one.repeat(32), name: { zh: '王伟' } }))
const shifts = [
  { code: 'day', title: { zh: '白班' }, opens: '08:00', closes: '20:00' },
  { code: 'night', title: { zh: '夜班' }, opens: '20:00', closes: '08:00' },
]
const posts = [{ id: GATE, name: { zh: '东门岗' } }]
const table = { days: daysOf('2026-02'), columns: columnsOf(shifts, posts), people: [ANA, BEN, ...TWINS] }
const at = (day: string, shift: string): string => cellOf(day, { shift, post: GATE })

test('a month has its own days, leap years too', () => {
  assert.equal(daysOf('2026-02').length, 28)
  assert.equal(daysOf('2028-02').at(-1), '2028-02-29')
  assert.equal(daysOf('2026-12').at(-1), '2026-12-31')
})

test('names out of a spreadsheet go where they stand there; who is not known or twice there is told', () => {
  const text = '安娜\tBEN \r\n贝宁\t王伟\r\n\t某人\t多余\r\n'
  const { cells, unknown } = pasteAt({ [at('2026-02-03', 'day')]: ANA.id }, table, { day: 0, column: 0 }, text)
  assert.deepEqual(cells, {
    [at('2026-02-01', 'day')]: ANA.id,
    [at('2026-02-01', 'night')]: BEN.id,
    [at('2026-02-02', 'day')]: BEN.id,
    [at('2026-02-03', 'day')]: '',
  })
  assert.deepEqual(unknown, ['王伟', '某人'])
  assert.deepEqual(pasteAt({}, table, { day: 27, column: 1 }, '安娜\t贝宁\n贝宁').cells, { [at('2026-02-28', 'night')]: ANA.id })
})

test('a turn of days repeats to the end of the month', () => {
  const first = { [at('2026-02-01', 'day')]: ANA.id, [at('2026-02-02', 'day')]: BEN.id }
  const cells = repeat(first, table, 2)
  assert.equal(cells[at('2026-02-27', 'day')], ANA.id)
  assert.equal(cells[at('2026-02-28', 'day')], BEN.id)
  assert.equal(cells[at('2026-02-28', 'night')], '')
})

test('what the table says is the roster, and the roster is the table again', () => {
  const cells = { [at('2026-02-01', 'day')]: ANA.id, [at('2026-02-02', 'night')]: '', '2026-02-01|gone|x': BEN.id }
  const roster = rosterOf(table, cells, { site: 's', month: '2026-02', shifts, counted: [{ zh: '钥匙' }] })
  assert.deepEqual(roster.duties, [{ on: '2026-02-01', shift: 'day', post: GATE, person: ANA.id }])
  assert.deepEqual(cellsOf(roster), { [at('2026-02-01', 'day')]: ANA.id })
  assert.equal(roster.people?.length, 4)
  assert.deepEqual(cellsOf(null), {})
})

test('what is counted is written with any comma, each once, and keeps its English', () => {
  assert.deepEqual(countedOf(' 对讲机、钥匙, 对讲机；', [{ zh: '钥匙', en: 'Keys' }]), [
    { zh: '对讲机' },
    { zh: '钥匙', en: 'Keys' },
  ])
})
