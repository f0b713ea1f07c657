/**
 * Everything that is or was to be checked, as agendas and beginnings beside them say, and where each
 * stands at a moment. Pure.
 */
import type { DayVariant, Places, Plan, Window } from '../../schemas.gen.ts'
import type { FoldedRecord, Person } from '../../sync/engine.ts'
import { dateAt } from '../../ui/time-words.ts'
import { valueOf } from './items.ts'

const HOUR_MS = 3_600_000
/** A missed window stays in sight this long, so that a night shift sees its own in the morning. */
const OVERDUE_SHOWN_MS = 24 * HOUR_MS
/** What opens within this time belongs to the running shift, even beyond midnight. */
const SHIFT_AHEAD_MS = 8 * HOUR_MS

/** The records that checks are read from. */
export interface InspectionRecords {
  places: readonly FoldedRecord[]
  checklists: readonly FoldedRecord[]
  plans: readonly FoldedRecord[]
  agendas: readonly FoldedRecord[]
  tasks: readonly FoldedRecord[]
  /** What kind of day it is, by site and date; ordinary days where nobody has said. */
  variants?: readonly FoldedRecord[]
}

/** Where a window stands at a moment. */
export type When = 'now' | 'later' | 'overdue' | 'done'

/** Puts records by their ids. */
export function byId(records: readonly FoldedRecord[]): Map<string, FoldedRecord> {
  return new Map(records.map((record) => [record.id, record]))
}

/**
 * Whether the person may carry out the plan: named by it, or, where it names nobody, by one of
 * their roles at that site or everywhere.
 */
export function mayCarryOut(person: Person, plan: Plan): boolean {
  const { checkers = [] } = plan
  if (checkers.length > 0) return checkers.includes(person.id)
  return person.roles.some(
    ({ role, site }) => plan.roles.includes(role) && (site === null || site === plan.site),
  )
}

/** How far a task has come. */
export type TaskState = 'due' | 'in_progress' | 'finished'

/** Reads how far a task has come. */
export function taskState(record: FoldedRecord | undefined): TaskState {
  const state = valueOf<string>(record, 'state')
  return state === 'in_progress' || state === 'finished' ? state : 'due'
}

/** Where a window stands now; nothing when it does not belong to today. */
export function standing(
  window: Window,
  state: TaskState,
  now_ms: number,
  zone: string,
): When | undefined {
  const today = dateAt(now_ms, zone)
  if (state === 'finished') {
    const near = [window.opens_ms, window.closes_ms].some((at_ms) => dateAt(at_ms, zone) === today)
    return near || window.closes_ms > now_ms ? 'done' : undefined
  }
  if (window.opens_ms > now_ms) {
    const soon = window.opens_ms - now_ms <= SHIFT_AHEAD_MS
    return soon || dateAt(window.opens_ms, zone) === today ? 'later' : undefined
  }
  if (window.closes_ms > now_ms) return 'now'
  return now_ms - window.closes_ms < OVERDUE_SHOWN_MS ? 'overdue' : undefined
}

/** The records by what they are looked up by. */
export interface Indexed {
  places: Map<string, Places>
  checklists: Map<string, FoldedRecord>
  plans: Map<string, FoldedRecord>
  tasks: Map<string, FoldedRecord>
  variants: Map<string, DayVariant>
}

/** Prepares records for looking up. */
export function index(records: InspectionRecords): Indexed {
  const places = new Map<string, Places>()
  for (const record of records.places) {
    const value = valueOf<Places>(record, 'places')
    if (value !== undefined) places.set(record.id, value)
  }
  const variants = new Map<string, DayVariant>()
  for (const record of records.variants ?? []) {
    const day = `${valueOf<string>(record, 'site') ?? ''} ${valueOf<string>(record, 'on') ?? ''}`
    variants.set(day, valueOf<DayVariant>(record, 'variant') ?? 'normal')
  }
  return {
    places,
    checklists: byId(records.checklists),
    plans: byId(records.plans),
    tasks: byId(records.tasks),
    variants,
  }
}

/** The checklist that a task runs on: the one it was begun on, else the plan's present one. */
export function checklistOf(task: FoldedRecord | undefined, plan: Plan): string {
  return valueOf<string>(task, 'checklist') ?? plan.checklist
}

/** One thing to be done, as the agenda or somebody's beginning of it says. */
export interface Occurrence {
  plan_id: string
  plan: Plan
  window: Window
  beside: boolean
}

/** Everything that the agendas name, then what was begun beside them. */
export function* occurrencesOf(records: InspectionRecords, known: Indexed): Generator<Occurrence> {
  const named = new Set<string>()
  for (const agenda of records.agendas) {
    const plan_id = valueOf<string>(agenda, 'plan') ?? ''
    const plan = valueOf<Plan>(known.plans.get(plan_id), 'plan')
    if (plan === undefined) continue
    for (const window of valueOf<Window[]>(agenda, 'windows') ?? []) {
      named.add(window.task)
      yield { plan_id, plan, window, beside: false }
    }
  }
  for (const task of records.tasks) {
    const plan_id = valueOf<string>(task, 'plan')
    if (plan_id === undefined || named.has(task.id)) continue
    const plan = valueOf<Plan>(known.plans.get(plan_id), 'plan')
    if (plan === undefined) continue
    const begun_ms = valueOf<number>(task, 'started_at') ?? 0
    const on = valueOf<string>(task, 'on') ?? ''
    const ordinal = valueOf<number>(task, 'ordinal') ?? 1
    const window = { task: task.id, on, ordinal, opens_ms: begun_ms, closes_ms: begun_ms }
    yield { plan_id, plan, window, beside: true }
  }
}

/** Where an occurrence stands; what was begun beside the agenda is due until it is finished. */
export function whenOf(
  known: Indexed,
  { plan, window, beside }: Occurrence,
  now_ms: number,
): When | undefined {
  const zone = known.places.get(plan.site)?.zone ?? 'Asia/Shanghai'
  const task = known.tasks.get(window.task)
  if (!beside) return standing(window, taskState(task), now_ms, zone)
  if (taskState(task) !== 'finished') return 'now'
  const finished_ms = valueOf<number>(task, 'finished_at') ?? 0
  return dateAt(finished_ms, zone) === dateAt(now_ms, zone) ? 'done' : undefined
}

/** Whether a plan is for this kind of day; one that names no kind is for every day. */
export function isForDay(known: Indexed, { plan, window }: Occurrence): boolean {
  const { variants = [] } = plan
  const day = known.variants.get(`${plan.site} ${window.on}`) ?? 'normal'
  return variants.length === 0 || variants.includes(day)
}

/** Whether somebody has it to do: handed to them, or theirs by the plan. */
export function isFor(person: Person, plan: Plan, task: FoldedRecord | undefined): boolean {
  return mayCarryOut(person, plan) || valueOf<string>(task, 'assignee') === person.id
}
