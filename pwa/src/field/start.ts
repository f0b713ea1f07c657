/** Puts the phone page in place, with the engine it is given. */
import '../ui/tokens.css'
import '../ui/page.css'

import { createApp, watchEffect, type App } from 'vue'

import type { Engine } from '../sync/engine.ts'
import { useClock } from '../ui/now.ts'
import { languageInUse, t } from '../ui/speech.ts'
import { applyLook } from '../ui/theme.ts'
import PhonePage from './phone-page.vue'
import { followAddress } from './route.ts'
import { texts } from './texts.ts'
import { followUpdates } from './updates.ts'

/** Starts the page inside the element. */
export function startPhonePage(engine: Engine, element: Element): App {
  applyLook()
  // Due and overdue are the office's: the phone's own clock may be hours or years off.
  useClock({ now: () => engine.now(), watch: (read) => engine.status.subscribe(read) })
  followAddress()
  watchEffect(() => {
    document.documentElement.lang = languageInUse.value === 'zh' ? 'zh-CN' : 'en'
    document.title = t(texts.app_name)
  })
  const app = createApp(PhonePage, { engine, updates: followUpdates() })
  app.mount(element)
  return app
}
