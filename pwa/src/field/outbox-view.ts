/** Sorts the outbox for reading: what needs the person first, what has arrived last; pure. */
import type { Phrase } from '../kernel/languages.ts'
import type { OutboxEntry, UploadProgress } from '../sync/engine.ts'
import { photoProgress, type PhotoProgress } from '../ui/photo-progress.ts'
import { kindWords } from './kind-words.ts'

/** The outbox in sections; each from the oldest, the delivered from the newest. */
export interface OutboxSections {
  attention: OutboxEntry[]
  held: OutboxEntry[]
  waiting: OutboxEntry[]
  set_aside: OutboxEntry[]
  /** What was set aside and its author has read so. */
  read: OutboxEntry[]
  delivered: OutboxEntry[]
}

/** Sorts the entries into sections. */
export function sortOutbox(entries: readonly OutboxEntry[]): OutboxSections {
  const sections: OutboxSections = {
    attention: [],
    held: [],
    waiting: [],
    set_aside: [],
    read: [],
    delivered: [],
  }
  for (const entry of entries) {
    if (entry.state === 'needs_attention') sections.attention.push(entry)
    else if (entry.state === 'held') sections.held.push(entry)
    else if (entry.state === 'set_aside') {
      sections[(entry.read_ms ?? null) === null ? 'set_aside' : 'read'].push(entry)
    } else if (entry.state === 'delivered') sections.delivered.push(entry)
    else sections.waiting.push(entry)
  }
  const older = (a: OutboxEntry, b: OutboxEntry): number =>
    a.recorded_ms - b.recorded_ms || a.counter - b.counter
  sections.attention.sort(older)
  sections.held.sort(older)
  sections.waiting.sort(older)
  sections.set_aside.sort((a, b) => older(b, a))
  sections.read.sort((a, b) => older(b, a))
  sections.delivered.sort((a, b) => older(b, a))
  return sections
}

/** What an entry is called. */
export function entryWords(entry: OutboxEntry): Phrase {
  return kindWords[entry.kind] ?? kindWords['record'] ?? { zh: entry.kind }
}

/** The photos of every record that still lacks one, so that a round is counted as a whole. */
export function photosUnderWay(
  entries: readonly OutboxEntry[],
  upload: UploadProgress | null,
): PhotoProgress | null {
  const lacking = entries.filter(({ photos }) => photos.some((one) => !one.receipted && !one.waived))
  const records = new Set(lacking.map(({ record }) => record))
  return photoProgress(entries.filter(({ record }) => records.has(record)), upload)
}

const RECEIPT_SIGNS = 8

/** The beginnings of the hashes that the office has acknowledged: of the entry, then its photos. */
export function receiptsOf(entry: OutboxEntry): string[] {
  const own = entry.outcome === null ? [] : [entry.outcome.sha256]
  const photos = entry.photos.filter(({ receipted }) => receipted).map(({ sha256 }) => sha256)
  return [...own, ...photos].map((hash) => hash.slice(0, RECEIPT_SIGNS))
}
