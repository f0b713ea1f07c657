/**
 * The watermark drawn on a copy of a photo that is shown large: when, where, who and which. The
 * original stays as it was taken; only it is hashed, kept and sent.
 */
import type { InjectionKey } from 'vue'

/** The lines of a photo's watermark, in the language in use, the first one largest. */
export type PhotoMarker = (sha256: string) => Promise<readonly string[] | null>

/** Whoever shows photos asks whoever knows the records for their watermark. */
export const PHOTO_MARKER: InjectionKey<PhotoMarker> = Symbol('photo marker')

const LEAST_PX = 16
const MARGIN = 0.6
const LEADING = 1.35

/** The size of the writing for a picture so wide and high. Units: pixels. */
export function letterSize(width: number, height: number): number {
  return Math.max(LEAST_PX, Math.round(Math.min(width, height) / 18))
}

/** Breaks a line into pieces that fit, as the measure says; a single letter always fits. */
export function wrapLine(
  line: string,
  widest: number,
  measure: (text: string) => number,
): string[] {
  const rows: string[] = []
  let row = ''
  for (const letter of line) {
    if (row !== '' && measure(row + letter) > widest) {
      rows.push(row)
      row = letter.trim()
    } else row += letter
  }
  return row === '' ? rows : [...rows, row]
}

/** Draws the picture with its watermark; null where the browser cannot. */
export async function drawMarked(photo: Blob, lines: readonly string[]): Promise<Blob | null> {
  const url = URL.createObjectURL(photo)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const { naturalWidth: width, naturalHeight: height } = image
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d')
    if (context === null) return null
    context.drawImage(image, 0, 0)
    writeLines(context, lines, width, height)
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9))
  } catch {
    return null
  } finally {
    URL.revokeObjectURL(url)
  }
}

function writeLines(
  context: CanvasRenderingContext2D,
  lines: readonly string[],
  width: number,
  height: number,
): void {
  const size = letterSize(width, height)
  const margin = size * MARGIN
  context.font = `600 ${String(size)}px system-ui, sans-serif`
  context.textBaseline = 'top'
  const measure = (text: string): number => context.measureText(text).width
  const rows = lines.flatMap((line) => wrapLine(line, width - 2 * margin, measure))
  const band = rows.length * size * LEADING + 2 * margin
  context.fillStyle = 'rgba(0, 0, 0, 0.55)'
  context.fillRect(0, height - band, width, band)
  context.fillStyle = '#fff'
  for (const [place, row] of rows.entries()) {
    context.fillText(row, margin, height - band + margin + place * size * LEADING)
  }
}
