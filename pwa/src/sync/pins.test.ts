import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ITERATIONS, isEasyPin, isPin, isRightPin, makeVerifier } from './pins.ts'

test('a PIN is four to six digits and nothing else', () => {
  for (const pin of ['1234', '00000', '987654']) assert.ok(isPin(pin), pin)
  for (const none of ['', '123', '1234567', '12a4', ' 1234', '１２３４', '1234\n']) {
    assert.ok(!isPin(none), JSON.stringify(none))
  }
})

test('what anybody tries first is told as easy', () => {
  for (const pin of ['0000', '555555', '1234', '345678', '9876', '543210']) assert.ok(isEasyPin(pin), pin)
  for (const pin of ['1357', '1290', '8012', '1122', '135790']) assert.ok(!isEasyPin(pin), pin)
})

test('only the very PIN is right, and what is kept does not hold it', async () => {
  const known = await makeVerifier('8053')
  assert.equal(await isRightPin('8053', known), true)
  for (const wrong of ['8054', '80530', '805', '']) assert.equal(await isRightPin(wrong, known), false)
  assert.ok(!JSON.stringify(known).includes('8053'))
})

test('the PIN is stretched as long as the rule asks, with a salt of its own', async () => {
  assert.ok(ITERATIONS >= 210_000)
  const one = await makeVerifier('8053')
  const other = await makeVerifier('8053')
  assert.equal(one.iterations, ITERATIONS)
  assert.equal(one.salt.length, 32)
  assert.notEqual(one.salt, other.salt)
  assert.notEqual(one.derived, other.derived)
})

test('what is kept is PBKDF2 with SHA-256, as anybody can check', async () => {
  // Derived by Python: hashlib.pbkdf2_hmac('sha256', b'8053', bytes(range(16)), 1000).hex()
  const known = {
    salt: '000102030405060708090a0b0c0d0e0f',
    iterations: 1000,
    derived: 'b46cda58744113325d4350fbb10f45c4c76f074adb016907a33d3232bf06f994',
  }
  assert.equal(await isRightPin('8053', known), true)
})
