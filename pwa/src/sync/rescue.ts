/**
 * Rescue files: everything undelivered on a phone as lines of JSON, and the way back in.
 *
 * The format stands in `shared_schemas/SEALED.md`. Each line stands by itself, so that of a file
 * cut in half every whole line is used.
 */

import { fromBase64, toBase64, utf8 } from '../kernel/seal.ts'
import type { Unsent, UnsentEntry, UnsentWork } from '../store/rescue-read.ts'
import {
  makeOperationsBundle,
  makePhotoBundle,
  portions,
  type Author,
  type Bundle,
  type Moment,
} from './bundles.ts'

export interface RescueFile {
  lines: string[]
  operation_count: number
  photo_count: number
  /** Whether anybody who gets hold of the file can read it. */
  is_plain: boolean
  /** Photos named by what is in the file whose bytes this phone no longer has. */
  photos_gone_count: number
}

/** One bundle out of a file, as it is sent. */
export interface FoundBundle {
  bytes: ArrayBuffer
  organization: string
  operation_count: number
  photo_count: number
}

export interface ReadFile {
  bundles: FoundBundle[]
  /** How many lines are missing, cut or no bundle. */
  missing_count: number
}

/** Names no organisation; what carries it is kept for the office. */
const NO_ORGANIZATION = '0'.repeat(32)

/** Makes the file; what cannot be sealed is written in plain words, never left out. */
export async function makeRescueFile(
  unsent: Unsent,
  moment: Moment,
  readPhoto: (hash: string) => Promise<ArrayBuffer | null>,
): Promise<RescueFile> {
  const file: RescueFile = {
    lines: [],
    operation_count: 0,
    photo_count: 0,
    is_plain: false,
    photos_gone_count: 0,
  }
  for (const work of unsent.works) {
    const author: Author = { ...work, organization: work.organization || NO_ORGANIZATION }
    for (const portion of portions(work.entries)) {
      const make = (of: Author): Promise<Bundle> => makeOperationsBundle(of, moment, portion)
      put(file, author, await sealedElsePlain(author, make), portion.length, 0)
    }
    await putPhotos(file, author, work, moment, readPhoto)
  }
  for (const { bytes, organization, operations, photos } of unsent.bundles) {
    put(file, { organization }, { id: '', bytes }, operations, photos)
  }
  const { operation_count, photo_count, lines } = file
  const head = { roundsman: 'rescue', version: 1, made_ms: moment.made_ms, bundles: lines.length }
  lines.unshift(JSON.stringify({ ...head, operations: operation_count, photos: photo_count }))
  return file
}

async function putPhotos(
  file: RescueFile,
  author: Author,
  work: UnsentWork,
  moment: Moment,
  readPhoto: (hash: string) => Promise<ArrayBuffer | null>,
): Promise<void> {
  const named = new Map(work.entries.flatMap(photosOf))
  for (const [hash, media_type] of named) {
    const bytes = await readPhoto(hash)
    if (!bytes) {
      file.photos_gone_count += 1
      continue
    }
    const photo = { sha256: hash, bytes, media_type }
    const make = (of: Author): Promise<Bundle> => makePhotoBundle(of, moment, photo)
    put(file, author, await sealedElsePlain(author, make), 0, 1)
  }
}

function photosOf(entry: UnsentEntry): [string, string][] {
  return entry.photos.map(({ sha256, media_type }) => [sha256, media_type])
}

/** A key that does not work must not keep anything out of the file. */
async function sealedElsePlain(
  author: Author,
  make: (author: Author) => Promise<Bundle>,
): Promise<Bundle> {
  const tries = [author, { ...author, seal_key: '' }]
  for (const one of tries) {
    try {
      return await make(one)
    } catch {
      continue
    }
  }
  return await make({ ...author, seal_key: '', key: null })
}

function put(
  file: RescueFile,
  { organization }: { organization: string },
  { bytes }: Bundle,
  operations: number,
  photos: number,
): void {
  const about = { organization, operations, photos }
  const plain = plainIn(bytes)
  file.lines.push(
    JSON.stringify(plain === null ? { sealed: toBase64(new Uint8Array(bytes)), ...about } : { plain, ...about }),
  )
  file.operation_count += operations
  file.photo_count += photos
  file.is_plain ||= plain !== null
}

const BRACE = '{'.charCodeAt(0)

function plainIn(bytes: ArrayBuffer): unknown {
  if (new Uint8Array(bytes)[0] !== BRACE) return null
  return (JSON.parse(new TextDecoder().decode(bytes)) as { plain: unknown }).plain
}

/** Reads a file, every line for itself; what is no bundle is counted and left out. */
export function readRescueFile(text: string): ReadFile {
  const found: ReadFile = { bundles: [], missing_count: 0 }
  let promised = 0
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const read = readLine(line.trim())
    if (read === null) found.missing_count += 1
    else if (typeof read === 'number') promised = read
    else found.bundles.push(read)
  }
  const lost = promised - found.bundles.length
  return { ...found, missing_count: Math.max(found.missing_count, lost) }
}

interface Line {
  roundsman?: unknown
  bundles?: unknown
  sealed?: unknown
  plain?: unknown
  organization?: unknown
  operations?: unknown
  photos?: unknown
}

/** Gives a bundle, how many the first line promises, or nothing. */
function readLine(line: string): FoundBundle | number | null {
  try {
    const said = JSON.parse(line) as Line
    if (said.roundsman === 'rescue') return typeof said.bundles === 'number' ? said.bundles : 0
    const isPlain = said.plain !== null && typeof said.plain === 'object'
    if (!isPlain && typeof said.sealed !== 'string') return null
    // The server reads a plain bundle from its line; what stands beside it there is ignored.
    const plain = (): ArrayBuffer => utf8(JSON.stringify({ plain: said.plain })).buffer
    return {
      bytes: isPlain ? plain() : fromBase64(said.sealed as string).buffer,
      organization: typeof said.organization === 'string' ? said.organization : '',
      operation_count: countOf(said.operations),
      photo_count: countOf(said.photos),
    }
  } catch {
    return null
  }
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}
