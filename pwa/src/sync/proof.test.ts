/** What a person can show of their own work without a network. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { fromBase64, utf8 } from '../kernel/seal.ts'
import { FakeCarrying } from './testing/fake-carrying.ts'
import { Browser, TASK, aServer, answer, signedIn } from './testing/phone.ts'

test('a trace names the own operations on a record in their order, with the hashes they are sent under', async () => {
  const engine = await signedIn(new Browser(aServer()), 'ana')
  const first = await engine.record(answer(TASK, '1', 'pass'))
  await engine.record(answer('9'.repeat(32), '1', 'pass'))
  const second = await engine.record(answer(TASK, '2', 'fail'))
  const trace = await engine.proof.traceOf(TASK)
  assert.deepEqual(
    trace?.operations.map(({ id, kind, sha256 }) => [id, kind, sha256]),
    [first, second].map(({ id, sha256 }) => [id, 'item_answered', sha256]),
  )
  assert.equal(trace?.operations[0]?.id, `${trace?.writer ?? ''}:1`)
  await engine.close()
})

test('what another person wrote on the same phone is not in the trace', async () => {
  const engine = await signedIn(new Browser(aServer()), 'ana')
  await engine.record(answer(TASK, '1', 'pass'))
  await engine.signIn('ben', 'right')
  const own = await engine.record(answer(TASK, '1', 'fail'))
  const trace = await engine.proof.traceOf(TASK)
  assert.deepEqual(trace?.operations.map(({ id }) => id), [own.id])
  await engine.close()
})

test('words are signed with the very key that the server was told, and not at all without one', async () => {
  const server = aServer()
  server.carrying = await FakeCarrying.make()
  const engine = await signedIn(new Browser(server), 'ana')
  await engine.syncNow()
  const signature = await engine.proof.sign('roundsman receipt 1\nx')
  const trace = await engine.proof.traceOf(TASK)
  assert.ok(trace)
  const told = server.carrying.keys.get(trace.writer) ?? ''
  const kind = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('raw', fromBase64(told), kind, false, ['verify'])
  const how = { name: 'ECDSA', hash: 'SHA-256' }
  const words = utf8('roundsman receipt 1\nx')
  assert.equal(await crypto.subtle.verify(how, key, fromBase64(signature), words), true)
  await engine.signOut()
  assert.equal(await engine.proof.sign('x'), '')
  assert.equal(await engine.proof.traceOf(TASK), null)
  await engine.close()
})
