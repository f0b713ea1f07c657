/**
 * Folds an operation into a record: pure, and the only twin of the server's own fold.
 *
 * The Python twin is `backend/sync/merge.py`; both are driven by the policy table of
 * `shared_schemas` and must pass `shared_schemas/vectors/merge`, byte for byte.
 */

import { canonicalJson, compareTexts } from '../kernel/canonical.ts'
import {
  KINDS,
  LIFECYCLES,
  type ConflictDecided,
  type DecisionWithdrawn,
  type LifecycleRule,
  type Move,
  type Write,
} from '../schemas.gen.ts'
import type {
  DecisionEntry,
  Entry,
  Field,
  ListField,
  MergeRecord,
  SetField,
  SingleField,
  Stamped,
  StateField,
} from '../store/shapes.ts'

/** Two persons put different values on one field, and neither had seen the other's. */
export interface Conflict {
  field: string
  first_op: string
  second_op: string
}

type WriteRule = Required<Write>

/** Stands for the kind of record of an operation that may be made on every kind of record. */
const ANY_RECORD = '*'

const SINGLE: ReadonlySet<string> = new Set(['latest', 'first', 'worst', 'authority'])

/** By which rule a field is merged, by kind of record and name of field. */
const RULES = new Map(
  Object.values(KINDS).flatMap(({ record_kind, writes }) =>
    writes.map((write): [string, WriteRule] => [`${record_kind} ${write.field}`, write]),
  ),
)

/** Gives the empty record that the first operation folds into. */
export function newRecord(id: string, kind: string): MergeRecord {
  return { fields: {}, id, kind, position: 0, stamp: 0 }
}

/**
 * Puts what someone recorded into the record, so that no order of arrival matters.
 *
 * The given record is left as it was. Source: sync design, section 3; SPEC ME1 to ME15.
 */
export function fold(record: MergeRecord | null, operation: Stamped): MergeRecord {
  const start = record ?? newRecord(operation.record, operation.record_kind)
  const rule = KINDS[operation.kind]
  if (!rule) throw new Error(`this app does not know ${operation.kind}`)
  let fields = start.fields
  for (const write of rule.writes as readonly WriteRule[]) {
    const value = own(operation.body, write.source)
    if (value === undefined || value === null) continue
    const name = write.key ? `${write.field}/${String(operation.body[write.key])}` : write.field
    fields = { ...fields, [name]: writeField(own(fields, name), write, entryOf(operation, value)) }
  }
  if (rule.record_kind === ANY_RECORD && rule.writes.length === 0) fields = foldDecision(fields, operation)
  if (rule.move) {
    const lifecycle = lifecycleOf(operation.record_kind)
    const moved = entryOf(operation, operation.kind)
    fields = { ...fields, state: foldMove(own(fields, 'state'), lifecycle, moved) }
  }
  return {
    // What a newer app or server says of a record stays, though nothing here knows it.
    ...start,
    fields,
    position: Math.max(start.position, operation.position ?? 0),
    stamp: Math.max(start.stamp, operation.stamp),
  }
}

/**
 * Lists the hard conflicts that stand in a record, by field and operation.
 *
 * Whoever contradicts what was decided makes a conflict again, also with open eyes.
 * Source: SPEC ME8, ME13.
 */
export function findConflicts(record: MergeRecord): Conflict[] {
  const found: Conflict[] = []
  for (const field of Object.keys(record.fields).sort(compareTexts)) {
    const state = record.fields[field]
    if (!state || !('by' in state) || !state.contested) continue
    const rule = findRule(record.kind, field)
    const entries = Object.values(state.by)
      .filter((entry) => !isTakenBack(rule, entry))
      .sort(byAge)
    const decided = new Set(validDecisions(state).flatMap(({ between }) => between))
    for (const [index, one] of entries.entries()) {
      for (const other of entries.slice(index + 1)) {
        const differ = !same(one.value, other.value)
        if (differ && (unseen(one, other) || decided.has(one.op) || decided.has(other.op))) {
          found.push({ field, first_op: one.op, second_op: other.op })
        }
      }
    }
  }
  return found
}

/** Lists the operations of others in the record that this one had not seen. */
export function findMet(record: MergeRecord | null, operation: Stamped): string[] {
  const met = new Set<string>()
  for (const state of Object.values(record?.fields ?? {})) {
    for (const entry of entriesOf(state)) {
      const unseen = (entry.position ?? 0) > operation.saw
      if (entry.person !== operation.person && unseen) met.add(entry.op)
    }
  }
  return [...met].sort(compareTexts)
}

/** Names the state in which records of a kind begin; empty for kinds without states. */
export function initialState(recordKind: string): string {
  return LIFECYCLES[recordKind]?.initial ?? ''
}

