/**
 * What people are called on this phone: the reader, the people of one's sites as the server named
 * them, and whoever else has signed in here.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type { SessionState } from '../../sync/engine.ts'

/** Somebody to whom a check can be handed. */
export interface KnownColleague {
  id: string
  name: Phrase
}

type Naming = Pick<SessionState, 'known' | 'person' | 'organization' | 'colleagues'>

/** Lists whom this phone knows by name, the reader left out; by name in Chinese order. */
export function knownColleagues({ known, person, organization, colleagues }: Naming): KnownColleague[] {
  const named = new Map<string, KnownColleague>()
  for (const face of known) {
    if (face.organization.id === organization?.id) named.set(face.id, { id: face.id, name: face.name })
  }
  for (const { id, name } of colleagues) named.set(id, { id, name })
  if (person !== null) named.delete(person.id)
  return [...named.values()].sort((one, other) => one.name.zh.localeCompare(other.name.zh, 'zh'))
}

/** Gives a person's name, or how somebody without one is spoken of. */
export function nameOf(
  id: string,
  session: Pick<SessionState, 'known' | 'person' | 'colleagues'>,
  unnamed: Phrase,
): Phrase {
  if (id === session.person?.id) return session.person.name
  const named = [...session.colleagues, ...session.known].find((one) => one.id === id)
  return named?.name ?? unnamed
}
