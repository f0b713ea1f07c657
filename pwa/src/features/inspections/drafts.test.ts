/** Unsaved words outlive a killed page and are listed until they are recorded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { listNoteDrafts, readTaskDraft, saveTaskDraft, type DraftStore } from './drafts.ts'

function fakeStore(): DraftStore {
  const kept = new Map<string, unknown>()
  return {
    saveDraft(key, value) {
      kept.set(key, structuredClone(value))
      return Promise.resolve()
    },
    readDraft: <T>(key: string) => Promise.resolve(kept.get(key) as T | undefined),
    clearDraft(key) {
      kept.delete(key)
      return Promise.resolve()
    },
  }
}

test('a task comes back at its item with its words', async () => {
  const store = fakeStore()
  assert.deepEqual(await readTaskDraft(store, 't'), { item: '', scroll_px: 0, notes: {} })
  await saveTaskDraft(store, 't', { item: 'b', scroll_px: 120, notes: { b: '有积水' } }, 7)
  assert.deepEqual(await readTaskDraft(store, 't'), {
    item: 'b',
    scroll_px: 120,
    notes: { b: '有积水' },
  })
})

test('only tasks with unsaved words are listed, from when they were first typed', async () => {
  const store = fakeStore()
  await saveTaskDraft(store, 'quiet', { item: 'a', scroll_px: 0, notes: {} }, 1)
  assert.deepEqual(await listNoteDrafts(store), [])
  await saveTaskDraft(store, 't', { item: 'b', scroll_px: 0, notes: { b: '有' } }, 7)
  await saveTaskDraft(store, 't', { item: 'b', scroll_px: 0, notes: { b: '有水', c: '暗' } }, 9)
  assert.deepEqual(await listNoteDrafts(store), [{ task: 't', note_count: 2, saved_ms: 7 }])
  await saveTaskDraft(store, 't', { item: 'b', scroll_px: 0, notes: {} }, 11)
  assert.deepEqual(await listNoteDrafts(store), [])
})
