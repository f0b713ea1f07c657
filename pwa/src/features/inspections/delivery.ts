/** Reads from the outbox how far this phone's work on a check has come. Pure. */
import type { Problem } from '../../schemas.gen.ts'
import type { OutboxEntry } from '../../sync/engine.ts'

/** How far the latest of something's operations has come; null where this phone did nothing. */
export type Delivery = 'on_phone' | 'at_office' | 'held' | 'attention'

function deliveryOf(entries: readonly OutboxEntry[]): Delivery | null {
  if (entries.length === 0) return null
  if (entries.some(({ state }) => state === 'needs_attention')) return 'attention'
  if (entries.some(({ state }) => state === 'held')) return 'held'
  return entries.every(({ state }) => state === 'delivered') ? 'at_office' : 'on_phone'
}

/** This phone's work on one task, put together by item so that a large check looks only once. */
export function entriesByItem(
  outbox: readonly OutboxEntry[],
  task: string,
): ReadonlyMap<string, readonly OutboxEntry[]> {
  const byItem = new Map<string, OutboxEntry[]>()
  for (const entry of outbox) {
    const item = entry.body['item']
    if (entry.record !== task || typeof item !== 'string') continue
    const known = byItem.get(item)
    if (known === undefined) byItem.set(item, [entry])
    else known.push(entry)
  }
  return byItem
}

/** How far this phone's work on one item has come. */
export function itemDelivery(entries: readonly OutboxEntry[] | undefined): Delivery | null {
  return deliveryOf(entries ?? [])
}

/** Why the office holds one of an item's operations, or what it needs of the person. */
export function itemProblem(entries: readonly OutboxEntry[] | undefined): Problem | null {
  const stuck = entries?.find(({ state }) => state === 'held' || state === 'needs_attention')
  return stuck?.problem ?? stuck?.outcome?.problem ?? null
}

/** How far this phone's work on a whole task has come. */
export function taskDelivery(outbox: readonly OutboxEntry[], task: string): Delivery | null {
  return deliveryOf(outbox.filter((entry) => entry.record === task))
}

/** Whether the server has receipted a photo's bytes, as far as this phone's outbox knows. */
export function photoReceipted(outbox: readonly OutboxEntry[], sha256: string): boolean {
  const declared = outbox.flatMap(({ photos }) => photos).filter((photo) => photo.sha256 === sha256)
  return declared.every(({ receipted }) => receipted)
}
