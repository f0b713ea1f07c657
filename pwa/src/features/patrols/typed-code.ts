/** The code printed under a label, as people type it: letters that look like digits are digits. */

/** The signs of a code, in the order of the keys; I, L, O and U are none of them. */
export const CODE_SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const CODE_SHORTEST = 6
export const CODE_LONGEST = 8

const LOOK_ALIKES: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' }

/** Reads what was typed or pasted; spaces, hyphens and what no code has are left out. */
export function readTyped(typed: string): string {
  const signs = Array.from(typed.normalize('NFKC').toUpperCase())
  return signs
    .map((sign) => LOOK_ALIKES[sign] ?? sign)
    .filter((sign) => CODE_SIGNS.includes(sign))
    .slice(0, CODE_LONGEST)
    .join('')
}

/** Whether so many signs can be a code. */
export function isWhole(code: string): boolean {
  return code.length >= CODE_SHORTEST && code.length <= CODE_LONGEST
}

/** The code in groups of four, as labels print it. */
export function spaced(code: string): string {
  return code.replace(/(.{4})(?=.)/gu, '$1 ')
}
