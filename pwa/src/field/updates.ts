/**
 * Registers the service worker and knows when a newer version of the page waits. It is put in
 * place only when the person says so, and the shell asks only while nothing is open.
 */
import { shallowRef, type ShallowRef } from 'vue'

const WORKER = '/service-worker.js'
const CHECK_EVERY_MS = 3_600_000

/** Only this address may ever become a worker's. */
interface TrustedPolicy {
  createScriptURL(address: string): unknown
}
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): TrustedPolicy
}

/** What the shell shows of updates. */
export interface Updates {
  waiting: Readonly<ShallowRef<boolean>>
  /** Asks the server for a newer version now. */
  look(): void
  apply(): void
}

function workerAddress(): string {
  const trusted = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  try {
    const policy = trusted?.createPolicy('roundsman', {
      createScriptURL(address) {
        if (address !== WORKER) throw new TypeError('not our worker')
        return address
      },
    })
    return (policy?.createScriptURL(WORKER) ?? WORKER) as string
  } catch {
    return WORKER
  }
}

/** Registers the worker of the built page; in development there is none. */
export function followUpdates(): Updates {
  const waiting = shallowRef(false)
  let registration: ServiceWorkerRegistration | undefined
  let applying = false

  function look(): void {
    // Without a controller the page came from the server: it is the newest already.
    const newer = registration?.waiting ?? null
    waiting.value = newer !== null && navigator.serviceWorker.controller !== null
  }

  async function register(): Promise<void> {
    registration = await navigator.serviceWorker.register(workerAddress())
    registration.addEventListener('updatefound', () => {
      registration?.installing?.addEventListener('statechange', look)
    })
    look()
    const check = (): void => void registration?.update().catch(() => undefined)
    setInterval(check, CHECK_EVERY_MS)
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') check()
    })
  }

  if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (applying) location.reload()
    })
    // A phone that refuses works on without; the cold start then needs a network.
    register().catch(() => undefined)
  }
  return {
    waiting,
    look() {
      void registration?.update().catch(() => undefined)
    },
    apply() {
      applying = true
      registration?.waiting?.postMessage({ type: 'apply_update' })
    },
  }
}
