/**
 * Which addresses are the phone page itself, for the service worker.
 */

const SHELL_PATHS = new Set(['/', '/index.html'])

/** Tells whether a page load is for the phone page; the office page and the API never are. */
export function isShellLoad(method: string, mode: string, url: URL, origin: string): boolean {
  return (
    method === 'GET' && mode === 'navigate' && url.origin === origin && SHELL_PATHS.has(url.pathname)
  )
}
