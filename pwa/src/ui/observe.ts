/** Lets a screen follow the phone's own values for as long as the screen lives. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

import type { Observable } from '../kernel/observable.ts'

/** Wraps an observable as a ref; it stops listening when the screen goes. */
export function follow<T>(source: Observable<T>): Readonly<ShallowRef<T>> {
  const held = shallowRef(source.value) as ShallowRef<T>
  const stop = source.subscribe((value) => {
    held.value = value
  })
  onScopeDispose(stop)
  return held
}
