/**
 * Chinese by default, English by choice; the texts themselves live with the screens.
 */

import { Watched } from './observable.ts'
import { readPreferences, savePreferences } from './preferences.ts'

export type Language = 'zh' | 'en'

/** One sentence in both languages; `{name}` marks a value. */
export interface Phrase {
  zh: string
  en?: string
}

/** The language in use; screens watch it, `chooseLanguage` changes it. */
export const language = new Watched<Language>(readPreferences().language)

/** Changes the language and remembers the choice. */
export function chooseLanguage(chosen: Language): void {
  savePreferences({ ...readPreferences(), language: chosen })
  language.set(chosen)
}

/** Gives a phrase in the language in use; where English is lacking the Chinese stands. */
export function say(
  phrase: Phrase,
  values: Readonly<Record<string, string | number>> = {},
  inLanguage: Language = language.value,
): string {
  const text = inLanguage === 'en' && phrase.en ? phrase.en : phrase.zh
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
