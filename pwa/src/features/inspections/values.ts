/**
 * Reads and judges what is read off a gauge: kept as text, compared digit by digit, so that no
 * digit is lost. Pure.
 */

const DECIMALS = /^-?[0-9]{1,12}(\.[0-9]{1,6})?$/u
const PLACES = 6
/** A meter may be estimated so many times in a row. Source: rule S44. */
export const MOST_ESTIMATES = 2

/** Gives what was typed as a number in its plain form; nothing where it is none. */
export function readDecimals(typed: string): string | null {
  const plain = typed
    .normalize('NFKC')
    .replace(/\s/gu, '')
    .replace(/[,。、]/gu, '.')
    .replace(/^\+/u, '')
    .replace(/^(-?)\./u, '$10.')
    .replace(/\.$/u, '')
  return DECIMALS.test(plain) ? plain : null
}

function scaled(value: string): bigint {
  const [whole = '0', part = ''] = value.split('.')
  return BigInt(`${whole}${part.padEnd(PLACES, '0')}`)
}

/** Whether the first number is the smaller one (negative), the same (0) or the greater one. */
export function compareDecimals(one: string, other: string): number {
  const [first, second] = [scaled(one), scaled(other)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** The difference of two readings, in plain form. */
export function differenceOf(now: string, before: string): string {
  const apart = scaled(now) - scaled(before)
  const digits = (apart < 0 ? -apart : apart).toString().padStart(PLACES + 1, '0')
  const part = digits.slice(-PLACES).replace(/0+$/u, '')
  const whole = `${apart < 0 ? '-' : ''}${digits.slice(0, -PLACES)}`
  return part === '' ? whole : `${whole}.${part}`
}

/** What is asked of a number; null where there is no limit on that side. */
interface Limits {
  low: string | null
  high: string | null
}

/** What the limits of an item say to a number; an item without limits has nothing to be outside of. */
export function judge(value: string, { low, high }: Limits): 'inside' | 'outside' {
  if (low !== null && compareDecimals(value, low) < 0) return 'outside'
  return high !== null && compareDecimals(value, high) > 0 ? 'outside' : 'inside'
}

/** The limits in figures: 0.4–0.6, ≥ 0.4, ≤ 0.6, with their unit. */
export function limitWords({ low, high, unit }: Limits & { unit: string }): string {
  return [figuresOf(low, high), unit].filter((part) => part !== '').join(' ')
}

function figuresOf(low: string | null, high: string | null): string {
  if (low !== null) return high === null ? `≥ ${low}` : `${low}–${high}`
  return high === null ? '' : `≤ ${high}`
}
