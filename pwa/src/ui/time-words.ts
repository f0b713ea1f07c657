/** Ages, clock times and windows in words; pure, so that midnight can be tested. */
import type { Language } from '../kernel/languages.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Waiting longer than this is worth a colour and a word. Source: field notes, ages of unsent work. */
export const AMBER_AGE_MS = DAY_MS
export const RED_AGE_MS = 3 * DAY_MS

const formats = new Map<string, Intl.DateTimeFormat>()

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }
  let made: Intl.DateTimeFormat
  try {
    made = new Intl.DateTimeFormat('en-GB', zone === '' ? options : { ...options, timeZone: zone })
  } catch {
    // A zone name that this browser does not know: the phone's own zone is the best guess.
    made = new Intl.DateTimeFormat('en-GB', options)
  }
  formats.set(zone, made)
  return made
}

function partsOf(at_ms: number, zone: string): Record<string, string> {
  const parts: Record<string, string> = {}
  for (const part of formatFor(zone).formatToParts(at_ms)) parts[part.type] = part.value
  return parts
}

/** The calendar date at a place, as YYYY-MM-DD. An empty zone means the phone's own. */
export function dateAt(at_ms: number, zone: string): string {
  const { year = '', month = '', day = '' } = partsOf(at_ms, zone)
  return `${year}-${month}-${day}`
}

/** The time of day at a place, as HH:MM. */
export function clockAt(at_ms: number, zone: string): string {
  const { hour = '', minute = '' } = partsOf(at_ms, zone)
  return `${hour}:${minute}`
}

function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS)
}

/** The day in words as seen from now: nothing for today, else yesterday, tomorrow or the date. */
export function dayWords(at_ms: number, now_ms: number, zone: string, language: Language): string {
  const date = dateAt(at_ms, zone)
  const apart = dayNumber(date) - dayNumber(dateAt(now_ms, zone))
  if (apart === 0) return ''
  if (apart === -1) return language === 'zh' ? '昨天' : 'Yesterday'
  if (apart === 1) return language === 'zh' ? '明天' : 'Tomorrow'
  return date.slice(5)
}

/** A moment in words: the clock alone today, with the day before it otherwise. */
export function momentWords(at_ms: number, now_ms: number, zone: string, language: Language): string {
  return `${dayWords(at_ms, now_ms, zone, language)} ${clockAt(at_ms, zone)}`.trim()
}

/** A window such as 08:00–10:00; one that ends after midnight says so. */
export function windowWords(
  opens_ms: number,
  closes_ms: number,
  now_ms: number,
  zone: string,
  language: Language,
): string {
  const opens = momentWords(opens_ms, now_ms, zone, language)
  const nights = dayNumber(dateAt(closes_ms, zone)) - dayNumber(dateAt(opens_ms, zone))
  const closes = clockAt(closes_ms, zone)
  // Midnight sharp reads as the end of the day, not as the next one.
  if (nights === 1 && closes === '00:00') return `${opens}–24:00`
  if (nights === 1) return `${opens}–${language === 'zh' ? '次日' : 'next day '}${closes}`
  if (nights > 1) return `${opens}–${dateAt(closes_ms, zone).slice(5)} ${closes}`
  return `${opens}–${closes}`
}

/** How long ago, in the largest unit that fits. */
export function ageWords(since_ms: number, now_ms: number, language: Language): string {
  const age_ms = Math.max(0, now_ms - since_ms)
  if (age_ms < MINUTE_MS) return language === 'zh' ? '刚刚' : 'just now'
  const [count, zh, en] =
    age_ms < HOUR_MS
      ? [Math.floor(age_ms / MINUTE_MS), '分钟前', 'min ago']
      : age_ms < DAY_MS
        ? [Math.floor(age_ms / HOUR_MS), '小时前', 'h ago']
        : [Math.floor(age_ms / DAY_MS), '天前', 'd ago']
  return language === 'zh' ? `${String(count)} ${zh}` : `${String(count)} ${en}`
}

/** How worrying an age of unsent work is. */
export function ageWorry(since_ms: number | null, now_ms: number): 'none' | 'amber' | 'red' {
  if (since_ms === null) return 'none'
  const age_ms = now_ms - since_ms
  return age_ms >= RED_AGE_MS ? 'red' : age_ms >= AMBER_AGE_MS ? 'amber' : 'none'
}
