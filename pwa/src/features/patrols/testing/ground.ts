/** A mall with a route of four stops, for the tests of rounds. */
import type { Route, Scan, Tag, Window } from '../../../schemas.gen.ts'
import type { FoldedRecord, Person } from '../../../sync/engine.ts'
import type { PatrolRecords } from '../view.ts'

export const ZONE = 'Asia/Shanghai'
export const SITE = '1'.repeat(32)
export const ROUTE = '5'.repeat(32)
export const ANA = 'a'.repeat(32)
const HOUR_MS = 3_600_000

/** A moment of 20 November 2026 at the site, in hours; 24 and more is the next day. */
export const at = (hour: number): number => Date.UTC(2026, 10, 19, 16) + hour * HOUR_MS
export const stopId = (n: number): string => n.toString(16).padStart(32, 'c')
export const roundId = (n: number): string => n.toString(16).padStart(32, '0')

export const ana: Person = {
  id: ANA,
  name: { zh: '安娜', en: 'Ana' },
  roles: [{ role: 'guard', name: { zh: '保安' }, site: SITE }],
}

export function record(id: string, kind: string, values: Record<string, unknown>): FoldedRecord {
  const fields: FoldedRecord['fields'] = {}
  for (const [name, value] of Object.entries(values)) fields[name] = { by: {}, person: '', value }
  return { id, kind, fields, position: 1, stamp: 1, site: SITE, unsent_count: 0 }
}

export const windowOf = (n: number, opens: number, closes: number, on = '2026-11-20'): Window => ({
  task: roundId(n),
  on,
  ordinal: n,
  opens_ms: at(opens),
  closes_ms: at(closes),
})

export const scanAt = (hour: number, text = 'CODE0001', more: Partial<Scan> = {}): Scan => ({
  text,
  how: 'camera',
  scanned_at: at(hour),
  ...more,
})

export const route: Route = {
  code: 'R1',
  title: { zh: '夜巡一线', en: 'Night route 1' },
  site: SITE,
  stops: [1, 2, 3, 4].map((n) => ({ checkpoint: stopId(n), walk_s: n === 1 ? 0 : 60 })),
  rounds: [
    { opens: '22:00', closes: '02:00' },
    { opens: '02:00', closes: '06:00' },
  ],
  roles: ['guard'],
}

export function tagOf(n: number, more: Partial<Tag> = {}): Tag {
  const code = `C0DE000${String(n)}`
  return { code, checkpoint: stopId(n), site: SITE, serial: 1, signature: 's'.repeat(86), ...more }
}

export interface Given {
  windows?: Window[]
  rounds?: FoldedRecord[]
  tags?: FoldedRecord[]
  route?: Partial<Route>
}

/** The records of the ground. */
export function ground({ windows = [], rounds = [], tags = [], route: more = {} }: Given = {}): PatrolRecords {
  const checkpoints = [1, 2, 3, 4, 9].map((n) => ({
    id: stopId(n),
    code: `B2-0${String(n)}`,
    name: { zh: `点位${String(n)}`, en: `Stop ${String(n)}` },
    area: 'area',
    latitude: '31.2300000',
    longitude: '121.4700000',
  }))
  const areas = [{ id: 'area', name: { zh: '地下二层' } }]
  const places = { site: SITE, name: { zh: '港湾商场' }, zone: ZONE, areas, checkpoints }
  return {
    places: [record(SITE, 'places', { places })],
    routes: [record(ROUTE, 'route', { route: { ...route, ...more } })],
    agendas: [record('9'.repeat(32), 'round_agenda', { route: ROUTE, month: '2026-11', windows })],
    rounds,
    tags,
  }
}
