/**
 * Reads the phone's records as checks: what is due today, how far a task is, what an item shows.
 * Pure, and it never writes.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type {
  Answer,
  Checklist,
  ChecklistItem,
  Places,
  Plan,
  Problem,
  Window,
} from '../../schemas.gen.ts'
import type { FoldedRecord, OutboxEntry, Person } from '../../sync/engine.ts'
import { dateAt } from '../../ui/time-words.ts'
import { decisionOf, type ItemDecision } from './decided.ts'

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
}

/** Where a window stands at a moment. */
export type When = 'now' | 'later' | 'overdue' | 'done'

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
  state: 'due' | 'in_progress' | 'finished'
  when: When
  item_count: number
  answered_count: number
  failed_count: number
}

/** Today's tasks by where they stand, each group by closing time. */
export type TodayGroups = Record<When, TaskRow[]>

/** One item of an open task. `mine` is the reader's own latest answer, `other` a differing one. */
export interface ItemRow {
  id: string
  number: number
  text: Phrase
  standard: Phrase | null
  photo_on_fail: boolean
  answer: Answer | null
  mine: Answer | null
  other: Answer | null
  contested: boolean
  /** What the office decided, where people differ. */
  decision: ItemDecision | null
  note: string
  photos: string[]
}

/** An open task with all its items. */
export interface TaskView extends TaskRow {
  words: Checklist['words']
  items: ItemRow[]
  remarks: string[]
}

/** How far the latest of something's operations has come; null where this phone did nothing. */
export type Delivery = 'on_phone' | 'at_office' | 'held' | 'attention'

/** What is still lacking before a task can be finished; item numbers as shown. */
export interface Missing {
  unanswered: ItemRow[]
  without_photo: ItemRow[]
}

function valueOf<T>(record: FoldedRecord | undefined, field: string): T | undefined {
  const found = record?.fields[field]
  return found === undefined ? undefined : (found.value as T)
}

function byId(records: readonly FoldedRecord[]): Map<string, FoldedRecord> {
  return new Map(records.map((record) => [record.id, record]))
}

/** Whether one of the person's roles, at that site or everywhere, may carry out the plan. */
export function mayCarryOut(person: Person, plan: Plan): boolean {
  return person.roles.some(
    ({ role, site }) => plan.roles.includes(role) && (site === null || site === plan.site),
  )
}

function taskState(record: FoldedRecord | undefined): TaskRow['state'] {
  const state = valueOf<string>(record, 'state')
  return state === 'in_progress' || state === 'finished' ? state : 'due'
}

/** Where a window stands now; nothing when it does not belong to today. */
export function standing(
  window: Window,
  state: TaskRow['state'],
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

interface Indexed {
  places: Map<string, Places>
  checklists: Map<string, FoldedRecord>
  plans: Map<string, FoldedRecord>
  tasks: Map<string, FoldedRecord>
}

function index(records: InspectionRecords): Indexed {
  const places = new Map<string, Places>()
  for (const record of records.places) {
    const value = valueOf<Places>(record, 'places')
    if (value !== undefined) places.set(record.id, value)
  }
  return {
    places,
    checklists: byId(records.checklists),
    plans: byId(records.plans),
    tasks: byId(records.tasks),
  }
}

/** The checklist that a task runs on: the one it was begun on, else the plan's present one. */
function checklistOf(task: FoldedRecord | undefined, plan: Plan): string {
  return valueOf<string>(task, 'checklist') ?? plan.checklist
}

function rowOf(known: Indexed, plan: Plan, window: Window, when: When): TaskRow {
  const task = known.tasks.get(window.task)
  const places = known.places.get(plan.site)
  const checkpoint = places?.checkpoints?.find(({ id }) => id === plan.checkpoint)
  const area = places?.areas?.find(({ id }) => id === checkpoint?.area)
  const checklist = checklistOf(task, plan)
  const items = valueOf<Checklist>(known.checklists.get(checklist), 'checklist')?.items ?? []
  const answers = items.map((item) => valueOf<Answer>(task, `answer/${item.id}`))
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
    answered_count: answers.filter((answer) => answer !== undefined).length,
    failed_count: answers.filter((answer) => answer === 'fail').length,
  }
}

