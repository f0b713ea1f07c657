/** Instants, spans and dates in words for the office; always exact on hover. */
import type { Language } from '../kernel/languages.ts'
import { clockAt, dateAt, momentWords } from '../ui/time-words.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A clock time with seconds, as HH:MM:SS; an empty zone means this computer's own. */
export function secondsAt(at_ms: number, zone: string): string {
  // Zones differ from UTC by whole minutes today: the seconds are the same everywhere.
  const seconds = Math.floor((((at_ms % MINUTE_MS) + MINUTE_MS) % MINUTE_MS) / SECOND_MS)
  return `${clockAt(at_ms, zone)}:${String(seconds).padStart(2, '0')}`
}

/** The exact instant at a place: 2026-11-20 09:12:05 (Asia/Shanghai). */
export function exactWords(at_ms: number, zone: string): string {
  return `${dateAt(at_ms, zone)} ${secondsAt(at_ms, zone)}${zone === '' ? '' : ` (${zone})`}`
}

/** Both ends of an interval, once where no second lies between: the date once where both lie on it, with a year only when they differ. */
export function intervalWords(from_ms: number, to_ms: number, zone: string): string {
  const [from, to] = [dateAt(from_ms, zone), dateAt(to_ms, zone)]
  const begin = secondsAt(from_ms, zone)
  const end = secondsAt(to_ms, zone)
  if (from === to && begin === end) return `${from.slice(5)} ${begin}`
  if (from === to) return `${from.slice(5)} ${begin} – ${end}`
  const cut = from.slice(0, 4) === to.slice(0, 4) ? 5 : 0
  return `${from.slice(cut)} ${begin} – ${to.slice(cut)} ${end}`
}

/** Short within the day, with the date beyond it. */
export function shortWords(at_ms: number, now_ms: number, zone: string, language: Language): string {
  return momentWords(at_ms, now_ms, zone, language)
}

/** A length of time in its two largest units. */
export function spanWords(span_ms: number, language: Language): string {
  const zh = language === 'zh'
  if (span_ms < SECOND_MS) return zh ? '不到 1 秒' : 'under 1 s'
  if (span_ms < MINUTE_MS) return `${Math.round(span_ms / SECOND_MS)} ${zh ? '秒' : 's'}`
  if (span_ms < HOUR_MS) {
    const minutes = Math.floor(span_ms / MINUTE_MS)
    const seconds = Math.round((span_ms % MINUTE_MS) / SECOND_MS)
    const rest = seconds > 0 && minutes < 10 ? ` ${seconds} ${zh ? '秒' : 's'}` : ''
    return `${minutes} ${zh ? '分' : 'min'}${rest}`
  }
  if (span_ms < DAY_MS) {
    const hours = Math.floor(span_ms / HOUR_MS)
    const minutes = Math.floor((span_ms % HOUR_MS) / MINUTE_MS)
    return `${hours} ${zh ? '小时' : 'h'}${minutes > 0 ? ` ${minutes} ${zh ? '分' : 'min'}` : ''}`
  }
  const days = Math.floor(span_ms / DAY_MS)
  const hours = Math.floor((span_ms % DAY_MS) / HOUR_MS)
  return `${days} ${zh ? '天' : 'd'}${hours > 0 ? ` ${hours} ${zh ? '小时' : 'h'}` : ''}`
}

/** A calendar date as people say it: 11月20日 星期五, or Fri 20 Nov. */
export function dateWords(date: string, language: Language): string {
  const at = new Date(`${date}T12:00:00Z`)
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    month: language === 'zh' ? 'long' : 'short',
    day: 'numeric',
    weekday: language === 'zh' ? 'long' : 'short',
    timeZone: 'UTC',
  }).format(at)
}

/** A month as people say it: 2026年11月, or November 2026. */
export function monthWords(month: string, language: Language): string {
  const at = new Date(`${month}-15T12:00:00Z`)
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at)
}

/** The month so many months away: `shiftMonth('2026-01', -1)` is 2025-12. */
export function shiftMonth(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const count = year * 12 + number - 1 + by
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, '0')}`
}
