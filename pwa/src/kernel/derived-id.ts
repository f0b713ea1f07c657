/**
 * Ids that anyone derives from the same parts; the twin of `derived_id` in
 * `backend/kernel/identity.py`, held together by shared vectors.
 */
import { sha256 } from './ids.ts'

const SEPARATOR = '\u001f'
const ID_LENGTH = 32

/**
 * Gives the id that anyone derives from the same parts.
 *
 * Two phones and the server that speak of the same task must arrive at one record.
 */
export async function derivedId(...parts: readonly (string | number)[]): Promise<string> {
  return (await sha256(parts.map(String).join(SEPARATOR))).slice(0, ID_LENGTH)
}
