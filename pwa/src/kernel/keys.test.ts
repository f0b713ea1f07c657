import assert from 'node:assert/strict'
import { test } from 'node:test'

import { makeSigningKey } from './keys.ts'

test("a writer's key signs, its private half stays, its public half verifies", async () => {
  const key = await makeSigningKey()
  assert.ok(key)
  assert.equal(key.private_key.extractable, false)
  assert.match(key.public_key, /^[A-Za-z0-9_-]{87}$/u)
  const raw = Uint8Array.from(Buffer.from(key.public_key, 'base64url'))
  const kind = { name: 'ECDSA', namedCurve: 'P-256' }
  const shown = await crypto.subtle.importKey('raw', raw, kind, false, ['verify'])
  const said = new TextEncoder().encode('a round in the cellar')
  const rule = { name: 'ECDSA', hash: 'SHA-256' }
  const sign = await crypto.subtle.sign(rule, key.private_key, said)
  assert.equal(await crypto.subtle.verify(rule, shown, sign, said), true)
})

test('where the browser has no key store there is no key, and no failure', async () => {
  const { subtle } = crypto
  Object.defineProperty(crypto, 'subtle', { configurable: true, value: undefined })
  try {
    assert.equal(await makeSigningKey(), null)
  } finally {
    Object.defineProperty(crypto, 'subtle', { configurable: true, value: subtle })
  }
})
