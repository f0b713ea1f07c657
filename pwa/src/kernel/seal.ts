/**
 * Seals what another person will carry: signed by its writer, readable by the server alone.
 *
 * The format stands in `shared_schemas/SEALED.md`; the server's half is `backend/kernel/sealing.py`.
 * Nothing here knows the store or the network, so that the rescue page can use it when all else is
 * broken.
 */

const MAGIC = new Uint8Array([0x52, 0x44, 0x53, 0x4c, 1])
const SIGNED = 'roundsman bundle 1\n'
const WORDS = 'roundsman sealed 1'
const MARK_BYTES = 8
const NONCE_BYTES = 12
const SIGNATURE_BYTES = 64
const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const SIGN = { name: 'ECDSA', hash: 'SHA-256' }

type Bytes = Uint8Array<ArrayBuffer>

/** A sealed bundle and the way to look, once, whether it opens to what went in. */
export interface Sealed {
  bytes: ArrayBuffer
  /** With the key that only this page's memory holds: the server's own never comes here. */
  open: () => Promise<ArrayBuffer>
}

/** Chosen by tests; else both are new for each bundle. */
export interface Chosen {
  pair: CryptoKeyPair
  nonce: Bytes
}

/** Signs a bundle's header; 64 zero bytes where this phone can keep no key. */
export async function signHeader(key: CryptoKey | null, header: string): Promise<Bytes> {
  if (!key) return new Uint8Array(SIGNATURE_BYTES)
  return new Uint8Array(await crypto.subtle.sign(SIGN, key, utf8(SIGNED + header)))
}

/** Says whether the holder of a public key signed a header. */
export async function isSignedBy(publicKey: string, header: string, signature: Bytes): Promise<boolean> {
  const kind = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('raw', fromBase64(publicKey), kind, false, ['verify'])
  return await crypto.subtle.verify(SIGN, key, signature, utf8(SIGNED + header))
}

/** Puts a bundle's content together: signature, header, parts. */
export function packContent(signature: Bytes, header: string, parts: readonly Bytes[]): Bytes {
  const text = utf8(header)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, text.byteLength)
  return joined([signature, length, text, ...parts])
}

/**
 * Seals a content to the organisation's key.
 *
 * Throws where the browser has no such ciphers or the key is none: the caller leaves the work plain.
 */
export async function sealContent(sealKey: string, content: Bytes, chosen?: Chosen): Promise<Sealed> {
  const { subtle } = crypto
  const theirs = fromBase64(sealKey)
  const pair = chosen?.pair ?? (await subtle.generateKey(CURVE, false, ['deriveBits']))
  const nonce = chosen?.nonce ?? crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const point = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
  const mark = new Uint8Array(await subtle.digest('SHA-256', theirs)).slice(0, MARK_BYTES)
  const key = await contentKey(pair.privateKey, theirs, point)
  const head = joined([MAGIC, mark, point, nonce])
  const cipher = { name: 'AES-GCM', iv: nonce, additionalData: head }
  const closed = new Uint8Array(await subtle.encrypt(cipher, key, content))
  const bytes = joined([head, closed]).buffer
  return {
    bytes,
    open: async () => await subtle.decrypt(cipher, key, bytes.slice(head.byteLength)),
  }
}

/** The key to one content: from both keys, known to nobody else. */
async function contentKey(own: CryptoKey, theirs: Bytes, point: Bytes): Promise<CryptoKey> {
  const { subtle } = crypto
  const publicKey = await subtle.importKey('raw', theirs, CURVE, false, [])
  const shared = await subtle.deriveBits({ name: 'ECDH', public: publicKey }, own, 256)
  const secret = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const salt = joined([point, theirs])
  const rule = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(WORDS) }
  return await subtle.deriveKey(rule, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** Says whether two contents are the same, byte for byte. */
export function isSame(one: ArrayBuffer, other: Bytes): boolean {
  const bytes = new Uint8Array(one)
  return bytes.byteLength === other.byteLength && bytes.every((byte, place) => byte === other[place])
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

/** A piece is turned at once; a photo's bytes are more than one call may take. */
const PIECE = 0x8000

/** Writes bytes as base64, with its padding. */
export function toBase64(bytes: Bytes): string {
  let letters = ''
  for (let begin = 0; begin < bytes.byteLength; begin += PIECE) {
    letters += String.fromCharCode(...bytes.subarray(begin, begin + PIECE))
  }
  return btoa(letters)
}

/** Writes bytes as keys and signatures travel: base64url without padding. */
export function toBase64Url(bytes: Bytes): string {
  return toBase64(bytes).replace(/\+/gu, '-').replace(/\//gu, '_').replace(/[=]+$/u, '')
}

/** Reads base64 of either alphabet; throws for what is neither. */
export function fromBase64(text: string): Bytes {
  const letters = atob(text.replace(/-/gu, '+').replace(/_/gu, '/'))
  const bytes = new Uint8Array(letters.length)
  for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place)
  return bytes
}

function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0))
  let place = 0
  for (const part of parts) {
    whole.set(part, place)
    place += part.byteLength
  }
  return whole
}
