/** Where the page is, kept in its address so that a killed tab comes back to the same place. */
import { readonly, shallowRef } from 'vue'

/** The screens of the phone. */
export type Route =
  | { screen: (typeof PLAIN)[number] | 'today' }
  | { screen: 'task'; task: string }
  | { screen: 'round'; round: string }
  | { screen: 'scan'; address: string }
  | { screen: 'finding'; checkpoint: string }

const PLAIN = [
  'corrections',
  'approvals',
  'outbox',
  'me',
  'sign-in',
  'people',
  'doctor',
  'report',
  'team',
  'emergency',
  'handover',
  'roster',
  'removal',
] as const

/** Whether the phone has such a screen: a place leads nowhere that is not there. */
export function hasScreen(name: string): boolean {
  return name === 'today' || name === 'finding' || PLAIN.some((one) => one === name)
}

/** Reads an address's fragment; what is unknown leads to today. */
export function parseRoute(hash: string): Route {
  const [screen = '', id = ''] = hash.replace(/^#\/?/u, '').split('/')
  if (screen === 'task' && /^[0-9a-f]{32}$/u.test(id)) return { screen: 'task', task: id }
  if (screen === 'round' && /^[0-9a-f]{32}$/u.test(id)) return { screen: 'round', round: id }
  // A label's own address: what it says is read off the whole address, as a camera would.
  if (screen === 'scan') return { screen: 'scan', address: id === '' ? '' : `/#/scan/${id}` }
  // Where it was seen: a checkpoint that was scanned, or nothing yet.
  if (screen === 'finding') {
    return { screen: 'finding', checkpoint: /^[0-9a-f]{32}$/u.test(id) ? id : '' }
  }
  const plain = PLAIN.find((name) => name === screen)
  return { screen: plain ?? 'today' }
}

const current = shallowRef<Route>({ screen: 'today' })

/** The screen in front of the person. */
export const route = readonly(current)

/** Starts following the address. */
export function followAddress(): void {
  const read = (): void => {
    current.value = parseRoute(location.hash)
  }
  globalThis.addEventListener('hashchange', read)
  read()
}

/** Goes to a screen; the phone's own back key leads back from it. */
export function goTo(screen: string): void {
  location.hash = `#/${screen}`
}

/** Goes to a screen in place of the present one. */
export function replaceWith(screen: string): void {
  history.replaceState(null, '', `#/${screen}`)
  current.value = parseRoute(location.hash)
}
