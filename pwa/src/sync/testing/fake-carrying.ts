/**
 * The server's half of bundles for the phone's tests: opens what a phone sealed, as
 * `backend/kernel/sealing.py` does.
 */

import { isSignedBy, toBase64Url } from '../../kernel/seal.ts'
import type { BundleHeader } from '../../schemas.gen.ts'

export interface Opened {
  header: BundleHeader
  parts: Uint8Array<ArrayBuffer>[]
  is_signed: boolean
}

const CURVE = { name: 'ECDH', namedCurve: 'P-256' }

export class FakeCarrying {
  readonly seal_key: string
  readonly #pair: CryptoKeyPair
  readonly #raw: Uint8Array<ArrayBuffer>
  /** Public keys of the writers, as they were registered. */
  readonly keys = new Map<string, string>()

  private constructor(pair: CryptoKeyPair, raw: Uint8Array<ArrayBuffer>) {
    this.#pair = pair
    this.#raw = raw
    this.seal_key = toBase64Url(raw)
  }

  static async make(): Promise<FakeCarrying> {
    const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits'])
    return new FakeCarrying(pair, new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  }

  /** Opens a bundle; null where it is none or was changed. */
  async open(bytes: ArrayBuffer): Promise<Opened | null> {
    try {
      return await this.#open(new Uint8Array(bytes))
    } catch {
      return null
    }
  }

  async #open(sealed: Uint8Array<ArrayBuffer>): Promise<Opened> {
    const { subtle } = crypto
    const point = sealed.slice(13, 78)
    const nonce = sealed.slice(78, 90)
    const theirs = await subtle.importKey('raw', point, CURVE, false, [])
    const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, this.#pair.privateKey, 256)
    const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
    const salt = new Uint8Array([...point, ...this.#raw])
    const info = new TextEncoder().encode('roundsman sealed 1')
    const rule = { name: 'HKDF', hash: 'SHA-256', salt, info }
    const key = await subtle.deriveKey(rule, secret, { name: 'AES-GCM', length: 256 }, false, ['decrypt'])
    const cipher = { name: 'AES-GCM', iv: nonce, additionalData: sealed.slice(0, 90) }
    const content = new Uint8Array(await subtle.decrypt(cipher, key, sealed.slice(90)))
    const length = new DataView(content.buffer).getUint32(64)
    const text = new TextDecoder().decode(content.slice(68, 68 + length))
    const header = JSON.parse(text) as BundleHeader
    let place = 68 + length
    const parts = header.parts.map(({ size }) => content.slice(place, (place += size)))
    const known = this.keys.get(header.writer) ?? ''
    const is_signed = known !== '' && (await isSignedBy(known, text, content.slice(0, 64)))
    return { header, parts, is_signed }
  }
}
