/**
 * Takes scans in: each is told at once, gets its position where one may be had within five seconds,
 * and is recorded in the order of the readings. What waits for its position survives a killed page.
 */
import { onBeforeUnmount, onMounted, shallowRef } from 'vue'

import type { Scan } from '../../../schemas.gen.ts'
import type { Engine } from '../../../sync/engine.ts'
import { newsOf, type BadNews } from '../../../ui/bad-news.ts'
import * as commands from '../commands.ts'
import { isKept, type PendingScan } from '../pending.ts'
import { scanTexts } from '../texts.ts'
import { findPosition, positionAllowed } from './position.ts'

const DRAFT = 'pending-scans'

/** A reading with everything that is needed to record it. */
export interface NewScan {
  open: commands.OpenRound
  /** Whether the round has to be begun first. */
  begins: boolean
  checkpoint: string
  text: string
  how: Scan['how']
}

/** Gives a screen its scan desk. */
export function useScanDesk(engine: Engine) {
  const pending = shallowRef<PendingScan[]>([])
  const news = shallowRef<BadNews | null>(null)
  const unsaved = new Map<string, PendingScan>()
  const begun = new Map<string, Promise<unknown>>()
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = new AbortController()

  const badNews = (failure: unknown): BadNews =>
    newsOf(failure, scanTexts.save_failed_app, scanTexts.save_failed)

  async function noteUnsaved(): Promise<void> {
    if (unsaved.size === 0) await engine.clearDraft(DRAFT)
    else await engine.saveDraft(DRAFT, [...unsaved.values()])
  }

  /** Begins a round once, however quickly its first scans follow each other. */
  async function begin(open: commands.OpenRound): Promise<void> {
    const known = begun.get(open.round) ?? commands.startRound(engine, open, engine.now())
    begun.set(open.round, known)
    try {
      await known
    } catch (failure) {
      begun.delete(open.round)
      throw failure
    }
  }

  async function positioned(scan: Scan): Promise<Scan> {
    const allowed = await positionAllowed()
    // Asked on the first scan; the answer serves the next one, and nobody stands waiting.
    if (allowed === 'ask') void findPosition(waiting.signal)
    if (allowed !== 'yes') return scan
    await noteUnsaved().catch(() => undefined)
    const position = await findPosition(waiting.signal)
    return position === null ? scan : { ...scan, position }
  }

  /** Takes one reading in; gives the scan at once and a promise that it lies on the phone. */
  function take({ open, begins, checkpoint, text, how }: NewScan): { scan: Scan; saved: Promise<boolean> } {
    const scan: Scan = { text, how, scanned_at: engine.now() }
    const told: PendingScan = { round: open.round, checkpoint, scan }
    const key = `${open.round} ${checkpoint} ${String(scan.scanned_at)}`
    pending.value = [...pending.value, told]
    unsaved.set(key, told)
    news.value = null
    const ready = positioned(scan)
    const saved = turn.then(async () => {
      // The beginning waits for no position.
      if (begins) await begin(open)
      const whole = await ready
      await commands.scanCheckpoint(engine, open, checkpoint, whole)
      unsaved.delete(key)
      await noteUnsaved().catch(() => undefined)
    })
    turn = saved.catch(() => undefined)
    return { scan, saved: saved.then(() => true, (failure: unknown) => giveBack(told, failure)) }
  }

  /** What could not be written is no longer shown as reached. */
  function giveBack(told: PendingScan, failure: unknown): boolean {
    pending.value = pending.value.filter((one) => one !== told)
    news.value = badNews(failure)
    return false
  }

  /** Records what a killed page left behind; its moment is that of the reading. */
  async function recover(): Promise<void> {
    const left = (await engine.readDraft<PendingScan[]>(DRAFT)) ?? []
    if (left.length === 0) return
    const rounds = await engine.readRecords('round')
    for (const one of left) {
      if (isKept(rounds, one)) continue
      await commands.scanCheckpoint(engine, { round: one.round }, one.checkpoint, one.scan)
    }
    await noteUnsaved()
  }

  /** Ends every wait for a position: the page may be gone in a moment. */
  const hurry = (): void => {
    if (document.visibilityState !== 'hidden') return
    waiting.abort()
    waiting = new AbortController()
  }

  onMounted(() => {
    document.addEventListener('visibilitychange', hurry)
    turn = turn.then(recover).catch(() => undefined)
  })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', hurry)
    waiting.abort()
  })

  return { pending, news, take, begin, settled: () => turn, badNews }
}
