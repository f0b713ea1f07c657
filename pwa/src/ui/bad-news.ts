/** Turns a failure into the three parts that people are told: what, what the app does, what you can do. */
import type { Phrase } from '../kernel/languages.ts'
import { words } from './texts.ts'

/** The words of a problem, as it travels. */
interface ProblemWords {
  code: string
  title_zh: string
  title_en: string
  next_zh: string
  next_en: string
}

/** What a bad-news card shows; the code is small beneath. */
export interface BadNews {
  what: Phrase
  app: Phrase
  you: Phrase
  code: string
}

function problemOf(failure: unknown): ProblemWords | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined
  const carried = 'problem' in failure ? failure.problem : failure
  if (typeof carried !== 'object' || carried === null) return undefined
  return 'title_zh' in carried && 'next_zh' in carried ? (carried as ProblemWords) : undefined
}

/**
 * Gives the news of a failure. `app` says what the app does about it; `otherwise` is what happened,
 * for failures that carry no words of their own.
 */
export function newsOf(failure: unknown, app: Phrase, otherwise: Phrase): BadNews {
  const problem = problemOf(failure)
  if (problem === undefined) {
    const code = failure instanceof Error ? failure.name : ''
    return { what: otherwise, app, you: words.try_again_or_office, code }
  }
  return {
    what: { zh: problem.title_zh, en: problem.title_en },
    app,
    you: { zh: problem.next_zh, en: problem.next_en },
    code: problem.code,
  }
}
