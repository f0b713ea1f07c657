/** Loads, what is remembered of the last one, and the number pad: pure. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { FoldedRecord, NewOperation, Saved } from '../../sync/engine.ts'
import { addRemovalPhoto, registerRemoval } from './commands.ts'
import { lastUsed, listLoads, press, quantityOf, remembered } from './view.ts'

const SITE = '1'.repeat(32)

function load(id: string, removed_at: number, more: Record<string, unknown> = {}): FoldedRecord {
  const values = { site: SITE, waste: 'kitchen', quantity: '2', unit: '桶', removed_at, hauler: '城投', ...more }
  const fields: FoldedRecord['fields'] = {}
  for (const [name, value] of Object.entries(values)) fields[name] = { by: {}, person: '', value }
  return { id, kind: 'removal', fields, position: 1, stamp: 1, site: SITE, unsent_count: 0 }
}

const zh = ({ zh: words }: { zh: string }): string => words

test('unit, hauler and vehicle come from the last load of the same kind, else from the last of all', () => {
  const loads = listLoads([
    load('1', 10, { unit: '车', vehicle: '沪A1' }),
    load('2', 30, { waste: 'bulky', hauler: '大件队', vehicle: '沪B2' }),
    load('3', 20, { site: '9'.repeat(32), hauler: '别处' }),
    load('4', 5, { waste: 'gold' }),
  ])
  assert.deepEqual(loads.map(({ id }) => id), ['2', '3', '1'], 'what this app does not know is passed over')
  assert.deepEqual(remembered(loads, SITE, 'kitchen', zh), { unit: '车', hauler: '城投', vehicle: '沪A1' })
  assert.deepEqual(remembered(loads, SITE, 'septic', zh), { unit: '车', hauler: '大件队', vehicle: '沪B2' })
  assert.deepEqual(remembered([], SITE, 'kitchen', zh), { unit: '桶', hauler: '', vehicle: '' })
  assert.deepEqual(lastUsed(loads, SITE, 'hauler'), ['大件队', '城投'])
})

test('the pad makes numbers and nothing else, and no load of nothing is saved', () => {
  const enter = (...keys: string[]): string => keys.reduce(press, '')
  assert.equal(enter('0', '5'), '5')
  assert.equal(enter('.', '5'), '0.5')
  assert.equal(enter('1', '.', '.', '2'), '1.2')
  assert.equal(enter('1', '2', 'back', '3'), '13')
  assert.equal(enter(...Array.from('123456789')), '123456')
  assert.equal(enter(...Array.from('1.23456')), '1.234')
  assert.equal(enter('back'), '')
  assert.deepEqual(['', '0', '0.', '0.000', '2.', '2.5', '1e3', '-1'].map(quantityOf), ['', '', '', '', '2', '2.5', '', ''])
})

test('a load and its photo are one operation each, longer names cut between whole signs', async () => {
  const written: NewOperation[] = []
  const engine = {
    record: (input: NewOperation) => {
      written.push(input)
      return Promise.resolve({} as Saved)
    },
    hashPhoto: () => Promise.resolve('f'.repeat(64)),
  }
  const told = { site: SITE, waste: 'kitchen', quantity: '2', unit: '桶', removed_at: 5 } as const
  const photo = { bytes: new ArrayBuffer(1), media_type: 'image/jpeg' }
  await registerRemoval(engine, 'r', { ...told, hauler: '👮'.repeat(300), vehicle: ' 沪A1 ' })
  await addRemovalPhoto(engine, 'r', photo)
  assert.deepEqual(written.map(({ body }) => body), [
    { kind: 'removal_registered', ...told, hauler: '👮'.repeat(200), vehicle: '沪A1' },
    { kind: 'removal_evidenced', photo: 'f'.repeat(64) },
  ])
  assert.deepEqual(written[1]?.photos, [photo])
})
