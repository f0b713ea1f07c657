/** Makes a small JPEG of what the camera or the album gives: one image at a time, freed at once. */

/** What the store keeps of a photo. */
export interface PhotoBytes {
  bytes: ArrayBuffer
  media_type: string
}

const LONG_EDGE_PX = 1600
const QUALITY = 0.8
const MEDIA_TYPE = 'image/jpeg'

interface Size {
  width: number
  height: number
}

/** The size that keeps the shape and fits the long edge; never larger than it is. */
export function fitSize(width: number, height: number): Size {
  const ratio = Math.min(1, LONG_EDGE_PX / Math.max(width, height))
  return {
    width: Math.max(1, Math.round(width * ratio)),
    height: Math.max(1, Math.round(height * ratio)),
  }
}

async function encodeOffscreen(source: CanvasImageSource, size: Size): Promise<Blob | null> {
  if (typeof OffscreenCanvas === 'undefined') return null
  const canvas = new OffscreenCanvas(size.width, size.height)
  // Safari had OffscreenCanvas for a while without a 2d context.
  const context = canvas.getContext('2d')
  if (context === null) return null
  context.drawImage(source, 0, 0, size.width, size.height)
  return canvas.convertToBlob({ type: MEDIA_TYPE, quality: QUALITY })
}

function encodeOnPage(source: CanvasImageSource, size: Size): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  canvas.getContext('2d')?.drawImage(source, 0, 0, size.width, size.height)
  return new Promise((resolve) => {
    canvas.toBlob(resolve, MEDIA_TYPE, QUALITY)
  })
}

async function encode(source: CanvasImageSource, size: Size): Promise<PhotoBytes> {
  const blob =
    (await encodeOffscreen(source, size).catch(() => null)) ?? (await encodeOnPage(source, size))
  if (blob?.type !== MEDIA_TYPE) throw new Error('the photo could not be encoded')
  return { bytes: await new Response(blob).arrayBuffer(), media_type: MEDIA_TYPE }
}

const FIRST_PICTURE_MS = 4000

/** Takes the picture that the camera shows now, or its first if it has just been switched on. */
export async function shoot(video: HTMLVideoElement): Promise<PhotoBytes> {
  await firstPicture(video)
  return encode(video, fitSize(video.videoWidth, video.videoHeight))
}

/** A thumb is quicker than a cheap phone's camera: an early press waits, it is never lost. */
function firstPicture(video: HTMLVideoElement): Promise<void> {
  if (shows(video)) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      finish(() => {
        reject(new Error('the camera shows nothing yet'))
      })
    }, FIRST_PICTURE_MS)
    const look = (): void => {
      if (shows(video)) finish(resolve)
    }
    const finish = (end: () => void): void => {
      clearTimeout(late)
      for (const name of PICTURE_EVENTS) video.removeEventListener(name, look)
      end()
    }
    for (const name of PICTURE_EVENTS) video.addEventListener(name, look)
  })
}

const PICTURE_EVENTS = ['loadeddata', 'canplay', 'playing', 'timeupdate'] as const

function shows(video: HTMLVideoElement): boolean {
  return video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
}

async function openImage(url: string): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = url
  await image.decode()
  return image
}

async function smallBitmap(file: Blob, size: Size): Promise<ImageBitmap | null> {
  if (typeof createImageBitmap === 'undefined') return null
  try {
    const bitmap = await createImageBitmap(file, {
      resizeWidth: size.width,
      resizeHeight: size.height,
      resizeQuality: 'high',
    })
    // Older engines ignore the wish to resize, or the turn of the picture: then the image is drawn.
    if (bitmap.width === size.width && bitmap.height === size.height) return bitmap
    bitmap.close()
  } catch {
    // The options are unknown here; the image itself is drawn instead.
  }
  return null
}

/** Shrinks a file from the system camera or the album. Fails on what is not a picture. */
export async function shrink(file: Blob): Promise<PhotoBytes> {
  const url = URL.createObjectURL(file)
  try {
    const image = await openImage(url)
    const size = fitSize(image.naturalWidth, image.naturalHeight)
    const bitmap = await smallBitmap(file, size)
    try {
      return await encode(bitmap ?? image, size)
    } finally {
      bitmap?.close()
    }
  } finally {
    URL.revokeObjectURL(url)
  }
}
