/** What is reported beside any check: never twice, never lost, and a photo may speak for itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { NewOperation, Saved } from '../../sync/engine.ts'
import {
  freshFinding,
  hasFindingDraft,
  keepFinding,
  keepPieces,
  lackingIn,
  readFinding,
  sendFinding,
  titleOf,
  type FindingEngine,
  type KeptPiece,
} from './free-finding.ts'

const ME = 'a'.repeat(32)
const SITE = '1'.repeat(32)

/** An engine that keeps drafts and operations, and fails at the operation that it is told to. */
function desk(failAt = -1): FindingEngine & { written: NewOperation[]; failAt: number } {
  const drafts = new Map<string, unknown>()
  const written: NewOperation[] = []
  const one = {
    written,
    failAt,
    newId: () => 'f'.repeat(32),
    now: () => 1_000,
    hashPhoto: (bytes: ArrayBuffer) => Promise.resolve(`hash-${String(bytes.byteLength)}`),
    saveDraft: (key: string, value: unknown) => {
      drafts.set(key, structuredClone(value))
      return Promise.resolve()
    },
    readDraft: <T>(key: string) => Promise.resolve(drafts.get(key) as T | undefined),
    clearDraft: (key: string) => {
      drafts.delete(key)
      return Promise.resolve()
    },
    record: (operation: NewOperation) => {
      if (written.length === one.failAt) return Promise.reject(new Error('disk full'))
      written.push(operation)
      return Promise.resolve({} as Saved)
    },
  }
  return one
}

const piece = (size: number): KeptPiece => ({
  bytes: new ArrayBuffer(size),
  media_type: 'image/jpeg',
  sha256: `hash-${String(size)}`,
})
const kinds = (written: readonly NewOperation[]): string[] => written.map(({ body }) => body.kind)

test('the finding goes first and its pieces follow, and nothing is left behind', async () => {
  const engine = desk()
  const draft = { ...freshFinding(engine.newId(), SITE, 'area:x'), words: ' 渗漏 ', found_ms: 7 }
  await keepFinding(engine, draft)
  await keepPieces(engine, [piece(1), piece(2)])
  await sendFinding(engine, draft, [piece(1), piece(2)], { title: '渗漏', me: ME })
  assert.deepEqual(kinds(engine.written), [
    'nonconformity_reported',
    'finding_evidenced',
    'finding_evidenced',
  ])
  assert.deepEqual(engine.written[0]?.body, {
    kind: 'nonconformity_reported',
    site: SITE,
    title: { zh: '渗漏' },
    severity: 'minor',
    found_by: ME,
    found_at: 7,
    checkpoint: null,
  })
  assert.equal(await hasFindingDraft(engine), false)
})

test('what fails in the middle goes on from there and records nothing twice', async () => {
  const engine = desk(2)
  const draft = { ...freshFinding(engine.newId(), SITE), words: '渗漏' }
  const pieces = [piece(1), piece(2)]
  await keepPieces(engine, pieces)
  await assert.rejects(sendFinding(engine, draft, pieces, { title: '渗漏', me: ME }))
  const left = await readFinding(engine)
  assert.ok(left)
  assert.equal(left.draft.is_reported, true)
  assert.deepEqual(left.pieces.map(({ sha256 }) => sha256), ['hash-2'])
  engine.failAt = -1
  await sendFinding(engine, left.draft, left.pieces, { title: '渗漏', me: ME })
  assert.deepEqual(
    engine.written.map(({ body }) => (body as { photo?: string }).photo ?? body.kind),
    ['nonconformity_reported', 'hash-1', 'hash-2'],
  )
})

test('a site and either words or a photo are needed, nothing more', () => {
  const draft = freshFinding('f', SITE)
  assert.equal(lackingIn(freshFinding('f', ''), 1), 'site')
  assert.equal(lackingIn(draft, 0), 'words_or_photo')
  assert.equal(lackingIn({ ...draft, words: ' \n ' }, 0), 'words_or_photo')
  assert.equal(lackingIn(draft, 1), 'nothing')
  assert.equal(lackingIn({ ...draft, words: '灯' }, 0), 'nothing')
})

test('a title names the area first, and never grows beyond what the server takes', () => {
  const draft = { ...freshFinding('f', SITE), words: '灯'.repeat(180) }
  assert.equal(titleOf(freshFinding('f', SITE), '', '见照片'), '见照片')
  assert.ok(titleOf(draft, '地下二层：', '见照片').startsWith('地下二层：灯'))
  const faces = { ...draft, words: '💡'.repeat(250) }
  assert.equal(Array.from(titleOf(faces, '', '')).length, 200)
})
