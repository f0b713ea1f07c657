import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { sha256 } from './ids.ts'
import {
  fromBase64,
  isSame,
  isSignedBy,
  packContent,
  sealContent,
  signHeader,
  toBase64,
  toBase64Url,
  utf8,
} from './seal.ts'

interface Vector {
  given: {
    writer_key: JsonWebKey
    bundle_key: JsonWebKey
    nonce: string
    header: string
    parts: string[]
    signature: string
  }
  then: { seal_key: string; writer_public: string; content_sha256: string; sealed: string }
}

const place = new URL('../../../shared_schemas/vectors/sealed/bundle.json', import.meta.url)
const { given, then } = JSON.parse(readFileSync(place, 'utf8')) as Vector
const content = packContent(fromBase64(given.signature), given.header, given.parts.map(utf8))

async function bundlePair(): Promise<CryptoKeyPair> {
  const kind = { name: 'ECDH', namedCurve: 'P-256' }
  const { d: _secret, ...open } = given.bundle_key
  return {
    privateKey: await crypto.subtle.importKey('jwk', given.bundle_key, kind, false, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('jwk', open, kind, true, []),
  }
}

test('a phone makes the very bundle that the server makes of the same keys', async () => {
  assert.equal(await sha256(content.buffer), then.content_sha256)
  const nonce = Uint8Array.from(Buffer.from(given.nonce, 'hex'))
  const sealed = await sealContent(then.seal_key, content, { pair: await bundlePair(), nonce })
  assert.equal(toBase64(new Uint8Array(sealed.bytes)), then.sealed)
  assert.ok(isSame(await sealed.open(), content))
})

test('the server’s signature holds for the phone, and for no other header', async () => {
  const signature = fromBase64(given.signature)
  assert.equal(await isSignedBy(then.writer_public, given.header, signature), true)
  assert.equal(await isSignedBy(then.writer_public, `${given.header} `, signature), false)
})

test('what the phone signs, its own public key shows', async () => {
  const kind = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('jwk', given.writer_key, kind, false, ['sign'])
  const signature = await signHeader(key, given.header)
  assert.equal(await isSignedBy(then.writer_public, given.header, signature), true)
  assert.deepEqual(await signHeader(null, given.header), new Uint8Array(64))
})

test('two seals of one content are never the same bytes', async () => {
  const one = await sealContent(then.seal_key, content)
  const other = await sealContent(then.seal_key, content)
  assert.equal(isSame(one.bytes, new Uint8Array(other.bytes)), false)
})

test('base64 comes back whole, a large photo too, and a bad key is refused', async () => {
  const large = new Uint8Array(300_001).map((_, place) => place % 251)
  assert.deepEqual(fromBase64(toBase64(large)), large)
  assert.deepEqual(fromBase64(toBase64Url(large)), large)
  await assert.rejects(sealContent('AAAA', content))
})
