/** The card that lets a phone change hands is green only when nothing can be lost with it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { SyncStatus } from '../sync/engine.ts'
import { photoLackWords, photoProgress, photoProgressWords } from '../ui/photo-progress.ts'
import { judgeHandOver } from './hand-over.ts'
import { handOverWords } from './hand-over-texts.ts'
import { photosUnderWay, receiptsOf } from './outbox-view.ts'
import { statusLine } from './status-words.ts'

const NOW = 1_790_000_000_000

const allIn: SyncStatus = {
  phase: 'idle',
  waiting_count: 0,
  oldest_waiting_ms: null,
  photos_waiting_count: 0,
  upload: null,
  others_photos_count: 0,
  confirmed_ms: NOW - 60_000,
  held_count: 0,
  needs_attention_count: 0,
  others_waiting_count: 0,
  sealed_count: 0,
  carried_count: 0,
  parked_count: 0,
  others_oldest_ms: null,
  server_person_differs: false,
  last_contact_ms: NOW - 60_000,
  applied_ms: NOW,
  has_working_set: true,
  bootstrap: null,
  scope_alarms: [],
  problem: null,
  wiped: null,
  clock_off_ms: null,
}

test('everything in and confirmed on this page is safe, offline too', () => {
  assert.equal(judgeHandOver(allIn, false).state, 'safe')
  assert.equal(judgeHandOver({ ...allIn, phase: 'offline' }, false).state, 'safe')
  assert.equal(judgeHandOver({ ...allIn, held_count: 2 }, false).state, 'safe', 'the office has it')
})

const LACKING: [string, Partial<SyncStatus>, { zh: string }][] = [
  ['work that waits', { waiting_count: 3 }, handOverWords.waiting],
  ['photos under way', { photos_waiting_count: 2 }, handOverWords.photos],
  ['what needs a person', { needs_attention_count: 1 }, handOverWords.attention],
  ['own sealed work', { sealed_count: 4 }, handOverWords.sealed],
  ['work of others', { others_waiting_count: 5 }, handOverWords.others],
  ['photos of others', { others_photos_count: 5 }, handOverWords.others_photos],
  ['sealed work of others', { carried_count: 6 }, handOverWords.carried],
  ['no word from the office on this page', { confirmed_ms: null }, handOverWords.unconfirmed],
  ['a wiped phone', { wiped: { lost_count: 1 } }, handOverWords.unconfirmed],
]

for (const [what, lack, phrase] of LACKING) {
  test(`${what} stands in the way and is named`, () => {
    const verdict = judgeHandOver({ ...allIn, ...lack }, false)
    assert.equal(verdict.state, 'not_yet')
    assert.deepEqual(verdict.lacks.map((one) => one.phrase), [phrase])
  })
}

test('unsaved words stand in the way', () => {
  const verdict = judgeHandOver(allIn, true)
  assert.equal(verdict.state, 'not_yet')
  assert.equal(verdict.next, handOverWords.next_drafts)
})

test('a store that cannot be read is never safe', () => {
  assert.equal(judgeHandOver({ ...allIn, waiting_count: null }, false).state, 'unreadable')
})

test('the one thing to do is the one that helps', () => {
  const next = (status: Partial<SyncStatus>): unknown => judgeHandOver({ ...allIn, ...status }, false).next
  assert.equal(next({ waiting_count: 1, phase: 'offline' }), handOverWords.next_offline)
  assert.equal(next({ waiting_count: 1, phase: 'sign_in_needed' }), handOverWords.next_sign_in)
  assert.equal(next({ waiting_count: 1, needs_attention_count: 1 }), handOverWords.next_attention)
  assert.equal(next({ others_waiting_count: 1 }), handOverWords.next_others)
  assert.equal(next({ photos_waiting_count: 1, phase: 'error' }), handOverWords.next_trouble)
  assert.equal(next({ confirmed_ms: null }), handOverWords.next_wait)
})

const photo = (sha256: string, receipted: boolean, waived = false): never =>
  ({ sha256, receipted, waived }) as never
const entry = (record: string, ...photos: never[]): never => ({ record, photos, outcome: null }) as never

test('photos are counted over the records that still lack one, with the one going up', () => {
  const outbox = [
    entry('task', photo('a', true), photo('b', true), photo('c', true)),
    entry('task', photo('d', false), photo('e', false)),
    entry('other', photo('f', true)),
  ]
  const progress = photosUnderWay(outbox, { sha256: 'd', sent: 60, size: 100 })
  assert.deepEqual(progress, { done: 3, all: 5, current: { number: 4, percent: 60 } })
  assert.ok(progress)
  assert.equal(photoProgressWords(progress, 'zh'), '照片 3/5 · 第 4 张 60%')
  assert.equal(photoProgressWords(progress, 'en'), 'photos 3 of 5 · no. 4 60%')
  assert.equal(photoLackWords(3, 5, 'zh'), '照片 3/5，还在手机上 2 张')
  assert.equal(photoLackWords(5, 5, 'en'), 'photos 5 of 5')
  assert.equal(photosUnderWay([entry('x', photo('a', true))], null), null)
})

test('a photo named twice counts once, one sent without is not waited for', () => {
  const twice = [entry('t', photo('a', true)), entry('t', photo('a', false)), entry('t', photo('b', false, true))]
  assert.deepEqual(photoProgress(twice, null), { done: 0, all: 1, current: null })
})

test('receipts are shown by the beginnings of what was acknowledged', () => {
  const sent = {
    outcome: { sha256: '0123456789abcdef' },
    photos: [photo('fedcba9876543210', true), photo('aaaaaaaaaaaaaaaa', false)],
  } as never
  assert.deepEqual(receiptsOf(sent), ['01234567', 'fedcba98'])
  assert.deepEqual(receiptsOf(entry('t', photo('b', false))), [])
})

test('the status line says how far the photo has come', () => {
  const under_way = { ...allIn, photos_waiting_count: 2, upload: { sha256: 'd', sent: 60, size: 100 } }
  assert.deepEqual(statusLine(under_way, NOW, 'zh').parts, ['待上传照片 2 张', '这张 60%'])
})
