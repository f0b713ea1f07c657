/**
 * How the office page talks to the server: it reads boards, records acts, and hears of changes.
 *
 * Nothing is kept here for a time without network: an act that did not arrive is said at once.
 */

import { ProblemFailure, serverProblem } from '../kernel/problems.ts'
import type { CarriedReply, Outcome, Problem, PushReply, SessionReply } from '../schemas.gen.ts'

/** Something that a person at the desk does to a record. */
export interface OfficeAct {
  /** Made once per act, so that sending it twice is doing it once. */
  request: string
  record: string
  /** Told where the operation may be made on any kind of record, such as a decision. */
  record_kind?: string
  body: { kind: string } & Record<string, unknown>
  /** Position and stamp of the record that the person had before them. */
  based_on: number
  saw_stamp: number
}

export interface SignInWords {
  user_name: string
  password: string
  organization: string
  device: { id: string; label: string; app_version: string }
}

/** Whether the page hears of changes by itself. */
export type Hearing = 'connecting' | 'live' | 'lost'

interface Parts {
  fetch: typeof fetch
  openEvents: (path: string) => EventSource
}

const UNREACHABLE: Problem = {
  code: 'offline',
  status: 0,
  title_zh: '现在连不上服务器',
  title_en: 'The server cannot be reached now',
  next_zh: '页面会自动重试;刚才的操作请在恢复后再点一次',
  next_en: 'The page retries by itself; do the last act again once it is back',
}

export class OfficeApi {
  readonly #parts: Parts
  #csrf = ''

  constructor(parts: Parts = browserParts()) {
    this.#parts = parts
  }

  /** Reads one answer of the office's routes. */
  async read<T>(path: string): Promise<T> {
    return (await this.#ask('GET', `/api/office/${path}`)) as T
  }

  /** Asks the office's own routes to do something; each carries a request of its own. */
  async send<T>(path: string, body: object): Promise<T> {
    return (await this.#ask('POST', `/api/office/${path}`, body)) as T
  }

  /** Gives who is signed in, or null where nobody is. */
  async resume(): Promise<SessionReply | null> {
    try {
      return this.#welcome(await this.#ask('GET', '/api/session'))
    } catch (error) {
      if (error instanceof ProblemFailure && error.problem.status === 401) return null
      throw error
    }
  }

  async signIn(words: SignInWords): Promise<SessionReply> {
    return this.#welcome(await this.#ask('POST', '/api/session', words))
  }

  async signOut(): Promise<void> {
    await this.#ask('DELETE', '/api/session')
    this.#csrf = ''
  }

  async changePassword(old: string, fresh: string): Promise<void> {
    await this.#ask('POST', '/api/session/password', { old, new: fresh })
  }

  /** Records an act; the outcome says whether it was applied or is held, and why. */
  async record(act: OfficeAct): Promise<Outcome> {
    const reply = (await this.#ask('POST', '/api/office/operations', act)) as PushReply
    const outcome = reply.outcomes[0]
    if (outcome === undefined) throw new ProblemFailure(serverProblem('server_failed'))
    return outcome
  }

  /** Brings up one bundle out of a rescue file; the answer names hashes and never content. */
  async carry(bytes: ArrayBuffer): Promise<CarriedReply> {
    return (await this.#ask('POST', '/api/sync/carried', bytes)) as CarriedReply
  }

  /** Hears each revision of the organisation until the given function is called. */
  followRevisions(
    onRevision: (revision: number) => void,
    onHearing: (hearing: Hearing) => void,
  ): () => void {
    onHearing('connecting')
    let events = this.#parts.openEvents('/api/office/events')
    let timer: ReturnType<typeof setTimeout> | undefined
    const listen = (): void => {
      events.addEventListener('open', () => onHearing('live'))
      events.addEventListener('revision', (event: MessageEvent<string>) => {
        onHearing('live')
        onRevision(Number(event.data))
      })
      events.addEventListener('error', () => {
        onHearing('lost')
        // The browser tries again by itself, except after an answer that is no stream.
        if (events.readyState !== 2) return
        timer = setTimeout(() => {
          events = this.#parts.openEvents('/api/office/events')
          listen()
        }, RETRY_MS)
      })
    }
    listen()
    return () => {
      clearTimeout(timer)
      events.close()
    }
  }

  #welcome(reply: unknown): SessionReply {
    const session = reply as SessionReply
    this.#csrf = session.csrf
    return session
  }

  async #ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const headers: Record<string, string> = { accept: 'application/json' }
    const isBytes = body instanceof ArrayBuffer
    const type = isBytes ? 'application/vnd.roundsman.sealed' : 'application/json'
    if (body !== undefined) headers['content-type'] = type
    if (method !== 'GET' && this.#csrf !== '') headers['x-roundsman-csrf'] = this.#csrf
    const response = await this.#send(path, {
      method,
      headers,
      body: body === undefined ? null : isBytes ? body : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'same-origin',
      redirect: 'error',
    })
    if (response.status === 204) return null
    const isOurs = /^application\/(?:problem\+)?json\b/iu.test(
      response.headers.get('content-type') ?? '',
    )
    const value: unknown = isOurs ? await response.json().catch(() => null) : null
    if (response.ok && value !== null) return value
    throw new ProblemFailure(problemOf(value, response.status))
  }

  async #send(path: string, request: RequestInit): Promise<Response> {
    try {
      return await this.#parts.fetch(path, request)
    } catch {
      throw new ProblemFailure(UNREACHABLE)
    }
  }
}

const RETRY_MS = 3000

/** Gives the problem that an answer carries; what is not ours counts as a failed server. */
function problemOf(value: unknown, status: number): Problem {
  const given = value as Partial<Problem> | null
  if (typeof given?.code === 'string' && typeof given.title_zh === 'string') {
    return { ...serverProblem(given.code, status), ...given, status }
  }
  return serverProblem(status === 401 ? 'sign_in_needed' : 'server_failed', status)
}

/** The address of a photo; small ones are made by the server. */
export function photoAddress(sha256: string, size: 'thumb' | 'full'): string {
  return `/api/evidence/${sha256}${size === 'thumb' ? '?size=thumb' : ''}`
}

function browserParts(): Parts {
  return {
    fetch: (input, init) => fetch(input, init),
    openEvents: (path) => new EventSource(path),
  }
}
