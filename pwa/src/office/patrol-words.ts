/** What is odd about a scan and how a round stands, in words; pure. */
import { say, type Language } from '../kernel/languages.ts'
import type { Oddity, RoundSeen } from '../schemas.gen.ts'
import { inProgress, oddityMeasures, oddityTexts, verdictTexts, verdictTones } from './patrol-texts.ts'
import { spanWords } from './times.ts'

const SECOND_MS = 1000

/** An oddity with its measure: 走得太快（比步行最短用时还少 40 秒）. */
export function oddWords(odd: Oddity, language: Language): string {
  const word = say(oddityTexts[odd.oddity], {}, language)
  const measure = oddityMeasures[odd.oddity]
  const by = odd.by ?? 0
  if (measure === undefined || by <= 0) return word
  const values = { m: by, span: spanWords(by * SECOND_MS, language) }
  const told = say(measure, values, language)
  return language === 'zh' ? `${word}（${told}）` : `${word} (${told})`
}

/** How a round stands: a word, a sign and a tone. */
export interface Standing {
  words: string
  sign: string
  tone: string
}

/** A round that is being walked says so as long as its window is open. */
export function standingOf(round: RoundSeen, language: Language): Standing {
  if (round.verdict === 'open' && round.state === 'in_progress') {
    return { words: say(inProgress, {}, language), sign: '►', tone: 'pass' }
  }
  return { words: say(verdictTexts[round.verdict], {}, language), ...verdictTones[round.verdict] }
}

/** Rounds of one route, in the order in which the server lists them. */
export interface RouteRounds {
  route: string
  rounds: RoundSeen[]
}

export function byRoute(rounds: readonly RoundSeen[]): RouteRounds[] {
  const found = new Map<string, RoundSeen[]>()
  for (const round of rounds) {
    const known = found.get(round.route)
    if (known) known.push(round)
    else found.set(round.route, [round])
  }
  return [...found].map(([route, own]) => ({ route, rounds: own }))
}

/** The day so many days away, as YYYY-MM-DD. */
export function shiftDay(on: string, by: number): string {
  const at = new Date(`${on}T12:00:00Z`)
  at.setUTCDate(at.getUTCDate() + by)
  return at.toISOString().slice(0, 10)
}

/** Places on an axis in percent; a span is never drawn as a point. */
export interface WalkBar {
  window: readonly [number, number] | null
  started: readonly [number, number] | null
  finished: readonly [number, number] | null
  between: readonly [number, number] | null
}

const THINNEST = 1.5
const EDGE = 0.04

/** Gives where a round's window, its beginning and its finish lie, each as a span. */
export function walkBar(round: Pick<RoundSeen, 'closes_ms' | 'finished' | 'opens_ms' | 'started'>): WalkBar {
  const { started, finished, opens_ms, closes_ms } = round
  const edges = [
    ...(closes_ms > 0 ? [opens_ms, closes_ms] : []),
    ...[started, finished].flatMap((one) => (one ? [one.earliest_ms, one.latest_ms] : [])),
  ]
  const [first, last] = [Math.min(...edges), Math.max(...edges)]
  const room = Math.max(last - first, 1)
  const place = (at_ms: number): number => ((at_ms - first) / room) * 100 * (1 - 2 * EDGE) + 100 * EDGE
  const span = (from_ms: number, to_ms: number): [number, number] => {
    const [from, to] = [place(from_ms), place(to_ms)]
    const short = Math.max(0, THINNEST - (to - from)) / 2
    return [from - short, to + short]
  }
  return {
    window: closes_ms > 0 ? span(opens_ms, closes_ms) : null,
    started: started ? span(started.earliest_ms, started.latest_ms) : null,
    finished: finished ? span(finished.earliest_ms, finished.latest_ms) : null,
    between:
      started && finished && finished.earliest_ms > started.latest_ms
        ? [place(started.latest_ms), place(finished.earliest_ms)]
        : null,
  }
}

/** The rounds of a day in five numbers; stops of a round that nobody walked are not counted again. */
export interface RoundsSum {
  rounds: number
  walked: number
  missed: number
  stops: number
  odd: number
}

export function sumOf(rounds: readonly RoundSeen[]): RoundsSum {
  const began = rounds.filter(({ verdict }) => verdict !== 'missed')
  const total = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
  return {
    rounds: rounds.length,
    walked: rounds.filter(({ state }) => state === 'finished').length,
    missed: rounds.length - began.length,
    stops: total(began.map(({ missed }) => missed)),
    odd: total(rounds.flatMap(({ oddities }) => Object.values(oddities))),
  }
}
