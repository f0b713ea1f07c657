/** Reads QR codes off a running picture, or off one that the system's camera took. */
import { fitSize } from '../../../ui/photo.ts'
import { openQrEngine, type QrEngine } from './qr-engine.ts'

/** Nine pictures a second: quick enough for a hand, slow enough for a cheap phone. */
const BEAT_MS = 110
/** Beside this the worker's own pause stays, so that the page is never starved. */
const LEAST_PAUSE_MS = 30
/** The part of the picture that is read, and the size at which: a label fills it at arm's length. */
const PART = 0.9
const READ_PX = 520

/** A reader at work. */
export interface QrReader {
  stop(): void
}

function newCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  // Said at the first asking: each picture is read back at once.
  canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  return canvas
}

/** Draws the middle of the picture at the size in which it is read; false while there is none. */
function drawMiddle(canvas: HTMLCanvasElement, video: HTMLVideoElement): boolean {
  const { videoWidth: width, videoHeight: height } = video
  if (width === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return false
  const side = Math.round(Math.min(width, height) * PART)
  const size = Math.min(side, READ_PX)
  if (canvas.width !== size) {
    canvas.width = size
    canvas.height = size
  }
  const [left, top] = [(width - side) / 2, (height - side) / 2]
  canvas.getContext('2d')?.drawImage(video, left, top, side, side, 0, 0, size, size)
  return true
}

const pause = (wait_ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, wait_ms)
  })

/** Reads one picture from the system's camera or the album; null where no code is seen in it. */
export async function readPicture(picture: Blob): Promise<string | null> {
  const url = URL.createObjectURL(picture)
  const engine = openQrEngine()
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    // A system camera's picture is many times what a code needs.
    const { width, height } = fitSize(image.naturalWidth, image.naturalHeight)
    const canvas = newCanvas()
    canvas.width = width
    canvas.height = height
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height)
    return await engine.read(canvas)
  } catch {
    return null
  } finally {
    engine.close()
    URL.revokeObjectURL(url)
  }
}

/** Starts reading; `whenRead` is called for every picture with a code, `onFailure` once and for good. */
export function readCodes(
  video: HTMLVideoElement,
  whenRead: (text: string) => void,
  onFailure: () => void,
): QrReader {
  let running = true
  const canvas = newCanvas()

  async function work(engine: QrEngine): Promise<void> {
    while (running) {
      const began = performance.now()
      const text = drawMiddle(canvas, video) ? await engine.read(canvas) : null
      if (running && text !== null && text !== '') whenRead(text)
      await pause(Math.max(LEAST_PAUSE_MS, BEAT_MS - (performance.now() - began)))
    }
  }

  const engine = openQrEngine()
  work(engine)
    .catch(() => {
      if (running) onFailure()
    })
    .finally(() => engine.close())
  return {
    stop() {
      running = false
    },
  }
}
