/**
 * Looks at the facts about a phone and says, line by line, what is well and what to do; pure.
 */
import type { Phrase } from '../kernel/languages.ts'
import { AMBER_AGE_MS, RED_AGE_MS } from '../ui/time-words.ts'
import { advice, states, type subjects } from './doctor-texts.ts'
import { sizeWords } from './storage-size.ts'

export type CameraState = 'granted' | 'prompt' | 'denied' | 'none' | 'unknown'
export type OfflineState = 'ready' | 'not_yet' | 'unsupported'

/** What was found out about the phone. Units: bytes, milliseconds. */
export interface PhoneFacts {
  now_ms: number
  user_agent: string
  /** Opened from the home screen. */
  standalone: boolean
  persisted: boolean | null
  free_bytes: number | null
  quota_bytes: number | null
  /** Whether something of a photo's size could be written and read back; null when not tried. */
  can_write: boolean | null
  waiting_count: number | null
  oldest_waiting_ms: number | null
  others_waiting_count: number
  photos_waiting_count: number
  needs_attention_count: number
  clock_off_ms: number | null
  camera: CameraState
  offline: OfflineState
  /** When the working set was last brought up to date; null when none has arrived. */
  applied_ms: number | null
  /** Today's checks of this person that are on the phone. */
  tasks_today: number
  wiped_count: number | null
}

/** good: well; note: nobody knows, or worth knowing; warn: mind it; bad: do it before the round. */
export type Tone = 'good' | 'note' | 'warn' | 'bad'

export interface Line {
  subject: keyof typeof subjects
  tone: Tone
  state: Phrase
  values: Record<string, string | number>
  /** Moments named in the words: shown as an age. Units: milliseconds UTC. */
  since_ms: number | null
  next: Phrase | null
}

const MB = 1_000_000
/** A round of two hundred photos at 350 kB. Source: field notes, goals. */
const ENOUGH_BYTES = 100 * MB
const TOO_LITTLE_BYTES = 20 * MB
/** Private windows give a fraction of what the disk has. */
const PRIVATE_QUOTA_BYTES = 150 * MB
const CLOCK_WORRY_MS = 2 * 60_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Plans reach 31 days ahead; who has not fetched for this long misses what was changed. */
const SET_AMBER_MS = 24 * HOUR_MS
const SET_RED_MS = 7 * 24 * HOUR_MS

/** Gives every line, the ones that need somebody first. */
export function examine(facts: PhoneFacts): Line[] {
  const lines = [
    ...wipedLine(facts),
    unsentLine(facts),
    ...othersLine(facts),
    photosLine(facts),
    tasksLine(facts),
    offlineLine(facts),
    spaceLine(facts),
    cameraLine(facts),
    clockLine(facts),
    protectionLine(facts),
    browserLine(facts),
  ]
  const order: readonly Tone[] = ['bad', 'warn', 'note', 'good']
  return order.flatMap((tone) => lines.filter((line) => line.tone === tone))
}

/** What keeps somebody from going down; with nothing of it the phone is ready. */
export function missingBefore(lines: readonly Line[]): Line[] {
  return lines.filter((line) => line.tone === 'bad')
}

function line(
  subject: Line['subject'],
  tone: Tone,
  state: Phrase,
  next: Phrase | null = null,
  values: Line['values'] = {},
  since_ms: number | null = null,
): Line {
  return { subject, tone, state, next, values, since_ms }
}

function wipedLine({ wiped_count }: PhoneFacts): Line[] {
  if (wiped_count === null) return []
  return [line('wiped', 'warn', states.wiped, advice.wiped, { n: wiped_count })]
}

function unsentLine({ waiting_count, oldest_waiting_ms, now_ms }: PhoneFacts): Line {
  if (waiting_count === null) return line('unsent', 'bad', states.unsent_unreadable, advice.reopen)
  if (waiting_count === 0 || oldest_waiting_ms === null) {
    return line('unsent', 'good', states.unsent_none)
  }
  const age_ms = now_ms - oldest_waiting_ms
  const [tone, next] =
    age_ms >= RED_AGE_MS
      ? (['bad', advice.send_now] as const)
      : age_ms >= AMBER_AGE_MS
        ? (['warn', advice.send] as const)
        : (['good', null] as const)
  return line('unsent', tone, states.unsent_some, next, { n: waiting_count }, oldest_waiting_ms)
}

function othersLine({ others_waiting_count }: PhoneFacts): Line[] {
  if (others_waiting_count === 0) return []
  const values = { n: others_waiting_count }
  return [line('unsent', 'note', states.unsent_others, advice.others, values)]
}

