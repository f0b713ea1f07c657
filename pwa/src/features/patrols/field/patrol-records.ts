/** Follows the records that rounds are read from, for as long as a screen that shows them lives. */
import { computed, type ComputedRef, type ShallowRef } from 'vue'

import type { Engine, FoldedRecord } from '../../../sync/engine.ts'
import { followLists } from '../../../ui/follow-lists.ts'
import type { PatrolRecords } from '../view.ts'

const KINDS = ['places', 'route', 'round_agenda', 'round', 'tag'] as const

/** The patrols on this phone. */
export interface FollowedPatrols {
  records: ComputedRef<PatrolRecords>
  ready: Readonly<ShallowRef<boolean>>
  failure: Readonly<ShallowRef<unknown>>
}

/** Starts following; stops with the screen. */
export function followPatrols(engine: Engine): FollowedPatrols {
  const { of, ready, failure } = followLists<FoldedRecord, (typeof KINDS)[number]>(KINDS, (kind) => ({
    read: () => engine.readRecords(kind),
    live: () => engine.records(kind),
  }))
  const records = computed(() => ({
    places: of('places'),
    routes: of('route'),
    agendas: of('round_agenda'),
    rounds: of('round'),
    tags: of('tag'),
  }))
  return { records, ready, failure }
}
