/**
 * Reads the phone's records as rounds: what is to be walked today, how far a round is, what may be
 * begun beside the plan. Pure, and it never writes.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type { Area, Checkpoint, Places, Route, Window } from '../../schemas.gen.ts'
import type { FoldedRecord, OutboxEntry, Person } from '../../sync/engine.ts'
import { dateAt } from '../../ui/time-words.ts'
import { dayAfter, hoursOn } from '../../ui/hours.ts'

const HOUR_MS = 3_600_000
/** A missed round stays in sight this long, so that a night shift sees its own in the morning. */
const OVERDUE_SHOWN_MS = 24 * HOUR_MS
/** What opens within this time belongs to the running shift, even beyond midnight. */
const SHIFT_AHEAD_MS = 8 * HOUR_MS
const USUAL_ZONE = 'Asia/Shanghai'

/** The records that rounds are read from. */
export interface PatrolRecords {
  places: readonly FoldedRecord[]
  routes: readonly FoldedRecord[]
  agendas: readonly FoldedRecord[]
  rounds: readonly FoldedRecord[]
  tags: readonly FoldedRecord[]
}

/** Where a round stands at a moment. */
export type When = 'now' | 'later' | 'overdue' | 'done'
export type RoundState = 'due' | 'in_progress' | 'finished'

/** One round as its row shows it. Units: milliseconds UTC; `zone` is the site's time zone. */
export interface RoundRow {
  round: string
  route: string
  title: Phrase
  site: string
  site_name: Phrase | null
  zone: string
  on: string
  ordinal: number
  opens_ms: number
  closes_ms: number
  state: RoundState
  when: When
  stop_count: number
  reached_count: number
  missed_count: number
  /** Begun where the phone held no window for it. */
  beside_plan: boolean
}

/** Today's rounds by where they stand, each group by closing time. */
export type RoundGroups = Record<When, RoundRow[]>

/** A route that may be walked now beside the plan, and the round that this would be. */
export interface RouteRow {
  route: string
  title: Phrase
  site_name: Phrase | null
  stop_count: number
  on: string
  ordinal: number
}

/** How far the latest of something's operations has come; null where this phone did nothing. */
export type Delivery = 'on_phone' | 'at_office' | 'held' | 'attention'

/** A site's places with its checkpoints and areas at hand. */
export interface KnownSite {
  places: Places
  checkpoints: Map<string, Checkpoint>
  areas: Map<string, Area>
}

/** Gives the value of a record's field. */
export function valueOf<T>(record: FoldedRecord | undefined, field: string): T | undefined {
  return record?.fields[field]?.value as T | undefined
}

/** The sites that this phone knows, by id. */
export function sitesOf(records: Pick<PatrolRecords, 'places'>): Map<string, KnownSite> {
  const sites = new Map<string, KnownSite>()
  for (const record of records.places) {
    const places = valueOf<Places>(record, 'places')
    if (places === undefined) continue
    sites.set(record.id, {
      places,
      checkpoints: new Map(places.checkpoints?.map((one) => [one.id, one])),
      areas: new Map(places.areas?.map((one) => [one.id, one])),
    })
  }
  return sites
}

/** Whether one of the person's roles, at that site or everywhere, may walk the route. */
export function mayWalk(person: Person, route: Route): boolean {
  return person.roles.some(
    ({ role, site }) => route.roles.includes(role) && (site === null || site === route.site),
  )
}

/** How often each checkpoint was reached in a round. */
export function scanCounts(route: Route, round: FoldedRecord | undefined): Map<string, number> {
  const all = new Set(route.stops.map(({ checkpoint }) => checkpoint))
  return new Map(
    [...all].map((id) => [id, valueOf<unknown[]>(round, `scans/${id}`)?.length ?? 0]),
  )
}

/** Which visit of its checkpoint each stop is: a route may pass one twice. Counted from 1. */
export function visitsOf(route: Route): number[] {
  const seen = new Map<string, number>()
  return route.stops.map(({ checkpoint }) => {
    const visit = (seen.get(checkpoint) ?? 0) + 1
    seen.set(checkpoint, visit)
    return visit
  })
}

