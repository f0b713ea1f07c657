/** What a screen tells about the last scan, as one value that is replaced by the next. */
import { t } from '../../../ui/speech.ts'
import type { ScanOddity } from '../oddities.ts'
import { oddityWords } from '../texts.ts'
import type { Mood } from './feedback.ts'

/** The last scan in words. `serial` tells two alike apart; empty texts are not shown. */
export interface Told {
  serial: number
  mood: Mood
  title: string
  at: string
  remarks: string
  saving: string
}

let serial = 0

/** Makes what is told of one scan. */
export function tellOf(mood: Mood, said: Partial<Omit<Told, 'mood' | 'serial'>> = {}): Told {
  serial += 1
  return { serial, mood, title: '', at: '', remarks: '', saving: '', ...said }
}

/** The remarks on a scan in one line. */
export function remarkWords(odd: readonly ScanOddity[]): string {
  return odd.map((one) => t(oddityWords[one])).join(' · ')
}
