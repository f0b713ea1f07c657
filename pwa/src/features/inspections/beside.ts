/** Checks that can be begun where no window names them (临时检查). Pure but for the id. */
import { derivedId } from '../../kernel/derived-id.ts'
import type { Phrase } from '../../kernel/languages.ts'
import type { Plan } from '../../schemas.gen.ts'
import type { Person } from '../../sync/engine.ts'
import { clockAt, dateAt } from '../../ui/time-words.ts'
import type { BegunBeside } from './commands.ts'
import { valueOf } from './items.ts'
import {
  index,
  isForDay,
  mayCarryOut,
  occurrencesOf,
  type Indexed,
  type InspectionRecords,
} from './occurrences.ts'

const DAY_MS = 86_400_000

/** A plan whose check can be begun now, and what it will be called by. */
export interface Beginnable {
  title: Phrase
  checkpoint: Phrase | null
  checklist: string
  checkpoint_id: string
  begun: BegunBeside
}

/** The date by which a check begun now is called: of hours over midnight, the day they opened. */
export function dateOf(plan: Pick<Plan, 'opens' | 'closes'>, now_ms: number, zone: string): string {
  const isAfterMidnight = plan.closes <= plan.opens && clockAt(now_ms, zone) < plan.closes
  return dateAt(isAfterMidnight ? now_ms - DAY_MS : now_ms, zone)
}

/**
 * Lists what the person can begin beside the agenda, by title: checks made on occasion, and daily
 * ones of which this phone has no window today.
 */
export function beginnable(
  records: InspectionRecords,
  person: Person,
  now_ms: number,
): Beginnable[] {
  const known = index(records)
  const taken = takenOrdinals(records, known)
  const found: Beginnable[] = []
  for (const [id, record] of known.plans) {
    const plan = valueOf<Plan>(record, 'plan')
    if (plan === undefined || plan.active === false || !mayCarryOut(person, plan)) continue
    const places = known.places.get(plan.site)
    const on = dateOf(plan, now_ms, places?.zone ?? 'Asia/Shanghai')
    const ordinals = taken.get(`${id} ${on}`) ?? new Set()
    const window = { task: '', on, ordinal: 1, opens_ms: 0, closes_ms: 0 }
    const isForToday = isForDay(known, { plan_id: id, plan, window, beside: true })
    const isLacking = plan.cadence === 'daily' && ordinals.size === 0 && isForToday
    if (plan.cadence !== 'ad_hoc' && !isLacking) continue
    let ordinal = 1
    while (ordinals.has(ordinal)) ordinal += 1
    found.push({
      title: plan.title,
      checkpoint: places?.checkpoints?.find((one) => one.id === plan.checkpoint)?.name ?? null,
      checklist: plan.checklist,
      checkpoint_id: plan.checkpoint,
      begun: { plan: id, on, ordinal },
    })
  }
  return found.sort((one, other) => one.title.zh.localeCompare(other.title.zh))
}

function takenOrdinals(records: InspectionRecords, known: Indexed): Map<string, Set<number>> {
  const taken = new Map<string, Set<number>>()
  for (const { plan_id, window } of occurrencesOf(records, known)) {
    const day = `${plan_id} ${window.on}`
    const ordinals = taken.get(day) ?? new Set()
    taken.set(day, ordinals.add(window.ordinal))
  }
  return taken
}

/** The id that the server, and any other phone, would give the same check. */
export function besideId(organization: string, { begun, checkpoint_id }: Beginnable): Promise<string> {
  return derivedId('task', organization, begun.plan, checkpoint_id, begun.on, begun.ordinal)
}
