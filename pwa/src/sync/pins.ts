/**
 * A short number by which people who share a phone change places without a network.
 *
 * It keeps honest colleagues apart. It does not keep anybody out who can read the phone's storage:
 * that lies there unencrypted, and four to six digits are tried through in minutes.
 */

/** What is kept of a PIN: enough to know it again, never the PIN itself. Bytes in hexadecimal. */
export interface PinVerifier {
  salt: string
  iterations: number
  derived: string
}

/** Source: OWASP password storage sheet, PBKDF2-HMAC-SHA256; the issue asks for 210,000 at least. */
export const ITERATIONS = 210_000
/** After so many wrong tries only the password opens. */
export const MOST_TRIES = 5
const SALT_BYTES = 16
const DERIVED_BITS = 256

/** Whether this is a PIN at all: four to six digits. */
export function isPin(text: string): boolean {
  return /^[0-9]{4,6}$/u.test(text)
}

/** Whether a PIN is among the first that anybody tries: one digit only, or a run such as 1234. */
export function isEasyPin(pin: string): boolean {
  const steps = new Set<number>()
  for (let place = 1; place < pin.length; place += 1) {
    steps.add(pin.charCodeAt(place) - pin.charCodeAt(place - 1))
  }
  const [step] = steps
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1
}

/** Makes what is kept of a PIN, with a salt of its own. */
export async function makeVerifier(pin: string, iterations = ITERATIONS): Promise<PinVerifier> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
  return { salt: toHex(salt), iterations, derived: await derive(pin, salt, iterations) }
}

/** Whether this is the PIN; takes as long for a wrong one as for the right one. */
export async function isRightPin(pin: string, known: PinVerifier): Promise<boolean> {
  const derived = await derive(pin, fromHex(known.salt), known.iterations)
  let difference = derived.length ^ known.derived.length
  for (let place = 0; place < derived.length; place += 1) {
    difference |= derived.charCodeAt(place) ^ known.derived.charCodeAt(place)
  }
  return difference === 0
}

async function derive(
  pin: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<string> {
  const bytes = new TextEncoder().encode(pin)
  const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits'])
  const kind = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
  return toHex(new Uint8Array(await crypto.subtle.deriveBits(kind, key, DERIVED_BITS)))
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2)
  for (let place = 0; place < bytes.length; place += 1) {
    bytes[place] = Number.parseInt(text.slice(2 * place, 2 * place + 2), 16)
  }
  return bytes
}
