/** Lists finished checks whose findings wait for whoever approves them. Pure. */
import type { Plan } from '../../schemas.gen.ts'
import { valueOf } from './items.ts'
import type { InspectionRecords } from './occurrences.ts'
import { findTask, type TaskView } from './task-view.ts'

/**
 * Lists the checks at these sites that found something, are handled by a workflow and wait: nothing
 * was said yet, or they were sent back and mended since. What is found daily is closed on the spot.
 *
 * Source: rule S13 (weekly by the department head, quarterly by the director).
 */
export function waitingApprovals(
  records: InspectionRecords,
  sites: readonly string[],
  me: string,
  now_ms: number,
): TaskView[] {
  const daily = new Set(
    records.plans.flatMap((record) =>
      valueOf<Plan>(record, 'plan')?.cadence === 'daily' ? [record.id] : [],
    ),
  )
  const finished = records.tasks.filter(
    (task) =>
      valueOf<string>(task, 'state') === 'finished' &&
      valueOf<string>(task, 'approval') !== 'approved' &&
      Object.keys(task.fields).some(
        (field) => field.startsWith('answer/') && valueOf(task, field) === 'fail',
      ),
  )
  return finished
    .flatMap((task) => findTask(records, task.id, me, now_ms) ?? [])
    .filter(
      ({ workflow, plan, site, approval }) =>
        workflow !== '' &&
        !daily.has(plan) &&
        sites.includes(site) &&
        (approval === null || approval.overtaken),
    )
    .sort((one, other) => one.closes_ms - other.closes_ms)
}
