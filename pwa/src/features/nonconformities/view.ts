/** Reads the phone's records as corrections: what is open at my sites and who may do what. Pure. */
import type { Phrase } from '../../kernel/languages.ts'
import type { Problem, Severity } from '../../schemas.gen.ts'
import type { Entry, FoldedRecord, OutboxEntry } from '../../sync/engine.ts'
import { fieldDecision, type FieldDecision } from '../../ui/decided-field.ts'

const CLOSED_SHOWN_MS = 48 * 3_600_000

/** Open 待整改, corrected 待复查, closed 已关闭. */
export type CorrectionState = 'open' | 'corrected' | 'closed'

/** One nonconformity as its card shows it. Units: `found_ms` in milliseconds UTC. */
export interface CorrectionRow {
  id: string
  site: string
  title: Phrase
  severity: Severity
  /** What the office decided where people judged the severity differently. */
  severity_decision: FieldDecision | null
  state: CorrectionState
  task: string
  item: string
  /** Where it was seen beside any check; empty for what a check found, or where words say it. */
  checkpoint: string
  found_ms: number
  found_by_me: boolean
  /** A self-check's finding that no assessor has confirmed: it costs no point so far. */
  unconfirmed: boolean
  corrected_by_me: boolean
  correction: string
  photos: string[]
  /** Photos and voice notes of what was seen beside any check. */
  finding_photos: string[]
}

/** What a person may do with one correction. Source: the server's rules for nonconformities. */
export type CorrectionStep = 'close_on_spot' | 'correct' | 'verify' | 'confirm'

/** The corrections by state; open ones by severity, then the oldest first. */
export type CorrectionGroups = Record<CorrectionState, CorrectionRow[]>

/** How far the phone's work on one correction has come. */
export type CorrectionDelivery = 'on_phone' | 'at_office' | 'held' | 'attention'

const SEVERITY_ORDER: readonly Severity[] = ['serious', 'general', 'minor']

function valueOf<T>(record: FoldedRecord, field: string): T | undefined {
  const found = record.fields[field]
  return found === undefined ? undefined : (found.value as T)
}

/** Who made the move that brought it to `corrected`: that person cannot verify. */
function corrector(record: FoldedRecord): string | undefined {
  const state = record.fields['state']
  const moves: Entry[] = state !== undefined && 'moves' in state ? state.moves : []
  const corrected = moves.filter(({ value }) => value === 'nonconformity_corrected')
  return corrected[corrected.length - 1]?.person
}

/**
 * What stands of how it was found: of a check's finding only what the check itself says, whatever
 * somebody had reported freely under its number. The server goes by the same rule.
 */
function toldOf<T>(record: FoldedRecord, field: string): T | undefined {
  const found = record.fields[field]
  const task = record.fields['task']
  if (found === undefined || task === undefined || !('by' in found) || !('by' in task)) {
    return valueOf<T>(record, field)
  }
  return found.by[task.person]?.value as T | undefined
}

function stateOf(record: FoldedRecord): CorrectionState | undefined {
  const state = valueOf<string>(record, 'state')
  return state === 'open' || state === 'corrected' || state === 'closed' ? state : undefined
}

function severityDecision(record: FoldedRecord): FieldDecision | null {
  const field = record.fields['severity']
  return fieldDecision(field !== undefined && 'by' in field ? field : undefined)
}

function rowOf(record: FoldedRecord, state: CorrectionState, me: string): CorrectionRow {
  return {
    id: record.id,
    site: record.site,
    title: toldOf<Phrase>(record, 'title') ?? { zh: record.id.slice(0, 8) },
    severity: valueOf<Severity>(record, 'severity') ?? 'minor',
    severity_decision: severityDecision(record),
    state,
    task: valueOf<string>(record, 'task') ?? '',
    item: valueOf<string>(record, 'item') ?? '',
    checkpoint: toldOf<string | null>(record, 'checkpoint') ?? '',
    found_ms: toldOf<number>(record, 'found_at') ?? 0,
    found_by_me: toldOf<string>(record, 'found_by') === me,
    unconfirmed:
      valueOf<string>(record, 'use') === 'self_check' &&
      valueOf<number>(record, 'confirmed_at') === undefined,
    corrected_by_me: corrector(record) === me,
    correction: valueOf<string>(record, 'correction') ?? '',
    photos: valueOf<string[]>(record, 'correction_evidence') ?? [],
    finding_photos: valueOf<string[]>(record, 'finding_evidence') ?? [],
  }
}

