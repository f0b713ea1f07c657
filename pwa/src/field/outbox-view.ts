/** Sorts the outbox for reading: what needs the person first, what has arrived last; pure. */
import type { Phrase } from '../kernel/languages.ts'
import type { OutboxEntry } from '../sync/engine.ts'
import { kindWords } from './texts.ts'

/** The outbox in sections; each from the oldest, the delivered from the newest. */
export interface OutboxSections {
  attention: OutboxEntry[]
  held: OutboxEntry[]
  waiting: OutboxEntry[]
  delivered: OutboxEntry[]
}

/** Sorts the entries into sections. */
export function sortOutbox(entries: readonly OutboxEntry[]): OutboxSections {
  const sections: OutboxSections = { attention: [], held: [], waiting: [], delivered: [] }
  for (const entry of entries) {
    if (entry.state === 'needs_attention') sections.attention.push(entry)
    else if (entry.state === 'held') sections.held.push(entry)
    else if (entry.state === 'delivered') sections.delivered.push(entry)
    else sections.waiting.push(entry)
  }
  const older = (a: OutboxEntry, b: OutboxEntry): number =>
    a.recorded_ms - b.recorded_ms || a.counter - b.counter
  sections.attention.sort(older)
  sections.held.sort(older)
  sections.waiting.sort(older)
  sections.delivered.sort((a, b) => older(b, a))
  return sections
}

/** What an entry is called. */
export function entryWords(entry: OutboxEntry): Phrase {
  return kindWords[entry.kind] ?? kindWords['record'] ?? { zh: entry.kind }
}

/** How many of an entry's photos the office has receipted. */
export function photoCount(entry: OutboxEntry): { done: number; all: number } {
  return {
    done: entry.photos.filter(({ receipted }) => receipted).length,
    all: entry.photos.length,
  }
}
