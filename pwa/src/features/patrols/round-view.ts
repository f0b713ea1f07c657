/** One round with all its stops, as its screen shows it; pure, and it never writes. */
import type { Phrase } from '../../kernel/languages.ts'
import type { Route, Scan, Window } from '../../schemas.gen.ts'
import type { FoldedRecord, OutboxEntry } from '../../sync/engine.ts'
import { oddOf, type ScanOddity, type StopLimits } from './oddities.ts'
import { judgeByRecords, type Candidate } from './tags.ts'
import {
  placedRounds,
  rowOf,
  sitesOf,
  standing,
  roundState,
  valueOf,
  type KnownSite,
  type PatrolRecords,
  type PlacedRound,
  type RoundRow,
} from './view.ts'

/** One stop of an open round. `number` counts from 1; moments in milliseconds UTC. */
export interface StopRow extends StopLimits {
  number: number
  checkpoint: string
  /** The short code of the checkpoint, as the places have it. */
  code: string
  name: Phrase
  area: Phrase | null
  state: 'open' | 'reached' | 'missed'
  /** The scan that reached it. */
  scan: Scan | null
  odd: ScanOddity[]
  missed_because: string
  note: string
  photos: string[]
  /** What somebody noted here on an earlier round. */
  hint: string
}

/** A scan in the order of the walk, with the stop it reached. */
export interface WalkedScan {
  checkpoint: string
  scan: Scan
  /** The place of its stop; null where the route has none there. */
  place: number | null
  odd: ScanOddity[]
}

/** An open round. `next` is the stop to go to; null when none is left. */
export interface RoundView extends RoundRow {
  stops: StopRow[]
  next: StopRow | null
  ordered: boolean
  walked: WalkedScan[]
  started_ms: number
  finished_ms: number
}

interface Ground {
  route: Route
  window: Window
  site: KnownSite | undefined
  tags: readonly FoldedRecord[]
  missed: ReadonlySet<string>
}

const NO_NAME: Phrase = { zh: '未知点位', en: 'Unknown checkpoint' }

function limitsOf({ route, window }: Ground, place: number): StopLimits {
  const { walk_s = 0, opens_s = 0, closes_s = 0 } = route.stops[place] ?? {}
  const has_window = opens_s !== 0 || closes_s !== 0
  return {
    place,
    walk_s,
    opens_ms: has_window ? window.opens_ms + opens_s * 1000 : null,
    closes_ms: has_window && closes_s !== 0 ? window.opens_ms + closes_s * 1000 : null,
  }
}

/** The last scan that reached a stop. */
function beforeOf(walked: readonly WalkedScan[]): { place: number; scanned_at: number } | null {
  for (const { place, scan } of [...walked].reverse()) {
    if (place !== null) return { place, scanned_at: scan.scanned_at }
  }
  return null
}

/** Walks a round's scans again in their order and says what was odd about each. */
function walk(ground: Ground, scans: readonly { checkpoint: string; scan: Scan }[]): WalkedScan[] {
  const { route, site } = ground
  const reached = new Set<number>()
  const walked: WalkedScan[] = []
  for (const { checkpoint, scan } of [...scans].sort((a, b) => a.scan.scanned_at - b.scan.scanned_at)) {
    const places = route.stops.flatMap((stop, place) => (stop.checkpoint === checkpoint ? [place] : []))
    const place = places.find((one) => !reached.has(one)) ?? places[0] ?? null
    const due = route.stops.findIndex(
      (stop, at) => !reached.has(at) && !ground.missed.has(stop.checkpoint),
    )
    const odd = oddOf(scan, {
      stop: place === null ? null : limitsOf(ground, place),
      due: route.ordered === true && due >= 0 ? due : null,
      before: beforeOf(walked),
      reached: place !== null && reached.has(place),
      within_m: route.within_m ?? 150,
      checkpoint: site?.checkpoints.get(checkpoint),
    })
    const label = judgeByRecords(scan.text, ground.tags, scan.scanned_at)?.oddities ?? []
    // A typed code is known to carry no signature; the row says that it was typed.
    const told = scan.how === 'typed' ? label.filter((one) => one !== 'unsigned') : label
    walked.push({ checkpoint, scan, place, odd: [...told, ...odd] })
    if (place !== null) reached.add(place)
  }
  return walked
}

function* scansOf(record: FoldedRecord | undefined): Generator<{ checkpoint: string; scan: Scan }> {
  for (const [name, field] of Object.entries(record?.fields ?? {})) {
    if (!name.startsWith('scans/')) continue
    for (const scan of field.value as Scan[]) yield { checkpoint: name.slice(6), scan }
  }
}

