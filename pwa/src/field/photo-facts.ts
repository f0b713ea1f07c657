/** What the phone knows of one photo for its watermark: when, where, who, which. */
import { taskNames } from '../features/inspections/view.ts'
import { namedPeople } from '../features/shifts/view.ts'
import { say, type Language, type Phrase } from '../kernel/languages.ts'
import type { Places } from '../schemas.gen.ts'
import type { Engine, Entry, FoldedRecord, OutboxEntry, SessionState } from '../sync/engine.ts'
import { clockAt, dateAt } from '../ui/time-words.ts'
import { markTexts as texts } from './photo-texts.ts'

/** How sure the time of a photo is: checked against the server's, the phone's word alone, or as the office keeps it. */
export type TimeWord = 'checked' | 'phone' | 'recorded'

/** One photo's facts. Units: `at_ms` in milliseconds UTC. */
export interface PhotoFacts {
  at_ms: number
  time: TimeWord
  site: Phrase | null
  checkpoint: Phrase | null
  zone: string
  person: string
  sha256: string
}

/** Where a photo was found among the records. */
interface Found {
  record: FoldedRecord
  field: string
  entry: Entry
}

const KINDS = ['nonconformity', 'round', 'task', 'handover'] as const
const MICRO = 1000
const NUMBER_LETTERS = 8

/** Finds the record and the field that a photo belongs to. */
export function findPhoto(records: readonly FoldedRecord[], sha256: string): Found | null {
  for (const record of records) {
    for (const [field, value] of Object.entries(record.fields)) {
      const entry = 'in' in value ? value.in[sha256] : undefined
      if (entry !== undefined) return { record, field, entry }
    }
  }
  return null
}

/**
 * Says how sure the time is. The server's verdict on one's own photo comes with its answer; before
 * that, a phone that has heard the server's time goes by it; of others' photos only the stamp is here.
 */
export function timeOf(
  entry: Entry,
  own: OutboxEntry | undefined,
  clock_off_ms: number | null,
): { at_ms: number; time: TimeWord } {
  const verdict = own?.outcome?.time
  if (verdict !== undefined && verdict !== null) {
    return { at_ms: verdict.best_ms, time: verdict.time_class === 'C' ? 'phone' : 'checked' }
  }
  if (own !== undefined) return { at_ms: own.recorded_ms, time: clock_off_ms === null ? 'phone' : 'checked' }
  return { at_ms: Math.floor(entry.stamp / MICRO), time: 'recorded' }
}

/** Says it in the lines of a watermark. */
export function markLines(facts: PhotoFacts, who: string, language: Language): string[] {
  const { at_ms, zone, time, site, checkpoint, sha256 } = facts
  const clock = `${dateAt(at_ms, zone)} ${clockAt(at_ms, zone)} ${say(texts[time], {}, language)}`
  const place = [site, checkpoint].flatMap((name) => (name === null ? [] : [say(name, {}, language)]))
  const number = say(texts.number, { n: sha256.slice(0, NUMBER_LETTERS).toUpperCase() }, language)
  return [clock, ...(place.length > 0 ? [place.join(' · ')] : []), `${who} · ${number}`]
}

async function placeOf(
  engine: Pick<Engine, 'readRecords'>,
  { record, field }: Found,
): Promise<Pick<PhotoFacts, 'site' | 'checkpoint' | 'zone'>> {
  const published = await engine.readRecords('places')
  const said = record.fields['site']?.value
  const site = record.site === '' && typeof said === 'string' ? said : record.site
  const places = published.find(({ id }) => id === site)?.fields['places']?.value as Places | undefined
  const usual = { site: places?.name ?? null, zone: places?.zone ?? '' }
  const named = record.fields['checkpoint']?.value ?? field.split('/')[1]
  const known = places?.checkpoints?.find(({ id }) => id === named)?.name ?? null
  if (known !== null) return { ...usual, checkpoint: known }
  const task = record.kind === 'task' ? record.id : record.fields['task']?.value
  if (typeof task !== 'string') return { ...usual, checkpoint: null }
  const [checklists, plans, agendas, tasks] = await Promise.all(
    ['checklist', 'plan', 'agenda', 'task'].map((kind) => engine.readRecords(kind)),
  )
  const names = taskNames({
    places: published,
    checklists: checklists ?? [],
    plans: plans ?? [],
    agendas: agendas ?? [],
    tasks: tasks ?? [],
  })
  return { ...usual, checkpoint: names.get(task)?.checkpoint ?? null }
}

/** Gives the lines of a photo's watermark; null for a photo that no record on the phone names. */
export async function markOf(
  engine: Pick<Engine, 'readRecords' | 'outbox' | 'status'>,
  session: SessionState,
  sha256: string,
  language: Language,
): Promise<string[] | null> {
  for (const kind of KINDS) {
    const found = findPhoto(await engine.readRecords(kind), sha256)
    if (found === null) continue
    const { entry } = found
    const own = engine.outbox.value.find(({ photos }) => photos.some((one) => one.sha256 === sha256))
    const time = timeOf(entry, own, engine.status.value.clock_off_ms)
    const place = await placeOf(engine, found)
    const rosters = await engine.readRecords('roster')
    const name = namedPeople({ rosters }, session).find(({ id }) => id === entry.person)?.name
    const who = say(name ?? texts.colleague, {}, language)
    return markLines({ ...time, ...place, person: entry.person, sha256 }, who, language)
  }
  return null
}
