/** Puts a person's choices of light and type size onto the page. */
import { shallowRef } from 'vue'

import { readPreferences, savePreferences, type Preferences } from '../kernel/preferences.ts'

/** The choices in force; change them with `chooseLook`. */
export const look = shallowRef<Preferences>(readPreferences())

const systemIsDark = globalThis.matchMedia('(prefers-color-scheme: dark)')

/** Whether the page is dark now. */
export function isDark(chosen: Preferences = look.value): boolean {
  return chosen.theme === 'dark' || (chosen.theme === 'system' && systemIsDark.matches)
}

/** Applies the choices to the page; called once at the start and after each change. */
export function applyLook(): void {
  const page = document.documentElement
  const chosen = look.value
  page.dataset['theme'] = isDark(chosen) ? 'dark' : 'light'
  page.dataset['type'] = String(chosen.type_px)
  // The first paint's own ground: from here on the tokens rule, or a changed theme would lie on it.
  page.style.background = ''
  const bar = document.querySelector('meta[name="theme-color"]')
  bar?.setAttribute('content', isDark(chosen) ? '#12181F' : '#F6F7F9')
}

/** Changes and remembers some choices. */
export function chooseLook(change: Partial<Omit<Preferences, 'language'>>): void {
  // Read again: the language may have been chosen meanwhile.
  look.value = { ...readPreferences(), ...change }
  savePreferences(look.value)
  applyLook()
}

systemIsDark.addEventListener('change', applyLook)