/** Where a window stands now; nothing when it does not belong to today. */
export function standing(
  window: Pick<Window, 'opens_ms' | 'closes_ms'>,
  state: RoundState,
  now_ms: number,
  zone: string,
): When | undefined {
  const today = dateAt(now_ms, zone)
  if (state === 'finished') {
    const near = [window.opens_ms, window.closes_ms].some((at_ms) => dateAt(at_ms, zone) === today)
    return near || window.closes_ms > now_ms ? 'done' : undefined
  }
  if (window.opens_ms > now_ms) {
    const soon = window.opens_ms - now_ms <= SHIFT_AHEAD_MS
    return soon || dateAt(window.opens_ms, zone) === today ? 'later' : undefined
  }
  if (window.closes_ms > now_ms) return 'now'
  if (now_ms - window.closes_ms < OVERDUE_SHOWN_MS) return 'overdue'
  // What somebody is walking never disappears under their feet.
  return state === 'in_progress' ? 'overdue' : undefined
}

/** A round with its route and the window it belongs to. */
export interface PlacedRound {
  id: string
  route_id: string
  route: Route
  window: Window
  record: FoldedRecord | undefined
  beside_plan: boolean
}

function routesOf(records: PatrolRecords): Map<string, Route> {
  return new Map(
    records.routes.flatMap((record) => {
      const route = valueOf<Route>(record, 'route')
      return route === undefined ? [] : [[record.id, route] as const]
    }),
  )
}

/** The hours of a round begun beside the plan: those of the route's own, else from its beginning. */
function windowBeside(record: FoldedRecord, route: Route, zone: string): Window {
  const started_ms = valueOf<number>(record, 'started_at') ?? 0
  const on = valueOf<string>(record, 'on') ?? dateAt(started_ms, zone)
  const ordinal = valueOf<number>(record, 'ordinal') ?? 1
  const hours = route.rounds[ordinal - 1]
  const span = hours === undefined
    ? { opens_ms: started_ms, closes_ms: started_ms + SHIFT_AHEAD_MS }
    : hoursOn(on, hours, zone)
  return { task: record.id, on, ordinal, ...span }
}

/** All rounds that this phone knows: those of the windows, and those begun beside them. */
export function placedRounds(records: PatrolRecords): PlacedRound[] {
  const routes = routesOf(records)
  const rounds = new Map(records.rounds.map((record) => [record.id, record]))
  const sites = sitesOf(records)
  const placed = new Map<string, PlacedRound>()
  for (const agenda of records.agendas) {
    const route_id = valueOf<string>(agenda, 'route') ?? ''
    const route = routes.get(route_id)
    if (route === undefined) continue
    for (const window of valueOf<Window[]>(agenda, 'windows') ?? []) {
      const record = rounds.get(window.task)
      placed.set(window.task, { id: window.task, route_id, route, window, record, beside_plan: false })
    }
  }
  for (const record of records.rounds) {
    const route_id = valueOf<string>(record, 'route') ?? ''
    const route = routes.get(route_id)
    if (route === undefined || placed.has(record.id)) continue
    const zone = sites.get(route.site)?.places.zone ?? USUAL_ZONE
    const window = windowBeside(record, route, zone)
    placed.set(record.id, { id: record.id, route_id, route, window, record, beside_plan: true })
  }
  return [...placed.values()]
}

/** How far a round is, from its record. */
export function roundState(record: FoldedRecord | undefined): RoundState {
  const state = valueOf<string>(record, 'state')
  return state === 'in_progress' || state === 'finished' ? state : 'due'
}

