/**
 * Reads one check's items: what was answered, by whom, with which value, and what is still lacking.
 * Pure, and it never writes.
 */
import type { Phrase } from '../../kernel/languages.ts'
import {
  NEVER_IN_BULK,
  type Answer,
  type Checklist,
  type ChecklistItem,
  type Dispute,
  type ItemInput,
  type ItemOption,
  type PlanUse,
} from '../../schemas.gen.ts'
import type { FoldedRecord } from '../../sync/engine.ts'
import { fieldDecision, type FieldDecision } from '../../ui/decided-field.ts'
import { decisionOf, type ItemDecision } from './decided.ts'

/** A verdict that was really given. */
export type Verdict = Exclude<Answer, 'unanswered'>

/** What was said on an item beside the verdict; empty where nothing was. */
export interface Said {
  value: string
  estimated: boolean
  bulk: boolean
  tag: string
}

/** What the assessed holds against a finding; `stands` is what the office decided, if it has. */
export interface ItemDispute extends Dispute {
  stands: boolean | null
  reason: string
}

/** One item of an open task. `mine` is the reader's own latest answer, `other` a differing one. */
export interface ItemRow extends Said {
  id: string
  number: number
  text: Phrase
  standard: Phrase | null
  /** The heading it stands under; its Chinese name is what names the heading. */
  group: Phrase | null
  input: ItemInput
  options: readonly ItemOption[]
  unit: string
  low: string | null
  high: string | null
  photo_on_fail: boolean
  photo_required: boolean
  scan_required: boolean
  answer: Verdict | null
  mine: Verdict | null
  other: Verdict | null
  contested: boolean
  /** What the office decided, where people differ. */
  decision: ItemDecision | null
  dispute: ItemDispute | null
  note: string
  /** What the office decided where people wrote different notes. */
  note_decision: FieldDecision | null
  photos: string[]
}

/** What is still lacking before a task can be finished; only the answers must be there. */
export interface Missing {
  unanswered: ItemRow[]
  without_photo: ItemRow[]
  without_scan: ItemRow[]
  without_value: ItemRow[]
}

/** One heading of a large check: how far it is and who took it. */
export interface GroupRow {
  key: string
  title: Phrase
  first: string
  all: number
  done: number
  failed: number
  taken_by: string | null
}

/** Gives what stands in a field of a record. */
export function valueOf<T>(record: FoldedRecord | undefined, field: string): T | undefined {
  const found = record?.fields[field]
  return found === undefined ? undefined : (found.value as T)
}

function verdictOf(answer: unknown): Verdict | null {
  return answer === 'fail' || answer === 'pass' || answer === 'not_applicable' ? answer : null
}

/** What stands on an item; one that was taken back is none. */
export function answerOf(task: FoldedRecord | undefined, item: string): Verdict | null {
  return verdictOf(valueOf(task, `answer/${item}`))
}

function disputeOf(task: FoldedRecord | undefined, item: string): ItemDispute | null {
  const dispute = valueOf<Dispute>(task, `dispute/${item}`)
  if (dispute === undefined) return null
  return {
    ...dispute,
    stands: valueOf<boolean>(task, `finding_stands/${item}`) ?? null,
    reason: valueOf<string>(task, `dispute_reason/${item}`) ?? '',
  }
}

function noteDecision(task: FoldedRecord | undefined, item: string): FieldDecision | null {
  const field = task?.fields[`note/${item}`]
  return fieldDecision(field !== undefined && 'by' in field ? field : undefined)
}

