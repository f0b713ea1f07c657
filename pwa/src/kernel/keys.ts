/**
 * A writer's own key, made on the phone: what it signs is provably its author's, whoever carries it.
 */

/** The private half never leaves the browser's key store; the public half is raw, in base64url. */
export interface SigningKey {
  private_key: CryptoKey
  public_key: string
}

const KIND: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' }

/** Makes a key, or gives nothing where the browser has no key store (plain HTTP, old engines). */
export async function makeSigningKey(): Promise<SigningKey | null> {
  try {
    const pair = await crypto.subtle.generateKey(KIND, false, ['sign', 'verify'])
    const raw = await crypto.subtle.exportKey('raw', pair.publicKey)
    return { private_key: pair.privateKey, public_key: base64Url(new Uint8Array(raw)) }
  } catch {
    return null
  }
}

function base64Url(bytes: Uint8Array): string {
  let letters = ''
  for (const byte of bytes) letters += String.fromCharCode(byte)
  return btoa(letters).replace(/\+/gu, '-').replace(/\//gu, '_').replace(/[=]+$/u, '')
}
