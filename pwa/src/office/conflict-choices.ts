/**
 * What may be done at the conflict desk: which cases are alike, where accounts differ, and the acts
 * that a choice becomes. Pure.
 */
import type { Phrase } from '../kernel/languages.ts'
import type { Bilingual, ConflictSeen, GivenAnswer } from '../schemas.gen.ts'
import type { OfficeAct } from '../sync/office-api.ts'
import { conflictTexts } from './conflict-texts.ts'
import { answerWord, stateWord } from './texts.ts'

/** What the person at the desk is about to do with the case in view. */
export type Choice =
  | { deed: 'choose'; operation: string }
  | { deed: 'combine'; text: string }
  | { deed: 'undo' }

/** How a choice is taken over to like cases: the same result, or the same person's result. */
export type Likeness = 'value' | 'person'

/** What is to be recorded, before it has a request of its own. */
export type DeskAct = Omit<OfficeAct, 'request'>

/** The part of a field's name that says what it is: `answer` of `answer/cleaning`. */
export function fieldName(conflict: ConflictSeen): string {
  return conflict.field.split('/', 1)[0] ?? ''
}

/** What a field is called on the desk. */
export function fieldWord(conflict: ConflictSeen): Phrase {
  const known: Readonly<Record<string, Phrase>> = conflictTexts.fields
  return known[fieldName(conflict)] ?? { zh: fieldName(conflict), en: fieldName(conflict) }
}

/** A value in words; what is no word of ours stays as people wrote it. */
export function valueWord(conflict: ConflictSeen, value: unknown): Phrase {
  if (typeof value !== 'string') return plain(JSON.stringify(value))
  if (fieldName(conflict) === 'answer') return answerWord(value, conflict.words)
  return fieldName(conflict) === 'severity' ? stateWord(value) : plain(value)
}

function plain(text: string): Phrase {
  return { zh: text, en: text }
}

/** What differs between accounts, so that the eye goes there first. */
export type Difference = 'answer' | 'role' | 'note' | 'photos'

export function differences(sides: readonly GivenAnswer[]): ReadonlySet<Difference> {
  const found = new Set<Difference>()
  const differs = (read: (side: GivenAnswer) => unknown): boolean =>
    new Set(sides.map(read)).size > 1
  if (differs(({ answer }) => answer)) found.add('answer')
  if (differs(({ role }) => role)) found.add('role')
  if (differs(({ note }) => note)) found.add('note')
  if (differs(({ photos }) => photos.length > 0)) found.add('photos')
  return found
}

/** The value that an account stands for. */
export function valueOf(conflict: ConflictSeen, operation: string): unknown {
  return conflict.choices.find(({ operations }) => operations.includes(operation))?.value
}

/** The other cases of the same item. */
export function ofSameItem(
  conflict: ConflictSeen,
  all: readonly ConflictSeen[],
): ConflictSeen[] {
  return others(conflict, all).filter(({ item }) => item === conflict.item)
}

/** The other cases between the very same people. */
export function ofSamePeople(
  conflict: ConflictSeen,
  all: readonly ConflictSeen[],
): ConflictSeen[] {
  const people = peopleOf(conflict)
  return others(conflict, all).filter((one) => peopleOf(one) === people)
}

function others(conflict: ConflictSeen, all: readonly ConflictSeen[]): ConflictSeen[] {
  return all.filter(
    (one) =>
      one.id !== conflict.id &&
      fieldName(one) === fieldName(conflict) &&
      one.record_kind === conflict.record_kind &&
      one.hindrance === null,
  )
}

function peopleOf(conflict: ConflictSeen): string {
  return conflict.sides
    .map(({ person }) => person.id)
    .sort()
    .join(' ')
}

/** The account of a like case that corresponds to the one chosen; none where nobody gave it. */
export function likeAccount(
  chosen: { conflict: ConflictSeen; operation: string },
  other: ConflictSeen,
  likeness: Likeness,
): string | undefined {
  const side = chosen.conflict.sides.find(({ operation }) => operation === chosen.operation)
  if (likeness === 'person') {
    return other.sides.find(({ person }) => person.id === side?.person.id)?.operation
  }
  const value = JSON.stringify(valueOf(chosen.conflict, chosen.operation))
  return other.choices.find((choice) => JSON.stringify(choice.value) === value)?.operations[0]
}

/** Builds the operation of a choice on a case as it is shown; nothing where it does not fit. */
export function actOf(
  conflict: ConflictSeen,
  choice: Choice,
  reason: string,
  signed: Bilingual,
): DeskAct | undefined {
  const body = bodyOf(conflict, choice, reason.trim(), signed)
  if (!body) return undefined
  const { record, record_kind, position, stamp } = conflict
  return { record, record_kind, based_on: position, saw_stamp: stamp, body }
}

function bodyOf(
  conflict: ConflictSeen,
  choice: Choice,
  reason: string,
  signed: Bilingual,
): DeskAct['body'] | undefined {
  const { field } = conflict
  if (choice.deed === 'undo') {
    const decision = conflict.decision?.operation
    return decision === undefined
      ? undefined
      : { kind: 'decision_withdrawn', field, decision, reason }
  }
  const value =
    choice.deed === 'combine' ? choice.text.trim() : valueOf(conflict, choice.operation)
  if (value === undefined || value === '') return undefined
  const between = conflict.sides.map(({ operation }) => operation)
  return { kind: 'conflict_decided', field, between, value, reason, signed }
}

/** Puts the given texts together as a beginning for the office's own words; the same words once. */
export function combined(conflict: ConflictSeen): string {
  const texts = conflict.choices.map(({ value }) => value)
  return texts
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .join('；')
}

/** What a key does at the desk. */
export type DeskKey =
  | { does: 'next' | 'previous' | 'combine' | 'undo' | 'confirm' | 'help' | 'pick' | 'leave' }
  | { does: 'choose'; place: number }

const KEYS: Readonly<Record<string, Exclude<DeskKey['does'], 'choose'>>> = {
  j: 'next',
  k: 'previous',
  c: 'combine',
  u: 'undo',
  x: 'pick',
  Enter: 'confirm',
  Escape: 'leave',
  '?': 'help',
}

/** Reads a key pressed anywhere on the desk; keys with Ctrl, Alt or Meta are the browser's. */
export function readKey(event: {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
}): DeskKey | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (/^[1-9]$/u.test(key)) return { does: 'choose', place: Number(key) - 1 }
  const does = KEYS[key]
  return does && { does }
}
