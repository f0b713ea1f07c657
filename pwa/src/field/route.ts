/** Where the page is, kept in its address so that a killed tab comes back to the same place. */
import { readonly, shallowRef } from 'vue'

/** The screens of the phone. */
export type Route =
  | { screen: 'today' | 'corrections' | 'outbox' | 'me' | 'sign-in' | 'people' | 'doctor' }
  | { screen: 'task'; task: string }

const PLAIN = ['corrections', 'outbox', 'me', 'sign-in', 'people', 'doctor'] as const

/** Reads an address's fragment; what is unknown leads to today. */
export function parseRoute(hash: string): Route {
  const [screen = '', id = ''] = hash.replace(/^#\/?/u, '').split('/')
  if (screen === 'task' && /^[0-9a-f]{32}$/u.test(id)) return { screen: 'task', task: id }
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
