import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Anchor } from '../schemas.gen.ts'
import { SetBackWatch, capture, correctedNow, type Clock } from './clock.ts'
import { randomId, sha256 } from './ids.ts'
import { chooseLanguage, language, say } from './languages.ts'
import { Watched } from './observable.ts'
import { readPreferences, savePreferences } from './preferences.ts'
import { phoneProblem, serverProblem } from './problems.ts'

function aClock(wall: number, mono: number, session = 'now'): Clock {
  return { wall: () => wall, mono: () => mono, origin: 0, session, zone: () => 'Asia/Shanghai' }
}

const ANCHOR: Anchor = {
  server_ms: 1_000_000,
  round_trip_ms: 100,
  wall_ms: 500_000,
  mono_ms: 2_000,
  session: 'now',
  token: 'token',
}

test('ids are 32 hexadecimal characters and never the same', () => {
  const ids = Array.from({ length: 200 }, randomId)
  assert.equal(new Set(ids).size, 200)
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/)
})

test('texts are hashed as UTF-8, bytes as they are', async () => {
  assert.equal(
    await sha256('abc'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
  assert.equal(await sha256('水'), await sha256(new Uint8Array([0xe6, 0xb0, 0xb4]).buffer))
})

test('the time goes on from the server’s word by the longer of both clocks', () => {
  assert.equal(correctedNow(aClock(510_000, 12_000), ANCHOR), 1_010_050)
  assert.equal(correctedNow(aClock(400_000, 12_000), ANCHOR), 1_010_050, 'wall was set back')
  assert.equal(correctedNow(aClock(560_000, 3_000), ANCHOR), 1_060_050, 'mono slept')
  assert.equal(correctedNow(aClock(510_000, 5, 'later'), ANCHOR), 1_010_050, 'another page')
  assert.equal(correctedNow(aClock(100_000, 5, 'later'), ANCHOR), 1_000_055)
  assert.equal(correctedNow(aClock(7, 5), null), 7)
})

test('a phone years off keeps the office’s time, and one put right is believed', () => {
  const YEAR_MS = 365 * 86_400_000
  const now = 60 * YEAR_MS
  const anchored = (off: number): Anchor => ({ ...ANCHOR, server_ms: now, wall_ms: now + off })
  const later = (wall: number, anchor: Anchor): number =>
    correctedNow(aClock(wall, 9_000, 'later'), anchor) - now
  for (const off of [3.5 * YEAR_MS, -56 * YEAR_MS]) {
    assert.equal(later(now + off + 3_600_000, anchored(off)), 3_600_050, 'the offset holds')
    assert.equal(later(now + 3_600_000, anchored(off)), 3_600_000, 'the clock was put right')
    assert.equal(later(now + off + 3_600_000, anchored(0)), 9_050, 'only this page’s age is sure')
  }
  const drawer = 90 * 86_400_000
  assert.equal(later(now + drawer, anchored(0)), drawer + 50, 'it lay in a drawer')
})

test('a capture carries whole milliseconds of all clocks', () => {
  const clock = aClock(10.4, 3.6)
  assert.deepEqual(capture(clock, ANCHOR), {
    wall_ms: 10,
    mono_ms: 4,
    origin_ms: 0,
    session: 'now',
    zone: 'Asia/Shanghai',
    anchor: ANCHOR,
    back_ms: 0,
  })
})

test('a watcher hears the present value and each change, until it stops', () => {
  const watched = new Watched(1)
  const heard: number[] = []
  const stop = watched.subscribe((value) => heard.push(value))
  watched.set(2)
  stop()
  watched.set(3)
  assert.deepEqual(heard, [1, 2])
  assert.equal(watched.value, 3)
})

test('Chinese stands first; English by choice, and where it is lacking Chinese stays', () => {
  const phrase = { zh: '待上传 {count} 条', en: '{count} waiting' }
  assert.equal(say(phrase, { count: 7 }), '待上传 7 条')
  chooseLanguage('en')
  assert.equal(say(phrase, { count: 7 }), '7 waiting')
  assert.equal(say({ zh: '已送达' }), '已送达')
  assert.equal(say(phrase), '{count} waiting')
  chooseLanguage('zh')
  assert.equal(language.value, 'zh')
})

test('without local storage the usual preferences hold, and choosing breaks nothing', () => {
  const usual = readPreferences()
  assert.equal(usual.language, 'zh')
  assert.equal(usual.theme, 'system')
  savePreferences({ ...usual, theme: 'dark' })
})

test('problems carry words in both languages, whatever code a server names', () => {
  for (const problem of [phoneProblem('offline'), serverProblem('never_heard_of'), serverProblem('too_large')]) {
    assert.ok(problem.title_zh && problem.title_en && problem.next_zh && problem.next_en)
  }
  assert.equal(serverProblem('never_heard_of').code, 'never_heard_of')
})

test('a clock that is set back and put right again within one page is seen, sleep is not', () => {
  const watch = new SetBackWatch()
  const noon = 1_795_000_000_000
  assert.equal(watch.look(noon, 0), 0)
  assert.equal(watch.look(noon + 1_000, 1_000), 0)
  assert.equal(watch.look(noon + 3_600_000, 2_000), 0, 'sleep')
  assert.equal(watch.look(noon + 3_600_000 - 1_500, 2_100), 0, 'a small correction')
  assert.equal(watch.look(noon, 3_000), 3_600_000 - 1_500 + 900)
  const back = watch.look(noon + 3_600_000, 5_000)
  assert.equal(back, 3_600_000 - 1_500 + 900, 'put right again')
})
