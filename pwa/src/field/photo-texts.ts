/** Words of a photo's watermark. */
import type { Phrase } from '../kernel/languages.ts'

export const markTexts = {
  checked: { zh: '已校时', en: 'checked time' },
  phone: { zh: '手机时间', en: 'phone’s time' },
  recorded: { zh: '记录时间', en: 'recorded time' },
  colleague: { zh: '同事', en: 'A colleague' },
  number: { zh: '编号 {n}', en: 'no. {n}' },
} satisfies Record<string, Phrase>
