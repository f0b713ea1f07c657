/**
 * What the phone counts in each scope: a sum that needs no order, kept up to date by differences.
 *
 * The values that are summed are made by `sync/checksum.ts`; here they are only added and taken.
 */

const MODULUS = 1n << 64n
const SUM = /^[0-9a-f]{16}$/

/** How many records of a scope lie here, and the sum of their values as 16 hexadecimal characters. */
export interface ScopeSum {
  sum: string
  count: number
}

export const NOTHING_SUMMED: ScopeSum = { sum: '0'.repeat(16), count: 0 }

/** Sums while they change; not known any more once a value was missing, until derived anew. */
export class SumLedger {
  readonly #sums = new Map<string, { sum: bigint; count: number }>()
  #isKnown = true

  constructor(sums: Readonly<Record<string, ScopeSum>> | undefined) {
    this.#isKnown = sums !== undefined
    for (const [scope, { sum, count }] of Object.entries(sums ?? {})) {
      this.#sums.set(scope, { sum: BigInt(`0x${sum}`), count })
    }
  }

  add(scope: string, value: string | undefined): void {
    this.#change(scope, value, 1)
  }

  take(scope: string, value: string | undefined): void {
    this.#change(scope, value, -1)
  }

  /** Forgets what was counted: every copy is replaced. */
  clear(): void {
    this.#sums.clear()
    this.#isKnown = true
  }

  /** Gives the sums, scopes without records left out; undefined when a value was missing. */
  get sums(): Record<string, ScopeSum> | undefined {
    if (!this.#isKnown) return undefined
    const filled = [...this.#sums].filter(([, one]) => one.count !== 0 || one.sum !== 0n)
    return Object.fromEntries(
      filled.map(([scope, { sum, count }]) => [scope, { sum: hexOf(sum), count }]),
    )
  }

  #change(scope: string, value: string | undefined, sign: 1 | -1): void {
    if (value === undefined || !SUM.test(value)) {
      this.#isKnown = false
      return
    }
    const before = this.#sums.get(scope) ?? { sum: 0n, count: 0 }
    const sum = BigInt.asUintN(64, before.sum + BigInt(sign) * BigInt(`0x${value}`))
    this.#sums.set(scope, { sum, count: before.count + sign })
  }
}

function hexOf(sum: bigint): string {
  return (sum % MODULUS).toString(16).padStart(16, '0')
}
