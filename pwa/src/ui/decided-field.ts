/**
 * Reads what the office decided about a field on which people differ, for one sentence beside it.
 * Pure.
 */
import type { Phrase } from '../kernel/languages.ts'
import { words } from './texts.ts'

interface Decided {
  op: string
  stamp: number
  value: unknown
  signed: Phrase
  reason: string
}

/** As much of a field's fold as tells of decisions. */
export interface DecidedField {
  contested?: true
  decided?: string
  decisions?: Record<string, Decided>
  withdrawals?: Record<string, { stamp: number; value: unknown; reason: string }>
}

/** What became of a field that the office decided: it stands, something new came, it was undone. */
export interface FieldDecision {
  state: 'stands' | 'reopened' | 'withdrawn'
  value: unknown
  /** Who decided, by their own name. */
  by: Phrase
  reason: string
}

/** Finds what the office decided about a field; nothing where it never did or nobody differs. */
export function fieldDecision(field: DecidedField | undefined): FieldDecision | null {
  const decisions = Object.values(field?.decisions ?? {})
  if (field === undefined || decisions.length === 0) return null
  const byStamp = (one: { stamp: number }, other: { stamp: number }): number =>
    other.stamp - one.stamp
  const back = Object.values(field.withdrawals ?? {}).sort(byStamp)
  const valid = decisions
    .filter(({ op }) => !back.some(({ value }) => value === op))
    .sort(byStamp)
  const standing = valid.find(({ op }) => op === field.decided)
  if (standing) {
    const { value, signed: by, reason } = standing
    return { state: 'stands', value, by, reason }
  }
  // Where all agree by now, what the office once said is no news any more.
  if (field.contested !== true) return null
  const [overtaken] = valid
  if (overtaken) {
    const { value, signed: by, reason } = overtaken
    return { state: 'reopened', value, by, reason }
  }
  const [last] = back
  const taken = decisions.find(({ op }) => op === last?.value)
  if (!last || !taken) return null
  return { state: 'withdrawn', value: taken.value, by: taken.signed, reason: last.reason }
}

/** Gives the sentence for a field that has a name, with the decided value in words. */
export function fieldDecisionWords(
  { state, by, reason }: FieldDecision,
  what: Phrase,
  value: Phrase,
): { phrase: Phrase; values: Record<'what' | 'value' | 'by' | 'reason', Phrase> } {
  const phrase = {
    stands: words.field_decided,
    reopened: words.field_reopened,
    withdrawn: words.field_decision_withdrawn,
  }[state]
  return { phrase, values: { what, value, by, reason: { zh: reason, en: reason } } }
}
