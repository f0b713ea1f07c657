/**
 * Puts something else in place of a method for a while, as a broken phone would.
 */

/** Replaces a method; answers with how to put the original back. */
export function replaceMethod<T extends object, K extends keyof T>(
  target: T,
  name: K,
  make: (original: T[K]) => T[K],
): () => void {
  const original = target[name]
  target[name] = make(original)
  return () => {
    target[name] = original
  }
}
