/**
 * The receipt of a round (离线凭条): what the phone can show when it cannot send, so that the office
 * can match the round though the phone may die. The format stands in
 * `backend/domains/patrols/RECEIPT.md`; pure but for hashing and the signature it is handed.
 */
import { canonicalJson } from '../../kernel/canonical.ts'
import { sha256 } from '../../kernel/ids.ts'
import { toBase64Url, utf8 } from '../../kernel/seal.ts'

const SIGNED = 'roundsman receipt 1\n'
const MARK_LETTERS = 6
const DIGEST_LETTERS = 16

/** One operation of the writer on the round; `sha256` is that of its text. */
export interface TracedOperation {
  id: string
  counter: number
  kind: string
  sha256: string
}

/** What a receipt says of the round itself. Units: milliseconds UTC as the phone had them. */
export interface ReceiptFacts {
  round: string
  route: string
  on: string
  ordinal: number
  writer: string
  started_ms: number
  finished_ms: number
  scanned: number
  expected: number
  /** Places of the stops that were not reached; the first is 1. */
  missed: readonly number[]
}

/** Gives the content's letters, as they are signed and shown. */
export async function receiptContent(
  facts: ReceiptFacts,
  operations: readonly TracedOperation[],
): Promise<string> {
  const own = [...operations].sort((a, b) => a.counter - b.counter)
  const scans = own.filter(({ kind }) => kind === 'checkpoint_scanned')
  const lines = own.map((one) => `${one.id} ${one.sha256}\n`).join('')
  const content = {
    ...facts,
    missed: [...facts.missed].sort((a, b) => a - b),
    last: own.at(-1)?.counter ?? 0,
    marks: scans.map((one) => one.sha256.slice(0, MARK_LETTERS)).join(''),
    digest: (await sha256(lines)).slice(0, DIGEST_LETTERS),
  }
  return toBase64Url(utf8(canonicalJson(content)))
}

/** The text that the writer's key signs. */
export function receiptWords(content: string): string {
  return SIGNED + content
}

/** Puts a receipt together; the signature is empty where the phone keeps no key. */
export function receiptText(content: string, signature: string): string {
  return `RR1.${content}.${signature}`
}
