/** The emergency numbers as the sites' places on the phone say them. */
import type { Phrase } from '../kernel/languages.ts'
import type { EmergencyNumber, Places } from '../schemas.gen.ts'
import type { Engine, FoldedRecord } from '../sync/engine.ts'

/** Whom to call at one site. */
export interface SiteNumbers {
  site: string
  name: Phrase
  numbers: readonly EmergencyNumber[]
}

/** Reads them off the places; only of these sites, where some are named. */
export function numbersOf(
  records: readonly FoldedRecord[],
  sites?: readonly string[],
): SiteNumbers[] {
  return records.flatMap(({ id, fields }) => {
    const places = fields['places']?.value as Places | undefined
    const numbers = places?.emergency ?? []
    if (places === undefined || numbers.length === 0) return []
    if (sites !== undefined && !sites.includes(id)) return []
    return [{ site: id, name: places.name, numbers }]
  })
}

/** Reads them from the phone alone: no network, and whoever is signed in. */
export async function readNumbers(
  engine: Pick<Engine, 'readRecords'>,
  sites?: readonly string[],
): Promise<SiteNumbers[]> {
  return numbersOf(await engine.readRecords('places'), sites)
}

/** What a phone can dial: digits and the signs of its keys, an extension (转) after a pause. */
export function dialAddress(number: string): string {
  const keys = number.normalize('NFKC').replace(/转|分机|ext\.?/giu, ',')
  return `tel:${keys.replace(/[^\d+*#,;]/gu, '')}`
}
