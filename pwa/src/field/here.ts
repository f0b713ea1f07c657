/** What else can be done at a checkpoint whose label was read. Pure. */
import type { InspectionRecords } from '../features/inspections/occurrences.ts'
import { groupToday } from '../features/inspections/view.ts'
import type { Language, Phrase } from '../kernel/languages.ts'
import type { Plan } from '../schemas.gen.ts'
import type { Person } from '../sync/engine.ts'
import { windowWords } from '../ui/time-words.ts'
import { texts } from './report-texts.ts'

/** One thing to be done, as a link. */
export interface HereLink {
  href: string
  title: Phrase
  detail: string
}

/** The checks that are due at the checkpoint, then the way to report something wrong there. */
export function linksHere(
  records: InspectionRecords,
  person: Person,
  checkpoint: string,
  seen: { now_ms: number; language: Language; may_report: boolean },
): HereLink[] {
  const plans = new Map(
    records.plans.map(({ id, fields }) => [id, fields['plan']?.value as Plan | undefined] as const),
  )
  const { now, overdue } = groupToday(records, person, seen.now_ms)
  const checks = [...now, ...overdue]
    .filter(({ plan }) => plans.get(plan)?.checkpoint === checkpoint)
    .map(({ task, title, opens_ms, closes_ms, zone }) => ({
      href: `#/task/${task}`,
      title,
      detail: windowWords(opens_ms, closes_ms, seen.now_ms, zone, seen.language),
    }))
  if (!seen.may_report) return checks
  return [...checks, { href: `#/finding/${checkpoint}`, title: texts.finding_here, detail: '' }]
}
