/** Follows the records that the screens read; says apart whether they could be read at all. */
import {
  computed,
  onScopeDispose,
  shallowReactive,
  shallowRef,
  type ComputedRef,
  type ShallowRef,
} from 'vue'

import type { InspectionRecords } from '../features/inspections/occurrences.ts'
import type { Engine, FoldedRecord } from '../sync/engine.ts'

const KINDS = [
  'places',
  'checklist',
  'plan',
  'agenda',
  'task',
  'nonconformity',
  'day_variant',
] as const
type RecordKind = (typeof KINDS)[number]

/** The records on the phone. `ready` comes with the first reading; nothing is shown as empty before. */
export interface WorkingSet {
  inspections: ComputedRef<InspectionRecords>
  nonconformities: ComputedRef<readonly FoldedRecord[]>
  ready: Readonly<ShallowRef<boolean>>
  failure: Readonly<ShallowRef<unknown>>
}

/** Starts following; stops with the screen. */
export function followWorkingSet(engine: Engine): WorkingSet {
  const held = shallowReactive(new Map<RecordKind, readonly FoldedRecord[]>())
  const ready = shallowRef(false)
  const failure = shallowRef<unknown>(null)
  let gone = false

  async function begin(kind: RecordKind): Promise<void> {
    const first = await engine.readRecords(kind)
    if (gone) return
    held.set(kind, first)
    let told = 0
    const stop = engine.records(kind).subscribe((records) => {
      // The value at the moment of subscribing may still be the empty one from before the reading.
      told += 1
      if (told > 1 || records.length > 0) held.set(kind, records)
    })
    onGone.push(stop)
  }

  const onGone: (() => void)[] = []
  onScopeDispose(() => {
    gone = true
    for (const stop of onGone) stop()
  })
  Promise.all(KINDS.map(begin)).then(
    () => {
      ready.value = true
    },
    (error: unknown) => {
      failure.value = error
    },
  )
  const of = (kind: RecordKind): readonly FoldedRecord[] => held.get(kind) ?? []
  return {
    inspections: computed(() => ({
      places: of('places'),
      checklists: of('checklist'),
      plans: of('plan'),
      agendas: of('agenda'),
      tasks: of('task'),
      variants: of('day_variant'),
    })),
    nonconformities: computed(() => of('nonconformity')),
    ready,
    failure,
  }
}
