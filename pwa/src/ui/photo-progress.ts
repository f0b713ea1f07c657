/** How many declared photos have arrived, in the words that phone and office share; pure. */
import { say, type Language, type Phrase } from '../kernel/languages.ts'

/** A declared photo; the store's has more. */
interface Declared {
  sha256: string
  receipted: boolean
  waived: boolean
}

/** The photo going up. Units: bytes. */
interface Upload {
  sha256: string
  sent: number
  size: number
}

/** Photos of one or several records. `current` is the one going up, counted from 1. */
export interface PhotoProgress {
  done: number
  all: number
  current: { number: number; percent: number } | null
}

export const photoWords = {
  count: { zh: '照片 {done}/{all}', en: 'photos {done} of {all}' },
  on_phone: { zh: '还在手机上 {n} 张', en: '{n} still on the phone' },
  current: { zh: '第 {number} 张 {percent}%', en: 'no. {number} {percent}%' },
} satisfies Record<string, Phrase>

/** Counts each photo once; those sent without are not waited for. Null where there are none. */
export function photoProgress(
  entries: readonly { photos: readonly Declared[] }[],
  upload: Upload | null,
): PhotoProgress | null {
  const receipted = new Map<string, boolean>()
  for (const photo of entries.flatMap(({ photos }) => photos)) {
    if (photo.waived) continue
    receipted.set(photo.sha256, photo.receipted && (receipted.get(photo.sha256) ?? true))
  }
  if (receipted.size === 0) return null
  const done = [...receipted.values()].filter(Boolean).length
  const isHere = upload !== null && receipted.get(upload.sha256) === false
  const percent = isHere ? Math.floor((upload.sent * 100) / Math.max(1, upload.size)) : 0
  return { done, all: receipted.size, current: isHere ? { number: done + 1, percent } : null }
}

/** Says it in one line, such as 照片 3/5 · 第 4 张 60%. */
export function photoProgressWords(progress: PhotoProgress, language: Language): string {
  const { done, all, current } = progress
  const count = say(photoWords.count, { done, all }, language)
  return current === null ? count : `${count} · ${say(photoWords.current, current, language)}`
}

/** Says what a record lacks, such as 照片 3/5，还在手机上 2 张; nothing is added when all are in. */
export function photoLackWords(done: number, all: number, language: Language): string {
  const count = say(photoWords.count, { done, all }, language)
  if (done === all) return count
  const lacking = say(photoWords.on_phone, { n: all - done }, language)
  return `${count}${language === 'zh' ? '，' : ', '}${lacking}`
}
