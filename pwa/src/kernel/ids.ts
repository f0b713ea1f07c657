/**
 * Random ids and content hashes; ids that mean something are derived (`derived-id.ts`).
 */

const DIGITS = '0123456789abcdef'

/** Gives 32 hexadecimal characters that nobody else has. */
export function randomId(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(16)))
}

/** Gives the SHA-256 of bytes, or of a text's UTF-8 bytes, in hexadecimal. */
export async function sha256(content: ArrayBuffer | string): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15)
  return text
}
