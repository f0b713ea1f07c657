/**
 * Reads the phone's records as a foreman's team: who is on which post, what is walked and checked,
 * what was missed and found. Pure; all of it is as old as the last sync.
 */
import {
  index,
  isForDay,
  occurrencesOf,
  taskState,
  whenOf,
  type InspectionRecords,
} from '../features/inspections/occurrences.ts'
import { rowOf as taskRowOf } from '../features/inspections/view.ts'
import {
  placedRounds,
  roundState,
  rowOf,
  scanCounts,
  sitesOf,
  standing,
  valueOf,
  visitsOf,
  type PatrolRecords,
  type RoundRow,
} from '../features/patrols/view.ts'
import { slotsAround, standsAt, type ShiftRecords } from '../features/shifts/view.ts'
import type { Phrase } from '../kernel/languages.ts'
import type { DayVariant, Roster, Severity } from '../schemas.gen.ts'
import type { FoldedRecord } from '../sync/engine.ts'
import { dateAt } from '../ui/time-words.ts'

const USUAL_ZONE = 'Asia/Shanghai'

/** Somebody's place on a shift that runs now. Units: milliseconds UTC. */
export interface OnDuty {
  site: string
  post: string
  post_name: Phrase
  shift: Phrase
  closes_ms: number
  person: string
  /** Whom the roster names, where somebody stands in. */
  instead_of: string | null
}

/** A round with whoever walks it, as far as it is known here. */
export interface TeamRound extends RoundRow {
  /** Who scanned last, or to whom it was handed; null where nobody has begun. */
  person: string | null
}

/** A checkpoint that a round of today did not reach. */
export interface MissedStop {
  key: string
  round: string
  title: Phrase
  checkpoint: Phrase | null
  because: string
}

/** Something that the team found today. Units: milliseconds UTC. */
export interface FoundToday {
  id: string
  title: Phrase
  severity: Severity
  found_ms: number
  found_by: string
  state: string
}

/** Work that can be handed to another. */
export interface Handable {
  kind: 'task' | 'round'
  id: string
  title: Phrase
  checkpoint: Phrase | null
  done: number
  all: number
  closes_ms: number
  zone: string
  assignee: string | null
}

function zoneOf(places: readonly FoldedRecord[], site: string): string {
  return sitesOf({ places }).get(site)?.places.zone ?? USUAL_ZONE
}

/** Lists who stands where on the shifts that run now at these sites, substitutes in their place. */
export function onDutyNow(
  records: ShiftRecords,
  sites: readonly string[],
  now_ms: number,
): OnDuty[] {
  return slotsAround(records, now_ms)
    .filter((slot) => sites.includes(slot.site) && slot.opens_ms <= now_ms && now_ms < slot.closes_ms)
    .map((slot) => ({
      site: slot.site,
      post: slot.post,
      post_name: slot.post_name,
      shift: slot.shift_title,
      closes_ms: slot.closes_ms,
      person: standsAt(slot),
      instead_of: standsAt(slot) === slot.person ? null : slot.person,
    }))
    .sort((a, b) => a.post_name.zh.localeCompare(b.post_name.zh))
}

/** Everybody whom the rosters of these sites name, each once. */
export function rosterPeople(rosters: readonly FoldedRecord[], sites: readonly string[]): string[] {
  const named = rosters.flatMap((record) => {
    const roster = valueOf<Roster>(record, 'roster')
    return roster !== undefined && sites.includes(roster.site)
      ? roster.duties.map(({ person }) => person)
      : []
  })
  return [...new Set(named)]
}

/** Who wrote last into a round. */
function walkerOf(record: FoldedRecord | undefined): string | null {
  const assignee = valueOf<string>(record, 'assignee')
  if (assignee !== undefined) return assignee
  let last: { person: string; stamp: number } | null = null
  for (const [name, field] of Object.entries(record?.fields ?? {})) {
    if (!name.startsWith('scans/') || !('entries' in field)) continue
    for (const { person, stamp } of Object.values(field.entries)) {
      if (last === null || stamp > last.stamp) last = { person, stamp }
    }
  }
  const started = record?.fields['started_at']
  if (last === null && started !== undefined && 'by' in started) return started.person
  return last?.person ?? null
}

/** Lists the rounds of today at these sites by where they stand, whoever walks them. */
export function teamRounds(
  patrols: PatrolRecords,
  sites: readonly string[],
  now_ms: number,
): TeamRound[] {
  const known = sitesOf(patrols)
  const rows = placedRounds(patrols).flatMap((one) => {
    const { route, record, window } = one
    if (!sites.includes(route.site)) return []
    if (route.active === false && record === undefined) return []
    const site = known.get(route.site)
    const when = standing(window, roundState(record), now_ms, site?.places.zone ?? USUAL_ZONE)
    return when === undefined ? [] : [{ ...rowOf(one, site, when), person: walkerOf(record) }]
  })
  return rows.sort((a, b) => a.closes_ms - b.closes_ms)
}

