/**
 * What a label leads to when no round is open on the screen: the checkpoint, the rounds that pass
 * it, and the scan recorded at once where just one of them is being walked.
 */
import { computed, shallowRef, type ComputedRef } from 'vue'

import type { Scan } from '../../../schemas.gen.ts'
import type { Engine, SessionState } from '../../../sync/engine.ts'
import { t } from '../../../ui/speech.ts'
import { clockAt } from '../../../ui/time-words.ts'
import { roundId, startRound } from '../commands.ts'
import type { ScanOddity } from '../oddities.ts'
import { candidatesFor, oddIn } from '../round-view.ts'
import { judgeTag } from '../tags.ts'
import { scanTexts } from '../texts.ts'
import {
  groupRounds,
  listRoutes,
  placedRounds,
  sitesOf,
  type PatrolRecords,
  type RouteRow,
  type RoundRow,
} from '../view.ts'
import type { Voice } from './feedback.ts'
import { useScanDesk } from './scan-desk.ts'
import { remarkWords, tellOf, type Told } from './telling.ts'

/** What was read, with the checkpoint that it leads to. */
export interface Reading {
  text: string
  how: Scan['how']
  checkpoint: string
  label: ScanOddity[]
}

/** What the scan screen needs to know of its surroundings. */
export interface ScanPlace {
  engine: Engine
  session: () => SessionState
  records: ComputedRef<PatrolRecords>
  now: () => number
  voice: Voice
}

/** Gives everything that the scan screen shows and does, besides the camera. */
export function useOpenScan({ engine, session, records, now, voice }: ScanPlace) {
  const desk = useScanDesk(engine)
  const told = shallowRef<Told | null>(null)
  const reading = shallowRef<Reading | null>(null)
  /** The round in which the last reading was recorded. */
  const recorded = shallowRef<RoundRow | null>(null)

  const groups = computed(() => {
    const { person } = session()
    return person === null ? null : groupRounds(records.value, person, now())
  })
  const walkable = computed(() =>
    groups.value === null ? [] : [...groups.value.now, ...groups.value.overdue, ...groups.value.later],
  )
  const routes = computed<RouteRow[]>(() => {
    const { person } = session()
    return person === null ? [] : listRoutes(records.value, person, now())
  })

  /** The rounds that pass a checkpoint, those being walked first. */
  function roundsAt(checkpoint: string): RoundRow[] {
    const passing = new Set(
      placedRounds(records.value)
        .filter(({ route }) => route.stops.some((stop) => stop.checkpoint === checkpoint))
        .map(({ id }) => id),
    )
    const here = walkable.value.filter(({ round }) => passing.has(round))
    return [...here].sort((a, b) => Number(b.state === 'in_progress') - Number(a.state === 'in_progress'))
  }

  /** The rounds that the last reading may be recorded in. */
  const choices = computed(() =>
    reading.value === null || recorded.value !== null ? [] : roundsAt(reading.value.checkpoint),
  )

  function placeOf(checkpoint: string): { name: string; zone: string } {
    for (const { places, checkpoints } of sitesOf(records.value).values()) {
      const known = checkpoints.get(checkpoint)
      const area = places.areas?.find(({ id }) => id === known?.area)
      const names = [known?.name, area?.name].flatMap((name) => (name ? [t(name)] : []))
      if (known !== undefined) return { name: names.join(' · '), zone: places.zone ?? '' }
    }
    return { name: t(scanTexts.unknown), zone: '' }
  }

  function tell(at: Reading, odd: readonly ScanOddity[], saving: string, at_ms: number): Told {
    const known = new Set([...at.label, ...odd])
    // Who types has no signature to offer; the round says that it was typed.
    if (at.how === 'typed') known.delete('unsigned')
    const { name, zone } = placeOf(at.checkpoint)
    const mood = known.size === 0 ? 'ok' : 'odd'
    const said = { title: name, at: clockAt(at_ms, zone), remarks: remarkWords([...known]), saving }
    return tellOf(mood, said)
  }

  /** Records the last reading in a round, which is begun with it where it was not. */
  async function record(row: RoundRow): Promise<void> {
    const at = reading.value
    if (at === null) return
    const { round, route, on, ordinal } = row
    const before = records.value
    const open = { round, route, ...(row.beside_plan && { beside: { on, ordinal } }) }
    const begins = row.state === 'due'
    const { scan, saved } = desk.take({ open, begins, checkpoint: at.checkpoint, text: at.text, how: at.how })
    const odd = oddIn(before, round, at.checkpoint, scan)?.odd ?? []
    const said = tell(at, odd, t(scanTexts.saving), scan.scanned_at)
    told.value = said
    voice.tell(said.mood)
    recorded.value = row
    const is_saved = await saved
    if (told.value.serial !== said.serial) return
    told.value = is_saved ? { ...said, saving: t(scanTexts.saved) } : null
    if (!is_saved) recorded.value = null
  }

  async function read(text: string, how: Scan['how']): Promise<void> {
    recorded.value = null
    const known = records.value
    const candidates = candidatesFor(known, null)
    const { tag_key } = session()
    const verdict = await judgeTag(text, known.tags, candidates, tag_key, engine.now())
    const { checkpoint, oddities: label } = verdict
    if (checkpoint === null) {
      reading.value = null
      told.value = tellOf('unknown', { remarks: remarkWords(label) })
      voice.tell('unknown')
      return
    }
    reading.value = { text, how, checkpoint, label }
    const walking = roundsAt(checkpoint).filter(({ state }) => state === 'in_progress')
    const [only, other] = walking
    if (only !== undefined && other === undefined) {
      await record(only)
      return
    }
    told.value = tell(reading.value, [], '', engine.now())
    voice.tell(told.value.mood)
  }

  /** Begins a round of a route beside the plan; gives its id. */
  async function beginExtra({ route, on, ordinal }: RouteRow): Promise<string | null> {
    const organization = session().organization?.id
    if (organization === undefined) return null
    const round = await roundId(organization, route, on, ordinal)
    try {
      await startRound(engine, { round, route, beside: { on, ordinal } }, engine.now())
      return round
    } catch (failure) {
      desk.news.value = desk.badNews(failure)
      return null
    }
  }

  return { told, reading, recorded, walkable, routes, choices, news: desk.news, read, record, beginExtra }
}
