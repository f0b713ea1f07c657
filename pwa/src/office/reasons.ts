/**
 * The arithmetic of a reason tree as people write it: "10 − 1 − 1 = 8"; exact, without floats.
 */
import type { Reason } from '../schemas.gen.ts'

const MINUS = '−'

/** A decimal as a whole number of its smallest places. */
interface Exact {
  units: bigint
  places: number
}

function read(text: string): Exact {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/u.exec(text.trim())
  if (found === null) return { units: 0n, places: 0 }
  const [, sign = '', whole = '0', rest = ''] = found
  const units = BigInt(whole + rest)
  return { units: sign === '-' ? -units : units, places: rest.length }
}

function write({ units, places }: Exact): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const rest = digits.slice(digits.length - places).replace(/0+$/u, '')
  return `${units < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`
}

/** Adds decimals exactly. */
export function addUp(values: readonly string[]): string {
  const exact = values.map(read)
  const places = Math.max(0, ...exact.map((one) => one.places))
  const units = exact.reduce(
    (sum, one) => sum + one.units * 10n ** BigInt(places - one.places),
    0n,
  )
  return write({ units, places })
}

/** A decimal as people write it: without idle zeros, with a true minus sign. */
export function points(value: string): string {
  return write(read(value)).replace('-', MINUS)
}

/** How one score stands against another: the difference, or null where one is lacking. */
export function difference(score: string, before: string | null | undefined): string | null {
  if (score === '' || before === null || before === undefined || before === '') return null
  return addUp([score, before.startsWith('-') ? before.slice(1) : `-${before}`])
}

/** Children that carry points; a line of 0 points explains and adds nothing. */
function carrying(reason: Reason): Reason[] {
  return (reason.children ?? []).filter((child) => read(child.points).units !== 0n)
}

/** Whether the children's points add up to the parent's; a leaf always does. */
export function addsUp(reason: Reason): boolean {
  const children = reason.children ?? []
  if (children.length === 0) return true
  return addUp(children.map((child) => child.points)) === write(read(reason.points))
}

/** More equal neighbours than this are counted instead of repeated. */
const REPEATED_AT_MOST = 3

interface Term {
  text: string
  negative: boolean
  count: number
}

function termsOf(reason: Reason): Term[] {
  const runs: Term[] = []
  for (const child of carrying(reason)) {
    const negative = read(child.points).units < 0n
    const text = points(child.points).replace(MINUS, '')
    const last = runs[runs.length - 1]
    if (last?.text === text && last.negative === negative) last.count += 1
    else runs.push({ text, negative, count: 1 })
  }
  return runs.flatMap((run) =>
    run.negative && run.count > REPEATED_AT_MOST
      ? [run]
      : Array.from({ length: run.count }, () => ({ ...run, count: 1 })),
  )
}

/** The sum as a line: "10 − 1 − 1 = 8", or "10 − 1 × 7 = 3"; what adds nothing up is one number. */
export function sumLine(reason: Reason): string {
  const parts = termsOf(reason)
  if (parts.length < 2) return points(reason.points)
  const written = parts.map(({ text, negative, count }, place) => {
    const many = count > 1 ? `${text} × ${count}` : text
    if (place === 0) return negative ? `${MINUS}${many}` : many
    return `${negative ? MINUS : '+'} ${many}`
  })
  return `${written.join(' ')} = ${points(reason.points)}`
}

/** One indicator of the tree with its code and its path. */
export interface IndicatorLine {
  path: string
  code: string
  reason: Reason
}

/** A source with its indicators, as the scorecard lists them. */
export interface SourceLine {
  path: string
  reason: Reason
  indicators: IndicatorLine[]
}

/** Lists sources and indicators in the scheme's order, with the codes that the server names. */
export function sourcesOf(tree: Reason, codes: Readonly<Record<string, string>>): SourceLine[] {
  return (tree.children ?? []).map((source, place) => ({
    path: String(place),
    reason: source,
    indicators: (source.children ?? [])
      .filter((line) => line.kind === 'indicator')
      .map((reason, inner) => {
        const path = `${place}.${inner}`
        return { path, code: codes[path] ?? path, reason }
      }),
  }))
}

/** Every line below an indicator or source that names a fact, in order. */
export function factsBelow(reason: Reason): Reason[] {
  return (reason.children ?? []).flatMap((child) =>
    child.fact ? [child] : child.kind === 'indicator' ? [] : factsBelow(child),
  )
}

/** Which decimal is greater: positive when the first is. */
export function compare(one: string, other: string): number {
  const apart = difference(one, other) ?? '0'
  return apart.startsWith('-') ? -1 : apart === '0' ? 0 : 1
}