function* windowsOf(
  records: InspectionRecords,
  known: Pick<Indexed, 'plans'>,
): Generator<{ plan: Plan; window: Window }> {
  for (const agenda of records.agendas) {
    const plan = valueOf<Plan>(known.plans.get(valueOf<string>(agenda, 'plan') ?? ''), 'plan')
    if (plan === undefined) continue
    for (const window of valueOf<Window[]>(agenda, 'windows') ?? []) yield { plan, window }
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
  for (const { plan, window } of windowsOf(records, known)) {
    if (!mayCarryOut(person, plan)) continue
    const task = known.tasks.get(window.task)
    if (plan.active === false && task === undefined) continue
    const zone = known.places.get(plan.site)?.zone ?? 'Asia/Shanghai'
    const when = standing(window, taskState(task), now_ms, zone)
    if (when !== undefined) groups[when].push(rowOf(known, plan, window, when))
  }
  for (const group of Object.values(groups)) {
    group.sort((a, b) => a.closes_ms - b.closes_ms || a.title.zh.localeCompare(b.title.zh))
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
  let next: { plan: Plan; window: Window } | undefined
  for (const candidate of windowsOf(records, known)) {
    const { plan, window } = candidate
    if (plan.active === false || window.opens_ms <= now_ms || !mayCarryOut(person, plan)) continue
    if (next === undefined || window.opens_ms < next.window.opens_ms) next = candidate
  }
  return next === undefined ? undefined : rowOf(known, next.plan, next.window, 'later')
}

function itemRow(
  item: ChecklistItem,
  number: number,
  task: FoldedRecord | undefined,
  me: string,
): ItemRow {
  const field = task?.fields[`answer/${item.id}`]
  const by = field !== undefined && 'by' in field ? field : undefined
  const mine = (by?.by[me]?.value as Answer | undefined) ?? null
  const found = Object.values(by?.by ?? {}).map(({ value }) => value as Answer)
  return {
    id: item.id,
    number,
    text: item.text,
    standard: item.standard ?? null,
    photo_on_fail: item.photo_on_fail ?? true,
    answer: (by?.value as Answer | undefined) ?? null,
    mine,
    other: mine === null ? null : (found.find((answer) => answer !== mine) ?? null),
    contested: by?.contested === true,
    decision: decisionOf(by, mine),
    note: valueOf<string>(task, `note/${item.id}`) ?? '',
    photos: valueOf<string[]>(task, `evidence/${item.id}`) ?? [],
  }
}

/** Finds a task with its items; nothing when this phone holds no window or checklist for it. */
export function findTask(
  records: InspectionRecords,
  task: string,
  me: string,
  now_ms: number,
): TaskView | undefined {
  const known = index(records)
  for (const { plan, window } of windowsOf(records, known)) {
    if (window.task !== task) continue
    const record = known.tasks.get(task)
    const list = known.checklists.get(checklistOf(record, plan))
    const checklist = valueOf<Checklist>(list, 'checklist')
    if (checklist === undefined) return undefined
    const zone = known.places.get(plan.site)?.zone ?? 'Asia/Shanghai'
    const when = standing(window, taskState(record), now_ms, zone) ?? 'overdue'
    const items = checklist.items.map((item, place) => itemRow(item, place + 1, record, me))
    const remarks = valueOf<string[]>(record, 'remark') ?? []
    return { ...rowOf(known, plan, window, when), words: checklist.words, items, remarks }
  }
  return undefined
}

/** The next item without an answer after the given one, from the top again at the end. */
export function nextUnanswered(items: readonly ItemRow[], after?: string): ItemRow | undefined {
  const start = items.findIndex(({ id }) => id === after) + 1
  return [...items.slice(start), ...items.slice(0, start)].find(
    ({ answer, id }) => answer === null && id !== after,
  )
}

/** What is still lacking: answers are needed to finish, photos are only asked for. */
export function missingOf(items: readonly ItemRow[]): Missing {
  return {
    unanswered: items.filter(({ answer }) => answer === null),
    without_photo: items.filter(
      ({ answer, photo_on_fail, photos }) =>
        answer === 'fail' && photo_on_fail && photos.length === 0,
    ),
  }
}

function deliveryOf(entries: readonly OutboxEntry[]): Delivery | null {
  if (entries.length === 0) return null
  if (entries.some(({ state }) => state === 'needs_attention')) return 'attention'
  if (entries.some(({ state }) => state === 'held')) return 'held'
  return entries.every(({ state }) => state === 'delivered') ? 'at_office' : 'on_phone'
}

/** How far this phone's work on one item has come. */
export function itemDelivery(
  outbox: readonly OutboxEntry[],
  task: string,
  item: string,
): Delivery | null {
  return deliveryOf(
    outbox.filter((entry) => entry.record === task && entry.body['item'] === item),
  )
}

/** Why the office holds one of an item's operations, or what it needs of the person. */
export function itemProblem(
  outbox: readonly OutboxEntry[],
  task: string,
  item: string,
): Problem | null {
  const stuck = outbox.find(
    ({ record, body, state }) =>
      record === task && body['item'] === item && (state === 'held' || state === 'needs_attention'),
  )
  return stuck?.problem ?? stuck?.outcome?.problem ?? null
}

/** How far this phone's work on a whole task has come. */
export function taskDelivery(outbox: readonly OutboxEntry[], task: string): Delivery | null {
  return deliveryOf(outbox.filter((entry) => entry.record === task))
}

/** Whether the server has receipted a photo's bytes, as far as this phone's outbox knows. */
export function photoReceipted(outbox: readonly OutboxEntry[], sha256: string): boolean {
  const declared = outbox.flatMap(({ photos }) => photos).filter((photo) => photo.sha256 === sha256)
  return declared.every(({ receipted }) => receipted)
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
  for (const { plan, window } of windowsOf(records, known)) {
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
