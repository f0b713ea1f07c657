/**
 * One task while it is on the screen: what is answered here, what is typed and not yet recorded,
 * what can be undone. It writes through the commands alone.
 */
import { computed, onBeforeUnmount, reactive, shallowRef, type ComputedRef } from 'vue'

import type { Answer } from '../../../schemas.gen.ts'
import type { Engine } from '../../../sync/engine.ts'
import { newsOf, type BadNews } from '../../../ui/bad-news.ts'
import type { PhotoBytes } from '../../../ui/photo.ts'
import * as commands from '../commands.ts'
import { readTaskDraft, saveTaskDraft } from '../drafts.ts'
import { texts } from '../texts.ts'
import type { ItemRow, TaskView } from '../view.ts'

const DRAFT_DELAY_MS = 300
/** The place among the notes where the remark on the whole check is typed. */
export const REMARK = ''

/** The last answer given in this page, for as long as it is open. */
export interface LastAnswer {
  item: string
  number: number
  answer: Answer
  /** My own answer before; null where there was none. */
  before: Answer | null
}

/** Gives everything the task screen shows and does, besides scrolling. */
export function useOpenTask(
  engine: Engine,
  task: string,
  view: ComputedRef<TaskView | undefined>,
  scrolled: () => number,
) {
  const here = reactive(new Map<string, Answer>())
  const notes = reactive(new Map<string, string>())
  const news = reactive(new Map<string, BadNews>())
  const saving = reactive(new Set<string>())
  const current = shallowRef('')
  const finding = shallowRef('')
  const last = shallowRef<LastAnswer | null>(null)
  const taskNews = shallowRef<BadNews | null>(null)
  let started: Promise<unknown> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let saves: Promise<unknown> = Promise.resolve()
  let turn: Promise<unknown> = Promise.resolve()

  // What was just recorded counts at once, before the store's own news of it comes round.
  const items = computed<ItemRow[]>(() =>
    (view.value?.items ?? []).map((item) => {
      const answer = here.get(item.id)
      if (answer === undefined || item.mine === answer) return item
      return { ...item, answer: item.contested ? item.answer : answer, mine: answer }
    }),
  )
  const open = (): commands.OpenTask => ({ task, checklist: view.value?.checklist ?? '' })
  const itemOf = (id: string): ItemRow | undefined => items.value.find((item) => item.id === id)
  const badNews = (failure: unknown): BadNews =>
    newsOf(failure, texts.save_failed_app, texts.save_failed)

  function saveDraftNow(): Promise<void> {
    clearTimeout(timer)
    const draft = {
      item: current.value,
      scroll_px: scrolled(),
      notes: Object.fromEntries(notes),
    }
    const next = saves.then(() => saveTaskDraft(engine, task, draft, engine.now()))
    saves = next.catch(() => undefined)
    return next
  }

  function saveDraftSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void saveDraftNow().catch(() => undefined), DRAFT_DELAY_MS)
  }

  async function ensureStarted(): Promise<void> {
    if (view.value?.state !== 'due') return
    started ??= commands.startTask(engine, open(), engine.now())
    try {
      await started
    } catch (failure) {
      started = null
      throw failure
    }
  }

  /** Runs one write for an item; tells what failed beside that item. True when it was saved. */
  async function attempt(item: string, write: () => Promise<unknown>): Promise<boolean> {
    news.delete(item)
    saving.add(item)
    try {
      await ensureStarted()
      await write()
      return true
    } catch (failure) {
      news.set(item, badNews(failure))
      return false
    } finally {
      saving.delete(item)
    }
  }

  /** Records one answer after those tapped before it: a quick thumb never loses a tap. */
  function answer(tapped: ItemRow, chosen: Answer): Promise<boolean> {
    const mine = turn.then(() => giveAnswer(tapped, chosen))
    turn = mine.catch(() => undefined)
    return mine
  }

  /** Ends when every answer tapped so far is recorded or has failed beside its item. */
  const settled = (): Promise<unknown> => turn

  async function giveAnswer(tapped: ItemRow, chosen: Answer): Promise<boolean> {
    const item = itemOf(tapped.id) ?? tapped
    current.value = item.id
    const before = item.mine
    const saved =
      before === chosen ||
      (await attempt(item.id, () => commands.answerItem(engine, open(), item.id, chosen)))
    if (!saved) return false
    here.set(item.id, chosen)
    if (before !== chosen) {
      last.value = { item: item.id, number: item.number, answer: chosen, before }
    }
    if (finding.value !== '' && finding.value !== item.id) void commitNote(finding.value)
    finding.value = chosen === 'fail' ? item.id : ''
    saveDraftSoon()
    return true
  }

  /** Undoes the last answer by a corrected one; false where the right one must be asked for. */
  async function undo(): Promise<boolean> {
    const undone = last.value
    const item = itemOf(undone?.item ?? '')
    const before = undone?.before ?? null
    if (undone === null || item === undefined || before === null) return false
    if (!(await answer(item, before))) return false
    last.value = null
    return true
  }

  function typeNote(item: string, text: string): void {
    notes.set(item, text)
    current.value = item
    saveDraftSoon()
  }

  async function commitNote(item: string): Promise<boolean> {
    const typed = notes.get(item)?.trim()
    if (typed === undefined) return true
    const known = itemOf(item)?.note ?? ''
    const write = (): Promise<unknown> =>
      item === REMARK
        ? commands.addRemark(engine, open(), typed)
        : commands.noteItem(engine, open(), item, typed)
    const saved = typed === known || (await attempt(item, write))
    // What was typed while saving stays a draft.
    if (saved && notes.get(item)?.trim() === typed) notes.delete(item)
    if (saved) saveDraftSoon()
    return saved
  }

  async function prepareCamera(item: string): Promise<void> {
    current.value = item
    await saveDraftNow().catch(() => undefined)
    const note = notes.get(item)
    await engine.expectPhoto(note === undefined ? { task, item } : { task, item, note })
  }

  async function keepPhoto(item: string, photo: PhotoBytes): Promise<void> {
    await ensureStarted()
    await commands.addEvidence(engine, open(), item, photo)
    await engine.photoArrived()
  }

  async function finish(): Promise<boolean> {
    for (const item of notes.keys()) if (!(await commitNote(item))) return false
    taskNews.value = null
    try {
      await commands.finishTask(engine, open(), engine.now())
      await saveDraftNow().catch(() => undefined)
      return true
    } catch (failure) {
      taskNews.value = badNews(failure)
      return false
    }
  }

  /** Takes up where the page was left; gives the place in the list. */
  async function resume(): Promise<{ item: string; scroll_px: number }> {
    const draft = await readTaskDraft(engine, task)
    for (const [item, text] of Object.entries(draft.notes)) notes.set(item, text)
    current.value = draft.item
    return draft
  }

  const keepOnHide = (): void => {
    if (document.visibilityState === 'hidden') void saveDraftNow().catch(() => undefined)
  }
  const keepOnLeave = (): void => void saveDraftNow().catch(() => undefined)
  document.addEventListener('visibilitychange', keepOnHide)
  globalThis.addEventListener('pagehide', keepOnLeave)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', keepOnHide)
    globalThis.removeEventListener('pagehide', keepOnLeave)
    for (const item of notes.keys()) void commitNote(item)
    keepOnLeave()
    void engine.photoArrived().catch(() => undefined)
  })

  return {
    items,
    notes,
    news,
    saving,
    current,
    finding,
    last,
    taskNews,
    answer,
    settled,
    undo,
    typeNote,
    commitNote,
    prepareCamera,
    keepPhoto,
    withdrawPhoto: (item: string, sha256: string) =>
      attempt(item, () => commands.withdrawEvidence(engine, open(), item, sha256)),
    finish,
    resume,
    saveDraftSoon,
  }
}
