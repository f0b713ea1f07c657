/**
 * Makes the ground under simulated phones quick: hundreds of schedules run on the real store.
 *
 * What is replaced gives the same results as the original; only where it is done differs. For
 * programs of the tests alone, never for one that also measures.
 */

import { createHash } from 'node:crypto'

import { Dice } from './dice.ts'

const KIND: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' }
const nativeClone = globalThis.structuredClone

/** Copies that nobody can change any more: they need no copy when they are read. */
const frozen = new WeakSet()

/** Copies plain values at once and leaves the rest to the original, with its errors. */
function quickClone(value: unknown, options?: StructuredSerializeOptions): unknown {
  if (options?.transfer?.length) return nativeClone(value, options)
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol' ? nativeClone(value) : value
  }
  if (frozen.has(value)) return value
  if (Array.isArray(value)) {
    const copy = value.map((one: unknown) => quickClone(one))
    return freeze(copy, copy)
  }
  if (value instanceof ArrayBuffer) return value.slice(0)
  const kind: unknown = Object.getPrototypeOf(value)
  // What is no plain value, such as a key, is left to the original.
  if (kind !== Object.prototype && kind !== null) return nativeClone(value)
  const copy: Record<string, unknown> = {}
  for (const key in value) {
    const one = quickClone((value as Record<string, unknown>)[key])
    // A key may be called as something that every object has.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: one, enumerable: true, writable: true, configurable: true })
    else copy[key] = one
  }
  return freeze(copy, Object.values(copy))
}

/** Freezes a copy whose parts are all frozen; bytes cannot be, and are copied each time. */
function freeze(copy: object, parts: readonly unknown[]): object {
  for (const part of parts) if (typeof part === 'object' && part !== null && !frozen.has(part)) return copy
  frozen.add(copy)
  return Object.freeze(copy)
}

function quickDigest(_algorithm: AlgorithmIdentifier, data: BufferSource): Promise<ArrayBuffer> {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const hash = createHash('sha256').update(bytes).digest()
  return Promise.resolve(new Uint8Array(hash).buffer)
}

let dice = new Dice(1)

/** Begins the chance of ids anew, so that a seed always tells the same story. */
export function throwFrom(seed: number): void {
  dice = new Dice(seed)
}

function quickRandom<T extends ArrayBufferView | null>(array: T): T {
  if (array instanceof Uint8Array) for (let at = 0; at < array.length; at += 1) array[at] = dice.below(256)
  return array
}

/** Puts the quick ways in place, for the whole of this thread. */
export async function makeQuick(): Promise<void> {
  const pair = await crypto.subtle.generateKey(KIND, false, ['sign', 'verify'])
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey)
  replace(globalThis, 'structuredClone', quickClone)
  replace(crypto.subtle, 'digest', quickDigest)
  // Every writer has the same key: making one takes a thread, and with it chance.
  replace(crypto.subtle, 'generateKey', () => Promise.resolve(pair))
  replace(crypto.subtle, 'exportKey', () => Promise.resolve(raw))
  replace(crypto, 'getRandomValues', quickRandom)
  // An aborted request is an everyday thing here; where it came from is not.
  Error.stackTraceLimit = 0
  // Dexie says of each killed page that its database was closed.
  replace(console, 'warn', () => undefined)
}

function replace(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true })
}
