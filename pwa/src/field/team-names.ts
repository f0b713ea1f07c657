/**
 * What a foreman calls people: by the names that the rosters and this phone know, else by the post at
 * which they stand now, else by a number that stays the same while the rosters do. Pure.
 */
import type { KnownPerson } from '../features/shifts/view.ts'
import { say, type Language, type Phrase } from '../kernel/languages.ts'
import { texts } from './team-texts.ts'
import type { OnDuty } from './team-view.ts'

/** Whoever is asked for a name. */
export interface TeamNames {
  of: (person: string) => string
  /** Everybody to whom work can be handed, those on post first. */
  choices: { id: string; name: Phrase }[]
}

/** Gives the names of a team in a language; `roster` are the people whom the team's rosters name. */
export function teamNames(
  team: { named: readonly KnownPerson[]; duty: readonly OnDuty[]; roster: readonly string[]; me: string },
  language: Language,
): TeamNames {
  const { named, duty, roster, me } = team
  const names = new Map(named.map(({ id, name }) => [id, name]))
  const posts = new Map(duty.map(({ person, post_name }) => [person, post_name]))

  function of(person: string): string {
    const name = names.get(person)
    if (name !== undefined) return say(name, {}, language)
    const post = posts.get(person)
    if (post !== undefined) {
      return say(texts.colleague_at, { post: say(post, {}, language) }, language)
    }
    const place = roster.indexOf(person)
    return place < 0
      ? say(texts.colleague, {}, language)
      : say(texts.colleague_numbered, { n: place + 1 }, language)
  }

  const all = new Set([...posts.keys(), ...roster, ...names.keys()])
  const choices = [...all].map((id) => {
    const name = id === me ? say(texts.me, { name: of(id) }, language) : of(id)
    return { id, name: { zh: name } }
  })
  return { of, choices }
}
