/** Whether this phone may change hands without anything being lost with it; pure. */
import type { Phrase } from '../kernel/languages.ts'
import type { SyncStatus } from '../sync/engine.ts'
import { handOverWords as texts } from './hand-over-texts.ts'

/** One thing that stands in the way, with its number. */
export interface Lack {
  phrase: Phrase
  n: number
}

/** `safe` only when the office itself has confirmed it on this page; `next` is the one thing to do. */
export interface HandOver {
  state: 'safe' | 'not_yet' | 'unreadable'
  lacks: Lack[]
  next: Phrase
}

/** Judges by what the phone holds and what the office last said; doubt is never green. */
export function judgeHandOver(status: SyncStatus, hasDrafts: boolean): HandOver {
  if (status.waiting_count === null) {
    return { state: 'unreadable', lacks: [], next: texts.next_unreadable }
  }
  const lacks = lacksOf(status, hasDrafts)
  if (lacks.length > 0) return { state: 'not_yet', lacks, next: nextOf(status, hasDrafts, lacks) }
  if (status.confirmed_ms === null || status.wiped !== null) {
    return { state: 'not_yet', lacks: [{ phrase: texts.unconfirmed, n: 0 }], next: nextOf(status, false, []) }
  }
  return { state: 'safe', lacks: [], next: texts.next_safe }
}

function lacksOf(status: SyncStatus, hasDrafts: boolean): Lack[] {
  const counted: [Phrase, number][] = [
    [texts.attention, status.needs_attention_count],
    [texts.waiting, status.waiting_count ?? 0],
    [texts.photos, status.photos_waiting_count],
    [texts.drafts, hasDrafts ? 1 : 0],
    [texts.sealed, status.sealed_count],
    [texts.others, status.others_waiting_count],
    [texts.others_photos, status.others_photos_count],
    [texts.carried, status.carried_count],
  ]
  return counted.flatMap(([phrase, n]) => (n > 0 ? [{ phrase, n }] : []))
}

function nextOf(status: SyncStatus, hasDrafts: boolean, lacks: readonly Lack[]): Phrase {
  if (status.needs_attention_count > 0) return texts.next_attention
  if (hasDrafts) return texts.next_drafts
  if (status.phase === 'sign_in_needed') return texts.next_sign_in
  if (status.phase === 'offline') return texts.next_offline
  if (status.phase === 'error') return texts.next_trouble
  const onlyOthers = new Set<Phrase>([texts.others, texts.others_photos])
  const isOthers = lacks.length > 0 && lacks.every(({ phrase }) => onlyOthers.has(phrase))
  return isOthers ? texts.next_others : texts.next_wait
}
