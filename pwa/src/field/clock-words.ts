/** Says when the phone's own clock is wrong, and by how much; pure. */
import { say, type Language } from '../kernel/languages.ts'
import { clockWords } from './texts.ts'

/** Less is usual among phones and hurts nobody. */
const WORRY_MS = 2 * 60_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const YEAR_MS = 365.25 * DAY_MS

function sizeWords(size_ms: number, language: Language): string {
  const [phrase, unit_ms] =
    size_ms < HOUR_MS
      ? ([clockWords.minutes, MINUTE_MS] as const)
      : size_ms < 2 * DAY_MS
        ? ([clockWords.hours, HOUR_MS] as const)
        : size_ms < YEAR_MS
          ? ([clockWords.days, DAY_MS] as const)
          : ([clockWords.years, YEAR_MS] as const)
  return say(phrase, { n: Math.round((size_ms / unit_ms) * 10) / 10 }, language)
}

/**
 * Gives one calm line on a wrong clock; null where it is right or nobody knows.
 *
 * Units: `off_ms` milliseconds that the phone's clock is slow, negative where it is fast.
 */
export function clockNotice(off_ms: number | null, language: Language): string | null {
  if (off_ms === null || Math.abs(off_ms) < WORRY_MS) return null
  const off = say(
    off_ms < 0 ? clockWords.fast : clockWords.slow,
    { size: sizeWords(Math.abs(off_ms), language) },
    language,
  )
  return say(clockWords.notice, { off }, language)
}
