import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isShellLoad } from './shell-address.ts'

const ORIGIN = 'https://harbour.example'

function check(path: string, method = 'GET', mode = 'navigate', origin = ORIGIN): boolean {
  return isShellLoad(method, mode, new URL(path, origin), ORIGIN)
}

test('the phone page is answered from the phone, with or without a query', () => {
  assert.ok(check('/'))
  assert.ok(check('/index.html'))
  assert.ok(check('/?from=tag'))
})

test('office page, API, other methods, other origins and parts of pages pass by', () => {
  assert.ok(!check('/office.html'))
  assert.ok(!check('/api/sync/pull'))
  assert.ok(!check('/', 'POST'))
  assert.ok(!check('/', 'GET', 'cors'))
  assert.ok(!check('/', 'GET', 'navigate', 'https://elsewhere.example'))
})
