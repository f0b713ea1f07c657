/**
 * A list that follows what is read anew from the store.
 */

import { Watched } from '../kernel/observable.ts'

/** A list read from the store, read again after each change, never twice at once. */
export class LiveList<T> {
  readonly list = new Watched<T[]>([])
  readonly #read: () => Promise<T[]>
  #reading: Promise<void> | null = null
  #isStale = false
  /** Whether the list shows what was last read; not before the first reading, nor after a failed one. */
  #isRead = false

  constructor(read: () => Promise<T[]>) {
    this.#read = read
  }

  reload(): Promise<void> {
    this.#isStale = true
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  /** Changes the list by what is known for certain, and spares reading it; false where it must be read. */
  mend(change: (list: readonly T[]) => T[] | null): boolean {
    const changed = this.#isRead && !this.#reading ? change(this.list.value) : null
    if (changed) this.list.set(changed)
    return changed !== null
  }

  async #readAll(): Promise<void> {
    this.#isRead = false
    while (this.#isStale) {
      this.#isStale = false
      this.list.set(await this.#read())
    }
    this.#isRead = true
  }
}
