/**
 * One task while it is on the screen: what is answered here, what is typed and not yet recorded,
 * what can be undone. It writes through the commands alone.
 */
import { computed, onBeforeUnmount, reactive, shallowRef, watch, type ComputedRef } from 'vue'

import type { Answer } from '../../../schemas.gen.ts'
import type { Engine } from '../../../sync/engine.ts'
import { newsOf, type BadNews } from '../../../ui/bad-news.ts'
import type { PhotoBytes } from '../../../ui/photo.ts'
import * as commands from '../commands.ts'
import { readTaskDraft, saveTaskDraft } from '../drafts.ts'
import { texts } from '../texts.ts'
import type { ItemRow, Said, Verdict } from '../items.ts'
import type { TaskView } from '../task-view.ts'

const DRAFT_DELAY_MS = 300
/** The place among the notes where the remark on the whole check is typed. */
export const REMARK = ''

/** What was said on an item before; `mine` is null where I had given no answer. */
export interface Before {
  item: string
  number: number
  mine: Verdict | null
  said: Said
}

/** The last thing answered in this page, for as long as it is open; several when passed together. */
export interface LastAnswer {
  item: string
  number: number
  answer: Verdict
  before: readonly Before[]
}

/** Where a typed tag waits among what is typed, beside the item's own value. */
export const tagField = (item: string): string => `${item}#tag`

const NOTHING_SAID: Said = { value: '', estimated: false, bulk: false, tag: '' }

const saidOf = ({ value, estimated, bulk, tag }: Said): Said => ({ value, estimated, bulk, tag })

/** What must be said so that `next` stands: what is new, and what else was said once before. */
function mustSay(next: Said, standing: Said): Partial<Said> {
  const said: Partial<Said> = {}
  if (next.value !== '' || standing.value !== '') said.value = next.value
  if (next.estimated || standing.estimated) said.estimated = next.estimated
  if (next.bulk || standing.bulk) said.bulk = next.bulk
  if (next.tag !== '' || standing.tag !== '') said.tag = next.tag
  return said
}

const isSame = (one: Said, other: Said): boolean =>
  one.value === other.value &&
  one.estimated === other.estimated &&
  one.bulk === other.bulk &&
  one.tag === other.tag

