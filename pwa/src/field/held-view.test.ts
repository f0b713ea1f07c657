/** What the author of a held operation is told, stage by stage, in both languages. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { serverProblem } from '../kernel/problems.ts'
import type { Outcome } from '../schemas.gen.ts'
import type { FoldedRecord, OutboxEntry } from '../sync/engine.ts'
import { heldTexts, mineAside, stageWords, youCan } from './held-texts.ts'
import { heldStory } from './held-view.ts'
import { sortOutbox } from './outbox-view.ts'

const NOW = Date.UTC(2026, 10, 20, 0, 42)
const ME = 'a'.repeat(32)

function anEntry(state: OutboxEntry['state'], by_ms = 0, code = 'not_allowed'): OutboxEntry {
  const sha256 = 'f'.repeat(64)
  const problem = serverProblem(code)
  const outcome: Outcome = { id: 'w:1', status: 'held', sha256, problem, held: 'h', decide_by_ms: by_ms }
  return {
    id: 'w:1',
    writer: 'w',
    counter: 1,
    person: ME,
    record: 't',
    record_kind: 'task',
    kind: 'item_answered',
    body: {},
    recorded_ms: NOW,
    state,
    photos: [],
    outcome,
    problem,
    attempts: 0,
    next_try_ms: 0,
    delivered_ms: null,
  }
}

function decided(state: string, person: string, position: number | null = 7): FoldedRecord {
  const entry = { op: 'd:1', person, position, role: '', saw: 0, stamp: 5, value: `held_${state}` }
  const fields = {
    state: { held: [], moves: [entry], value: state },
    reasons: { entries: { 'd:1': { ...entry, value: '看不清' } }, value: ['看不清'] },
  }
  return { id: 'h', kind: 'held', position: 7, stamp: 5, fields, site: '', unsent_count: 0 }
}

const told = (entry: OutboxEntry, record?: FoldedRecord) => {
  const story = heldStory(entry, record, ME, NOW)
  return story && [story.stage, story.mine, story.reason]
}

test('what waits for the office says by when, and says so when that is past', () => {
  assert.deepEqual(told(anEntry('held', NOW + 1)), ['held', false, ''])
  assert.deepEqual(told(anEntry('held', NOW - 1)), ['overdue', false, ''])
  assert.deepEqual(told(anEntry('held')), ['held', false, ''], 'an old server names no hour')
  assert.equal(heldStory(anEntry('held'), undefined, ME, NOW)?.by_ms, null)
})

test('the own decision is told as such, also before it was sent', () => {
  const unsent = decided('set_aside', ME, null)
  assert.deepEqual(told(anEntry('held'), unsent), ['aside_sending', true, '看不清'])
  const mine = decided('set_aside', ME)
  assert.deepEqual(told(anEntry('set_aside', 0, 'decided_set_aside'), mine), ['set_aside', true, '看不清'])
  const again = decided('waiting', ME, null)
  assert.deepEqual(told(anEntry('set_aside', 0, 'decided_set_aside'), again)?.[0], 'up_sending')
})

test('the office’s decision is told with its reason', () => {
  const office = decided('set_aside', 'lin')
  const aside = anEntry('set_aside', 0, 'decided_set_aside')
  assert.deepEqual(told(aside, office), ['set_aside', false, '看不清'])
  const changed = anEntry('set_aside', 0, 'decided_changed')
  assert.deepEqual(told(changed, decided('changed', 'lin'))?.[0], 'changed')
  assert.deepEqual(told(changed)?.[0], 'changed', 'also before the record of it has come')
  assert.deepEqual(told(anEntry('delivered'), decided('applied', 'lin')), ['applied', false, '看不清'])
})

test('what the office never held has no story', () => {
  assert.equal(told(anEntry('delivered')), null)
  assert.equal(told(anEntry('waiting')), null)
})

test('what was set aside stands apart and counts as waiting no more', () => {
  const read = { ...anEntry('set_aside'), id: 'w:9', read_ms: 5 }
  const sections = sortOutbox([anEntry('set_aside'), anEntry('held'), anEntry('waiting'), read])
  assert.deepEqual([sections.set_aside.length, sections.read], [1, [read]])
  assert.equal(sections.set_aside.length, 1)
  assert.equal(sections.waiting.length, 1)
  assert.equal(sections.held.length, 1)
})

test('every stage is told in both languages', () => {
  for (const phrase of [...Object.values(heldTexts), ...Object.values(stageWords), ...Object.values(youCan), mineAside]) {
    assert.match(phrase.zh, /\p{Script=Han}/u)
    assert.doesNotMatch(phrase.en ?? assert.fail(phrase.zh), /\p{Script=Han}/u)
  }
})
