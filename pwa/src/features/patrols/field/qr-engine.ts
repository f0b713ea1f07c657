/**
 * Finds the QR code in a picture: by the browser's own reader where it has one, else by a worker.
 * The worker's program is fetched when it is first needed and lies on the phone with everything else.
 */

/** What a browser with a reader of its own offers; the DOM types do not know it yet. */
interface BrowserReader {
  detect(picture: HTMLCanvasElement): Promise<{ rawValue: string }[]>
}
interface BrowserReaders {
  new (wish: { formats: string[] }): BrowserReader
  getSupportedFormats?: () => Promise<string[]>
}

/** The worker's answer; no data: no code was found. */
interface Reply {
  id: number
  data: string | null
}

/** So long a worker may think about one picture; beyond it, it is taken for dead. */
const PATIENCE_MS = 8_000

/** Reads pictures until it is closed. */
export interface QrEngine {
  /** Null where no code is seen. Throws where no reader can be started at all. */
  read(picture: HTMLCanvasElement): Promise<string | null>
  close(): void
}

async function browserReader(): Promise<BrowserReader | null> {
  const readers = (globalThis as { BarcodeDetector?: BrowserReaders }).BarcodeDetector
  try {
    // Some browsers have the name and read nothing.
    const formats = (await readers?.getSupportedFormats?.()) ?? []
    return readers !== undefined && formats.includes('qr_code') ? new readers({ formats: ['qr_code'] }) : null
  } catch {
    return null
  }
}

function askWorker(worker: Worker, id: number, picture: HTMLCanvasElement): Promise<string | null> {
  const { width, height } = picture
  const data = picture.getContext('2d')?.getImageData(0, 0, width, height)
  if (data === undefined) return Promise.resolve(null)
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => end(() => reject(new Error('the reader gives no answer'))), PATIENCE_MS)
    const hear = ({ data: reply }: MessageEvent<Reply>): void => {
      if (reply.id === id) end(() => resolve(reply.data))
    }
    const fail = (): void => end(() => reject(new Error('the reader failed')))
    const end = (say: () => void): void => {
      clearTimeout(late)
      worker.removeEventListener('message', hear)
      worker.removeEventListener('error', fail)
      say()
    }
    worker.addEventListener('message', hear)
    worker.addEventListener('error', fail)
    worker.postMessage({ id, type: 'decode', data }, [data.data.buffer])
  })
}

/** Opens a reader. */
export function openQrEngine(): QrEngine {
  let own: BrowserReader | null | undefined
  let worker: Worker | null = null
  let asked = 0

  async function startWorker(): Promise<Worker> {
    const { createWorker } = await import('qr-scanner/qr-scanner-worker.min.js')
    return createWorker()
  }

  function dismiss(): void {
    worker?.terminate()
    worker = null
  }

  async function read(picture: HTMLCanvasElement): Promise<string | null> {
    if (own === undefined) own = await browserReader()
    if (own !== null) {
      try {
        return (await own.detect(picture))[0]?.rawValue ?? null
      } catch {
        // It may need a service that is not on this phone; the worker takes its place for good.
        own = null
      }
    }
    worker ??= await startWorker()
    asked += 1
    try {
      return await askWorker(worker, asked, picture)
    } catch {
      dismiss()
      return null
    }
  }

  return { read, close: dismiss }
}
