import assert from 'node:assert/strict'
import { test } from 'node:test'

import { examine, missingBefore, type Line, type PhoneFacts } from './doctor.ts'
import { advice, states } from './doctor-texts.ts'
import { isLeftAlone } from './idle-lock.ts'

const NOW = Date.UTC(2026, 10, 20, 0, 42)
const HOUR_MS = 3_600_000
const MB = 1_000_000
const CHROME = 'Mozilla/5.0 (Linux; Android 14; Redmi) AppleWebKit Chrome/130 Mobile Safari'
const well: PhoneFacts = {
  now_ms: NOW,
  user_agent: CHROME,
  standalone: true,
  persisted: true,
  free_bytes: 4_000 * MB,
  quota_bytes: 5_000 * MB,
  can_write: true,
  waiting_count: 0,
  oldest_waiting_ms: null,
  others_waiting_count: 0,
  photos_waiting_count: 0,
  needs_attention_count: 0,
  clock_off_ms: 3_000,
  camera: 'granted',
  offline: 'ready',
  applied_ms: NOW - HOUR_MS,
  tasks_today: 5,
  wiped_count: null,
}

function lineOf(subject: Line['subject'], change: Partial<PhoneFacts>): Line {
  const found = examine({ ...well, ...change }).find((line) => line.subject === subject)
  assert.ok(found, subject)
  return found
}

const missing = (change: Partial<PhoneFacts>): string[] =>
  missingBefore(examine({ ...well, ...change })).map(({ subject }) => subject)

test('a phone in order is ready, and every line says so', () => {
  const lines = examine(well)
  assert.deepEqual(new Set(lines.map(({ tone }) => tone)), new Set(['good']))
  assert.deepEqual(missing({}), [])
})

test('unsent work turns amber after 24 hours and red after 72', () => {
  const tone = (hours: number): string =>
    lineOf('unsent', { waiting_count: 2, oldest_waiting_ms: NOW - hours * HOUR_MS }).tone
  assert.deepEqual([1, 23.9, 24, 71.9, 72, 200].map(tone), ['good', 'good', 'warn', 'warn', 'bad', 'bad'])
  assert.deepEqual(missing({ waiting_count: 2, oldest_waiting_ms: NOW - 72 * HOUR_MS }), ['unsent'])
})

test('a store that cannot be read is never nothing waiting', () => {
  const line = lineOf('unsent', { waiting_count: null })
  assert.equal(line.tone, 'bad')
  assert.equal(line.state, states.unsent_unreadable)
})

test('without checks on board, or a page for places without signal, nobody goes down', () => {
  assert.deepEqual(missing({ applied_ms: null }), ['tasks'])
  assert.deepEqual(missing({ offline: 'not_yet' }), ['offline'])
  assert.deepEqual(missing({ offline: 'unsupported' }), ['offline'])
  const tone = (days: number): string =>
    lineOf('tasks', { applied_ms: NOW - days * 24 * HOUR_MS }).tone
  assert.deepEqual([0.9, 1, 6.9, 7].map(tone), ['good', 'warn', 'warn', 'bad'])
})

test('a write that fails counts more than any estimate', () => {
  assert.equal(lineOf('space', { can_write: false }).tone, 'bad')
  assert.equal(lineOf('space', { can_write: true, free_bytes: null, quota_bytes: null }).tone, 'good')
  assert.equal(lineOf('space', { can_write: null, free_bytes: null, quota_bytes: null }).tone, 'note')
  assert.equal(lineOf('space', { free_bytes: 90 * MB }).tone, 'warn')
  assert.equal(lineOf('space', { free_bytes: 19 * MB }).tone, 'bad')
})

test('a quota as small as a private window’s is told as one', () => {
  const line = lineOf('space', { free_bytes: 100 * MB, quota_bytes: 120 * MB })
  assert.equal(line.tone, 'bad')
  assert.equal(line.next, advice.not_private)
})

test('trap 10: storage that is not protected is to mind, and keeps nobody from the round', () => {
  assert.equal(lineOf('protection', { persisted: false }).tone, 'warn')
  assert.equal(lineOf('protection', { persisted: null }).tone, 'note')
  assert.deepEqual(missing({ persisted: false }), [])
})

test('WeChat is a doorway and no home: it says how to leave', () => {
  const wechat = `${CHROME} MicroMessenger/8.0.49`
  const line = lineOf('browser', { user_agent: wechat, standalone: false })
  assert.equal(line.tone, 'bad')
  assert.equal(line.next, advice.leave_wechat)
  assert.match(line.next?.zh ?? '', /···.*在浏览器打开/u)
})

test('UC, QQ and an iPhone without home screen each get their own word', () => {
  const stateOf = (user_agent: string): Line =>
    lineOf('browser', { user_agent, standalone: false })
  assert.equal(stateOf(`${CHROME} UCBrowser/15.5`).state, states.browser_uc)
  assert.equal(stateOf(`${CHROME} MQQBrowser/14.9`).state, states.browser_qq)
  assert.equal(stateOf('Mozilla/5.0 (iPhone; CPU iPhone OS 17_4) Safari').next, advice.ios_home)
  assert.equal(stateOf(CHROME).tone, 'good')
})

test('a camera that is refused has another way and stops nobody', () => {
  const tone = (camera: PhoneFacts['camera']): string => lineOf('camera', { camera }).tone
  assert.deepEqual((['granted', 'prompt', 'unknown'] as const).map(tone), ['good', 'good', 'note'])
  assert.deepEqual((['denied', 'none'] as const).map(tone), ['warn', 'warn'])
  assert.deepEqual(missing({ camera: 'denied' }), [])
})

test('a clock that is off is said with its size, early or late', () => {
  assert.equal(lineOf('clock', { clock_off_ms: 119_000 }).tone, 'good')
  for (const clock_off_ms of [600_000, -600_000]) {
    const line = lineOf('clock', { clock_off_ms })
    assert.deepEqual([line.tone, line.values['n']], ['warn', 10])
  }
  assert.equal(lineOf('clock', { clock_off_ms: null }).tone, 'note')
})

test('what needs somebody stands first, and says what to do', () => {
  const lines = examine({
    ...well,
    can_write: false,
    persisted: false,
    wiped_count: 4,
    others_waiting_count: 2,
    needs_attention_count: 1,
    camera: 'unknown',
    clock_off_ms: 600_000,
  })
  const rank = lines.map(({ tone }) => ['bad', 'warn', 'note', 'good'].indexOf(tone))
  assert.deepEqual(rank, [...rank].sort((a, b) => a - b))
  for (const line of lines) {
    if (line.tone === 'bad' || line.tone === 'warn') assert.ok(line.next, line.subject)
  }
  assert.deepEqual(lines.find(({ subject }) => subject === 'wiped')?.values, { n: 4 })
})

test('a phone left alone locks after the minutes chosen, and never without a choice', () => {
  const minute = 60_000
  assert.equal(isLeftAlone(NOW, NOW + 5 * minute, 5), true)
  assert.equal(isLeftAlone(NOW, NOW + 5 * minute - 1, 5), false)
  assert.equal(isLeftAlone(NOW, NOW + 600 * minute, 0), false)
  assert.equal(isLeftAlone(NOW, NOW - 6 * minute, 5), true, 'a clock set back is nobody’s touch')
})
