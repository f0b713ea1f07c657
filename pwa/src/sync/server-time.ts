/**
 * The server's last word on the time, kept with the phone's clocks at that moment.
 */

import { capture, correctedNow, type Clock } from '../kernel/clock.ts'
import type { Anchor, Capture, ServerAnchor } from '../schemas.gen.ts'
import type { Store } from '../store/store.ts'
import type { Timing } from './transport.ts'

export class ServerTime {
  readonly #clock: Clock
  readonly #store: Store
  #anchor: Anchor | null = null
  /** The anchor that lies on the disk. */
  #kept: Anchor | null = null

  constructor(clock: Clock, store: Store) {
    this.#clock = clock
    this.#store = store
  }

  /** Reads the anchor of an earlier page: it still bounds what is recorded now. */
  async load(): Promise<void> {
    this.#anchor = (await this.#store.readMeta<Anchor>('anchor')) ?? null
    this.#kept = this.#anchor
  }

  async take(said: ServerAnchor, timing: Timing): Promise<void> {
    const anchor: Anchor = {
      server_ms: said.server_ms,
      round_trip_ms: Math.max(0, Math.round(timing.round_trip_ms)),
      wall_ms: Math.round(timing.wall_ms),
      mono_ms: Math.round(timing.mono_ms),
      session: this.#clock.session,
      token: said.token,
      back_ms: this.#clock.back?.() ?? 0,
    }
    this.#anchor = anchor
    if (this.#kept && isAsGood(this.#kept, anchor)) return
    // Only the next page needs it from the disk: a full disk must not spoil an acknowledgement.
    await this.#store.writeMeta('anchor', anchor).then(() => (this.#kept = anchor), () => undefined)
  }

  /** The clocks as they go with an operation. */
  capture(): Capture {
    return capture(this.#clock, this.#anchor)
  }

  /** The best word on the present time. Units: milliseconds UTC. */
  now(): number {
    return correctedNow(this.#clock, this.#anchor)
  }

  /** How far the phone's clock stands behind the best time now; null before the first contact. */
  get clock_off_ms(): number | null {
    return this.#anchor && this.now() - Math.round(this.#clock.wall())
  }
}

/** Every answer brings an anchor: one so much older bounds as well, and spares the disk a write. */
const KEPT_AGAIN_MS = 10_000

function isAsGood(kept: Anchor, anchor: Anchor): boolean {
  const isSamePage = kept.session === anchor.session && kept.back_ms === anchor.back_ms
  return isSamePage && Math.abs(anchor.server_ms - kept.server_ms) < KEPT_AGAIN_MS
}