function writeField(state: Field | undefined, write: WriteRule, entry: Entry): Field {
  switch (write.policy) {
    case 'union':
      return foldUnion(state as SetField | undefined, write, entry)
    case 'append':
      return foldAppend(state as ListField | undefined, entry)
    case 'latest':
    case 'first':
    case 'worst':
    case 'authority':
      return foldSingle(state as SingleField | undefined, write, entry)
    case 'lifecycle':
      throw new Error('a lifecycle is moved by the kind of operation, never by a field')
  }
}

function entryOf(operation: Stamped, value: unknown): Entry {
  return {
    op: operation.id,
    person: operation.person,
    position: operation.position,
    role: operation.role,
    saw: operation.saw,
    stamp: operation.stamp,
    value,
  }
}

function byAge(one: Entry, other: Entry): number {
  return one.stamp - other.stamp || compareTexts(one.op, other.op)
}

function saw(one: Entry, other: Entry): boolean {
  return other.position !== null && one.saw >= other.position
}

function unseen(one: Entry, other: Entry): boolean {
  return !saw(one, other) && !saw(other, one)
}

function same(one: unknown, other: unknown): boolean {
  return one === other || canonicalJson(one) === canonicalJson(other)
}

/** Names come from people's texts: `__proto__` must be a name like any other. */
function own<T>(members: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(members, name) ? members[name] : undefined
}

function entriesOf(state: Field): Entry[] {
  if ('by' in state) {
    return [state.by, state.decisions ?? {}, state.withdrawals ?? {}].flatMap((part) =>
      Object.values(part),
    )
  }
  if ('in' in state) return [...Object.values(state.in), ...Object.values(state.out)]
  if ('moves' in state) return state.moves
  // A field of a newer server's may have a shape that is not known here.
  return 'entries' in state ? Object.values(state.entries) : []
}

function foldSingle(state: SingleField | undefined, write: WriteRule, entry: Entry): SingleField {
  const held = state && own(state.by, entry.person)
  const replaces = held === undefined || standsOver(write, entry, held)
  const by = replaces ? { ...state?.by, [entry.person]: entry } : { ...state?.by }
  return settle(write, { ...state, by })
}

/** The parts of a single field that were recorded; all else is worked out from them. */
type Recorded = Pick<SingleField, 'by' | 'decisions' | 'withdrawals'>

/** Says what stands in a field: the decision that names all that counts, else the policy. */
function settle(write: WriteRule, { by, decisions, withdrawals }: Recorded): SingleField {
  const recorded = { by, ...(decisions && { decisions }), ...(withdrawals && { withdrawals }) }
  const entries = Object.values(by)
  const best = (one: Entry, other: Entry): Entry =>
    compareFor(write, one, other) < 0 ? other : one
  if (entries.length === 0) return { ...recorded, person: '', value: null }
  const winner = entries.reduce(best)
  const decision = standingDecision(recorded)
  if (decision) {
    const chosen = entries.filter((entry) => same(entry.value, decision.value))
    // Words put together by the office are nobody's own: the policy's person stays beside them.
    const { person } = chosen.length > 0 ? chosen.reduce(best) : winner
    return { ...recorded, decided: decision.op, person, value: decision.value }
  }
  const contested =
    write.policy !== 'first' &&
    !write.quiet &&
    entries.some((entry) => !same(entry.value, winner.value) && !isTakenBack(write, entry))
  const folded: SingleField = { ...recorded, person: winner.person, value: winner.value }
  return contested ? { ...folded, contested: true } : folded
}

/** Whether somebody's word is the one by which one's word is taken back, where there is one. */
function isTakenBack(write: WriteRule | undefined, { value }: Entry): boolean {
  return Boolean(write?.none) && value === write?.none
}

/** The latest decision that nobody took back and that names every entry that counts. */
function standingDecision(field: Recorded): DecisionEntry | undefined {
  const counting = Object.values(field.by).map(({ op }) => op)
  return validDecisions(field)
    .filter(({ between }) => counting.every((op) => between.includes(op)))
    .reduce<DecisionEntry | undefined>(
      (one, other) => (one === undefined || byAge(one, other) < 0 ? other : one),
      undefined,
    )
}

/** The decisions on a field that nobody took back. */
function validDecisions({ decisions, withdrawals }: Recorded): DecisionEntry[] {
  if (!decisions) return []
  const back = new Set(Object.values(withdrawals ?? {}).map(({ value }) => value))
  return Object.values(decisions).filter(({ op }) => !back.has(op))
}

