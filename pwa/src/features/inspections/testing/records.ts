/** Records as the phone holds them, for tests of what is read from them. */
import type { Answer, ChecklistItem, Plan, Window } from '../../../schemas.gen.ts'
import type { Entry, FoldedRecord, Person } from '../../../sync/engine.ts'
import type { InspectionRecords } from '../occurrences.ts'

const HOUR_MS = 3_600_000
export const SITE = '1'.repeat(32)
export const CHECKPOINT = '2'.repeat(32)
export const CHECKLIST = '3'.repeat(32)
export const PLAN = '5'.repeat(32)
export const ANA = 'a'.repeat(32)
export const BEN = 'b'.repeat(32)
export const ZONE = 'Asia/Shanghai'

/** A moment of 20 November 2026 at the site, in whole hours; 24 and more is the next day. */
export const at = (hour: number): number => Date.UTC(2026, 10, 19, 16) + hour * HOUR_MS
export const taskId = (n: number): string => n.toString(16).padStart(32, '0')
export const windowOf = (n: number, opens: number, closes: number): Window => ({
  task: taskId(n),
  on: '2026-11-20',
  ordinal: n,
  opens_ms: at(opens),
  closes_ms: at(closes),
})

export const ana: Person = {
  id: ANA,
  name: { zh: '安娜', en: 'Ana' },
  roles: [{ role: 'quality_inspector', name: { zh: '品质检查员' }, site: SITE }],
}

/** A record in which somebody (nobody unless told) said these values. */
export function record(
  id: string,
  kind: string,
  values: Record<string, unknown>,
  person = '',
): FoldedRecord {
  const fields: FoldedRecord['fields'] = {}
  for (const [name, value] of Object.entries(values)) {
    fields[name] = { by: person === '' ? {} : { [person]: entry(person, value) }, person, value }
  }
  return { id, kind, fields, position: 1, stamp: 1, site: SITE, unsent_count: 0 }
}

export const entry = (person: string, value: unknown): Entry => ({
  op: `${person}:1`,
  person,
  position: 1,
  role: 'quality_inspector',
  saw: 0,
  stamp: 1,
  value,
})

/** A task of Ana's with these answers and whatever else. */
export function answered(
  n: number,
  answers: Record<string, Answer>,
  values: Record<string, unknown> = {},
): FoldedRecord {
  const said = Object.fromEntries(
    Object.entries(answers).map(([item, value]) => [`answer/${item}`, value]),
  )
  return record(
    taskId(n),
    'task',
    { state: 'in_progress', checklist: CHECKLIST, ...said, ...values },
    ANA,
  )
}

/** A plan of the site, daily from eight to ten unless told. */
export function planOf(plan: Partial<Plan> = {}): Plan {
  return {
    code: 'P1',
    title: { zh: '消防泵房日检' },
    site: SITE,
    checkpoint: CHECKPOINT,
    checklist: CHECKLIST,
    cadence: 'daily',
    use: 'self_check',
    opens: '08:00',
    closes: '10:00',
    roles: ['quality_inspector'],
    ...plan,
  }
}

/** Everything that a phone holds of one plan with these windows, tasks and items. */
export function held(
  windows: readonly Window[],
  tasks: readonly FoldedRecord[],
  more: { plan?: Partial<Plan>; items?: readonly ChecklistItem[]; checklist?: object } = {},
): InspectionRecords {
  const items = more.items ?? ['a', 'b', 'c'].map((id) => ({ id, text: { zh: `项目 ${id}` } }))
  const checklist = {
    code: 'S07',
    version: 1,
    title: { zh: '日检' },
    words: 'patrol',
    items,
    ...more.checklist,
  }
  return {
    places: [
      record(SITE, 'places', {
        places: {
          site: SITE,
          name: { zh: '港湾商场' },
          zone: ZONE,
          checkpoints: [{ id: CHECKPOINT, code: 'B2', name: { zh: '消防泵房' }, area: 'area' }],
          equipment: [
            { id: 'e'.repeat(32), number: 'P-01', name: { zh: '喷淋泵' }, equipment_kind: 'pump', area: 'area' },
          ],
        },
      }),
    ],
    checklists: [record(CHECKLIST, 'checklist', { checklist })],
    plans: [record(PLAN, 'plan', { plan: planOf(more.plan) })],
    agendas: [record('6'.repeat(32), 'agenda', { plan: PLAN, month: '2026-11', windows })],
    tasks,
  }
}
