/**
 * Reads what the office decided about an item on which people differ, for the one sentence at it.
 * Pure.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type { Answer, Checklist } from '../../schemas.gen.ts'
import type { SingleField } from '../../store/shapes.ts'
import { fieldDecision } from '../../ui/decided-field.ts'
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
  const decision = fieldDecision(field)
  if (decision === null) return null
  const answer = decision.value as Answer
  const isAgainst = decision.state === 'stands' && mine !== null && mine !== answer
  const { by, reason } = decision
  return { state: isAgainst ? 'overruled' : decision.state, answer, by, reason }
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