/** Groups the corrections of the sites; what was closed stays in sight for two days. */
export function groupCorrections(
  records: readonly FoldedRecord[],
  sites: readonly string[],
  me: string,
  now_ms: number,
): CorrectionGroups {
  const groups: CorrectionGroups = { open: [], corrected: [], closed: [] }
  for (const record of records) {
    const state = stateOf(record)
    // A record that only this phone knows has no site yet; it is certainly this person's business.
    if (state === undefined || (record.site !== '' && !sites.includes(record.site))) continue
    const row = rowOf(record, state, me)
    const ended_ms = valueOf<number>(record, 'corrected_at') ?? row.found_ms
    if (state === 'closed' && now_ms - ended_ms > CLOSED_SHOWN_MS) continue
    groups[state].push(row)
  }
  const weight = (row: CorrectionRow): number => SEVERITY_ORDER.indexOf(row.severity)
  for (const group of Object.values(groups)) {
    group.sort((a, b) => weight(a) - weight(b) || a.found_ms - b.found_ms)
  }
  return groups
}

/** The steps that a person with these rights may take next; the server judges by the same rules. */
export function stepsOf(row: CorrectionRow, rights: readonly string[]): CorrectionStep[] {
  const steps: CorrectionStep[] = []
  if (row.state === 'open') {
    // Whoever found it may see it put right there and then, whatever the role.
    if (row.found_by_me) steps.push('close_on_spot')
    if (rights.includes('correct')) steps.push('correct')
  }
  const mayVerify = rights.includes('verify_correction') && !row.corrected_by_me
  if (row.state === 'corrected' && mayVerify) steps.push('verify')
  if (row.state !== 'closed' && row.unconfirmed && rights.includes('confirm_finding')) {
    steps.push('confirm')
  }
  return steps
}

/** The corrections by who has to act; `mine` is what every count of this person means. */
export type CorrectionShares = Record<'mine' | 'to_confirm' | 'others' | 'closed', CorrectionRow[]>

/** Parts what waits for this person from what only could be confirmed and from others' work. */
export function shareCorrections(
  groups: CorrectionGroups,
  rights: readonly string[],
): CorrectionShares {
  const shares: CorrectionShares = { mine: [], to_confirm: [], others: [], closed: groups.closed }
  for (const row of [...groups.open, ...groups.corrected]) {
    const steps = stepsOf(row, rights)
    const share = steps.some((step) => step !== 'confirm')
      ? shares.mine
      : steps.length > 0
        ? shares.to_confirm
        : shares.others
    share.push(row)
  }
  return shares
}

/** How many wait for this person, not counting findings that only could be confirmed. */
export function countMine(groups: CorrectionGroups, rights: readonly string[]): number {
  return shareCorrections(groups, rights).mine.length
}

/** Why the office holds this phone's work on a correction, or what it needs of the person. */
export function correctionProblem(outbox: readonly OutboxEntry[], id: string): Problem | null {
  const stuck = outbox.find(
    ({ record, state }) => record === id && (state === 'held' || state === 'needs_attention'),
  )
  return stuck?.problem ?? stuck?.outcome?.problem ?? null
}

/** How far this phone's work on a correction has come; null where it did nothing. */
export function correctionDelivery(
  outbox: readonly OutboxEntry[],
  id: string,
): CorrectionDelivery | null {
  const own = outbox.filter(({ record }) => record === id)
  if (own.length === 0) return null
  if (own.some(({ state }) => state === 'needs_attention')) return 'attention'
  if (own.some(({ state }) => state === 'held')) return 'held'
  return own.every(({ state }) => state === 'delivered') ? 'at_office' : 'on_phone'
}
