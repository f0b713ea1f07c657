/**
 * Reads the phone's records as shifts: who stands where, what the last shift left, what waits for
 * somebody to take it over. Pure, and it never writes.
 */
import type { Phrase } from '../../kernel/languages.ts'
import type { Bilingual, Handover, Places, Roster, Shift, Taking } from '../../schemas.gen.ts'
import type { FoldedRecord, SessionState } from '../../sync/engine.ts'
import { dayAfter, hoursOn } from '../../ui/hours.ts'
import { dateAt } from '../../ui/time-words.ts'
import { slotOf, type ShiftEnd } from './commands.ts'

const HOUR_MS = 3_600_000
/** Whoever comes looks before the shift begins; whoever leaves writes after it has ended. */
const AHEAD_MS = HOUR_MS
const AFTER_MS = 4 * HOUR_MS
/** A handover that nobody took is not asked about for ever. */
const TAKEN_WITHIN_MS = 24 * HOUR_MS
export const USUAL_ZONE = 'Asia/Shanghai'

/** The records that shifts are read from. */
export interface ShiftRecords {
  places: readonly FoldedRecord[]
  rosters: readonly FoldedRecord[]
  handovers: readonly FoldedRecord[]
}

/** One place on a roster. Units: milliseconds UTC. */
export interface Slot extends ShiftEnd {
  roster: string
  shift_title: Phrase
  post_name: Phrase
  site_name: Phrase | null
  zone: string
  person: string
  /** Who stands in; empty for nobody. */
  substitute: string
  opens_ms: number
  closes_ms: number
}

/** One matter that a shift left open; `place` counts from 0. */
export interface Matter {
  place: number
  words: string
  /** What was said when it was done; null while it is open. */
  settled: string | null
}

/** A handover as it stands on this phone. */
export interface HandoverView extends ShiftEnd {
  id: string
  state: 'made' | 'taken'
  left_by: string
  left_ms: number
  handover: Handover
  matters: Matter[]
  /** The latest who took over; null while nobody has. */
  taking: Taking | null
  taken_ms: number
}

/** Gives the value of a record's field. */
export function valueOf<T>(record: FoldedRecord | undefined, field: string): T | undefined {
  return record?.fields[field]?.value as T | undefined
}

/** The published places of a site. */
export function placesOf(records: Pick<ShiftRecords, 'places'>, site: string): Places | undefined {
  return valueOf<Places>(records.places.find(({ id }) => id === site), 'places')
}

function phraseOf(name: Bilingual): Phrase {
  return { zh: name.zh, en: name.en ?? '' }
}

function slotsOf(record: FoldedRecord, roster: Roster, places: Places | undefined, days: Set<string>): Slot[] {
  const zone = places?.zone ?? USUAL_ZONE
  const shifts = new Map(roster.shifts.map((one) => [one.code, one]))
  return roster.duties.flatMap((duty) => {
    const shift = shifts.get(duty.shift)
    if (shift === undefined || !days.has(duty.on)) return []
    const { on, post, person } = duty
    const name = places?.posts?.find(({ id }) => id === post)?.name
    const slot = slotOf({ on, post, shift: shift.code })
    return [
      {
        roster: record.id,
        site: roster.site,
        on,
        post,
        person,
        shift: shift.code,
        shift_title: phraseOf(shift.title),
        post_name: name === undefined ? { zh: '岗位', en: 'Post' } : phraseOf(name),
        site_name: places === undefined ? null : phraseOf(places.name),
        zone,
        substitute: valueOf<string>(record, `substitute/${slot}`) ?? '',
        ...hoursOn(on, shift, zone),
      },
    ]
  })
}

/** All places on the rosters from so many days before to so many after today, by opening hour. */
export function slotsAround(
  records: ShiftRecords,
  now_ms: number,
  before = 1,
  after = 1,
): Slot[] {
  const slots = records.rosters.flatMap((record) => {
    const roster = valueOf<Roster>(record, 'roster')
    if (roster === undefined) return []
    const places = placesOf(records, roster.site)
    const today = dateAt(now_ms, places?.zone ?? USUAL_ZONE)
    const days = new Set<string>()
    for (let day = -before; day <= after; day += 1) days.add(dayAfter(today, day))
    return slotsOf(record, roster, places, days)
  })
  return slots.sort((a, b) => a.opens_ms - b.opens_ms || a.post_name.zh.localeCompare(b.post_name.zh))
}

