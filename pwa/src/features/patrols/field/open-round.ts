/**
 * One round while it is on the screen: what was read last, what is typed and not yet recorded, what
 * is photographed. It writes through the commands alone.
 */
import { computed, onBeforeUnmount, reactive, shallowRef, type ComputedRef } from 'vue'

import type { Scan } from '../../../schemas.gen.ts'
import type { Engine } from '../../../sync/engine.ts'
import type { BadNews } from '../../../ui/bad-news.ts'
import type { PhotoBytes } from '../../../ui/photo.ts'
import { t } from '../../../ui/speech.ts'
import { clockAt } from '../../../ui/time-words.ts'
import * as commands from '../commands.ts'
import { readRoundDraft, saveRoundDraft } from '../drafts.ts'
import type { ScanOddity } from '../oddities.ts'
import { withPending } from '../pending.ts'
import { candidatesFor, findRound, oddIn } from '../round-view.ts'
import { judgeTag } from '../tags.ts'
import { scanTexts } from '../texts.ts'
import { sitesOf, type PatrolRecords } from '../view.ts'
import type { Voice } from './feedback.ts'
import { useScanDesk } from './scan-desk.ts'
import { remarkWords, tellOf, type Told } from './telling.ts'

const DRAFT_DELAY_MS = 300

/** What the round screen needs to know of its surroundings. */
export interface RoundPlace {
  engine: Engine
  round: string
  records: ComputedRef<PatrolRecords>
  now: () => number
  tag_key: () => string
  voice: Voice
}

