/**
 * Tells the office, at the end of a round, how this phone stands: what waits and how safely.
 *
 * A report that fails is nobody's trouble: nothing waits for it, and the next round makes a new one.
 */

import { canonicalJson } from '../kernel/canonical.ts'
import { WIRE_VERSION, type DeviceReport } from '../schemas.gen.ts'
import type { StorageState } from '../store/shapes.ts'
import type { Round } from './round.ts'
import type { SyncStatus } from './status.ts'

/** Unchanged, it is told again after so long. */
export const REPORT_EVERY_MS = 10 * 60_000
const MINUTE_MS = 60_000

const STORAGE_PROBLEMS = new Set([
  'storage_full',
  'storage_unreadable',
  'storage_blocked',
  'storage_newer',
  'not_saved',
])

/** Puts the report together; pure. */
export function reportOf(
  status: SyncStatus,
  storage: StorageState,
  app_version: string,
): DeviceReport {
  const { persisted, usage, quota } = storage
  const code = status.problem?.code ?? ''
  const free = usage === null || quota === null ? null : Math.max(0, Math.round(quota - usage))
  return {
    waiting_count: status.waiting_count,
    oldest_waiting_ms: status.oldest_waiting_ms,
    photos_waiting_count: status.photos_waiting_count,
    held_count: status.held_count,
    needs_attention_count: status.needs_attention_count,
    others_waiting_count: status.others_waiting_count,
    others_oldest_ms: status.others_oldest_ms,
    persisted,
    free_bytes: free,
    usage_bytes: usage === null ? null : Math.round(usage),
    app_version,
    wire: WIRE_VERSION,
    clock_off_ms: status.clock_off_ms,
    wiped_lost_count: status.wiped?.lost_count ?? null,
    storage_problem: STORAGE_PROBLEMS.has(code) ? code : '',
  }
}

/** What makes a report worth telling at once; bytes and seconds change with every round. */
function essence(report: DeviceReport): string {
  const { free_bytes: _free, usage_bytes: _usage, clock_off_ms, ...rest } = report
  const minutes = clock_off_ms === null || clock_off_ms === undefined ? null : Math.round(clock_off_ms / MINUTE_MS)
  return canonicalJson({ ...rest, minutes })
}

export class Reporter {
  readonly #readStorage: () => Promise<StorageState>
  readonly #version: string
  #told = ''
  #toldMs = -Infinity

  constructor(readStorage: () => Promise<StorageState>, version: string) {
    this.#readStorage = readStorage
    this.#version = version
  }

  /** Tells the server what has changed, or the same again after a while. */
  async tell(round: Round, status: SyncStatus): Promise<void> {
    try {
      const report = reportOf(status, await this.#readStorage(), this.#version)
      const now = round.time.now()
      const key = `${round.person} ${essence(report)}`
      const isDue = Math.abs(now - this.#toldMs) >= REPORT_EVERY_MS
      if (key === this.#told && !isDue) return
      const answer = await round.transport.tell({
        method: 'PUT',
        path: '/api/devices/report',
        body: canonicalJson(report),
        signal: round.signal,
      })
      round.beat()
      // An older server knows no reports: asking it each minute would help nobody.
      if (answer.ok || answer.status > 0) [this.#told, this.#toldMs] = [key, now]
    } catch {
      // The report is a courtesy; the round has done its work.
    }
  }
}
