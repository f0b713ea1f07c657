/** Labels are read as the server reads them, and judged without a network. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { tellDoubles } from './field/double-reads.ts'
import { toPosition } from './field/position.ts'
import { judgeByRecords, judgeTag, readTagText } from './tags.ts'
import { at, record, SITE, stopId, tagOf } from './testing/ground.ts'
import { isWhole, readTyped, spaced } from './typed-code.ts'

interface Vector {
  given: { checkpoint: string; site: string; other_checkpoint: string }
  then: {
    tag_key: string
    reads: { text: string; code: string | null; serial?: number; signature?: string; genuine?: boolean }[]
  }
}

const place = new URL('../../../../shared_schemas/vectors/tags/labels.json', import.meta.url)
const { given, then } = JSON.parse(readFileSync(place, 'utf8')) as Vector
const here = [
  { checkpoint: given.other_checkpoint, site: given.site },
  { checkpoint: given.checkpoint, site: given.site },
]

test('every text of the vectors is read as the server reads it', () => {
  assert.ok(then.reads.length > 8)
  for (const { text, code, serial, signature } of then.reads) {
    const read = readTagText(text)
    assert.equal(read?.code ?? null, code, text)
    if (code === null) continue
    assert.deepEqual([Number(read?.serial), read?.signature], [serial, signature], text)
  }
})

test('a label that this phone never heard of is proven by the signature, which tells its checkpoint', async () => {
  for (const { text, code, genuine } of then.reads) {
    if (code === null) continue
    const verdict = await judgeTag(text, [], here, then.tag_key, 1)
    if (genuine === true) assert.deepEqual(verdict, { checkpoint: given.checkpoint, oddities: [] }, text)
    else assert.equal(verdict.checkpoint, null, text)
  }
})

test('without a key, or without its checkpoint, a new label stays unproven and nothing fails', async () => {
  const text = then.reads.find(({ genuine }) => genuine === true)?.text ?? ''
  const unproven = { checkpoint: null, oddities: ['forged'] }
  assert.deepEqual(await judgeTag(text, [], here, '', 1), unproven)
  assert.deepEqual(await judgeTag(text, [], here, 'no key', 1), unproven)
  assert.deepEqual(await judgeTag(text, [], here.slice(0, 1), then.tag_key, 1), unproven)
})

test('a known label leads to its checkpoint whatever is odd about it', () => {
  const tags = [record('t', 'tag', { tag: tagOf(1) })]
  const label = (serial: number, signature: string) =>
    `https://a.example/#/scan/C0DE0001.${String(serial)}.${signature.repeat(86)}`
  const judge = (text: string) => judgeByRecords(text, tags, at(1))
  assert.deepEqual(judge(label(1, 's')), { checkpoint: stopId(1), oddities: [] })
  assert.deepEqual(judge(label(2, 's')), { checkpoint: stopId(1), oddities: ['altered'] })
  assert.deepEqual(judge(label(1, 'x')), { checkpoint: stopId(1), oddities: ['altered'] })
  assert.deepEqual(judge('code-0002'), { checkpoint: null, oddities: ['foreign'] })
  assert.deepEqual(judge('code 0001'), { checkpoint: stopId(1), oddities: ['unsigned'] })
  assert.equal(judgeByRecords(label(1, 's').replace('C0DE', 'N0NE'), tags, at(1)), null)
  assert.equal(tagOf(1).site, SITE)
})

test('hostile and foreign texts are foreign and harm nothing', async () => {
  const texts = ['', 'https://elsewhere.example/menu', 'x'.repeat(5000), '‮7KQ2M9XD', '👮👮👮👮👮👮', '<b>7KQ2M9</b>',
    'javascript:alert(1)', `/#/scan/${'A'.repeat(300)}`, '/#/scan/7KQ2M9XD.1.../..']
  for (const text of texts) {
    assert.deepEqual(await judgeTag(text, [], here, then.tag_key, 1), { checkpoint: null, oddities: ['foreign'] }, text)
  }
})

test('what a thumb types is forgiven: small letters, O and I, full-width signs, blanks', () => {
  assert.equal(readTyped('oIl-2 m9'), '0112M9')
  assert.equal(readTyped('７ＫＱ２ｍ９'), '7KQ2M9')
  assert.equal(readTyped('ABCDEFGHJK'), 'ABCDEFGH')
  assert.equal(readTyped('U!7😀'), '7')
  assert.deepEqual(['12345', '123456', '12345678', ''].map(isWhole), [false, true, true, false])
  assert.deepEqual(['7KQ2M9XD', '7KQ2', '7KQ2M'].map(spaced), ['7KQ2 M9XD', '7KQ2', '7KQ2 M'])
})

test('a code that stays in the picture counts once, and again after three seconds without it', () => {
  const isNew = tellDoubles()
  const counted = [0, 100, 2_900, 5_800, 8_799, 11_800].map((at_ms) => isNew('a', at_ms))
  assert.deepEqual(counted, [true, false, false, false, false, true])
  assert.equal(isNew('b', 11_900), true)
})

test('a position is kept with seven digits and in bounds, and what is no position is none', () => {
  assert.deepEqual(toPosition({ latitude: 31.23, longitude: -121.47000000049, accuracy: 12.6 }), {
    latitude: '31.2300000', longitude: '-121.4700000', accuracy_m: 13,
  })
  assert.equal(toPosition({ latitude: 0, longitude: 0, accuracy: 5e6 })?.accuracy_m, 100_000)
  assert.equal(toPosition({ latitude: Number.NaN, longitude: 0, accuracy: 1 }), null)
})
