"""A service worker that takes itself away, for the day on which a release is broken.

Served under the worker's own address while ROUNDSMAN_KILL_SHELL=1: every phone that comes online
drops its stored copy of the pages and loads them from the server until the switch is off again.
It deletes only the worker's own caches and never touches IndexedDB, where the work lies.
"""

WORKER_PATH = "/service-worker.js"

KILL_WORKER = """\
/* The stored pages of this release are withdrawn; the records on this phone stay. */
self.addEventListener('install', () => {
  self.skipWaiting()
})
self.addEventListener('activate', (event) => {
  const own = (name) => name.startsWith('workbox-') && name.endsWith(self.registration.scope)
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(own).map((name) => caches.delete(name))))
      .then(() => self.registration.unregister()),
  )
})
"""
"""No page is loaded anew by it: somebody may be in the middle of a word or a photo. What is opened
next comes from the server."""
