/**
 * What every part of the office page shares: who is signed in, where one is, and what is fresh.
 */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

import { randomId } from '../kernel/ids.ts'
import { language, say, type Language, type Phrase } from '../kernel/languages.ts'
import { ProblemFailure, serverProblem } from '../kernel/problems.ts'
import type { Bilingual, Problem, SessionReply, Status } from '../schemas.gen.ts'
import { OfficeApi, type Hearing } from '../sync/office-api.ts'
import { follow } from '../ui/observe.ts'
import { hashOf, parsePlace, type Place } from './places.ts'

export const api = new OfficeApi()

/** Undefined until it is known whether somebody is signed in. */
export const session = shallowRef<SessionReply | null>()
export const place = shallowRef<Place>(parsePlace(location.hash))
/** Grows with each change that the page heard of; what is shown is read again then. */
export const heard = shallowRef(0)
export const revision = shallowRef(0)
const stream = shallowRef<Hearing>('connecting')
/** Whether the last question reached the server. A cut line can keep its stream open for minutes. */
const reached = shallowRef(true)
/** Whether this page hears of changes; never called live while the server cannot be asked. */
export const hearing = computed<Hearing>(() => (reached.value ? stream.value : 'lost'))
/** When something was last read. Units: milliseconds of this computer's clock. */
export const updated_ms = shallowRef<number | null>(null)

addEventListener('hashchange', () => {
  place.value = parsePlace(location.hash)
})

/** Goes to a place; the browser's back button comes back. */
export function goTo(next: Place): void {
  location.hash = hashOf(next)
}

/** Goes to a place without leaving a step in the browser's history. */
export function replacePlace(next: Place): void {
  history.replaceState(null, '', hashOf(next))
  place.value = next
}

let stopHearing: (() => void) | undefined

/** Begins or ends hearing of changes, as somebody signs in or out. */
export function welcome(reply: SessionReply | null): void {
  session.value = reply
  stopHearing?.()
  stopHearing = undefined
  if (reply === null || reply.must_change_password === true || !mayRead(reply)) return
  stopHearing = api.followRevisions(
    (newest) => {
      revision.value = newest
      heard.value += 1
    },
    (state) => {
      stream.value = state
      if (state === 'lost') void askAgain()
    },
  )
}

const BEAT_MS = 60_000

// A window that closes is nobody's operation: what hangs on the clock is read again each minute.
setInterval(() => {
  if (session.value && document.visibilityState === 'visible') heard.value += 1
}, BEAT_MS)
document.addEventListener('visibilitychange', () => {
  const age_ms = Date.now() - (updated_ms.value ?? Date.now())
  if (session.value && document.visibilityState === 'visible' && age_ms > BEAT_MS) heard.value += 1
})

/** Finds out whether the stream ended because the session did. */
async function askAgain(): Promise<void> {
  try {
    if ((await api.resume()) === null) welcome(null)
  } catch {
    // The server is away: the stream comes back by itself when it does.
  }
}

/** Signs out; a session that has ended already is what was wanted. */
export async function signOut(): Promise<void> {
  try {
    await api.signOut()
  } catch (error) {
    if (problemIn(error).status !== 401) throw error
  }
  welcome(null)
}

export function mayRead(reply: SessionReply): boolean {
  return reply.rights.includes('see_office')
}

/** What went wrong, as a problem with words; a bug of ours counts as a failed server. */
export function problemIn(error: unknown): Problem {
  return error instanceof ProblemFailure ? error.problem : serverProblem('server_failed')
}

/** Whether an act of this desk changed nothing: its problem says why. */
export function isRefused(status: Status): boolean {
  return status === 'held' || status === 'set_aside' || status === 'deferred'
}

/** Something read from the server and kept fresh. */
export interface Loaded<T> {
  value: Readonly<Ref<T | undefined>>
  problem: Readonly<Ref<Problem | undefined>>
  reload: () => Promise<void>
}

/**
 * Reads something now, again when `path` changes and each time a change was heard of.
 *
 * What was read stays in view while it is read again; of two answers only the later question's
 * counts.
 */
export function load<T>(path: () => string | null): Loaded<T> {
  const value = shallowRef<T>()
  const problem = shallowRef<Problem>()
  let asked = 0
  const reload = async (): Promise<void> => {
    const wanted = path()
    const turn = (asked += 1)
    if (wanted === null) {
      value.value = undefined
      return
    }
    try {
      const read = await api.read<T>(wanted)
      if (turn !== asked) return
      value.value = read
      problem.value = undefined
      reached.value = true
      updated_ms.value = Date.now()
    } catch (error) {
      if (turn !== asked) return
      problem.value = problemIn(error)
      if (problem.value.status === 401) welcome(null)
      if (problem.value.code === 'offline') {
        reached.value = false
        askSoon()
      }
    }
  }
  watch(
    path,
    () => {
      value.value = undefined
      problem.value = undefined
      void reload()
    },
    { immediate: true },
  )
  const soon = gather(() => void reload())
  watch(heard, soon)
  return { value, problem, reload }
}

const ASK_AGAIN_MS = 5_000
let asking: ReturnType<typeof setTimeout> | undefined

/** Reads everything in view again a little later: the page comes back by itself, as it promises. */
function askSoon(): void {
  asking ??= setTimeout(() => {
    asking = undefined
    if (session.value) heard.value += 1
  }, ASK_AGAIN_MS)
}

const GATHER_MS = 120

/** Turns a burst of calls into one shortly after the first, and none after the screen is gone. */
function gather(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined
      work()
    }, GATHER_MS)
  }
}

/** The words of a screen in the language in use. */
export interface Words {
  lang: Readonly<Ref<Language>>
  t: (phrase: Phrase, values?: Readonly<Record<string, string | number>>) => string
  name: (name: Bilingual | null | undefined) => string
  other: ComputedRef<Language>
}

export function useWords(): Words {
  const lang = follow(language)
  return {
    lang,
    t: (phrase, values = {}) => say(phrase, values, lang.value),
    name: (name) => (name ? say({ zh: name.zh, en: name.en ?? '' }, {}, lang.value) : ''),
    other: computed(() => (lang.value === 'zh' ? 'en' : 'zh')),
  }
}

const DEVICE_KEY = 'roundsman.office_device'

/** This browser's own id; one that may not remember is a new device each time. */
export function deviceId(): string {
  try {
    const known = localStorage.getItem(DEVICE_KEY)
    if (known !== null && /^[0-9a-f]{32}$/u.test(known)) return known
    const made = randomId()
    localStorage.setItem(DEVICE_KEY, made)
    return made
  } catch {
    return randomId()
  }
}
