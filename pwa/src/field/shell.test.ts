/** The shell's pure parts: address, status line, outbox order, install advice, both languages. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

import * as checkExtras from '../features/inspections/extra-texts.ts'
import * as checkItems from '../features/inspections/item-texts.ts'
import * as inspections from '../features/inspections/texts.ts'
import * as findings from '../features/nonconformities/free-texts.ts'
import * as nonconformities from '../features/nonconformities/texts.ts'
import * as patrols from '../features/patrols/texts.ts'
import { KINDS } from '../schemas.gen.ts'
import type { OutboxEntry, SyncStatus } from '../sync/engine.ts'
import * as controls from '../ui/texts.ts'
import { clockNotice } from './clock-words.ts'
import { installAdvice, isWeChat } from './browser-help.ts'
import { sortOutbox } from './outbox-view.ts'
import { hasScreen, parseRoute } from './route.ts'
import { statusLine } from './status-words.ts'
import * as doctor from './doctor-texts.ts'
import * as people from './people-texts.ts'
import * as sealed from './sealed-texts.ts'
import * as kinds from './kind-words.ts'
import * as marks from './photo-texts.ts'
import * as reports from './report-texts.ts'
import * as team from './team-texts.ts'
import * as shell from './texts.ts'

const NOW = Date.UTC(2026, 10, 20, 0, 42)
const HOUR_MS = 3_600_000
const calm: SyncStatus = {
  phase: 'idle',
  waiting_count: 0,
  oldest_waiting_ms: null,
  photos_waiting_count: 0,
  upload: null,
  others_photos_count: 0,
  confirmed_ms: null,
  held_count: 0,
  needs_attention_count: 0,
  others_waiting_count: 0,
  sealed_count: 0,
  carried_count: 0,
  parked_count: 0,
  others_oldest_ms: null,
  server_person_differs: false,
  last_contact_ms: NOW - 60_000,
  applied_ms: NOW - 60_000,
  has_working_set: true,
  bootstrap: null,
  scope_alarms: [],
  problem: null,
  wiped: null,
  clock_off_ms: null,
}
const lineOf = (change: Partial<SyncStatus>) => statusLine({ ...calm, ...change }, NOW, 'zh')
const textOf = (change: Partial<SyncStatus>) => lineOf(change).parts.join(' · ')

test('the status line says where the work is', () => {
  assert.match(textOf({}), /^已全部送达 · \d\d:\d\d$/u)
  assert.equal(
    textOf({ waiting_count: 7, oldest_waiting_ms: NOW - 2 * HOUR_MS }),
    '待上传 7 条 · 最早 2 小时前',
  )
  assert.equal(textOf({ phase: 'offline' }), '离线 · 已保存在本机')
  assert.equal(
    textOf({ phase: 'offline', waiting_count: 3, oldest_waiting_ms: NOW }),
    '离线 · 已保存在本机 · 待上传 3 条',
  )
})

test('what was recorded just now is told without an age', () => {
  assert.equal(textOf({ waiting_count: 1, oldest_waiting_ms: NOW - 20_000 }), '待上传 1 条')
  assert.match(textOf({ waiting_count: 1, oldest_waiting_ms: NOW - 70_000 }), /最早 1 分钟前/u)
})

test('a wrong clock is told in one line, a usual difference is not', () => {
  const told = (off_ms: number | null) => clockNotice(off_ms, 'zh')
  assert.equal(told(null), null)
  assert.equal(told(110_000), null)
  assert.equal(
    told(-3 * HOUR_MS),
    '手机时间不准（快 3 小时），已按办公室时间显示；请在系统设置中打开自动校时。',
  )
  assert.match(told(4 * 60_000) ?? '', /慢 4 分钟/u)
  assert.match(told(-5 * 24 * HOUR_MS) ?? '', /快 5 天/u)
  assert.match(told(56 * 8766 * HOUR_MS) ?? '', /慢 56 年/u)
  assert.match(clockNotice(-3.5 * 8766 * HOUR_MS, 'en') ?? '', /3\.5 years fast/u)
})

test('what cannot be read is never told as nothing waiting', () => {
  assert.equal(lineOf({ waiting_count: null }).tone, 'bad')
  assert.equal(textOf({ waiting_count: null }), '本机记录读不出来')
})

test('old unsent work and held work are told in words and in form', () => {
  const oldest = (hours: number) =>
    lineOf({ waiting_count: 1, oldest_waiting_ms: NOW - hours * HOUR_MS })
  assert.deepEqual([oldest(2).tone, oldest(30).tone, oldest(80).tone], ['plain', 'warn', 'bad'])
  assert.equal(lineOf({ held_count: 1 }).sign, 'alert')
  assert.match(textOf({ phase: 'sign_in_needed', waiting_count: 1 }), /请重新登录/u)
})

test('work under a colleague’s session is carried, and said so only while some waits', () => {
  const other = { phase: 'sign_in_needed', server_person_differs: true } as const
  assert.match(textOf({ ...other, waiting_count: 2 }), /由本机代送/u)
  assert.doesNotMatch(textOf({ ...other, waiting_count: 2 }), /请重新登录/u)
  assert.doesNotMatch(textOf(other), /代送|登录/u)
  assert.equal(lineOf({ ...other, waiting_count: 2, oldest_waiting_ms: NOW }).tone, 'plain')
})

test('an address leads to its screen and a strange one to today', () => {
  const task = 'ab'.repeat(16)
  assert.deepEqual(parseRoute(`#/task/${task}`), { screen: 'task', task })
  assert.deepEqual(parseRoute('#/outbox'), { screen: 'outbox' })
  assert.deepEqual(parseRoute(`#/round/${task}`), { screen: 'round', round: task })
  assert.deepEqual(parseRoute('#/scan'), { screen: 'scan', address: '' })
  // What a label says comes whole: the reader of labels knows it by what stands before.
  const label = `7KQ2M9XD.3.${'s'.repeat(86)}`
  assert.deepEqual(parseRoute(`#/scan/${label}`), { screen: 'scan', address: `/#/scan/${label}` })
  assert.deepEqual(parseRoute('#/finding'), { screen: 'finding', checkpoint: '' })
  assert.deepEqual(parseRoute(`#/finding/${task}`), { screen: 'finding', checkpoint: task })
  assert.deepEqual(parseRoute('#/finding/<b>'), { screen: 'finding', checkpoint: '' })
  for (const screen of ['report', 'team', 'emergency', 'me'] as const) {
    assert.deepEqual(parseRoute(`#/${screen}`), { screen })
    assert.ok(hasScreen(screen))
  }
  assert.equal(hasScreen('nowhere'), false)
  for (const strange of ['', '#/', '#/task/', '#/task/<b>', '#/nowhere']) {
    assert.deepEqual(parseRoute(strange), { screen: 'today' })
  }
})

test('the outbox shows what needs the person apart, the delivered newest first', () => {
  const entry = (counter: number, state: OutboxEntry['state']): OutboxEntry =>
    ({ counter, state, recorded_ms: counter }) as OutboxEntry
  const sections = sortOutbox([
    entry(1, 'delivered'),
    entry(4, 'sent'),
    entry(2, 'delivered'),
    entry(3, 'waiting'),
    entry(5, 'needs_attention'),
    entry(6, 'held'),
  ])
  const counters = (entries: OutboxEntry[]) => entries.map(({ counter }) => counter)
  assert.deepEqual(counters(sections.attention), [5])
  assert.deepEqual(counters(sections.held), [6])
  assert.deepEqual(counters(sections.waiting), [3, 4])
  assert.deepEqual(counters(sections.delivered), [2, 1])
})

test('everything that a screen records has its word in the outbox', () => {
  const folder = new URL('../features/', import.meta.url)
  const commands = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('commands.ts'),
  )
  const recorded = [...commands.map((name) => new URL(name, folder)), new URL('team-commands.ts', import.meta.url)]
    .map((file) => readFileSync(file, 'utf8'))
    .flatMap((text) => [...text.matchAll(/kind: '(\w+)'/gu)].map(([, kind = '']) => kind))
    .filter((kind) => kind in KINDS)
  assert.ok(recorded.length > 20)
  assert.deepEqual(recorded.filter((kind) => kinds.kindWords[kind] === undefined), [])
})

test('each browser gets its own sentence on installing', () => {
  const { installWords } = shell
  const wechat = 'Mozilla/5.0 (Linux; Android 14) Chrome/116 MicroMessenger/8.0.49'
  assert.ok(isWeChat(wechat))
  assert.equal(installAdvice(wechat, false), installWords.wechat)
  assert.equal(installAdvice('Mozilla/5.0 (iPhone; CPU iPhone OS 17_4) Safari', false), installWords.ios)
  assert.equal(
    installAdvice('Mozilla/5.0 (Linux; Android 12) HuaweiBrowser/14 Mobile', false),
    installWords.android_other,
  )
  assert.equal(
    installAdvice('Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile', false),
    installWords.android_chrome,
  )
  assert.equal(installAdvice(wechat, true), installWords.installed)
})

/** Every phrase of a module, by its path. */
function* phrasesOf(value: unknown, path: string): Generator<[string, { zh: string; en?: string }]> {
  if (typeof value !== 'object' || value === null) return
  if ('zh' in value) yield [path, value as { zh: string; en?: string }]
  else for (const [key, inner] of Object.entries(value)) yield* phrasesOf(inner, `${path}.${key}`)
}

test('every word exists in both languages with the same values to fill in', () => {
  const all = {
    controls,
    shell,
    kinds,
    marks,
    reports,
    team,
    findings,
    doctor,
    people,
    sealed,
    inspections,
    checkExtras,
    checkItems,
    nonconformities,
    patrols,
  }
  const phrases = [...phrasesOf(all, 'texts')]
  assert.ok(phrases.length > 150)
  const valuesOf = (text: string) => [...text.matchAll(/\{\w+\}/gu)].map(String).sort()
  for (const [path, { zh, en }] of phrases) {
    // The checklists' own punctuation is full-width: one page, one script.
    assert.doesNotMatch(zh, /\p{Script=Han}[,;:()?!]|[,;:()?!]\p{Script=Han}/u, path)
    assert.notEqual(zh.trim(), '', path)
    assert.notEqual((en ?? '').trim(), '', path)
    assert.doesNotMatch(en ?? '', /\p{Script=Han}/u, path)
    assert.deepEqual(valuesOf(en ?? ''), valuesOf(zh), path)
  }
})