/** One round as its row shows it. */
export function rowOf(one: PlacedRound, site: KnownSite | undefined, when: When): RoundRow {
  const { route, record, window } = one
  const scans = scanCounts(route, record)
  const reached = visitsOf(route).map(
    (visit, place) => (scans.get(route.stops[place]?.checkpoint ?? '') ?? 0) >= visit,
  )
  const missed = route.stops.filter(
    ({ checkpoint }, place) =>
      reached[place] !== true && valueOf(record, `missed_because/${checkpoint}`) !== undefined,
  )
  return {
    round: one.id,
    route: one.route_id,
    title: route.title,
    site: route.site,
    site_name: site?.places.name ?? null,
    zone: site?.places.zone ?? USUAL_ZONE,
    on: window.on,
    ordinal: window.ordinal,
    opens_ms: window.opens_ms,
    closes_ms: window.closes_ms,
    state: roundState(record),
    when,
    stop_count: route.stops.length,
    reached_count: reached.filter(Boolean).length,
    missed_count: missed.length,
    beside_plan: one.beside_plan,
  }
}

/** Groups the rounds that the person has to walk today; a route laid to rest shows what was begun. */
export function groupRounds(records: PatrolRecords, person: Person, now_ms: number): RoundGroups {
  const sites = sitesOf(records)
  const groups: RoundGroups = { now: [], later: [], overdue: [], done: [] }
  for (const one of placedRounds(records)) {
    const { route, record, window } = one
    const assignee = valueOf<string>(record, 'assignee')
    if (assignee === undefined ? !mayWalk(person, route) : assignee !== person.id) continue
    if (route.active === false && record === undefined) continue
    const site = sites.get(route.site)
    const when = standing(window, roundState(record), now_ms, site?.places.zone ?? USUAL_ZONE)
    if (when !== undefined) groups[when].push(rowOf(one, site, when))
  }
  for (const group of Object.values(groups)) {
    group.sort((a, b) => a.closes_ms - b.closes_ms || a.title.zh.localeCompare(b.title.zh))
  }
  return groups
}

/** Which round of the route would be begun now: one whose hours run, else a further one. */
function roundNow(
  route: Route,
  taken: readonly Window[],
  now_ms: number,
  zone: string,
): { on: string; ordinal: number } {
  const today = dateAt(now_ms, zone)
  for (const on of [dayAfter(today, -1), today]) {
    for (const [place, hours] of route.rounds.entries()) {
      const { opens_ms, closes_ms } = hoursOn(on, hours, zone)
      const ordinal = place + 1
      const is_taken = taken.some((one) => one.on === on && one.ordinal === ordinal)
      if (opens_ms <= now_ms && now_ms < closes_ms && !is_taken) return { on, ordinal }
    }
  }
  const here = taken.filter(({ on }) => on === today).map(({ ordinal }) => ordinal)
  return { on: today, ordinal: Math.max(route.rounds.length, ...here) + 1 }
}

/** Routes that the person may walk now though no window says so; each with the round it would be. */
export function listRoutes(records: PatrolRecords, person: Person, now_ms: number): RouteRow[] {
  const sites = sitesOf(records)
  const placed = placedRounds(records)
  const rows = [...routesOf(records)].flatMap(([id, route]) => {
    if (route.active === false || !mayWalk(person, route)) return []
    const zone = sites.get(route.site)?.places.zone ?? USUAL_ZONE
    const taken = placed.filter(({ route_id }) => route_id === id).map(({ window }) => window)
    const { title, stops } = route
    const site_name = sites.get(route.site)?.places.name ?? null
    const next = roundNow(route, taken, now_ms, zone)
    return [{ route: id, title, site_name, stop_count: stops.length, ...next }]
  })
  return rows.sort((a, b) => a.title.zh.localeCompare(b.title.zh))
}

/** How far this phone's work on a whole round has come. */
export function roundDelivery(outbox: readonly OutboxEntry[], round: string): Delivery | null {
  const own = outbox.filter((entry) => entry.record === round)
  if (own.length === 0) return null
  if (own.some(({ state }) => state === 'needs_attention')) return 'attention'
  if (own.some(({ state }) => state === 'held')) return 'held'
  return own.every(({ state }) => state === 'delivered') ? 'at_office' : 'on_phone'
}
