/** Records one voice note by the browser's own recorder; short, small, and given back whole. */
import type { PhotoBytes } from './photo.ts'

/** The longest voice note. Units: milliseconds. */
export const VOICE_LIMIT_MS = 30_000
const KINDS = ['audio/webm;codecs=opus', 'audio/webm', 'audio/mp4'] as const
const BITS_A_SECOND = 32_000

/** A voice note being recorded. */
export interface Recording {
  stop(): void
  /** What was recorded; nothing where there was no sound at all. */
  readonly whole: Promise<PhotoBytes | null>
}

/** The first kind of sound that this browser records; none where it records nothing. */
export function voiceKind(takes: (kind: string) => boolean): string | null {
  return KINDS.find(takes) ?? null
}

/** Whether this browser can record a voice note at all. */
export function canRecordVoice(): boolean {
  if (typeof MediaRecorder === 'undefined') return false
  if (navigator.mediaDevices?.getUserMedia === undefined) return false
  return voiceKind((kind) => MediaRecorder.isTypeSupported(kind)) !== null
}

/** Begins recording; it stops by itself after the limit. Fails where the microphone is refused. */
export async function recordVoice(limit_ms = VOICE_LIMIT_MS): Promise<Recording> {
  const kind = voiceKind((one) => MediaRecorder.isTypeSupported(one))
  if (kind === null) throw new Error('no kind of sound can be recorded here')
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: false })
  const recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: BITS_A_SECOND })
  const parts: Blob[] = []
  const whole = new Promise<PhotoBytes | null>((resolve, reject) => {
    recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size > 0) parts.push(data)
    })
    recorder.addEventListener('error', () => reject(new Error('the recorder broke off')))
    recorder.addEventListener('stop', () => {
      const [media_type = ''] = kind.split(';')
      const sound = new Blob(parts, { type: media_type })
      if (sound.size === 0) resolve(null)
      else void new Response(sound).arrayBuffer().then((bytes) => resolve({ bytes, media_type }), reject)
    })
  })
  recorder.start()
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  const late = setTimeout(stop, limit_ms)
  const release = (): void => {
    clearTimeout(late)
    for (const track of stream.getTracks()) track.stop()
  }
  whole.then(release, release)
  return { stop, whole }
}
