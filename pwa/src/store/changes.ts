/**
 * Tells the screens, in this tab and the others, what has changed on the disk.
 */

import type { OutboxEntry } from './shapes.ts'

/** Kinds of records that changed, and whether the outbox did; `session` is for other tabs only. */
export interface Change {
  kinds: readonly string[]
  outbox: boolean
  session: boolean
  /** A tab is at work on a round of syncing. */
  alive?: boolean
  /** The one entry that came to the outbox, as it was read back; for this tab only. */
  added?: OutboxEntry
}

/** The part of a BroadcastChannel that is used here. */
export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent<Change>) => unknown) | null
  close(): void
}

export class Changes {
  readonly #watchers = new Set<(change: Change) => void>()
  readonly #channel: Channel | null

  constructor(channel: Channel | null) {
    this.#channel = channel
    if (channel) channel.onmessage = (event) => this.#tell(event.data)
  }

  /** Says that something was committed; other tabs hear it too. */
  announce({ added, ...change }: Partial<Change>): void {
    const whole: Change = { kinds: [], outbox: false, session: false, ...change }
    // This tab changed the session itself: reading it back could only overtake what it does next.
    this.#tell({ ...whole, session: false, ...(added && { added }) })
    this.#channel?.postMessage(whole)
  }

  watch(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  close(): void {
    this.#watchers.clear()
    this.#channel?.close()
  }

  #tell(change: Change): void {
    for (const watcher of [...this.#watchers]) watcher(change)
  }
}
