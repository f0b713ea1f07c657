/** The one line that says where everybody's work is; pure. */
import { say, type Language } from '../kernel/languages.ts'
import type { SyncStatus } from '../sync/engine.ts'
import { ageWords, ageWorry, momentWords } from '../ui/time-words.ts'
import { texts as peopleTexts } from './people-texts.ts'
import { texts } from './texts.ts'

/** What the line shows; the sign repeats in form what the words say. */
export interface StatusLine {
  parts: string[]
  tone: 'good' | 'plain' | 'warn' | 'bad'
  sign: 'check' | 'up_arrow' | 'phone' | 'alert'
}

/** What was recorded just now needs no age. */
const FRESH_MS = 60_000

function toneOf(status: SyncStatus, now_ms: number): StatusLine['tone'] {
  const worry = ageWorry(status.oldest_waiting_ms, now_ms)
  if (status.waiting_count === null || status.needs_attention_count > 0 || worry === 'red') {
    return 'bad'
  }
  const mustSignIn = status.phase === 'sign_in_needed' && !status.server_person_differs
  if (mustSignIn || status.held_count > 0 || worry === 'amber') return 'warn'
  return 'plain'
}

function mainWords(status: SyncStatus, now_ms: number, language: Language): string[] {
  const speak = (phrase: { zh: string; en: string }, values = {}): string =>
    say(phrase, values, language)
  const { waiting_count, oldest_waiting_ms, photos_waiting_count, last_contact_ms, upload } = status
  const waiting: string[] = []
  if (waiting_count !== null && waiting_count > 0) {
    waiting.push(speak(texts.status_waiting, { n: waiting_count }))
  } else if (photos_waiting_count > 0) {
    waiting.push(speak(texts.status_photos, { n: photos_waiting_count }))
    if (upload && upload.sent > 0) {
      waiting.push(speak(texts.status_percent, { n: Math.floor((upload.sent * 100) / upload.size) }))
    }
  }
  if (status.sealed_count > 0) waiting.push(speak(texts.status_sealed, { n: status.sealed_count }))
  if (status.phase === 'offline') {
    return [speak(texts.status_offline), speak(texts.status_saved_here), ...waiting]
  }
  if (waiting.length > 0) {
    const isFresh = oldest_waiting_ms === null || now_ms - oldest_waiting_ms < FRESH_MS
    if (isFresh) return waiting
    const age = ageWords(oldest_waiting_ms, now_ms, language)
    return [...waiting, speak(texts.status_oldest, { age })]
  }
  if (last_contact_ms === null) return [speak(texts.status_never)]
  return [speak(texts.status_all), momentWords(last_contact_ms, now_ms, '', language)]
}

/** Under a colleague's session the own work goes up all the same; else it waits for a sign-in. */
function signInWords(status: SyncStatus, language: Language): string[] {
  if (!status.server_person_differs) return [say(texts.status_sign_in, {}, language)]
  const { waiting_count, photos_waiting_count } = status
  const waits = waiting_count !== 0 || photos_waiting_count > 0
  return waits ? [say(peopleTexts.status_carried, {}, language)] : []
}

/** Gives the status line for a moment. */
export function statusLine(status: SyncStatus, now_ms: number, language: Language): StatusLine {
  if (status.waiting_count === null) {
    return { parts: [say(texts.status_unreadable, {}, language)], tone: 'bad', sign: 'alert' }
  }
  const parts = mainWords(status, now_ms, language)
  if (status.phase === 'sign_in_needed') parts.push(...signInWords(status, language))
  if (status.phase === 'error') parts.push(say(texts.status_trouble, {}, language))
  if (status.carried_count > 0) {
    parts.push(say(texts.status_carried, { n: status.carried_count }, language))
  }
  if (status.held_count > 0) {
    parts.push(say(texts.status_held, { n: status.held_count }, language))
  }
  if (status.needs_attention_count > 0) {
    parts.push(say(texts.status_attention, { n: status.needs_attention_count }, language))
  }
  const tone = toneOf(status, now_ms)
  const idle =
    status.waiting_count === 0 && status.photos_waiting_count === 0 && status.sealed_count === 0
  const sign =
    tone === 'bad' || tone === 'warn'
      ? 'alert'
      : status.phase === 'offline'
        ? 'phone'
        : idle
          ? 'check'
          : 'up_arrow'
  const allDelivered = idle && status.phase !== 'offline' && status.last_contact_ms !== null
  return { parts, tone: tone === 'plain' && allDelivered ? 'good' : tone, sign }
}