/** The latest words that another round left at each checkpoint. */
function hintsOf(rounds: readonly FoldedRecord[], except: string): Map<string, string> {
  const hints = new Map<string, string>()
  for (const record of [...rounds].sort((a, b) => a.stamp - b.stamp)) {
    if (record.id === except) continue
    for (const [name, field] of Object.entries(record.fields)) {
      if (name.startsWith('note/') && field.value !== '') hints.set(name.slice(5), String(field.value))
    }
  }
  return hints
}

function groundOf(records: PatrolRecords, one: PlacedRound): Ground {
  const { route, window, record } = one
  const missed = route.stops.filter(
    ({ checkpoint }) => valueOf(record, `missed_because/${checkpoint}`) !== undefined,
  )
  return {
    route,
    window,
    site: sitesOf(records).get(route.site),
    tags: records.tags,
    missed: new Set(missed.map(({ checkpoint }) => checkpoint)),
  }
}

function stopRow(
  ground: Ground,
  record: FoldedRecord | undefined,
  place: number,
  walked: readonly WalkedScan[],
  hints: ReadonlyMap<string, string>,
): StopRow {
  const checkpoint = ground.route.stops[place]?.checkpoint ?? ''
  const known = ground.site?.checkpoints.get(checkpoint)
  const here = walked.find((one) => one.place === place)
  const missed_because = valueOf<string>(record, `missed_because/${checkpoint}`) ?? ''
  return {
    ...limitsOf(ground, place),
    number: place + 1,
    checkpoint,
    code: known?.code ?? '',
    name: known?.name ?? NO_NAME,
    area: ground.site?.areas.get(known?.area ?? '')?.name ?? null,
    state: here !== undefined ? 'reached' : missed_because === '' ? 'open' : 'missed',
    scan: here?.scan ?? null,
    odd: here?.odd ?? [],
    missed_because,
    note: valueOf<string>(record, `note/${checkpoint}`) ?? '',
    photos: valueOf<string[]>(record, `evidence/${checkpoint}`) ?? [],
    hint: hints.get(checkpoint) ?? '',
  }
}

/** The stop to go to: on a fixed path the first that is open, else the first after the last reached. */
function nextStop(
  stops: readonly StopRow[],
  ordered: boolean,
  walked: readonly WalkedScan[],
): StopRow | null {
  const last = ordered ? -1 : (walked.filter(({ place }) => place !== null).at(-1)?.place ?? -1)
  const onwards = [...stops.slice(last + 1), ...stops.slice(0, last + 1)]
  return onwards.find(({ state }) => state === 'open') ?? null
}

/** Finds a round with its stops; nothing where this phone holds neither window nor beginning of it. */
export function findRound(
  records: PatrolRecords,
  round: string,
  now_ms: number,
): RoundView | undefined {
  const one = placedRounds(records).find(({ id }) => id === round)
  if (one === undefined) return undefined
  const { route, record, window } = one
  const ground = groundOf(records, one)
  const zone = ground.site?.places.zone ?? 'Asia/Shanghai'
  const walked = walk(ground, [...scansOf(record)])
  const hints = hintsOf(records.rounds, round)
  const stops = route.stops.map((_, place) => stopRow(ground, record, place, walked, hints))
  const ordered = route.ordered === true
  return {
    ...rowOf(one, ground.site, standing(window, roundState(record), now_ms, zone) ?? 'overdue'),
    stops,
    next: nextStop(stops, ordered, walked),
    ordered,
    walked,
    started_ms: valueOf<number>(record, 'started_at') ?? 0,
    finished_ms: valueOf<number>(record, 'finished_at') ?? 0,
  }
}

/** What would be odd about one more scan in a round, its label apart. */
export function oddIn(
  records: PatrolRecords,
  round: string,
  checkpoint: string,
  scan: Scan,
): WalkedScan | undefined {
  const one = placedRounds(records).find(({ id }) => id === round)
  if (one === undefined) return undefined
  const all = [...scansOf(one.record), { checkpoint, scan }]
  return walk(groundOf(records, one), all).find((walked) => walked.scan === scan)
}

/** Checkpoints that a label unknown here may hang at: those of the route first, then all others. */
export function candidatesFor(records: PatrolRecords, round: string | null): Candidate[] {
  const one = round === null ? undefined : placedRounds(records).find(({ id }) => id === round)
  const { route } = one ?? {}
  const first = (route?.stops ?? []).map(({ checkpoint }) => ({ checkpoint, site: route?.site ?? '' }))
  const all = [...sitesOf(records)].flatMap(([site, { checkpoints }]) =>
    [...checkpoints.keys()].map((checkpoint) => ({ checkpoint, site })),
  )
  return [...first, ...all]
}

/** How far this phone's work on one stop has come: false while something waits to be sent. */
export function isStopDelivered(
  outbox: readonly OutboxEntry[],
  round: string,
  checkpoint: string,
): boolean {
  return outbox
    .filter(({ record, body }) => record === round && body['checkpoint'] === checkpoint)
    .every(({ state }) => state === 'delivered')
}
