/** Reads one open check with all that its screen shows. Pure, and it never writes. */
import type { Phrase } from '../../kernel/languages.ts'
import type { Checklist, Confirmation, PartUsed, Places } from '../../schemas.gen.ts'
import type { FoldedRecord } from '../../sync/engine.ts'
import { allowsBulk, groupsOf, itemRow, valueOf, type GroupRow, type ItemRow } from './items.ts'
import {
  checklistOf,
  index,
  occurrencesOf,
  whenOf,
  type InspectionRecords,
} from './occurrences.ts'
import { rowOf, type TaskRow } from './view.ts'

/** What the one who approves said of a finished check. Units: milliseconds UTC. */
export interface Approval {
  state: 'approved' | 'returned'
  words: string
  by: string
  /** Whether the check was changed after it was said. */
  overtaken: boolean
}

/** An open task with all its items. */
export interface TaskView extends TaskRow {
  words: Checklist['words']
  items: ItemRow[]
  groups: GroupRow[]
  remarks: string[]
  /** The rest may be passed at once, after all was seen. */
  bulk: boolean
  checkpoint_id: string
  approval: Approval | null
  confirmations: Confirmation[]
  parts: PartUsed[]
  /** The check is the care of one thing of the register: its number and name. */
  equipment: Phrase | null
  /** How many must take part. */
  people: number
  workflow: string
}

/** What the approver said; whatever came into the record later has overtaken it. */
function approvalOf(task: FoldedRecord | undefined): Approval | null {
  const field = task?.fields['approval']
  if (task === undefined || field === undefined || !('by' in field)) return null
  const said = field.by[field.person]
  const state = field.value === 'returned' ? 'returned' : 'approved'
  const words = valueOf<string>(task, 'approval_words') ?? ''
  return { state, words, by: field.person, overtaken: task.stamp > (said?.stamp ?? 0) }
}

function equipmentOf(places: Places | undefined, id: string | null | undefined): Phrase | null {
  const found = places?.equipment?.find((one) => one.id === id)
  if (found === undefined) return null
  const { number, name } = found
  return { zh: `${number} ${name.zh}`, ...(name.en ? { en: `${number} ${name.en}` } : {}) }
}

/** Finds a task with its items; nothing when this phone holds no window or checklist for it. */
export function findTask(
  records: InspectionRecords,
  task: string,
  me: string,
  now_ms: number,
): TaskView | undefined {
  const known = index(records)
  for (const occurrence of occurrencesOf(records, known)) {
    const { plan, window } = occurrence
    if (window.task !== task) continue
    const record = known.tasks.get(task)
    const list = known.checklists.get(checklistOf(record, plan))
    const checklist = valueOf<Checklist>(list, 'checklist')
    if (checklist === undefined) return undefined
    const when = whenOf(known, occurrence, now_ms) ?? 'overdue'
    const items = checklist.items.map((item, place) => itemRow(item, place + 1, record, me))
    return {
      ...rowOf(known, occurrence, when),
      words: checklist.words,
      items,
      groups: groupsOf(items, record),
      remarks: valueOf<string[]>(record, 'remark') ?? [],
      bulk: allowsBulk(checklist, plan.use),
      checkpoint_id: plan.checkpoint,
      approval: approvalOf(record),
      confirmations: valueOf<Confirmation[]>(record, 'confirmation') ?? [],
      parts: valueOf<PartUsed[]>(record, 'part') ?? [],
      equipment: equipmentOf(known.places.get(plan.site), plan.equipment),
      people: plan.people ?? 1,
      workflow: plan.workflow ?? '',
    }
  }
  return undefined
}