/** Who truly stands there: the substitute where one is named. */
export function standsAt(slot: Pick<Slot, 'person' | 'substitute'>): string {
  return slot.substitute === '' ? slot.person : slot.substitute
}

/** The handovers on this phone, the latest first. */
export function listHandovers(records: Pick<ShiftRecords, 'handovers'>): HandoverView[] {
  return records.handovers
    .flatMap((record) => {
      const handover = valueOf<Handover>(record, 'handover')
      const post = valueOf<string>(record, 'post')
      if (handover === undefined || post === undefined) return []
      const takings = valueOf<Taking[]>(record, 'taking') ?? []
      return [
        {
          id: record.id,
          site: valueOf<string>(record, 'site') ?? record.site,
          post,
          on: valueOf<string>(record, 'on') ?? '',
          shift: valueOf<string>(record, 'shift') ?? '',
          state: valueOf<string>(record, 'state') === 'taken' ? ('taken' as const) : ('made' as const),
          left_by: valueOf<string>(record, 'left_by') ?? '',
          left_ms: valueOf<number>(record, 'left_at') ?? 0,
          handover,
          matters: (handover.open_matters ?? []).map((words, place) => ({
            place,
            words,
            settled: valueOf<string>(record, `settled_words/${String(place)}`) ?? null,
          })),
          taking: takings.at(-1) ?? null,
          taken_ms: valueOf<number>(record, 'taken_at') ?? 0,
        },
      ]
    })
    .sort((a, b) => b.left_ms - a.left_ms || a.id.localeCompare(b.id))
}

/** The handover of that very shift, if one was written. */
export function handoverOf(all: readonly HandoverView[], end: ShiftEnd): HandoverView | undefined {
  return all.find((one) => one.site === end.site && one.post === end.post && slotOf(one) === slotOf(end))
}

/** The last handover of the post that is not that shift's own: what was left to it. */
export function lastBefore(all: readonly HandoverView[], end: ShiftEnd): HandoverView | undefined {
  return all.find((one) => one.site === end.site && one.post === end.post && slotOf(one) !== slotOf(end))
}

/** The person's own duties that concern this moment: running, about to begin or just ended. */
export function ownSlots(slots: readonly Slot[], person: string, now_ms: number): Slot[] {
  return slots.filter(
    (slot) =>
      standsAt(slot) === person &&
      now_ms >= slot.opens_ms - AHEAD_MS &&
      now_ms < slot.closes_ms + AFTER_MS,
  )
}

/** Which of the own duties is to be handed over: one that ended and was not, else the running one. */
export function slotToLeave(
  own: readonly Slot[],
  all: readonly HandoverView[],
  now_ms: number,
): Slot | undefined {
  const begun = own.filter(({ opens_ms }) => opens_ms <= now_ms)
  return begun.find((slot) => slot.closes_ms <= now_ms && handoverOf(all, slot) === undefined) ?? begun.at(-1)
}

/**
 * What was left to the duty that runs or is about to begin, by post; each post once. Nothing is left
 * to whoever has handed over already: what was open went on with that.
 */
export function leftToMe(
  own: readonly Slot[],
  all: readonly HandoverView[],
  now_ms: number,
): { slot: Slot; last: HandoverView }[] {
  const seen = new Set<string>()
  return own
    .filter(({ closes_ms }) => closes_ms > now_ms)
    .flatMap((slot) => {
      if (seen.has(slot.post) || handoverOf(all, slot) !== undefined) return []
      const last = lastBefore(all, slot)
      if (last === undefined) return []
      seen.add(slot.post)
      return [{ slot, last }]
    })
}

/** Whether a handover still waits for this person's word. */
export function waitsFor(last: HandoverView, person: string, now_ms: number): boolean {
  return last.state === 'made' && last.left_by !== person && now_ms - last.left_ms < TAKEN_WITHIN_MS
}

/** The matters that are still open. */
export function openMatters(view: HandoverView | undefined): Matter[] {
  return (view?.matters ?? []).filter(({ settled }) => settled === null)
}

/** One thing to be counted; `expected` is null where nobody has counted it yet. */
export interface ToCount {
  name: Phrase
  expected: number | null
}