/** Gives everything the task screen shows and does, besides scrolling. */
export function useOpenTask(
  engine: Engine,
  task: string,
  view: ComputedRef<TaskView | undefined>,
  scrolled: () => number,
) {
  const here = reactive(new Map<string, Said & { mine: Verdict | null }>())
  const notes = reactive(new Map<string, string>())
  const typed = reactive(new Map<string, string>())
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

  // What was just recorded counts at once, before the store's own news of it comes round; a row
  // that has not changed stays the same one, so that a large check draws only what is new.
  const rows = new Map<string, { told: string; row: ItemRow }>()
  const items = computed<ItemRow[]>(() =>
    (view.value?.items ?? []).map((item) => {
      const known = here.get(item.id)
      const told = JSON.stringify([item, known])
      const before = rows.get(item.id)
      if (before?.told === told) return before.row
      const row =
        known === undefined
          ? item
          : { ...item, ...known, answer: item.contested ? item.answer : standingOf(item, known.mine) }
      rows.set(item.id, { told, row })
      return row
    }),
  )
  // The store's word is the later one once it agrees: a colleague's reading may follow mine.
  watch(view, (seen) => {
    for (const item of seen?.items ?? []) {
      const known = here.get(item.id)
      if (known === undefined) continue
      if (known.mine === item.mine && isSame(known, item)) here.delete(item.id)
    }
  })
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
      typed: Object.fromEntries(typed),
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

  /**
   * Records one answer, with what was read or chosen, after those tapped before it: a quick thumb
   * never loses a tap.
   */
  function answer(tapped: ItemRow, chosen: Verdict, said: Partial<Said> = {}): Promise<boolean> {
    return inTurn(() => giveAnswer(tapped, chosen, said))
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  /** Ends when every answer tapped so far is recorded or has failed beside its item. */
  const settled = (): Promise<unknown> => turn

  /** Writes one answer; true when it lies on the phone. */
  async function say(item: ItemRow, answer: Answer, next: Said): Promise<boolean> {
    const standing = saidOf(item)
    const mine = answer === 'unanswered' ? null : answer
    if (item.mine === mine && isSame(next, standing)) return true
    const write = (): Promise<unknown> =>
      commands.answerItem(engine, open(), item.id, answer, mustSay(next, standing))
    if (!(await attempt(item.id, write))) return false
    here.set(item.id, { mine, ...next })
    typed.delete(item.id)
    typed.delete(tagField(item.id))
    return true
  }

  async function giveAnswer(
    tapped: ItemRow,
    chosen: Verdict,
    said: Partial<Said>,
  ): Promise<boolean> {
    const item = itemOf(tapped.id) ?? tapped
    current.value = item.id
    const before = { item: item.id, number: item.number, mine: item.mine, said: saidOf(item) }
    // Who answers by hand has looked: it was not passed with the rest any more.
    const next = { ...saidOf(item), bulk: false, ...said }
    if (!(await say(item, chosen, next))) return false
    if (before.mine !== chosen || !isSame(before.said, next)) {
      last.value = { item: item.id, number: item.number, answer: chosen, before: [before] }
    }
    if (finding.value !== '' && finding.value !== item.id) void commitNote(finding.value)
    finding.value = chosen === 'fail' ? item.id : ''
    saveDraftSoon()
    return true
  }

  /** Passes these items together; each gets its own answer, and one tap takes all of them back. */
  function passTogether(rest: readonly ItemRow[]): Promise<boolean> {
    return inTurn(async () => {
      const done: Before[] = []
      for (const { id } of rest) {
        const item = itemOf(id)
        if (item?.answer !== null) continue
        if (!(await say(item, 'pass', { ...saidOf(item), bulk: true }))) break
        done.push({ item: id, number: item.number, mine: null, said: NOTHING_SAID })
      }
      const [first] = done
      if (first !== undefined) {
        last.value = { item: first.item, number: first.number, answer: 'pass', before: done }
      }
      saveDraftSoon()
      return done.length === rest.length
    })
  }

  /** Takes the last answer back, or all that were passed together; false where it failed. */
  function undo(): Promise<boolean> {
    return inTurn(async () => {
      const undone = last.value
      if (undone === null) return false
      const left = [...undone.before]
      for (const { item: id, mine, said } of undone.before) {
        const item = itemOf(id)
        if (item !== undefined && !(await say(item, mine ?? 'unanswered', said))) {
          last.value = { ...undone, before: left }
          return false
        }
        left.shift()
      }
      finding.value = ''
      last.value = null
      saveDraftSoon()
      return true
    })
  }

  /** Keeps what is typed into an item's own field until it is recorded with the answer. */
  function typeValue(field: string, text: string): void {
    typed.set(field, text)
    saveDraftSoon()
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

  /**
   * Runs one write for the whole check; tells at its end what failed. True when it was saved. With
   * `begins` it is a part of checking, and begins the check where nobody has.
   */
  async function onTask(write: () => Promise<unknown>, begins = true): Promise<boolean> {
    taskNews.value = null
    try {
      if (begins) await ensureStarted()
      await write()
      return true
    } catch (failure) {
      taskNews.value = badNews(failure)
      return false
    }
  }

  async function finish(): Promise<boolean> {
    for (const item of notes.keys()) if (!(await commitNote(item))) return false
    if (!(await onTask(() => commands.finishTask(engine, open(), engine.now())))) return false
    await saveDraftNow().catch(() => undefined)
    return true
  }

  /** Takes up where the page was left; gives the place in the list. */
  async function resume(): Promise<{ item: string; scroll_px: number }> {
    const draft = await readTaskDraft(engine, task)
    for (const [item, text] of Object.entries(draft.notes)) notes.set(item, text)
    for (const [field, text] of Object.entries(draft.typed ?? {})) typed.set(field, text)
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
    typed,
    news,
    saving,
    current,
    finding,
    last,
    taskNews,
    answer,
    passTogether,
    settled,
    undo,
    typeNote,
    typeValue,
    commitNote,
    prepareCamera,
    keepPhoto,
    takeGroup: (group: string, me: string) => onTask(() => commands.takeGroup(engine, open(), group, me)),
    onTask,
    withdrawPhoto: (item: string, sha256: string) =>
      attempt(item, () => commands.withdrawEvidence(engine, open(), item, sha256)),
    finish,
    resume,
    saveDraftSoon,
  }

  /** What stands on an item once my own answer is this one; a colleague's fail stands over mine. */
  function standingOf({ answer: told, mine: before }: ItemRow, mine: Verdict | null): Verdict | null {
    return mine ?? (before === null ? told : null)
  }
}
