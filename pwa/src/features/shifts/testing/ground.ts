/** A gate with two shifts a day, for the tests of handovers. */
import type { Roster } from '../../../schemas.gen.ts'
import type { FoldedRecord } from '../../../sync/engine.ts'
import type { ShiftRecords } from '../view.ts'

export const ZONE = 'Asia/Shanghai'
export const SITE = '1'.repeat(32)
export const GATE = '2'.repeat(32)
export const LOBBY = '3'.repeat(32)
export const ANA = 'a'.repeat(32)
export const BEN = 'b'.repeat(32)
export const CLEO = 'c'.repeat(32)
const HOUR_MS = 3_600_000

/** A moment of 20 November 2026 at the site, in hours; 24 and more is the next day. */
export const at = (hour: number): number => Date.UTC(2026, 10, 19, 16) + hour * HOUR_MS

export function record(id: string, kind: string, values: Record<string, unknown>): FoldedRecord {
  const fields: FoldedRecord['fields'] = {}
  for (const [name, value] of Object.entries(values)) fields[name] = { by: {}, person: '', value }
  return { id, kind, fields, position: 1, stamp: 1, site: SITE, unsent_count: 0 }
}

const places = record(SITE, 'places', {
  places: {
    site: SITE,
    name: { zh: '港湾商场', en: 'Harbour Mall' },
    zone: ZONE,
    posts: [
      { id: GATE, name: { zh: '东门岗', en: 'East gate' } },
      { id: LOBBY, name: { zh: '大堂岗', en: 'Lobby' } },
    ],
  },
})

export function roster(more: Partial<Roster> = {}): Roster {
  const duty = (on: string, shift: string, person: string) => ({ on, shift, post: GATE, person })
  return {
    site: SITE,
    month: '2026-11',
    shifts: [
      { code: 'day', title: { zh: '白班', en: 'Day' }, opens: '08:00', closes: '20:00' },
      { code: 'night', title: { zh: '夜班', en: 'Night' }, opens: '20:00', closes: '08:00' },
    ],
    duties: [
      duty('2026-11-19', 'night', BEN),
      duty('2026-11-20', 'day', ANA),
      duty('2026-11-20', 'night', BEN),
    ],
    counted: [{ zh: '对讲机', en: 'Radios' }, { zh: '钥匙', en: 'Keys' }],
    people: [
      { id: ANA, name: { zh: '安娜' } },
      { id: BEN, name: { zh: '贝宁' } },
    ],
    ...more,
  }
}

export const handover = (
  on: string,
  shift: string,
  left_ms: number,
  more: Record<string, unknown> = {},
): FoldedRecord =>
  record(`${on}${shift}`, 'handover', {
    site: SITE,
    post: GATE,
    on,
    shift,
    state: 'made',
    left_by: BEN,
    left_at: left_ms,
    handover: {
      on_duty: [BEN],
      counted: [{ name: '对讲机', expected: 4, found: 3, words: '送修' }],
      open_matters: ['二号门待修', '三层漏水'],
      instructions: '注意东广场',
    },
    ...more,
  })

export function ground(more: Partial<ShiftRecords> & { roster?: Roster } = {}, substitutes = {}): ShiftRecords {
  const listed = record('r'.repeat(32), 'roster', { roster: more.roster ?? roster(), ...substitutes })
  return {
    places: more.places ?? [places],
    rosters: more.rosters ?? [listed],
    handovers: more.handovers ?? [],
  }
}