/** What is counted at a post: what the roster names, and how many there were the last time. */
export function toCount(roster: Roster | undefined, last: HandoverView | undefined): ToCount[] {
  const before = new Map(last?.handover.counted?.map(({ name, found }) => [name, found]))
  const named = (roster?.counted ?? []).map(phraseOf)
  const known = new Set(named.map(({ zh }) => zh))
  // Where the roster of the new month has not come, what was counted before is counted again.
  const rest = [...before.keys()].filter((name) => !known.has(name)).map((zh) => ({ zh, en: '' }))
  return [...named, ...(named.length === 0 ? rest : [])].map((name) => ({
    name,
    expected: before.get(name.zh) ?? null,
  }))
}

/** The site's roster that holds on a date. */
export function rosterOn(records: ShiftRecords, site: string, on: string): Roster | undefined {
  const rosters = records.rosters.flatMap((record) => valueOf<Roster>(record, 'roster') ?? [])
  return rosters.find((one) => one.site === site && one.month === on.slice(0, 7))
}

/** Day and night, where no roster says otherwise. */
export const USUAL_SHIFTS: readonly Shift[] = [
  { code: 'day', title: { zh: '白班', en: 'Day shift' }, opens: '08:00', closes: '20:00' },
  { code: 'night', title: { zh: '夜班', en: 'Night shift' }, opens: '20:00', closes: '08:00' },
]

/** The shift of a post that somebody chose by hand, on the date on which it last began. */
export function chosenSlot(
  records: ShiftRecords,
  chosen: { site: string; post: string; shift: Shift; person: string },
  now_ms: number,
): Slot {
  const { site, post, shift, person } = chosen
  const places = placesOf(records, site)
  const zone = places?.zone ?? USUAL_ZONE
  const today = dateAt(now_ms, zone)
  const on = hoursOn(today, shift, zone).opens_ms <= now_ms ? today : dayAfter(today, -1)
  const name = places?.posts?.find(({ id }) => id === post)?.name
  return {
    roster: '',
    site,
    post,
    on,
    person,
    shift: shift.code,
    shift_title: phraseOf(shift.title),
    post_name: name === undefined ? { zh: '岗位', en: 'Post' } : phraseOf(name),
    site_name: places === undefined ? null : phraseOf(places.name),
    zone,
    substitute: '',
    ...hoursOn(on, shift, zone),
  }
}

/** Somebody whom this phone can name. */
export interface KnownPerson {
  id: string
  name: Phrase
}

type Reader = Pick<SessionState, 'known' | 'person' | 'organization'>

/** Whom this phone can name: who signed in here, and who stands on the rosters; each once. */
export function namedPeople(records: Pick<ShiftRecords, 'rosters'>, session: Reader): KnownPerson[] {
  const known = session.known.filter(({ organization }) => organization.id === session.organization?.id)
  const listed = records.rosters.flatMap((record) => valueOf<Roster>(record, 'roster')?.people ?? [])
  const found = new Map<string, Phrase>()
  if (session.person !== null) found.set(session.person.id, session.person.name)
  for (const { id, name } of [...known, ...listed]) {
    if (!found.has(id)) found.set(id, phraseOf(name))
  }
  return [...found].map(([id, name]) => ({ id, name }))
}

/** Who may take over, the likeliest first: who comes next on the roster, then who is known here. */
export function whoTakes(
  people: readonly KnownPerson[],
  slots: readonly Slot[],
  leaving: Pick<HandoverView, 'post' | 'site' | 'left_by' | 'left_ms' | 'on' | 'shift'>,
  known: ReadonlySet<string>,
): KnownPerson[] {
  const next = slots.find(
    (slot) =>
      slot.post === leaving.post &&
      slotOf(slot) !== slotOf(leaving) &&
      slot.closes_ms > leaving.left_ms &&
      standsAt(slot) !== leaving.left_by,
  )
  const rank = (id: string): number =>
    next !== undefined && standsAt(next) === id ? 0 : known.has(id) ? 1 : 2
  return people
    .filter(({ id }) => id !== leaving.left_by)
    .map((one, place) => ({ one, place }))
    .sort((a, b) => rank(a.one.id) - rank(b.one.id) || a.place - b.place)
    .map(({ one }) => one)
}
