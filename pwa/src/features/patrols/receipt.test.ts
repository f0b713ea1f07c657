/** The receipt is, letter for letter, what the office expects; its code can be read. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { sha256 } from '../../kernel/ids.ts'
import { fromBase64, utf8 } from '../../kernel/seal.ts'
import { receiptContent, receiptText, receiptWords } from './receipt.ts'

interface Vector {
  given: {
    writer: string
    round: string
    route: string
    on: string
    ordinal: number
    stops: string[]
    scanned_stops: string[]
    started_ms: number
    finished_ms: number
    operations: string[]
  }
  then: { writer_public: string; json: string; signed: string; receipt: string; unsigned: string }
}

const place = new URL('../../../../shared_schemas/vectors/receipts/receipt.json', import.meta.url)
const { given, then } = JSON.parse(readFileSync(place, 'utf8')) as Vector

async function content(): Promise<string> {
  const operations = await Promise.all(
    given.operations.map(async (text) => {
      const { id, counter, body } = JSON.parse(text) as { id: string; counter: number; body: { kind: string } }
      return { id, counter, kind: body.kind, sha256: await sha256(text) }
    }),
  )
  const { writer, round, route, on, ordinal, started_ms, finished_ms, stops, scanned_stops } = given
  const missed = stops.flatMap((stop, at) => (scanned_stops.includes(stop) ? [] : [at + 1]))
  const counts = { scanned: scanned_stops.length, expected: stops.length, missed }
  const facts = { writer, round, route, on, ordinal, started_ms, finished_ms, ...counts }
  // The phone's store gives them in no order worth relying on.
  return await receiptContent(facts, operations.reverse())
}

test('content and words to sign are those of the vector', async () => {
  const made = await content()
  assert.equal(new TextDecoder().decode(fromBase64(made)), then.json)
  assert.equal(receiptWords(made), then.signed)
  assert.equal(receiptText(made, ''), then.unsigned)
  assert.equal(receiptText(made, then.receipt.split('.')[2] ?? ''), then.receipt)
})

test('the signature of the vector is one that this platform verifies', async () => {
  const kind = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('raw', fromBase64(then.writer_public), kind, false, ['verify'])
  const signature = fromBase64(then.receipt.split('.')[2] ?? '')
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  assert.equal(await crypto.subtle.verify(how, key, signature, utf8(receiptWords(await content()))), true)
})
