/** Reads the phone's records as loads that were carted away; pure, and it never writes. */
import type { Phrase } from '../../kernel/languages.ts'
import type { FoldedRecord } from '../../sync/engine.ts'
import { wasteKinds, units, type WasteKind } from './texts.ts'

/** One load. Units: milliseconds UTC. */
export interface LoadView {
  id: string
  site: string
  waste: WasteKind
  quantity: string
  unit: string
  hauler: string
  vehicle: string
  removed_ms: number
  photos: string[]
}

function valueOf<T>(record: FoldedRecord, field: string): T | undefined {
  return record.fields[field]?.value as T | undefined
}

function isWaste(text: string | undefined): text is WasteKind {
  return text !== undefined && text in wasteKinds
}

/** The loads on this phone, the latest first. */
export function listLoads(records: readonly FoldedRecord[]): LoadView[] {
  return records
    .flatMap((record) => {
      const waste = valueOf<string>(record, 'waste')
      if (!isWaste(waste)) return []
      return [
        {
          id: record.id,
          site: valueOf<string>(record, 'site') ?? record.site,
          waste,
          quantity: valueOf<string>(record, 'quantity') ?? '',
          unit: valueOf<string>(record, 'unit') ?? '',
          hauler: valueOf<string>(record, 'hauler') ?? '',
          vehicle: valueOf<string>(record, 'vehicle') ?? '',
          removed_ms: valueOf<number>(record, 'removed_at') ?? 0,
          photos: valueOf<string[]>(record, 'evidence') ?? [],
        },
      ]
    })
    .sort((a, b) => b.removed_ms - a.removed_ms || a.id.localeCompare(b.id))
}

/** What need not be entered again. */
export interface Remembered {
  unit: string
  hauler: string
  vehicle: string
}

/** What the last load of that kind at the site was measured in and who took it, else of any kind. */
export function remembered(
  loads: readonly LoadView[],
  site: string,
  waste: WasteKind,
  speak: (phrase: Phrase) => string,
): Remembered {
  const here = loads.filter((one) => one.site === site)
  const same = here.find((one) => one.waste === waste)
  const { hauler = '', vehicle = '' } = same ?? here[0] ?? {}
  const unit = same === undefined ? speak(units[wasteKinds[waste].unit]) : same.unit
  return { unit, hauler, vehicle }
}

/** The haulers or vehicles of the last loads, each once, the latest first. */
export function lastUsed(
  loads: readonly LoadView[],
  site: string,
  which: 'hauler' | 'vehicle',
  most = 3,
): string[] {
  const found = loads.filter((one) => one.site === site).map((one) => one[which])
  return [...new Set(found)].filter((one) => one !== '').slice(0, most)
}

const WHOLE_DIGITS = 6
const DECIMAL_DIGITS = 3

/** Adds a key to what is entered: digits, one point, or `back`; what cannot be is not added. */
export function press(entered: string, key: string): string {
  if (key === 'back') return entered.slice(0, -1)
  const [whole = '', decimals] = entered.split('.')
  if (key === '.') return decimals === undefined ? `${entered === '' ? '0' : entered}.` : entered
  if (decimals !== undefined) return decimals.length < DECIMAL_DIGITS ? entered + key : entered
  if (whole === '0') return key
  return whole.length < WHOLE_DIGITS ? entered + key : entered
}

/** What is entered as a quantity that travels; empty while it is none. */
export function quantityOf(entered: string): string {
  const plain = entered.replace(/\.$/u, '')
  return /^\d{1,6}(\.\d{1,3})?$/u.test(plain) && Number(plain) > 0 ? plain : ''
}
