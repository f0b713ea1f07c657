/** Follows the records that shifts are read from, for as long as a screen that shows them lives. */
import { computed, type ComputedRef, type ShallowRef } from 'vue'

import type { Engine, FoldedRecord } from '../../../sync/engine.ts'
import { followLists } from '../../../ui/follow-lists.ts'
import type { ShiftRecords } from '../view.ts'

const KINDS = ['places', 'roster', 'handover'] as const

/** The shifts on this phone. */
export interface FollowedShifts {
  records: ComputedRef<ShiftRecords>
  ready: Readonly<ShallowRef<boolean>>
  failure: Readonly<ShallowRef<unknown>>
}

/** Starts following; stops with the screen. */
export function followShifts(engine: Engine): FollowedShifts {
  const { of, ready, failure } = followLists<FoldedRecord, (typeof KINDS)[number]>(KINDS, (kind) => ({
    read: () => engine.readRecords(kind),
    live: () => engine.records(kind),
  }))
  const records = computed(() => ({
    places: of('places'),
    rosters: of('roster'),
    handovers: of('handover'),
  }))
  return { records, ready, failure }
}
