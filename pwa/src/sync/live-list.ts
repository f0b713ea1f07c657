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

  async #readAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false
      this.list.set(await this.#read())
    }
  }
}
