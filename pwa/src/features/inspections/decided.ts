/**
 * Reads what the office decided about an item on which people differ, for the one sentence at it.
 * Pure.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type { Answer, Checklist } from '../../schemas.gen.ts'
import type { SingleField } from '../../store/shapes.ts'
import { answerWords, texts } from './texts.ts'

/**
 * What became of an item that the office decided: it stands, it stands against the reader's own
 * answer, something new has come since, or the office took it back.
 */
export interface ItemDecision {
  state: 'stands' | 'overruled' | 'reopened' | 'withdrawn'
  answer: Answer
  /** Who decided, by their own name. */
  by: Phrase
  reason: string
}

/** Finds what the office decided about an item; nothing where it never did or nobody differs. */
export function decisionOf(
  field: SingleField | undefined,
  mine: Answer | null,
): ItemDecision | null {
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
    const answer = standing.value as Answer
    const state = mine !== null && mine !== answer ? 'overruled' : 'stands'
    return { state, answer, by: standing.signed, reason: standing.reason }
  }
  // Where all agree by now, what the office once said is no news any more.
  if (field.contested !== true) return null
  const [overtaken] = valid
  if (overtaken) {
    const { signed: by, reason } = overtaken
    return { state: 'reopened', answer: overtaken.value as Answer, by, reason }
  }
  const [last] = back
  const taken = decisions.find(({ op }) => op === last?.value)
  if (!last || !taken) return null
  const answer = taken.value as Answer
  return { state: 'withdrawn', answer, by: taken.signed, reason: last.reason }
}

/** Gives the sentence with its values, in the words of the checklist. */
export function decisionWords(
  decision: ItemDecision,
  mine: Answer | null,
  words: Checklist['words'],
): { phrase: Phrase; values: Record<'answer' | 'mine' | 'by' | 'reason', Phrase> } {
  const word = (answer: Answer | null): Phrase =>
    (answer === null ? undefined : answerWords[words][answer]) ?? { zh: '–', en: '–' }
  const plain = { zh: decision.reason, en: decision.reason }
  return {
    phrase: {
      stands: texts.decided,
      overruled: texts.decided_against_you,
      reopened: texts.decided_before,
      withdrawn: texts.decision_withdrawn,
    }[decision.state],
    values: { answer: word(decision.answer), mine: word(mine), by: decision.by, reason: plain },
  }
}
