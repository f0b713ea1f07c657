import assert from 'node:assert/strict'
import { test } from 'node:test'

import { whyWait, type Doings } from './update-moment.ts'

const NOW = Date.UTC(2026, 10, 20, 0, 42)
const calm: Doings = { drafts: false, photo_since_ms: null, recording: false, sending: false }
const why = (doings: Partial<Doings>) => whyWait({ ...calm, ...doings }, NOW)

test('a calm phone takes the update', () => {
  assert.equal(why({}), null)
})

test('no update comes over an open draft, a photo or an upload', () => {
  assert.equal(why({ drafts: true }), 'draft')
  assert.equal(why({ photo_since_ms: NOW - 60_000 }), 'photo', 'the camera is open')
  assert.equal(why({ recording: true }), 'photo', 'it is being written')
  assert.equal(why({ sending: true }), 'sending')
  assert.equal(why({ drafts: true, sending: true, recording: true }), 'draft')
})

test('a camera that the phone closed does not keep updates away for ever', () => {
  assert.equal(why({ photo_since_ms: NOW - 29 * 60_000 }), 'photo')
  assert.equal(why({ photo_since_ms: NOW - 31 * 60_000 }), null)
  assert.equal(why({ photo_since_ms: NOW + 24 * 3_600_000 }), null, 'the clock was put back')
})
