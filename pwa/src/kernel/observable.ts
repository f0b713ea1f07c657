/**
 * A value that can be watched, without any view library; screens wrap it as they like.
 */

/** Something whose present value can be read and whose changes can be followed. */
export interface Observable<T> {
  readonly value: T
  /** Calls `watcher` at once with the present value and on each change; returns how to stop. */
  subscribe(watcher: (value: T) => void): () => void
}

/** An observable that its owner can change. */
export class Watched<T> implements Observable<T> {
  #value: T
  readonly #watchers = new Set<(value: T) => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  /** Puts a new value in place and tells everybody; one watcher's failure stops no other. */
  set(value: T): void {
    this.#value = value
    for (const watcher of [...this.#watchers]) call(watcher, value)
  }

  subscribe(watcher: (value: T) => void): () => void {
    this.#watchers.add(watcher)
    call(watcher, this.#value)
    return () => void this.#watchers.delete(watcher)
  }
}

function call<T>(watcher: (value: T) => void, value: T): void {
  try {
    watcher(value)
  } catch (error) {
    // A broken screen must not stop the saving or sending that called it.
    queueMicrotask(() => {
      throw error
    })
  }
}
