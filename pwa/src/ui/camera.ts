/** One live camera for as long as a screen is open: asked for once, at rest between photos. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** The torch is not in the DOM types yet. */
interface TorchCapabilities extends MediaTrackCapabilities {
  torch?: boolean
}

/** refused: no camera, no permission, or no secure page; the file chooser is offered then. */
export type CameraState = 'off' | 'starting' | 'live' | 'refused'

/** The camera of one screen. */
export interface Camera {
  readonly state: Readonly<ShallowRef<CameraState>>
  readonly stream: Readonly<ShallowRef<MediaStream | null>>
  readonly hasTorch: Readonly<ShallowRef<boolean>>
  readonly torchOn: Readonly<ShallowRef<boolean>>
  open(): Promise<boolean>
  /** No viewfinder shows it: the picture and the torch are off, the permission is kept. */
  rest(): void
  /** Gives the camera back altogether, for others and for the battery. */
  release(): void
  setTorch(on: boolean): Promise<void>
}

const WISHES: MediaStreamConstraints = {
  audio: false,
  video: {
    facingMode: { ideal: 'environment' },
    width: { ideal: 1920 },
    height: { ideal: 1440 },
  },
}

function usable(stream: MediaStream | null): stream is MediaStream {
  return stream?.getVideoTracks().some(({ readyState }) => readyState === 'live') === true
}

function trackHasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0]
  // Firefox and older Safari do not tell capabilities.
  const capabilities = track?.getCapabilities?.() as TorchCapabilities | undefined
  return capabilities?.torch === true
}

/** Gives the screen its camera; it is switched off for good when the screen goes. */
export function useCamera(): Camera {
  const state = shallowRef<CameraState>('off')
  const stream = shallowRef<MediaStream | null>(null)
  const hasTorch = shallowRef(false)
  const torchOn = shallowRef(false)
  let gone = false

  function enable(on: boolean): void {
    for (const track of stream.value?.getVideoTracks() ?? []) track.enabled = on
  }

  function stop(): void {
    for (const track of stream.value?.getTracks() ?? []) track.stop()
    stream.value = null
    torchOn.value = false
    state.value = 'off'
  }

  async function open(): Promise<boolean> {
    if (usable(stream.value)) {
      enable(true)
      state.value = 'live'
      return true
    }
    state.value = 'starting'
    try {
      const opened = await navigator.mediaDevices.getUserMedia(WISHES)
      stream.value = opened
      if (gone) {
        stop()
        return false
      }
      hasTorch.value = trackHasTorch(opened)
      state.value = 'live'
      return true
    } catch {
      stream.value = null
      state.value = 'refused'
      return false
    }
  }

  async function setTorch(on: boolean): Promise<void> {
    const track = stream.value?.getVideoTracks()[0]
    const wish = { advanced: [{ torch: on }] } as unknown as MediaTrackConstraints
    try {
      await track?.applyConstraints(wish)
      torchOn.value = on
    } catch {
      hasTorch.value = false
    }
  }

  function rest(): void {
    if (torchOn.value) void setTorch(false)
    enable(false)
    if (state.value === 'live') state.value = 'off'
  }

  onScopeDispose(() => {
    gone = true
    stop()
  })
  return { state, stream, hasTorch, torchOn, open, rest, release: stop, setTorch }
}
