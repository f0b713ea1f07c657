/**
 * A record's part of its scope's checksum; the twin of `backend/sync/checksum.py`.
 *
 * Both pass `shared_schemas/vectors/checksum`. The sums are derived here from what lies here and
 * are never taken over from the server: only so can they disagree.
 */

import { canonicalJson } from '../kernel/canonical.ts'
import type { MergeRecord } from '../store/shapes.ts'

const ENCODER = new TextEncoder()
/** Half characters, as they are or as JSON writes them; with them, order is another matter too. */
const MAY_HOLD_HALVES = /[\uD800-\uDFFF]|\\ud/

/**
 * Gives the first 64 bits of SHA-256 over id, position and the record's canonical text.
 *
 * Units: 16 hexadecimal characters. A record that has no canonical form is summed as it reads here:
 * the sums then differ, which is what has to be noticed.
 *
 * Source: sync design, section 4; SPEC SC6.
 */
export async function recordSum(record: MergeRecord): Promise<string> {
  return await textSum(record.id, record.position, textOf(record))
}

/** Gives the value of a record's text at its place in the log. */
export async function textSum(id: string, position: number, text: string): Promise<string> {
  const bytes = ENCODER.encode(`${id}\n${position}\n${text}`)
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return new DataView(digest).getBigUint64(0).toString(16).padStart(16, '0')
}

function textOf(record: MergeRecord): string {
  // What came from the server is in order already, and the browser itself writes it far faster.
  if (isInOrder(record)) {
    const text = JSON.stringify(record)
    if (!MAY_HOLD_HALVES.test(text)) return text
  }
  try {
    return canonicalJson(record)
  } catch {
    return JSON.stringify(record)
  }
}

/** Whether a value's own order and numbers are those of its canonical form. */
function isInOrder(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isSafeInteger(value)
    case 'object':
      if (value === null) return true
      return Array.isArray(value) ? value.every(isInOrder) : areMembersInOrder(value)
    default:
      return false
  }
}

function areMembersInOrder(value: object): boolean {
  let last: string | null = null
  for (const key of Object.keys(value)) {
    if (last !== null && last >= key) return false
    if (!isInOrder((value as Record<string, unknown>)[key])) return false
    last = key
  }
  return true
}
