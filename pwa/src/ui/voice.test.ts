/** Voice notes: in the first kind that a browser records. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { voiceKind } from './voice.ts'

test('a browser records in the first kind that it knows, and Apple’s in MP4', () => {
  assert.equal(voiceKind(() => true), 'audio/webm;codecs=opus')
  assert.equal(voiceKind((kind) => kind === 'audio/mp4'), 'audio/mp4')
  assert.equal(voiceKind(() => false), null)
})