/** Lists the checkpoints that ended or overdue rounds of today lack, with the reason where one is said. */
export function missedStops(
  patrols: PatrolRecords,
  sites: readonly string[],
  now_ms: number,
): MissedStop[] {
  const known = sitesOf(patrols)
  return placedRounds(patrols).flatMap(({ id, route, record, window }) => {
    if (!sites.includes(route.site) || (route.active === false && record === undefined)) return []
    const site = known.get(route.site)
    const state = roundState(record)
    const when = standing(window, state, now_ms, site?.places.zone ?? USUAL_ZONE)
    if (when === undefined) return []
    const isOver = when === 'overdue' || state === 'finished'
    const scans = scanCounts(route, record)
    return visitsOf(route).flatMap((visit, place) => {
      const checkpoint = route.stops[place]?.checkpoint ?? ''
      const because = valueOf<string>(record, `missed_because/${checkpoint}`) ?? ''
      if ((scans.get(checkpoint) ?? 0) >= visit || (!isOver && because === '')) return []
      const name = site?.checkpoints.get(checkpoint)?.name ?? null
      const key = `${id} ${String(place)}`
      return [{ key, round: id, title: route.title, checkpoint: name, because }]
    })
  })
}

/** Lists what was found today at these sites, the newest first; what was withdrawn is left out. */
export function foundToday(
  nonconformities: readonly FoldedRecord[],
  places: readonly FoldedRecord[],
  sites: readonly string[],
  now_ms: number,
): FoundToday[] {
  const found = nonconformities.flatMap((record) => {
    const site = record.site === '' ? (valueOf<string>(record, 'site') ?? '') : record.site
    const state = valueOf<string>(record, 'state') ?? ''
    const found_ms = valueOf<number>(record, 'found_at') ?? 0
    if (!sites.includes(site) || state === 'withdrawn' || state === '') return []
    const zone = zoneOf(places, site)
    if (dateAt(found_ms, zone) !== dateAt(now_ms, zone)) return []
    return [
      {
        id: record.id,
        title: valueOf<Phrase>(record, 'title') ?? { zh: '' },
        severity: valueOf<Severity>(record, 'severity') ?? 'minor',
        found_ms,
        found_by: valueOf<string>(record, 'found_by') ?? '',
        state,
      },
    ]
  })
  return found.sort((a, b) => b.found_ms - a.found_ms)
}

/** Lists the checks and rounds of now that are not finished: they may be handed to another. */
export function handableNow(
  inspections: InspectionRecords,
  rounds: readonly TeamRound[],
  sites: readonly string[],
  now_ms: number,
): Handable[] {
  const known = index(inspections)
  const checks = [...occurrencesOf(inspections, known)].flatMap((one): Handable[] => {
    const { plan, window } = one
    const task = known.tasks.get(window.task)
    if (!sites.includes(plan.site) || taskState(task) === 'finished') return []
    if (task === undefined && (plan.active === false || !isForDay(known, one))) return []
    const when = whenOf(known, one, now_ms)
    if (when !== 'now' && when !== 'overdue') return []
    const row = taskRowOf(known, one, when)
    const { title, checkpoint, answered_count, item_count, closes_ms, zone, assignee } = row
    const progress = { done: answered_count, all: item_count }
    return [{ kind: 'task', id: row.task, title, checkpoint, ...progress, closes_ms, zone, assignee }]
  })
  const walks = rounds
    .filter(({ state, when }) => state !== 'finished' && (when === 'now' || when === 'overdue'))
    .map(
      ({ round, title, reached_count, stop_count, closes_ms, zone, person }): Handable => ({
        kind: 'round',
        id: round,
        title,
        checkpoint: null,
        done: reached_count,
        all: stop_count,
        closes_ms,
        zone,
        assignee: person,
      }),
    )
  return [...walks, ...checks].sort((a, b) => a.closes_ms - b.closes_ms)
}

/** What kind of day it is at a site: as somebody said, else an ordinary one. */
export function variantOn(
  variants: readonly FoldedRecord[],
  site: string,
  on: string,
): { variant: DayVariant; is_said: boolean } {
  const said = variants.find(
    (record) => valueOf<string>(record, 'site') === site && valueOf<string>(record, 'on') === on,
  )
  const variant = valueOf<DayVariant>(said, 'variant')
  return { variant: variant ?? 'normal', is_said: variant !== undefined }
}