function photosLine({ photos_waiting_count, needs_attention_count }: PhoneFacts): Line {
  if (needs_attention_count > 0) {
    return line('photos', 'warn', states.photos_gone, advice.photo_gone, { n: needs_attention_count })
  }
  if (photos_waiting_count === 0) return line('photos', 'good', states.photos_none)
  return line('photos', 'note', states.photos_some, advice.send, { n: photos_waiting_count })
}

function tasksLine({ applied_ms, tasks_today, now_ms }: PhoneFacts): Line {
  if (applied_ms === null) return line('tasks', 'bad', states.tasks_missing, advice.fetch)
  const age_ms = now_ms - applied_ms
  const values = { n: tasks_today }
  const [tone, next] =
    age_ms >= SET_RED_MS
      ? (['bad', advice.fetch_again] as const)
      : age_ms >= SET_AMBER_MS
        ? (['warn', advice.fetch_again] as const)
        : (['good', null] as const)
  return line('tasks', tone, states.tasks_fresh, next, values, applied_ms)
}

function offlineLine({ offline }: PhoneFacts): Line {
  if (offline === 'ready') return line('offline', 'good', states.offline_ready)
  if (offline === 'not_yet') return line('offline', 'bad', states.offline_soon, advice.wait_offline)
  return line('offline', 'bad', states.offline_never, advice.other_browser)
}

function spaceLine({ can_write, free_bytes, quota_bytes }: PhoneFacts): Line {
  if (can_write === false) return line('space', 'bad', states.space_refused, advice.free_space)
  // Old iOS says nothing of its space: then what could be written counts.
  if (free_bytes === null) return line('space', can_write ? 'good' : 'note', states.space_works)
  const values = { free: sizeWords(free_bytes) }
  if (quota_bytes !== null && quota_bytes < PRIVATE_QUOTA_BYTES) {
    return line('space', 'bad', states.space_private, advice.not_private, values)
  }
  if (free_bytes < TOO_LITTLE_BYTES) {
    return line('space', 'bad', states.space_low, advice.free_space, values)
  }
  if (free_bytes < ENOUGH_BYTES) {
    return line('space', 'warn', states.space_low, advice.free_space, values)
  }
  return line('space', 'good', states.space_free, null, values)
}

function cameraLine({ camera }: PhoneFacts): Line {
  switch (camera) {
    case 'granted':
      return line('camera', 'good', states.camera_allowed)
    case 'prompt':
      return line('camera', 'good', states.camera_asks)
    case 'denied':
      return line('camera', 'warn', states.camera_denied, advice.allow_camera)
    case 'none':
      return line('camera', 'warn', states.camera_none, advice.allow_camera)
    case 'unknown':
      return line('camera', 'note', states.camera_unknown)
  }
}

function clockLine({ clock_off_ms }: PhoneFacts): Line {
  if (clock_off_ms === null) return line('clock', 'note', states.clock_unknown)
  const off_ms = Math.abs(clock_off_ms)
  if (off_ms < CLOCK_WORRY_MS) return line('clock', 'good', states.clock_right)
  const values = { n: Math.round(off_ms / MINUTE_MS) }
  return line('clock', 'warn', states.clock_off, advice.auto_time, values)
}

function protectionLine({ persisted }: PhoneFacts): Line {
  if (persisted === null) return line('protection', 'note', states.protection_unknown, advice.install)
  return persisted
    ? line('protection', 'good', states.protection_on)
    : line('protection', 'warn', states.protection_off, advice.install)
}

/** The browsers by their own names; what they can do is judged by the other lines. */
function browserLine({ user_agent, standalone, offline }: PhoneFacts): Line {
  if (/MicroMessenger/iu.test(user_agent)) {
    return line('browser', 'bad', states.browser_wechat, advice.leave_wechat)
  }
  if (/UCBrowser|UCWEB/iu.test(user_agent)) {
    return line('browser', 'warn', states.browser_uc, advice.uc)
  }
  if (/MQQBrowser|QQ\//iu.test(user_agent)) {
    return line('browser', 'warn', states.browser_qq, advice.other_browser)
  }
  if (standalone) return line('browser', 'good', states.browser_home)
  if (/iPhone|iPad|iPod/u.test(user_agent)) {
    return line('browser', 'warn', states.browser_ios, advice.ios_home)
  }
  const next = offline === 'unsupported' ? advice.other_browser : null
  return line('browser', 'good', states.browser_fine, next)
}
