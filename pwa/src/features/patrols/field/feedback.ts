/** Says what a scan came to by sound and vibration; colour and words are the screen's. */

export type Mood = 'ok' | 'odd' | 'unknown'

/** One tone. Units: hertz, seconds. */
interface Tone {
  pitch: number
  at: number
  length: number
}

const TONES: Record<Mood, readonly Tone[]> = {
  ok: [
    { pitch: 1175, at: 0, length: 0.09 },
    { pitch: 1760, at: 0.1, length: 0.16 },
  ],
  odd: [
    { pitch: 1175, at: 0, length: 0.12 },
    { pitch: 880, at: 0.16, length: 0.12 },
    { pitch: 880, at: 0.32, length: 0.12 },
  ],
  unknown: [{ pitch: 220, at: 0, length: 0.45 }],
}

/** Milliseconds on and off. */
const SHAKES: Record<Mood, number[]> = {
  ok: [90],
  odd: [90, 70, 90, 70, 90],
  unknown: [400],
}
const LOUDNESS = 0.35

/** The voice of one screen; `wake` is called in a tap, without which browsers stay silent. */
export interface Voice {
  wake(): void
  tell(mood: Mood): void
  close(): void
}

/** Opens the voice; a phone without sound or vibration simply has less of it. */
export function openVoice(): Voice {
  let context: AudioContext | null = null

  function wake(): void {
    try {
      context ??= new AudioContext()
      void context.resume().catch(() => undefined)
    } catch {
      // No sound here: vibration, colour and words remain.
    }
  }

  function play(sound: AudioContext, { pitch, at, length }: Tone): void {
    const start = sound.currentTime + at
    const tone = sound.createOscillator()
    const volume = sound.createGain()
    tone.frequency.value = pitch
    // Without a short rise and fall a cheap loudspeaker clicks.
    volume.gain.setValueAtTime(0, start)
    volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.01)
    volume.gain.setValueAtTime(LOUDNESS, start + length - 0.02)
    volume.gain.linearRampToValueAtTime(0, start + length)
    tone.connect(volume).connect(sound.destination)
    tone.start(start)
    tone.stop(start + length)
  }

  function tell(mood: Mood): void {
    wake()
    if (context?.state === 'running') for (const tone of TONES[mood]) play(context, tone)
    try {
      // Refused before the first touch, and unknown to some browsers.
      navigator.vibrate?.(SHAKES[mood])
    } catch {
      // As above.
    }
  }

  return { wake, tell, close: () => void context?.close().catch(() => undefined) }
}
