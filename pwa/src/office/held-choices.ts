/** What a held operation says in words, and the act that a choice on it becomes; pure. */
import type { Phrase } from '../kernel/languages.ts'
import type { HeldChecklist, HeldChoice, HeldField, HeldList, HeldSeen } from '../schemas.gen.ts'
import type { OfficeAct } from '../sync/office-api.ts'
import { fieldWords, waitWords } from './held-texts.ts'
import { answerWord, stateWord } from './texts.ts'
import { exactWords } from './times.ts'

/** One fact of what was recorded: its name, and its value as a phrase or as plain words. */
export interface Fact {
  label: Phrase
  value: Phrase
}

/** What a person writes in the place of a held operation. */
export interface Change {
  record: string
  body: { kind: string } & Record<string, unknown>
}

const KINDS_OF_DECISION: Record<HeldChoice, string> = {
  apply: 'held_applied',
  change: 'held_changed',
  set_aside: 'held_set_aside',
  take_up: 'held_taken_up',
}

/** Choices that make the same sense for many at once. */
export const TOGETHER: readonly HeldChoice[] = ['apply', 'set_aside', 'take_up']

/** Gives what was recorded as facts; ids and what is shown elsewhere are left out. */
export function factsOf(held: HeldSeen): Fact[] {
  const hidden = new Set(['kind', 'item', 'checklist', 'photo'])
  return Object.entries(held.body ?? {})
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => ({ label: fieldWord(name), value: valueWords(held, name, value) }))
}

export function fieldWord(name: string): Phrase {
  return fieldWords[name] ?? { zh: name, en: name }
}

function valueWords(held: HeldSeen, name: string, value: unknown): Phrase {
  if (name === 'answer' && typeof value === 'string') return answerWord(value, held.words)
  if (name === 'severity' && typeof value === 'string') return stateWord(value)
  if (isInstant(name) && typeof value === 'number') return plain(exactWords(value, held.site?.zone ?? ''))
  return plain(typeof value === 'string' ? value : JSON.stringify(value))
}

function plain(words: string): Phrase {
  return { zh: words, en: words }
}

/** Whether a number is an instant in milliseconds. */
export function isInstant(name: string): boolean {
  return name.endsWith('_at')
}

/** Says what it waits for by itself; null where only a person can help. */
export function waitOf(held: HeldSeen): Phrase | null {
  if (held.waits_for === '') return null
  return waitWords[held.problem.code] ?? { zh: held.waits_for, en: held.waits_for }
}

/** Lists the others that wait with the same problem and kind, and for which the choice is open. */
export function alike(held: HeldSeen, list: readonly HeldSeen[], choice: HeldChoice): HeldSeen[] {
  if (!TOGETHER.includes(choice)) return []
  return list.filter(
    (one) =>
      one.id !== held.id &&
      one.problem.code === held.problem.code &&
      one.kind === held.kind &&
      one.choices.includes(choice),
  )
}

/** The act that a decision becomes; `request` makes a second try the same act. */
export function actOn(
  held: HeldSeen,
  choice: HeldChoice,
  reason: string,
  request: string,
  change: Change | null,
): OfficeAct {
  const more = choice === 'change' && change ? { record: change.record, body: change.body } : {}
  return {
    request,
    record: held.id,
    body: { kind: KINDS_OF_DECISION[choice], author: held.person.id, reason, ...more },
    based_on: held.position,
    saw_stamp: held.stamp,
  }
}

/** What a form begins with: what was recorded, as far as it fits the fields. */
export function beginForm(
  held: HeldSeen,
  kind: string,
  fields: readonly HeldField[],
  checklist: HeldChecklist | undefined,
): Record<string, string> {
  const given = held.kind === kind ? (held.body ?? {}) : {}
  return Object.fromEntries(
    fields.map((field) => [field.name, textOf(field, given[field.name]) || usual(field, checklist)]),
  )
}

function usual(field: HeldField, checklist: HeldChecklist | undefined): string {
  return field.name === 'checklist' ? (checklist?.checklist ?? '') : ''
}

function textOf(field: HeldField, value: unknown): string {
  if (field.form === 'choice') return field.choices?.includes(String(value)) ? String(value) : ''
  if (typeof value === 'number' && isInstant(field.name)) return localInstant(value)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : ''
}

/** An instant as a form's field takes it, in this computer's own zone. */
export function localInstant(at_ms: number): string {
  return exactWords(at_ms, '').replace(' ', 'T').slice(0, 19)
}

/** Makes the body of what was filled in; or names the fields that are still empty. */
export function bodyOf(
  kind: string,
  fields: readonly HeldField[],
  given: Readonly<Record<string, string>>,
): { body: Change['body'] } | { missing: string[] } {
  const body: Change['body'] = { kind }
  const missing: string[] = []
  for (const field of fields) {
    const text = (given[field.name] ?? '').trim()
    if (text === '' && field.needed !== false) missing.push(field.name)
    if (text === '') continue
    const value = valueOf(field, text)
    if (typeof value === 'number' && !Number.isSafeInteger(value)) missing.push(field.name)
    else body[field.name] = value
  }
  return missing.length > 0 ? { missing } : { body }
}

function valueOf(field: HeldField, text: string): string | number | boolean {
  if (field.form === 'yes_no') return text === 'true'
  if (field.form !== 'number') return text
  return isInstant(field.name) ? Date.parse(text) : Number(text)
}

/** The key that stands for each choice. */
export const KEYS: Record<HeldChoice, string> = { apply: 'a', change: 'e', set_aside: 's', take_up: 'u' }

export type Does =
  | { does: 'next' | 'previous' | 'confirm' | 'leave' | 'pick' }
  | { does: 'choose'; choice: HeldChoice }

/** What a key means on the desk; undefined where it means nothing. */
export function readKey(event: {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}): Does | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  const key = event.key.toLowerCase()
  const moves: Record<string, 'next' | 'previous' | 'confirm' | 'leave' | 'pick'> = {
    j: 'next',
    k: 'previous',
    enter: 'confirm',
    escape: 'leave',
    x: 'pick',
  }
  const move = moves[key]
  if (move !== undefined) return { does: move }
  const choice = (Object.keys(KEYS) as HeldChoice[]).find((one) => KEYS[one] === key)
  return choice === undefined ? undefined : { does: 'choose', choice }
}

/** The checklist of the check that a held operation speaks of. */
export function checklistOf(list: HeldList, held: HeldSeen): HeldChecklist | undefined {
  return list.checklists[held.place?.task ?? '']
}
