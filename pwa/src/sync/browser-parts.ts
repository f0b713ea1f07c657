/**
 * What the engine takes from the browser; tests put other parts in place.
 */

import { systemClock, type Clock } from '../kernel/clock.ts'
import type { MarkerStorage } from '../store/canary.ts'
import type { Channel } from '../store/changes.ts'
import type { ConnectionParts } from '../store/database.ts'
import type { Locks } from './scheduler.ts'
import type { Timers } from './transport.ts'

/** The page's own parts; tests put others in place. */
export interface EngineParts {
  database: Pick<ConnectionParts, 'name' | 'options' | 'schema'>
  fetch: typeof fetch
  clock: Clock
  timers: Timers
  locks: Locks | null
  /** Opens the way to the other tabs; called once. */
  channel: () => Channel | null
  marker: MarkerStorage | null
  random: () => number
  device_label: string
  /** Tells builds apart. */
  app_version: string
  /** Tells when the network or the person comes back; answers with how to stop. */
  onReturn: (work: () => void) => () => void
  storage: StorageManager | null
}

/** Gives the parts of the page that this runs in. */
export function browserParts(): EngineParts {
  const name = 'roundsman'
  const hasLocks = typeof navigator !== 'undefined' && 'locks' in navigator
  return {
    database: { name },
    fetch: (...request) => fetch(...request),
    clock: systemClock(),
    timers: {
      setTimeout: (work, delay) => setTimeout(work, delay),
      clearTimeout: (timer) => clearTimeout(timer as number | undefined),
    },
    locks: hasLocks ? navigator.locks : null,
    channel: () => (typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)),
    marker: readLocalStorage(),
    random: () => Math.random(),
    device_label: deviceLabel(),
    // The built file's own name.
    app_version: /-([\w-]{6,})\.js/u.exec(import.meta.url)?.[1] ?? 'dev',
    onReturn: watchReturn,
    storage: typeof navigator === 'undefined' ? null : (navigator.storage ?? null),
  }
}

/** Some private modes throw at the mere mention. */
function readLocalStorage(): MarkerStorage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}

function deviceLabel(): string {
  const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent
  const device = /iPhone|iPad|Android|HarmonyOS|Windows|Mac OS X|Linux/.exec(agent)?.[0] ?? ''
  const browser = /MicroMessenger|UCBrowser|MQQBrowser|Edg|Firefox|CriOS|Chrome|Safari/.exec(agent)
  return [device, browser?.[0]].filter(Boolean).join(' ')
}

function watchReturn(work: () => void): () => void {
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') work()
  }
  window.addEventListener('online', work)
  window.addEventListener('pageshow', work)
  document.addEventListener('visibilitychange', onVisible)
  return () => {
    window.removeEventListener('online', work)
    window.removeEventListener('pageshow', work)
    document.removeEventListener('visibilitychange', onVisible)
  }
}
