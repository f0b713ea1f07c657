/** Follows several lists at once and says apart whether they could be read at all. */
import { onScopeDispose, shallowReactive, shallowRef, type ShallowRef } from 'vue'

import type { Observable } from '../kernel/observable.ts'

/** A list that is read once for certain and followed from then on. */
export interface ListSource<T> {
  read: () => Promise<T[]>
  live: () => Observable<T[]>
}

/** Lists by name. `ready` comes with the first reading; nothing is shown as empty before. */
export interface FollowedLists<T, Name extends string> {
  of: (name: Name) => readonly T[]
  ready: Readonly<ShallowRef<boolean>>
  failure: Readonly<ShallowRef<unknown>>
}

/** Follows lists by name for as long as the screen lives. */
export function followLists<T, Name extends string>(
  names: readonly Name[],
  source: (name: Name) => ListSource<T>,
): FollowedLists<T, Name> {
  const held = shallowReactive(new Map<Name, readonly T[]>())
  const ready = shallowRef(false)
  const failure = shallowRef<unknown>(null)
  const stops: (() => void)[] = []
  let gone = false

  async function begin(name: Name): Promise<void> {
    const { read, live } = source(name)
    const first = await read()
    if (gone) return
    held.set(name, first)
    let told = 0
    stops.push(
      live().subscribe((list) => {
        // The value at the moment of subscribing may still be the empty one from before the reading.
        told += 1
        if (told > 1 || list.length > 0) held.set(name, list)
      }),
    )
  }

  onScopeDispose(() => {
    gone = true
    for (const stop of stops) stop()
  })
  Promise.all(names.map(begin)).then(
    () => {
      ready.value = true
    },
    (error: unknown) => {
      failure.value = error
    },
  )
  return { of: (name) => held.get(name) ?? [], ready, failure }
}
