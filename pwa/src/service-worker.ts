/**
 * Keeps the phone page for places without signal; it knows no work and no data.
 *
 * It answers only for loads of the phone page and for its own files. Everything else, above all
 * whatever is sent to the server, passes by untouched: a worker that touches uploads spoils them
 * on some phones.
 */

import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'

import { isShellLoad } from './kernel/shell-address.ts'

declare let self: ServiceWorkerGlobalScope & {
  __WB_MANIFEST: (PrecacheEntry | string)[]
}

// In `activate`, so that no page still running loses the files it was opened with.
cleanupOutdatedCaches()
precacheAndRoute(self.__WB_MANIFEST, { directoryIndex: '', cleanURLs: false })
registerRoute(
  ({ request, url }) => isShellLoad(request.method, request.mode, url, self.location.origin),
  createHandlerBoundToURL('/index.html'),
)

self.addEventListener('message', (event) => {
  // The page asks only when no draft is open; by itself a new worker waits.
  if ((event.data as { type?: unknown } | null)?.type === 'apply_update') void self.skipWaiting()
})
