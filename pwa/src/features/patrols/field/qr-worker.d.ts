/** The library's worker alone: of the rest, its handling of cameras, nothing is needed here. */
declare module 'qr-scanner/qr-scanner-worker.min.js' {
  export function createWorker(): Worker
}
