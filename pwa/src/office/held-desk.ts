/** The state of the held desk: what is in view, what was chosen, what came of it. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { randomId } from '../kernel/ids.ts'
import type { HeldChoice, HeldList, HeldSeen, Problem } from '../schemas.gen.ts'
import { actOn, alike, TOGETHER, type Change } from './held-choices.ts'
import { api, isRefused, problemIn } from './office.ts'

/** What came of one decision; without a problem it was done. */
export interface Result {
  held: HeldSeen
  problem: Problem | null
}

export interface HeldDesk {
  waiting: ComputedRef<readonly HeldSeen[]>
  decided: ComputedRef<readonly HeldSeen[]>
  current: ComputedRef<HeldSeen | undefined>
  choice: Ref<HeldChoice | undefined>
  picked: Ref<ReadonlySet<string>>
  busy: Ref<{ done: number; all: number } | undefined>
  results: Ref<readonly Result[]>
  /** Everything that the next confirmation decides on. */
  targets: ComputedRef<readonly HeldSeen[]>
  others: ComputedRef<readonly HeldSeen[]>
  select: (id: string) => void
  step: (by: 1 | -1) => void
  choose: (choice: HeldChoice | undefined) => void
  toggle: (id: string) => void
  pickAlike: () => void
  confirm: (reason: string, change: Change | null) => Promise<void>
}

/** Follows the list as it is read anew; what was done leaves it, what was not stays in view. */
export function useHeldDesk(
  list: Readonly<Ref<HeldList | undefined>>,
  reload: () => Promise<void>,
): HeldDesk {
  const waiting = computed(() => list.value?.held ?? [])
  const decided = computed(() => list.value?.decided ?? [])
  const all = computed(() => [...waiting.value, ...decided.value])
  const chosen = shallowRef('')
  const choice = shallowRef<HeldChoice>()
  const picked = shallowRef<ReadonlySet<string>>(new Set())
  const busy = shallowRef<{ done: number; all: number }>()
  const results = shallowRef<readonly Result[]>([])
  /** One request per choice on what is shown: tried again after a lost answer it is the same act. */
  const requests = new Map<string, string>()
  const current = computed(
    () => all.value.find(({ id }) => id === chosen.value) ?? waiting.value[0],
  )
  const others = computed(() =>
    current.value && choice.value ? alike(current.value, all.value, choice.value) : [],
  )
  const targets = computed(() => {
    if (!current.value) return []
    return [current.value, ...others.value.filter(({ id }) => picked.value.has(id))]
  })

  watch(
    () => current.value?.id,
    () => {
      choice.value = undefined
      picked.value = new Set()
    },
  )

  function select(id: string): void {
    chosen.value = id
    results.value = []
  }

  function step(by: 1 | -1): void {
    const place = all.value.findIndex(({ id }) => id === current.value?.id)
    const next = all.value[Math.max(0, Math.min(all.value.length - 1, place + by))]
    if (next) select(next.id)
  }

  function choose(made: HeldChoice | undefined): void {
    if (made !== undefined && !current.value?.choices.includes(made)) return
    choice.value = made
    if (made === undefined || !TOGETHER.includes(made)) picked.value = new Set()
  }

  function toggle(id: string): void {
    const next = new Set(picked.value)
    if (!next.delete(id)) next.add(id)
    picked.value = next
  }

  function pickAlike(): void {
    picked.value = picked.value.size > 0 ? new Set() : new Set(others.value.map(({ id }) => id))
  }

  async function confirm(reason: string, change: Change | null): Promise<void> {
    const made = choice.value
    if (made === undefined || busy.value) return
    const due = targets.value
    const found: Result[] = []
    for (const held of due) {
      busy.value = { done: found.length, all: due.length }
      found.push({ held, problem: await decide(held, made, reason, change) })
    }
    busy.value = undefined
    const place = waiting.value.findIndex(({ id }) => id === due[0]?.id)
    await reload()
    results.value = found
    choice.value = undefined
    // What could not be done stays in view; otherwise the next one takes its place.
    const failed = found.find(({ problem }) => problem !== null)
    const next = waiting.value[Math.min(Math.max(place, 0), waiting.value.length - 1)]
    chosen.value = failed?.held.id ?? (place < 0 ? chosen.value : (next?.id ?? ''))
  }

  async function decide(
    held: HeldSeen,
    made: HeldChoice,
    reason: string,
    change: Change | null,
  ): Promise<Problem | null> {
    const words = JSON.stringify([held.id, held.position, made, reason, change])
    const request = requests.get(words) ?? randomId()
    requests.set(words, request)
    try {
      const outcome = await api.record(actOn(held, made, reason, request, change))
      const isDone = !isRefused(outcome.status)
      return isDone ? null : (outcome.problem ?? null)
    } catch (error) {
      return problemIn(error)
    }
  }

  return {
    waiting,
    decided,
    current,
    choice,
    picked,
    busy,
    results,
    targets,
    others,
    select,
    step,
    choose,
    toggle,
    pickAlike,
    confirm,
  }
}