/** Reads one item as the person sees it. */
export function itemRow(
  item: ChecklistItem,
  number: number,
  task: FoldedRecord | undefined,
  me: string,
): ItemRow {
  const field = task?.fields[`answer/${item.id}`]
  const by = field !== undefined && 'by' in field ? field : undefined
  const mine = verdictOf(by?.by[me]?.value)
  const found = Object.values(by?.by ?? {}).flatMap(({ value }) => verdictOf(value) ?? [])
  return {
    id: item.id,
    number,
    text: item.text,
    standard: item.standard ?? null,
    group: item.group ?? null,
    input: item.input ?? 'check',
    options: item.options ?? [],
    unit: item.unit ?? '',
    low: item.low ?? null,
    high: item.high ?? null,
    photo_on_fail: item.photo_on_fail ?? true,
    photo_required: item.photo_required === true || item.input === 'photo',
    scan_required: item.scan_required === true || item.input === 'scan',
    answer: answerOf(task, item.id),
    mine,
    other: mine === null ? null : (found.find((answer) => answer !== mine) ?? null),
    contested: by?.contested === true,
    decision: decisionOf(by, mine),
    dispute: disputeOf(task, item.id),
    value: valueOf<string>(task, `value/${item.id}`) ?? '',
    estimated: valueOf<boolean>(task, `estimated/${item.id}`) ?? false,
    bulk: valueOf<boolean>(task, `bulk/${item.id}`) ?? false,
    tag: valueOf<string>(task, `tag/${item.id}`) ?? '',
    note: valueOf<string>(task, `note/${item.id}`) ?? '',
    note_decision: noteDecision(task, item.id),
    photos: valueOf<string[]>(task, `evidence/${item.id}`) ?? [],
  }
}

/** The next item without an answer after the given one, from the top again at the end. */
export function nextUnanswered(items: readonly ItemRow[], after?: string): ItemRow | undefined {
  const start = items.findIndex(({ id }) => id === after) + 1
  return [...items.slice(start), ...items.slice(0, start)].find(
    ({ answer, id }) => answer === null && id !== after,
  )
}

const VALUED: readonly ItemInput[] = ['choice', 'grade', 'meter', 'number', 'text']

/** What is still lacking: answers are needed to finish, all else is only asked for. */
export function missingOf(items: readonly ItemRow[]): Missing {
  const applying = items.filter(({ answer }) => answer === 'pass' || answer === 'fail')
  return {
    unanswered: items.filter(({ answer }) => answer === null),
    without_photo: applying.filter(
      ({ answer, photo_on_fail, photo_required, photos }) =>
        photos.length === 0 && (photo_required || (answer === 'fail' && photo_on_fail)),
    ),
    without_scan: applying.filter(({ scan_required, tag }) => scan_required && tag === ''),
    // What is out of order often cannot be read.
    without_value: applying.filter(
      ({ answer, input, value }) => answer === 'pass' && VALUED.includes(input) && value === '',
    ),
  }
}

/** Gives the headings of a large check in their order; none where it has fewer than two. */
export function groupsOf(items: readonly ItemRow[], task: FoldedRecord | undefined): GroupRow[] {
  const groups = new Map<string, GroupRow>()
  for (const { id, group, answer } of items) {
    if (group === null) continue
    const fresh = { key: group.zh, title: group, first: id, all: 0, done: 0, failed: 0 }
    const taken_by = valueOf<string>(task, `taken_by/${group.zh}`) ?? null
    const row = groups.get(group.zh) ?? { ...fresh, taken_by }
    row.all += 1
    if (answer !== null) row.done += 1
    if (answer === 'fail') row.failed += 1
    groups.set(group.zh, row)
  }
  return groups.size < 2 ? [] : [...groups.values()]
}

/** Whether a checklist lets the rest be passed at once where it is used for this. */
export function allowsBulk({ bulk, domain }: Pick<Checklist, 'bulk' | 'domain'>, use: PlanUse): boolean {
  return bulk === true && use !== 'assessment' && !NEVER_IN_BULK.includes(domain ?? 'other')
}

/** The items that may be passed together: unanswered, and a verdict is all they ask for. */
export function bulkItems(items: readonly ItemRow[]): ItemRow[] {
  return items.filter(
    ({ answer, input, photo_required, scan_required }) =>
      answer === null && input === 'check' && !photo_required && !scan_required,
  )
}

/** The items that lack something that is only asked for, in their order. */
export function lackingItems({ without_photo, without_scan, without_value }: Missing): ItemRow[] {
  const all = new Map([...without_photo, ...without_scan, ...without_value].map((one) => [one.id, one]))
  return [...all.values()].sort((one, other) => one.number - other.number)
}