/** Gives everything that the round screen shows and does, besides the camera. */
export function useOpenRound({ engine, round, records, now, tag_key, voice }: RoundPlace) {
  const desk = useScanDesk(engine)
  const whole = computed(() => withPending(records.value, desk.pending.value))
  const view = computed(() => findRound(whole.value, round, now()))
  /** The round as it lies on the phone: what is still being written is told, not claimed. */
  const kept = computed(() => findRound(records.value, round, now()))
  const told = shallowRef<Told | null>(null)
  /** What was read and leads nowhere; it may still be recorded at the next stop. */
  const unknown = shallowRef<{ text: string; how: Scan['how']; label: ScanOddity[] } | null>(null)
  const notes = reactive(new Map<string, string>())
  const unfolded = shallowRef('')
  const news = shallowRef<BadNews | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let begun = false

  const open = computed(
    (): commands.OpenRound => ({
      round,
      route: view.value?.route ?? '',
      ...(view.value?.beside_plan === true && {
        beside: { on: view.value.on, ordinal: view.value.ordinal },
      }),
    }),
  )

  function saveDraftSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void saveDraftNow().catch(() => undefined), DRAFT_DELAY_MS)
  }

  async function saveDraftNow(): Promise<void> {
    clearTimeout(timer)
    await saveRoundDraft(engine, round, { stop: unfolded.value, notes: Object.fromEntries(notes) })
  }

  function nameOf(checkpoint: string): string {
    for (const { checkpoints } of sitesOf(records.value).values()) {
      const known = checkpoints.get(checkpoint)
      if (known !== undefined) return t(known.name)
    }
    return t(scanTexts.unknown)
  }

  /** Takes a scan of a checkpoint in, tells it, and says when it lies on the phone. */
  async function reach(
    checkpoint: string,
    text: string,
    how: Scan['how'],
    label: readonly ScanOddity[],
  ): Promise<void> {
    const seen = view.value
    if (seen === undefined) return
    const begins = seen.state === 'due' && !begun
    begun = true
    unknown.value = null
    const before = whole.value
    const { scan, saved } = desk.take({ open: open.value, begins, checkpoint, text, how })
    const walked = oddIn(before, round, checkpoint, scan)
    const known = new Set<ScanOddity>([...label, ...(walked?.odd ?? [])])
    // Who types has no signature to offer; the stop says that it was typed.
    if (how === 'typed') known.delete('unsigned')
    const mood = known.size === 0 ? 'ok' : 'odd'
    const tell = tellOf(mood, {
      title: nameOf(checkpoint),
      at: clockAt(scan.scanned_at, seen.zone),
      remarks: remarkWords([...known]),
      saving: t(scanTexts.saving),
    })
    told.value = tell
    voice.tell(mood)
    const is_saved = await saved
    // A later scan may have been told meanwhile.
    if (told.value.serial !== tell.serial) return
    told.value = is_saved ? { ...tell, saving: t(scanTexts.saved) } : null
  }

  async function read(text: string, how: Scan['how']): Promise<void> {
    const known = records.value
    const candidates = candidatesFor(known, round)
    const verdict = await judgeTag(text, known.tags, candidates, tag_key(), engine.now())
    if (verdict.checkpoint !== null) {
      await reach(verdict.checkpoint, text, how, verdict.oddities)
      return
    }
    unknown.value = { text, how, label: verdict.oddities }
    told.value = tellOf('unknown', { remarks: remarkWords(verdict.oddities) })
    voice.tell('unknown')
  }

  /** The label is broken or strange: what was read is kept at the stop where the guard stands. */
  async function recordUnknown(checkpoint: string): Promise<void> {
    const odd = unknown.value
    if (odd !== null) await reach(checkpoint, odd.text, odd.how, odd.label)
  }

  /** Runs one write; tells what failed. True when it was saved. */
  async function attempt(write: () => Promise<unknown>): Promise<boolean> {
    news.value = null
    try {
      if (view.value?.state === 'due') await desk.begin(open.value)
      await write()
      return true
    } catch (failure) {
      news.value = desk.badNews(failure)
      return false
    }
  }

  function typeNote(checkpoint: string, text: string): void {
    notes.set(checkpoint, text)
    saveDraftSoon()
  }

  async function commitNote(checkpoint: string): Promise<boolean> {
    const typed = notes.get(checkpoint)?.trim()
    if (typed === undefined) return true
    const known = view.value?.stops.find((stop) => stop.checkpoint === checkpoint)?.note ?? ''
    const saved =
      typed === known ||
      (await attempt(() => commands.noteCheckpoint(engine, open.value, checkpoint, typed)))
    // What was typed while saving stays a draft.
    if (saved && notes.get(checkpoint)?.trim() === typed) notes.delete(checkpoint)
    if (saved) saveDraftSoon()
    return saved
  }

  async function unfold(checkpoint: string): Promise<void> {
    const before = unfolded.value
    unfolded.value = before === checkpoint ? '' : checkpoint
    saveDraftSoon()
    if (before !== '') await commitNote(before)
  }

  async function prepareCamera(checkpoint: string): Promise<void> {
    await saveDraftNow().catch(() => undefined)
    const note = notes.get(checkpoint)
    const marker = { task: round, item: checkpoint }
    await engine.expectPhoto(note === undefined ? marker : { ...marker, note })
  }

  async function keepPhoto(checkpoint: string, photo: PhotoBytes): Promise<void> {
    if (view.value?.state === 'due') await desk.begin(open.value)
    await commands.addPhoto(engine, open.value, checkpoint, photo)
    await engine.photoArrived()
  }

  async function finish(): Promise<boolean> {
    await desk.settled()
    for (const checkpoint of notes.keys()) if (!(await commitNote(checkpoint))) return false
    const saved = await attempt(() => commands.finishRound(engine, open.value, engine.now()))
    if (saved) {
      unfolded.value = ''
      await saveDraftNow().catch(() => undefined)
    }
    return saved
  }

  /** Takes up where the page was left; gives the stop whose photo did not arrive. */
  async function resume(): Promise<string> {
    const draft = await readRoundDraft(engine, round)
    for (const [checkpoint, text] of Object.entries(draft.notes)) notes.set(checkpoint, text)
    unfolded.value = draft.stop
    const marker = await engine.expectedPhoto().catch(() => undefined)
    if (marker?.task !== round) return ''
    unfolded.value = marker.item
    if (marker.note !== undefined && !notes.has(marker.item)) notes.set(marker.item, marker.note)
    return marker.item
  }

  const keepOnHide = (): void => {
    if (document.visibilityState === 'hidden') void saveDraftNow().catch(() => undefined)
  }
  document.addEventListener('visibilitychange', keepOnHide)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', keepOnHide)
    for (const checkpoint of notes.keys()) void commitNote(checkpoint)
    void saveDraftNow().catch(() => undefined)
    void engine.photoArrived().catch(() => undefined)
  })

  return {
    view,
    told,
    kept,
    unknown,
    notes,
    unfolded,
    news: computed(() => news.value ?? desk.news.value),
    read,
    recordUnknown,
    typeNote,
    commitNote,
    unfold,
    prepareCamera,
    keepPhoto,
    miss: (checkpoint: string, because: string) =>
      attempt(() => commands.missCheckpoint(engine, open.value, checkpoint, because)),
    finish,
    resume,
  }
}
