/**
 * Reads what the last check of a plan left behind: the result beside each item, and the words that
 * were written at this checkpoint. Pure.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type { Estimates, Plan, Remembered } from '../../schemas.gen.ts'
import type { FoldedRecord } from '../../sync/engine.ts'
import { valueOf } from './items.ts'

const MOST_PHRASES = 6

/** The last check of a plan. Units: milliseconds UTC. */
export interface LastTime {
  finished_at: number
  results: ReadonlyMap<string, Remembered>
  /** How many readings in a row were estimates, by item. */
  estimates: ReadonlyMap<string, number>
}

/** Gives what the last check of a plan left; nothing where the phone holds none. */
export function lastTimeOf(memories: readonly FoldedRecord[], plan: string): LastTime | null {
  const record = memories.find((one) => valueOf<string>(one, 'plan') === plan)
  const finished_at = valueOf<number>(record, 'finished_at')
  if (record === undefined || finished_at === undefined) return null
  const results = valueOf<Remembered[]>(record, 'results') ?? []
  const estimates = valueOf<Estimates[]>(record, 'estimates') ?? []
  return {
    finished_at,
    results: new Map(results.map((result) => [result.item, result])),
    estimates: new Map(estimates.map(({ item, in_a_row }) => [item, in_a_row])),
  }
}

/**
 * Lists what was last written at a checkpoint, whichever plan it was for: this item's own words
 * first, then those of what failed there, the latest check first.
 */
export function pointPhrases(
  memories: readonly FoldedRecord[],
  plans: readonly FoldedRecord[],
  checkpoint: string,
  own: string,
): Phrase[] {
  const here = new Set(
    plans.flatMap((plan) =>
      valueOf<Plan>(plan, 'plan')?.checkpoint === checkpoint ? [plan.id] : [],
    ),
  )
  const left = memories
    .filter((one) => here.has(valueOf<string>(one, 'plan') ?? ''))
    .map((one) => ({
      at: valueOf<number>(one, 'finished_at') ?? 0,
      results: valueOf<Remembered[]>(one, 'results') ?? [],
    }))
    .sort((one, other) => other.at - one.at)
    .flatMap(({ results }) => results)
  const notes = [
    own,
    ...left.flatMap(({ answer, note }) => (answer === 'fail' ? [note ?? ''] : [])),
  ].flatMap((note) => (note.trim() === '' ? [] : [note.trim()]))
  return [...new Set(notes)].slice(0, MOST_PHRASES).map((note) => ({ zh: note, en: note }))
}
