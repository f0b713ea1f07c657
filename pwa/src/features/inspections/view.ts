/**
 * Reads the phone's records as checks: what is due today, how far each is, what it is called.
 * Pure, and it never writes.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type { Checklist, Plan, PlanMode } from '../../schemas.gen.ts'
import type { FoldedRecord, Person } from '../../sync/engine.ts'
import { answerOf, valueOf } from './items.ts'
import {
  byId,
  checklistOf,
  index,
  isFor,
  isForDay,
  occurrencesOf,
  taskState,
  whenOf,
  type Indexed,
  type InspectionRecords,
  type Occurrence,
  type TaskState,
  type When,
} from './occurrences.ts'

/** 提前, 超时, 补检: how the doing lies to the window, by the moments that were captured. */
export type Punctuality = 'early' | 'late' | 'made_up'

/** One task as its row shows it. Units: milliseconds UTC; `zone` is the site's time zone. */
export interface TaskRow {
  task: string
  title: Phrase
  checkpoint: Phrase | null
  area: Phrase | null
  site: string
  site_name: Phrase | null
  zone: string
  use: Plan['use']
  checklist: string
  opens_ms: number
  closes_ms: number
  state: TaskState
  when: When
  item_count: number
  answered_count: number
  failed_count: number
  plan: string
  mode: PlanMode
  /** Begun where no window was known; it has no deadline. */
  beside: boolean
  punctuality: Punctuality | null
  /** Whom the check was handed to, if it was. */
  assignee: string | null
  approved: 'approved' | 'returned' | null
}

/** Today's tasks by where they stand, each group by closing time. */
export type TodayGroups = Record<When, TaskRow[]>

function punctualityOf(
  { window, beside }: Occurrence,
  task: FoldedRecord | undefined,
  when: When,
): Punctuality | null {
  if (beside) return null
  const finished_at = valueOf<number>(task, 'finished_at')
  if (finished_at === undefined || taskState(task) !== 'finished') {
    return taskState(task) === 'in_progress' && when === 'overdue' ? 'late' : null
  }
  if (finished_at < window.opens_ms) return 'early'
  if (finished_at <= window.closes_ms) return null
  return (valueOf<number>(task, 'started_at') ?? finished_at) > window.closes_ms ? 'made_up' : 'late'
}

/** Reads one occurrence as its row. */
export function rowOf(known: Indexed, occurrence: Occurrence, when: When): TaskRow {
  const { plan, window } = occurrence
  const task = known.tasks.get(window.task)
  const places = known.places.get(plan.site)
  const checkpoint = places?.checkpoints?.find(({ id }) => id === plan.checkpoint)
  const area = places?.areas?.find(({ id }) => id === checkpoint?.area)
  const checklist = checklistOf(task, plan)
  const items = valueOf<Checklist>(known.checklists.get(checklist), 'checklist')?.items ?? []
  const answers = items.map((item) => answerOf(task, item.id))
  return {
    task: window.task,
    title: plan.title,
    checkpoint: checkpoint?.name ?? null,
    area: area?.name ?? null,
    site: plan.site,
    site_name: places?.name ?? null,
    zone: places?.zone ?? 'Asia/Shanghai',
    use: plan.use,
    checklist,
    opens_ms: window.opens_ms,
    closes_ms: window.closes_ms,
    state: taskState(task),
    when,
    item_count: items.length,
    answered_count: answers.filter((answer) => answer !== null).length,
    failed_count: answers.filter((answer) => answer === 'fail').length,
    plan: occurrence.plan_id,
    mode: plan.mode ?? 'routine',
    beside: occurrence.beside,
    punctuality: punctualityOf(occurrence, task, when),
    assignee: valueOf<string>(task, 'assignee') ?? null,
    approved: valueOf<'approved' | 'returned'>(task, 'approval') ?? null,
  }
}

/** Groups what the person has to do today; a plan laid to rest shows only what was begun. */
export function groupToday(
  records: InspectionRecords,
  person: Person,
  now_ms: number,
): TodayGroups {
  const known = index(records)
  const groups: TodayGroups = { now: [], later: [], overdue: [], done: [] }
  for (const occurrence of occurrencesOf(records, known)) {
    const { plan, window } = occurrence
    const task = known.tasks.get(window.task)
    if (!isFor(person, plan, task)) continue
    if (task === undefined && (plan.active === false || !isForDay(known, occurrence))) continue
    const when = whenOf(known, occurrence, now_ms)
    if (when !== undefined) groups[when].push(rowOf(known, occurrence, when))
  }
  // What was handed to somebody else stays in sight, behind the own.
  const elsewhere = ({ assignee }: TaskRow): number =>
    assignee === null || assignee === person.id ? 0 : 1
  for (const group of Object.values(groups)) {
    group.sort(
      (a, b) =>
        elsewhere(a) - elsewhere(b) ||
        a.closes_ms - b.closes_ms ||
        a.title.zh.localeCompare(b.title.zh),
    )
  }
  return groups
}

/** The next window that the person has after now, for a screen that has nothing else to show. */
export function findNextWindow(
  records: InspectionRecords,
  person: Person,
  now_ms: number,
): TaskRow | undefined {
  const known = index(records)
  let next: Occurrence | undefined
  for (const candidate of occurrencesOf(records, known)) {
    const { plan, window, beside } = candidate
    if (beside || plan.active === false || window.opens_ms <= now_ms) continue
    if (!isFor(person, plan, known.tasks.get(window.task)) || !isForDay(known, candidate)) continue
    if (next === undefined || window.opens_ms < next.window.opens_ms) next = candidate
  }
  return next === undefined ? undefined : rowOf(known, next, 'later')
}

/** What a task and its items are called, for lists of work done elsewhere. */
export interface TaskNames {
  title: Phrase
  checkpoint: Phrase | null
  zone: string
  words: Checklist['words']
  items: ReadonlyMap<string, Phrase>
}

/** What each task is called, by its id. */
export function taskNames(records: InspectionRecords): Map<string, TaskNames> {
  const known = index(records)
  const byList = new Map<string, Pick<TaskNames, 'words' | 'items'>>()
  for (const [id, record] of known.checklists) {
    const list = valueOf<Checklist>(record, 'checklist')
    const items = new Map(list?.items.map((item) => [item.id, item.text]))
    byList.set(id, { words: list?.words ?? 'assessment', items })
  }
  const names = new Map<string, TaskNames>()
  for (const { plan, window } of occurrencesOf(records, known)) {
    const places = known.places.get(plan.site)
    const list = byList.get(checklistOf(known.tasks.get(window.task), plan))
    names.set(window.task, {
      title: plan.title,
      checkpoint: places?.checkpoints?.find(({ id }) => id === plan.checkpoint)?.name ?? null,
      zone: places?.zone ?? 'Asia/Shanghai',
      words: list?.words ?? 'assessment',
      items: list?.items ?? new Map(),
    })
  }
  return names
}

/** The photos of one item of a task, for whoever looks at what was found there. */
export function findItemPhotos(
  tasks: readonly FoldedRecord[],
  task: string,
  item: string,
): string[] {
  return valueOf<string[]>(byId(tasks).get(task), `evidence/${item}`) ?? []
}
