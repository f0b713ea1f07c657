/** Finds out about the phone what the browser is willing to say; it asks for no permission. */
import type { Engine, SyncStatus } from '../sync/engine.ts'
import type { CameraState, OfflineState, PhoneFacts } from './doctor.ts'

/** A photo with room to spare. */
const PROBE_BYTES = 1_000_000
/** Writing is tried no more often than this, unless the person asks. */
const PROBE_EVERY_MS = 10 * 60_000

let probed: { at_ms: number; can_write: Promise<boolean> } | null = null

/** What the screens know themselves. */
export interface KnownFacts {
  status: SyncStatus
  tasks_today: number
}

/** Gathers the facts; `anew` tries the storage even when it was tried just now. */
export async function gatherFacts(
  engine: Engine,
  known: KnownFacts,
  anew: boolean,
): Promise<PhoneFacts> {
  const { status } = known
  const now_ms = engine.now()
  const storage = await engine.storageState().catch(() => null)
  const usage = storage?.usage ?? null
  const quota = storage?.quota ?? null
  return {
    now_ms,
    user_agent: navigator.userAgent,
    standalone: isStandalone(),
    persisted: storage?.persisted ?? null,
    free_bytes: usage === null || quota === null ? null : quota - usage,
    quota_bytes: quota,
    can_write: await probe(engine, anew),
    waiting_count: status.waiting_count,
    oldest_waiting_ms: status.oldest_waiting_ms,
    others_waiting_count: status.others_waiting_count,
    photos_waiting_count: status.photos_waiting_count,
    needs_attention_count: status.needs_attention_count,
    clock_off_ms: status.clock_off_ms,
    camera: await readCamera(),
    offline: await readOffline(),
    applied_ms: status.applied_ms,
    tasks_today: known.tasks_today,
    wiped_count: status.wiped?.lost_count ?? null,
  }
}

/** Whether the page was opened from the home screen. */
export function isStandalone(): boolean {
  return (
    globalThis.matchMedia('(display-mode: standalone)').matches ||
    (navigator as { standalone?: boolean }).standalone === true
  )
}

async function probe(engine: Engine, anew: boolean): Promise<boolean> {
  const at_ms = performance.now()
  const isFresh = probed !== null && at_ms - probed.at_ms < PROBE_EVERY_MS
  // Kept while it runs, so that two screens asking at once write one megabyte and not two.
  if (anew || !isFresh) probed = { at_ms, can_write: engine.probeStorage(PROBE_BYTES) }
  return (await probed?.can_write) ?? false
}

async function readCamera(): Promise<CameraState> {
  // Both are missing in old browsers, whatever the types say.
  const { mediaDevices, permissions } = navigator as Partial<Navigator>
  if (mediaDevices === undefined) return 'none'
  try {
    const answer = await permissions?.query({ name: 'camera' })
    if (answer?.state === 'denied') return 'denied'
    const devices = await mediaDevices.enumerateDevices()
    if (!devices.some(({ kind }) => kind === 'videoinput')) return 'none'
    return answer?.state ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

async function readOffline(): Promise<OfflineState> {
  if (!('serviceWorker' in navigator) || !('caches' in globalThis)) return 'unsupported'
  try {
    const registration = await navigator.serviceWorker.getRegistration()
    if (!registration?.active) return 'not_yet'
    return (await caches.match('/index.html', { ignoreSearch: true })) ? 'ready' : 'not_yet'
  } catch {
    return 'not_yet'
  }
}
