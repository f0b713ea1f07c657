/**
 * Makes bundles of what one writer recorded: sealed where the organisation's key is known, in plain
 * words else. Used by the phone at sign-out and by the rescue page; it reads and writes no store.
 */

import { canonicalJson } from '../kernel/canonical.ts'
import { sha256 } from '../kernel/ids.ts'
import { isSame, packContent, sealContent, signHeader, toBase64, toBase64Url, utf8 } from '../kernel/seal.ts'
import type { BundleHeader, Capture } from '../schemas.gen.ts'

/** Whose bundle it is, and with which keys it is made. */
export interface Author {
  organization: string
  /** Empty where this phone never heard the organisation's key: the bundle is then in plain words. */
  seal_key: string
  writer: string
  person: string
  /** Null where this phone can keep no key. */
  key: CryptoKey | null
}

/** The phone's clocks when a bundle is made; nobody vouches for them. */
export interface Moment {
  made_ms: number
  sent: Capture
}

export interface TextPart {
  id: string
  text: string
}

export interface PhotoPart {
  sha256: string
  bytes: ArrayBuffer
  media_type: string
}

export interface Bundle {
  /** The SHA-256 of its very bytes. */
  id: string
  bytes: ArrayBuffer
}

/** The seal did not open to what was put into it: nothing may be replaced by it. */
export class SealDiffers extends Error {}

/** Makes a bundle of operations' texts, byte for byte. */
export async function makeOperationsBundle(
  author: Author,
  moment: Moment,
  entries: readonly TextPart[],
): Promise<Bundle> {
  const texts = entries.map(({ text }) => utf8(text))
  const named = await Promise.all(
    entries.map(async ({ id, text }, place) => ({
      id,
      sha256: await sha256(text),
      size: texts[place]?.byteLength ?? 0,
    })),
  )
  const plain = { operations: entries.map(({ text }) => text) }
  return await makeBundle(author, moment, 'operations', named, texts, plain)
}

/** Makes a bundle of one photo. */
export async function makePhotoBundle(
  author: Author,
  moment: Moment,
  photo: PhotoPart,
): Promise<Bundle> {
  const bytes = new Uint8Array(photo.bytes)
  const named = [{ sha256: photo.sha256, size: bytes.byteLength, media_type: photo.media_type }]
  return await makeBundle(author, moment, 'photo', named, [bytes], null)
}

async function makeBundle(
  author: Author,
  moment: Moment,
  kind: BundleHeader['kind'],
  parts: BundleHeader['parts'],
  contents: readonly Uint8Array<ArrayBuffer>[],
  texts: { operations: string[] } | null,
): Promise<Bundle> {
  const { organization, person, writer } = author
  const told: BundleHeader = { kind, organization, person, writer, parts, ...moment, version: 1 }
  const header = canonicalJson(told)
  const signature = await signHeader(author.key, header)
  if (author.seal_key === '') {
    const signed = author.key ? toBase64Url(signature) : ''
    const said = texts ?? { photo: contents.map(toBase64).join('') }
    const line = utf8(JSON.stringify({ plain: { header, signature: signed, ...said } }))
    return { id: await sha256(line.buffer), bytes: line.buffer }
  }
  const content = packContent(signature, header, contents)
  const sealed = await sealContent(author.seal_key, content)
  if (!isSame(await sealed.open(), content)) throw new SealDiffers('the seal opens to something else')
  return { id: await sha256(sealed.bytes), bytes: sealed.bytes }
}

/** So much goes into one portion: little is lost with one that is cut, and one fits one request. */
const MOST_ENTRIES = 100
const MOST_BYTES = 256 * 1024
const MOST_PHOTO_BYTES = 4_000_000

interface Entry extends TextPart {
  photos: readonly { size: number }[]
}

/** Cuts entries of one writer into portions: a bundle of operations each, and their photos. */
export function portions<T extends Entry>(entries: readonly T[]): T[][] {
  const cut: T[][] = []
  let bytes = 0
  let photoBytes = 0
  for (const entry of entries) {
    const last = cut[cut.length - 1]
    const size = entry.text.length * 3
    const photoSize = entry.photos.reduce((sum, photo) => sum + photo.size, 0)
    bytes += size
    photoBytes += photoSize
    const fits = bytes <= MOST_BYTES && photoBytes <= MOST_PHOTO_BYTES
    if (last && last.length < MOST_ENTRIES && fits) last.push(entry)
    else {
      cut.push([entry])
      bytes = size
      photoBytes = photoSize
    }
  }
  return cut
}