/** Puts a decision, or the taking back of one, into its field; other policies know none. */
function foldDecision(
  fields: MergeRecord['fields'],
  operation: Stamped,
): MergeRecord['fields'] {
  const { field, reason } = operation.body as unknown as ConflictDecided | DecisionWithdrawn
  const rule = findRule(operation.record_kind, field)
  if (!rule || !SINGLE.has(rule.policy)) return fields
  const state: Recorded = (own(fields, field) as SingleField | undefined) ?? { by: {} }
  if (operation.kind === 'decision_withdrawn') {
    const { decision } = operation.body as unknown as DecisionWithdrawn
    const entry = { ...entryOf(operation, decision), reason }
    const withdrawals = { ...state.withdrawals, [operation.id]: entry }
    return { ...fields, [field]: settle(rule, { ...state, withdrawals }) }
  }
  const { between, signed, value } = operation.body as unknown as ConflictDecided
  const named = [...between].sort(compareTexts)
  const entry = { ...entryOf(operation, value), between: named, reason, signed }
  const decisions = { ...state.decisions, [operation.id]: entry }
  return { ...fields, [field]: settle(rule, { ...state, decisions }) }
}

/** Gives the rule by which a field of a record is merged; none for an unknown field. */
function findRule(recordKind: string, field: string): WriteRule | undefined {
  const [name = ''] = field.split('/', 1)
  const rule = RULES.get(`${recordKind} ${name}`)
  return rule && (rule.key !== '') === field.includes('/') ? rule : undefined
}

function standsOver(write: WriteRule, entry: Entry, held: Entry): boolean {
  const older = byAge(entry, held) < 0
  return write.policy === 'first' ? older : !older
}

/** Positive when `one` stands over `other` by the rule of the policy. */
function compareFor(write: WriteRule, one: Entry, other: Entry): number {
  switch (write.policy) {
    case 'first':
      return byAge(other, one)
    case 'worst':
      return rank(write, other.value, 0) - rank(write, one.value, 0) || byAge(one, other)
    case 'authority': {
      const last = write.order.length
      return rank(write, other.role, last) - rank(write, one.role, last) || byAge(one, other)
    }
    default:
      return byAge(one, other)
  }
}

function rank(write: WriteRule, value: unknown, unknown: number): number {
  const found = write.order.indexOf(value as string)
  return found < 0 ? unknown : found
}

function foldUnion(state: SetField | undefined, write: WriteRule, entry: Entry): SetField {
  const value = entry.value as string
  const side = (write.remove ? state?.out : state?.in) ?? {}
  const held = own(side, value)
  const grown = held === undefined || byAge(entry, held) > 0 ? { ...side, [value]: entry } : side
  const came = write.remove ? (state?.in ?? {}) : grown
  const left = write.remove ? grown : (state?.out ?? {})
  const present = Object.keys(came).filter((one) => isPresent(came[one], own(left, one)))
  return { in: came, out: left, value: present.sort(compareTexts) }
}

function isPresent(put: Entry | undefined, taken: Entry | undefined): boolean {
  return put !== undefined && (taken === undefined || byAge(put, taken) > 0)
}

function foldAppend(state: ListField | undefined, entry: Entry): ListField {
  const entries = { ...state?.entries, [entry.op]: entry }
  const ordered = Object.values(entries).sort(byAge)
  return { entries, value: ordered.map((one) => one.value) }
}

function foldMove(state: Field | undefined, lifecycle: LifecycleRule, entry: Entry): StateField {
  const known = (state as StateField | undefined)?.moves ?? []
  const moves = [...known.filter((one) => one.op !== entry.op), entry].sort(byAge)
  const { current, held } = replay(lifecycle, moves)
  return { held, moves, value: current }
}

/** Walks the table: the earliest move with a place goes first, rank between unseen rivals. */
function replay(
  lifecycle: LifecycleRule,
  moves: readonly Entry[],
): { current: string; held: string[] } {
  let current = lifecycle.initial
  let waiting = [...moves]
  for (;;) {
    const openNow = waiting.filter((one) => findMove(lifecycle, one)?.origins.includes(current))
    const chosen = chooseMove(lifecycle, openNow)
    if (!chosen) return { current, held: waiting.map((one) => one.op) }
    waiting = waiting.filter((one) => one !== chosen)
    current = requireMove(lifecycle, chosen).target
  }
}

function chooseMove(lifecycle: LifecycleRule, openNow: readonly Entry[]): Entry | undefined {
  const [earliest, ...others] = openNow
  if (!earliest) return undefined
  const rivals = others.filter((one) => one.person !== earliest.person && unseen(one, earliest))
  return [earliest, ...rivals].reduce((one, other) => {
    const higher = requireMove(lifecycle, other).rank - requireMove(lifecycle, one).rank
    return (higher || byAge(one, other)) > 0 ? other : one
  })
}

function findMove(lifecycle: LifecycleRule, entry: Entry): Required<Move> | undefined {
  return lifecycle.moves.find((move) => move.name === entry.value)
}

function requireMove(lifecycle: LifecycleRule, entry: Entry): Required<Move> {
  const move = findMove(lifecycle, entry)
  if (!move) throw new Error('only moves of the table are replayed')
  return move
}

function lifecycleOf(recordKind: string): LifecycleRule {
  const lifecycle = LIFECYCLES[recordKind]
  if (!lifecycle) throw new Error(`${recordKind} has no states`)
  return lifecycle
}
