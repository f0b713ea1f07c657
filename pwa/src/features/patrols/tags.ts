/**
 * What a label says about itself, judged without a network: by the labels that this phone knows,
 * and else by the organisation's signature. The format stands in `backend/domains/patrols/RECEIPT.md`.
 *
 * A verdict is shown and recorded; nothing is ever refused because of it.
 */
import { fromBase64, utf8 } from '../../kernel/seal.ts'
import type { Tag } from '../../schemas.gen.ts'
import type { FoldedRecord } from '../../sync/engine.ts'
import { isWhole, readTyped } from './typed-code.ts'

/** What stands before a label's own words in the address that it carries. */
const ADDRESS = '/#/scan/'
const WHOLE = /^([0-9A-HJKMNP-TV-Z]{6,8})\.([1-9]\d{0,9})\.([\w-]{86})$/u
const SIGNED = 'roundsman tag 1\n'
const LONGEST_TEXT = 400
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

/** A label's words: `serial` and `signature` are empty where only a code was given. */
export interface TagWords {
  code: string
  serial: string
  signature: string
}

/**
 * What is odd about a label. revoked: counts no longer; replaced: a newer one hangs there;
 * altered: the code is known, the rest is not that label's; forged: not signed by the organisation;
 * unsigned: a code without the label's signature; foreign: no label of this app.
 */
export type TagOddity = 'altered' | 'foreign' | 'forged' | 'replaced' | 'revoked' | 'unsigned'

/** The checkpoint that a label leads to, as far as this phone can tell. */
export interface TagVerdict {
  checkpoint: string | null
  oddities: TagOddity[]
}

/** A checkpoint that a label unknown here may hang at. */
export interface Candidate {
  checkpoint: string
  site: string
}

interface KnownTag extends Tag {
  /** Null while it counts. Units: milliseconds UTC. */
  revoked_at: number | null
}

/** Reads a label's text or what was typed; null for what is none of ours. */
export function readTagText(text: string): TagWords | null {
  if (text.length > LONGEST_TEXT) return null
  const place = text.lastIndexOf(ADDRESS)
  if (place >= 0) {
    const told = WHOLE.exec(text.slice(place + ADDRESS.length).trim())
    const [, code = '', serial = '', signature = ''] = told ?? []
    return told === null ? null : { code, serial, signature }
  }
  const typed = text.normalize('NFKC').replace(/[\s-]/gu, '')
  const code = readTyped(typed)
  return isWhole(code) && code.length === typed.length ? { code, serial: '', signature: '' } : null
}

function knownTags(records: readonly FoldedRecord[]): KnownTag[] {
  return records.flatMap((record) => {
    const tag = record.fields['tag']?.value as Tag | undefined
    if (tag === undefined) return []
    const revoked_at = record.fields['revoked_at']?.value as number | undefined
    return [{ ...tag, revoked_at: revoked_at ?? null }]
  })
}

function judgeKnown(
  tag: KnownTag,
  words: TagWords,
  all: readonly KnownTag[],
  at_ms: number,
): TagVerdict {
  const oddities: TagOddity[] = []
  // What was scanned while the label still counted stays a good scan.
  if (tag.revoked_at !== null && tag.revoked_at < at_ms) {
    const isReplaced = all.some(
      ({ checkpoint, revoked_at, serial }) =>
        checkpoint === tag.checkpoint && revoked_at === null && serial > tag.serial,
    )
    oddities.push(isReplaced ? 'replaced' : 'revoked')
  }
  if (words.signature === '') oddities.push('unsigned')
  else if (words.serial !== String(tag.serial) || words.signature !== tag.signature) {
    oddities.push('altered')
  }
  return { checkpoint: tag.checkpoint, oddities }
}

/**
 * Judges a text by the labels that the phone knows; null where only a signature could tell.
 *
 * Units: `at_ms`, when it was read, in milliseconds UTC.
 */
export function judgeByRecords(
  text: string,
  records: readonly FoldedRecord[],
  at_ms: number,
): TagVerdict | null {
  const words = readTagText(text)
  if (words === null) return { checkpoint: null, oddities: ['foreign'] }
  const all = knownTags(records)
  const tag = all.find(({ code }) => code === words.code)
  if (tag !== undefined) return judgeKnown(tag, words, all, at_ms)
  return words.signature === '' ? { checkpoint: null, oddities: ['foreign'] } : null
}

/**
 * Judges a text: first by known labels, then by the signature, which tells the checkpoint.
 *
 * `candidates` are tried in their order; `tag_key` is the organisation's public key in base64url,
 * empty where the phone never heard it.
 */
export async function judgeTag(
  text: string,
  records: readonly FoldedRecord[],
  candidates: readonly Candidate[],
  tag_key: string,
  at_ms: number,
): Promise<TagVerdict> {
  const known = judgeByRecords(text, records, at_ms)
  if (known !== null) return known
  const words = readTagText(text)
  const verify = words === null ? null : await verifier(words, tag_key)
  for (const { checkpoint, site } of verify === null ? [] : candidates) {
    if (await verify?.(checkpoint, site)) return { checkpoint, oddities: [] }
  }
  return { checkpoint: null, oddities: ['forged'] }
}

async function verifier(
  { code, serial, signature }: TagWords,
  tag_key: string,
): Promise<((checkpoint: string, site: string) => Promise<boolean>) | null> {
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64(tag_key), CURVE, false, ['verify'])
    const bytes = fromBase64(signature)
    return async (checkpoint, site) => {
      const said = utf8(`${SIGNED}${code}|${checkpoint}|${serial}|${site}`)
      return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes, said)
    }
  } catch {
    // No key, or none that this browser can read: the label stays unproven and is shown so.
    return null
  }
}
