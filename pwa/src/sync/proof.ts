/**
 * What a person can show of their own work where nothing can be sent: which operations they wrote
 * on a record, by hash, and words signed with their writer's key.
 */

import { toBase64Url, utf8 } from '../kernel/seal.ts'
import type { SigningKey } from '../kernel/keys.ts'
import { writerOf } from '../store/writers.ts'
import type { Store } from '../store/store.ts'

/** One own operation on a record; `sha256` is that of its text. */
export interface TracedOperation {
  id: string
  counter: number
  kind: string
  sha256: string
}

/** Everything that a person wrote on a record with this phone. */
export interface Trace {
  writer: string
  operations: TracedOperation[]
}

export interface ProofDoor {
  /** Null where nobody works here, or has written nothing yet. */
  traceOf(record: string): Promise<Trace | null>
  /** The signature in base64url; empty where this browser keeps no key. */
  sign(words: string): Promise<string>
}

/** Opens the door; `who` is the person who works here. */
export function proofDoor(store: Store, who: () => string | undefined): ProofDoor {
  return {
    async traceOf(record) {
      const person = who()
      if (person === undefined) return null
      return await store.attempt(async (database) => {
        const known = await writerOf(database, person)
        if (known === undefined) return null
        const rows = await database.outbox.where('record').equals(record).toArray()
        const operations = rows
          .filter(({ writer }) => writer === known.writer)
          .map(({ id, counter, kind, sha256 }): TracedOperation => ({ id, counter, kind, sha256 }))
        return { writer: known.writer, operations: operations.sort((a, b) => a.counter - b.counter) }
      }, 'storage_unreadable')
    },

    async sign(words) {
      const person = who()
      if (person === undefined) return ''
      try {
        const { writer } = await store.requireWriter(person)
        // None is made here: with a key that the server never heard of it would prove nothing.
        const key = await store.readMeta<SigningKey>(`key/${writer}`)
        if (key === undefined) return ''
        const kind = { name: 'ECDSA', hash: 'SHA-256' }
        return toBase64Url(new Uint8Array(await crypto.subtle.sign(kind, key.private_key, utf8(words))))
      } catch {
        // A receipt without a signature proves nothing, and says so; the round itself is safe.
        return ''
      }
    },
  }
}
