/**
 * The one way to write a value as JSON: keys in code point order, no spaces, whole numbers only.
 *
 * What is hashed or compared is written here, so that server and phone see the same bytes.
 */

const SURROGATE = /[\uD800-\uDFFF]/
const PAIR_OR_HALF = /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g

/** Puts the replacement character where half a character stands: UTF-8 cannot carry it. */
export function makeWellFormed(text: string): string {
  // Nearly every text has none, and thousands are written when a working set arrives.
  if (!SURROGATE.test(text)) return text
  return text.replace(PAIR_OR_HALF, (found) => (found.length === 2 ? found : '\uFFFD'))
}

/** Orders texts by code point, as the server does; plain `<` would order by UTF-16 unit. */
export function compareTexts(one: string, other: string): number {
  const shared = Math.min(one.length, other.length)
  for (let index = 0; index < shared; index += 1) {
    const left = one.charCodeAt(index)
    const right = other.charCodeAt(index)
    if (left !== right) return codePointRank(left) - codePointRank(right)
  }
  return one.length - other.length
}

/** Surrogates stand for the highest code points, though their units are not the highest. */
function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}

/**
 * Gives the canonical JSON of a plain value.
 *
 * Members that are undefined are left out. Throws a TypeError for what has no exact form:
 * fractions, numbers beyond 2^53, functions, dates.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(makeWellFormed(value))
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      return integerText(value)
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? arrayText(value) : objectText(value)
    default:
      throw new TypeError(`a ${typeof value} has no canonical form`)
  }
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not a whole number`)
  // Minus zero would be written as 0 here and as -0 elsewhere.
  return String(value === 0 ? 0 : value)
}

function arrayText(values: readonly unknown[]): string {
  return `[${values.map(canonicalJson).join(',')}]`
}

function objectText(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Objects that crossed a structured clone may come from another realm: only oddities are refused.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError('only plain objects have a canonical form')
  }
  const members: [string, unknown][] = []
  let isSorted = true
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    const key = makeWellFormed(name)
    const last = members.at(-1)?.[0]
    if (last !== undefined && compareTexts(last, key) > 0) isSorted = false
    members.push([key, member])
  }
  // What came from the server is in order already.
  if (!isSorted) members.sort(([one], [other]) => compareTexts(one, other))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}
