/** The identity vectors on the phone's twin; the server's twin runs the same file. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { derivedId } from './derived-id.ts'

interface Case {
  name: string
  why: string
  parts: (string | number)[]
  id: string
}

const FILE = new URL('../../../shared_schemas/vectors/identity/derived.json', import.meta.url)

for (const { name, parts, id } of JSON.parse(readFileSync(FILE, 'utf8')) as Case[]) {
  test(`derived.json: ${name}`, async () => {
    assert.equal(await derivedId(...parts), id)
  })
}

test('where one part ends and the next begins makes another id', async () => {
  assert.notEqual(await derivedId('ab', 'c'), await derivedId('a', 'bc'))
})
