/**
 * How a person likes the screen; a tiny marker in local storage and never anything of the work.
 */

/** The type sizes on offer; the first is the usual one, the others are large type. */
export const TYPE_SIZES_PX = [17, 20, 24, 30] as const

export interface Preferences {
  language: 'zh' | 'en'
  /** `system` follows the phone's own setting. */
  theme: 'system' | 'light' | 'dark'
  type_px: (typeof TYPE_SIZES_PX)[number]
}

const KEY = 'roundsman.preferences'
const USUAL: Preferences = { language: 'zh', theme: 'system', type_px: 17 }

/** Gives the stored choices; anything unreadable counts as not chosen. */
export function readPreferences(): Preferences {
  try {
    const stored = JSON.parse(globalThis.localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>
    return {
      language: stored.language === 'en' ? 'en' : 'zh',
      theme: stored.theme === 'dark' || stored.theme === 'light' ? stored.theme : 'system',
      type_px: TYPE_SIZES_PX.find((size) => size === stored.type_px) ?? USUAL.type_px,
    }
  } catch {
    return { ...USUAL }
  }
}

/** Remembers the choices; a phone that refuses simply forgets them. */
export function savePreferences(chosen: Preferences): void {
  try {
    globalThis.localStorage.setItem(KEY, JSON.stringify(chosen))
  } catch {
    // Private mode or a full store: the choice holds until the page is closed.
  }
}
