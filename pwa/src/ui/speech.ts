/** Speaks in the language in use; a template that calls `t` is drawn anew when the choice changes. */
import { readonly, shallowRef } from 'vue'

import { language, say, type Language, type Phrase } from '../kernel/languages.ts'

const current = shallowRef<Language>(language.value)
language.subscribe((chosen) => {
  current.value = chosen
})

/** The language in use, for computed values and formatting. */
export const languageInUse = readonly(current)

/** Gives a phrase in the language in use, with its values filled in. */
export function t(phrase: Phrase, values: Readonly<Record<string, string | number>> = {}): string {
  return say(phrase, values, current.value)
}
