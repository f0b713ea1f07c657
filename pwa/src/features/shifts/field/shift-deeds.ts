/** What a screen does with handovers: each deed is saved before it is said so, a failure is told. */
import { shallowRef, type ShallowRef } from 'vue'

import type { Taking } from '../../../schemas.gen.ts'
import type { Engine, NewPhoto, SessionState } from '../../../sync/engine.ts'
import { newsOf, type BadNews } from '../../../ui/bad-news.ts'
import { t } from '../../../ui/speech.ts'
import { settleMatter, takeHandover } from '../commands.ts'
import { texts } from '../texts.ts'
import { namedPeople, type ShiftRecords } from '../view.ts'

export interface ShiftDeeds {
  news: Readonly<ShallowRef<BadNews | null>>
  /** Does it; false where it failed, and the news say why. */
  attempt: (deed: () => Promise<unknown>) => Promise<boolean>
  settle: (handover: string, matter: number, words: string) => Promise<boolean>
  take: (
    handover: string,
    taking: Omit<Taking, 'signature'>,
    drawn: NewPhoto | null,
  ) => Promise<boolean>
}

export function useShiftDeeds(engine: Engine): ShiftDeeds {
  const news = shallowRef<BadNews | null>(null)
  const attempt = async (deed: () => Promise<unknown>): Promise<boolean> => {
    news.value = null
    try {
      await deed()
      return true
    } catch (failure) {
      news.value = newsOf(failure, texts.not_saved_app, texts.not_saved)
      return false
    }
  }
  return {
    news,
    attempt,
    settle: (handover, matter, words) =>
      attempt(() => settleMatter(engine, handover, matter, words)),
    take: (handover, taking, drawn) =>
      attempt(() => takeHandover(engine, handover, taking, engine.now(), drawn)),
  }
}

/** Names people as this phone can: whoever it cannot name is a colleague. */
export function namer(records: ShiftRecords, session: SessionState): (id: string) => string {
  const names = new Map(namedPeople(records, session).map(({ id, name }) => [id, name]))
  return (id) => t(names.get(id) ?? texts.somebody)
}
