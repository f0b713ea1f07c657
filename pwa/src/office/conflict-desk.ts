/** What happens at the conflict desk: which case is in view, what is chosen, and deciding it. */
import { computed, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { randomId } from '../kernel/ids.ts'
import type { Phrase } from '../kernel/languages.ts'
import type { Bilingual, ConflictList, ConflictSeen, Problem } from '../schemas.gen.ts'
import {
  actOf,
  combined,
  likeAccount,
  type Choice,
  type DeskAct,
  type Likeness,
} from './conflict-choices.ts'
import { conflictTexts, readyReasons } from './conflict-texts.ts'
import { api, isRefused, problemIn } from './office.ts'

/** What became of one case of those that were decided together. */
export interface Result {
  conflict: ConflictSeen
  /** Why it was not recorded, and what to do; nothing where it was. */
  trouble?: { why: Phrase; next: Phrase }
}

export interface Desk {
  open: ComputedRef<readonly ConflictSeen[]>
  decided: ComputedRef<readonly ConflictSeen[]>
  current: ComputedRef<ConflictSeen | undefined>
  choice: ShallowRef<Choice | undefined>
  reason: Readonly<Ref<string>>
  picked: ShallowRef<ReadonlySet<string>>
  likeness: Readonly<Ref<Likeness>>
  /** The cases that a confirmation would decide, the one in view first. */
  targets: ComputedRef<readonly ConflictSeen[]>
  busy: ShallowRef<{ done: number; all: number } | undefined>
  results: ShallowRef<readonly Result[]>
  select: (id: string) => void
  step: (by: 1 | -1) => void
  choose: (choice: Choice | undefined) => void
  giveReason: (text: string) => void
  useLikeness: (likeness: Likeness) => void
  beginCombining: () => void
  /** Turns to the latest decision, to take it back. */
  beginUndo: () => void
  pick: (ids: readonly string[]) => void
  toggle: (id: string) => void
  confirm: (signed: Bilingual) => Promise<void>
}

/** Keeps the desk over a list that is read again and again. */
export function useDesk(list: Ref<ConflictList | undefined>, reload: () => Promise<void>): Desk {
  const open = computed(() => list.value?.conflicts ?? [])
  const decided = computed(() => list.value?.decided ?? [])
  const chosen = shallowRef('')
  const choice = shallowRef<Choice>()
  const reason = shallowRef('')
  const picked = shallowRef<ReadonlySet<string>>(new Set())
  const likeness = shallowRef<Likeness>('value')
  const busy = shallowRef<{ done: number; all: number }>()
  const results = shallowRef<readonly Result[]>([])
  const current = computed(() =>
    [...open.value, ...decided.value].find(({ id }) => id === chosen.value),
  )
  // The case in view stays when another arrives above it; only when it is gone the first is shown.
  watch(
    list,
    () => {
      if (list.value && !current.value) chosen.value = open.value[0]?.id ?? ''
    },
    { immediate: true, flush: 'sync' },
  )
  const targets = computed(() => {
    const first = current.value
    if (!first) return []
    const isMany = choice.value?.deed === 'choose'
    const others = isMany ? open.value.filter(({ id }) => picked.value.has(id)) : []
    return [first, ...others.filter(({ id }) => id !== first.id)]
  })
  /** One request per act: tapping again after a lost answer is the same act. */
  const requests = new Map<string, string>()

  // What was chosen was chosen on these accounts: when one is added, it is to be looked at first.
  watch(
    [
      (): string | undefined => current.value?.id,
      (): string | undefined => current.value?.sides.map(({ operation }) => operation).join(' '),
    ],
    ([id], [before]) => {
      choice.value = undefined
      if (id !== before) picked.value = new Set()
    },
  )

  function select(id: string): void {
    chosen.value = id
  }

  function step(by: 1 | -1): void {
    const all = [...open.value, ...decided.value]
    const place = all.findIndex(({ id }) => id === current.value?.id)
    const next = all[Math.min(all.length - 1, Math.max(0, place + by))]
    if (next) select(next.id)
  }

  function beginCombining(): void {
    const conflict = current.value
    if (conflict?.combines && conflict.hindrance === null) {
      choice.value = { deed: 'combine', text: combined(conflict) }
    }
  }

  function beginUndo(): void {
    const standing = (one: ConflictSeen): boolean =>
      one.decision?.stands === true && one.hindrance === null
    const now = current.value
    const target = now && standing(now) ? now : decided.value.find(standing)
    if (!target) return
    select(target.id)
    // The watcher drops what was chosen for another case; this comes after it.
    void Promise.resolve().then(() => {
      reason.value = ''
      choice.value = { deed: 'undo' }
    })
  }

  async function confirm(signed: Bilingual): Promise<void> {
    const made = choice.value
    const first = current.value
    if (!made || !first || busy.value || reason.value.trim() === '') return
    const all = targets.value
    const next = nextOpen(first, all)
    const found: Result[] = []
    for (const conflict of all) {
      busy.value = { done: found.length, all: all.length }
      const own = conflict === first ? made : likeChoice(first, made, conflict, likeness.value)
      found.push(await record(conflict, own && actOf(conflict, own, reason.value, signed)))
    }
    results.value = found
    busy.value = undefined
    // What did not arrive stays chosen: pressing Enter again is the same act.
    const [own] = found
    picked.value = new Set(found.filter(({ trouble }) => trouble).map(({ conflict }) => conflict.id))
    if (!own?.trouble) {
      choice.value = undefined
      // A ready reason serves the next case too; one's own words were meant for this one.
      if (!isReady(reason.value)) reason.value = ''
      if (made.deed !== 'undo' && next) select(next)
    }
    await reload()
  }

  function nextOpen(first: ConflictSeen, gone: readonly ConflictSeen[]): string | undefined {
    const place = open.value.findIndex(({ id }) => id === first.id)
    const rest = [...open.value.slice(place + 1), ...open.value.slice(0, Math.max(0, place))]
    return rest.find((one) => !gone.includes(one))?.id
  }

  async function record(conflict: ConflictSeen, act: DeskAct | undefined): Promise<Result> {
    if (!act) {
      const { no_such_choice: why, no_such_next: next } = conflictTexts
      return { conflict, trouble: { why, next } }
    }
    const key = JSON.stringify([act.record, act.based_on, act.body])
    const request = requests.get(key) ?? randomId()
    requests.set(key, request)
    try {
      const outcome = await api.record({ request, ...act })
      // What is recorded may carry a problem too, such as this computer's clock.
      return isRefused(outcome.status) && outcome.problem ? troubled(conflict, outcome.problem) : { conflict }
    } catch (error) {
      return troubled(conflict, problemIn(error))
    }
  }

  return {
    open,
    decided,
    current,
    choice,
    reason,
    picked,
    likeness,
    targets,
    busy,
    results,
    select,
    step,
    choose: (made) => (choice.value = made),
    giveReason: (text) => (reason.value = text),
    useLikeness: (way) => (likeness.value = way),
    beginCombining,
    beginUndo,
    pick: (ids) => (picked.value = new Set(ids)),
    toggle: (id) => {
      const next = new Set(picked.value)
      if (!next.delete(id)) next.add(id)
      picked.value = next
    },
    confirm,
  }
}

function likeChoice(
  first: ConflictSeen,
  made: Choice,
  other: ConflictSeen,
  likeness: Likeness,
): Choice | undefined {
  if (made.deed !== 'choose') return undefined
  const chosen = { conflict: first, operation: made.operation }
  const operation = likeAccount(chosen, other, likeness)
  return operation === undefined ? undefined : { deed: 'choose', operation }
}

function isReady(reason: string): boolean {
  return readyReasons.some(({ zh, en }) => reason === zh || reason === en)
}

function troubled(conflict: ConflictSeen, problem: Problem): Result {
  return {
    conflict,
    trouble: {
      why: { zh: problem.title_zh, en: problem.title_en },
      next: { zh: problem.next_zh, en: problem.next_en },
    },
  }
}
