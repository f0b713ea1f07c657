/**
 * The only place that talks to the server, and that decides whether it was the server who answered.
 *
 * A café's login page answers 200 too: what is not our JSON is never an acknowledgement.
 */

import { phoneProblem, serverProblem } from '../kernel/problems.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Problem } from '../schemas.gen.ts'

/** What came of a request; `status` 0 means that no server of ours answered. */
export type Answer<T> =
  | { ok: true; value: T; timing: Timing }
  | { ok: false; status: number; problem: Problem; retry_after_ms: number | null }

/** The phone's clocks around a request, for the time anchor. Units: milliseconds. */
export interface Timing {
  round_trip_ms: number
  wall_ms: number
  mono_ms: number
}

/** One step of an upload, as the server answered it. */
export interface Step {
  status: number
  headers: Headers
  /** The answer's JSON; null where it has none. */
  body: unknown
}

export interface Request {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: string | ArrayBuffer
  content_type?: string
  signal?: AbortSignal | undefined
  /** Units: milliseconds. */
  timeout_ms?: number
}

export interface Timers {
  setTimeout(work: () => void, delay_ms: number): unknown
  clearTimeout(timer: unknown): void
}

export interface TransportParts {
  fetch: typeof fetch
  clock: Clock
  timers: Timers
}

const USUAL_TIMEOUT_MS = 30_000

export class Transport {
  readonly #parts: TransportParts
  /** The value that every write carries; null until the server has said it on this page. */
  csrf: string | null = null

  constructor(parts: TransportParts) {
    this.#parts = parts
  }

  /** Sends a request whose answer is JSON of a known form. */
  async ask<T>(request: Request, isOurs: (value: unknown) => value is T): Promise<Answer<T>> {
    return await this.#exchange(request, async (response, timing) => {
      const value: unknown = isJson(response) ? await response.json() : null
      if (isOurs(value)) return { ok: true, value, timing }
      const code = isJson(response) ? 'reply_unreadable' : 'not_our_server'
      return failed(0, phoneProblem(code))
    })
  }

  /** Takes one step of an upload; only who speaks its protocol is our server. */
  async step(request: Request): Promise<Answer<Step>> {
    return await this.#exchange(request, async (response, timing) => {
      if (!response.headers.has('tus-resumable')) return failed(0, phoneProblem('not_our_server'))
      const { status, headers } = response
      // An answer cut short says no more than that the step was taken.
      const body: unknown = isJson(response) ? await response.json().catch(() => null) : null
      return { ok: true, value: { status, headers, body }, timing }
    })
  }

  /** Sends a request whose success is told by the status alone. */
  async tell(request: Request): Promise<Answer<null>> {
    return await this.#exchange(request, async (_response, timing) =>
      Promise.resolve({ ok: true, value: null, timing }),
    )
  }

  /** Fetches bytes, such as a photo. */
  async fetchBytes(request: Request, type: RegExp): Promise<Answer<Blob>> {
    return await this.#exchange(request, async (response, timing) => {
      const isWanted = type.test(response.headers.get('content-type') ?? '')
      if (!isWanted) return failed(0, phoneProblem('not_our_server'))
      return { ok: true, value: await response.blob(), timing }
    })
  }

  async #exchange<T>(
    request: Request,
    read: (response: Response, timing: Timing) => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const { clock, timers } = this.#parts
    const aborter = new AbortController()
    const limit = request.timeout_ms ?? USUAL_TIMEOUT_MS
    let isSlow = false
    const stop = (): void => aborter.abort()
    const timer = timers.setTimeout(() => {
      isSlow = true
      stop()
    }, limit)
    request.signal?.addEventListener('abort', stop)
    const began = clock.mono()
    try {
      if (request.signal?.aborted) stop()
      // A fetch that ignores its signal must not hold the loop either.
      const response = await race(this.#fetch(request, aborter.signal), aborter.signal)
      const mono_ms = clock.mono()
      const timing = { round_trip_ms: mono_ms - began, wall_ms: clock.wall(), mono_ms }
      const answer = response.ok ? read(response, timing) : refusal(response, request.method)
      return await race(answer, aborter.signal)
    } catch {
      return failed(0, phoneProblem(isSlow ? 'server_slow' : 'offline'))
    } finally {
      timers.clearTimeout(timer)
      request.signal?.removeEventListener('abort', stop)
    }
  }

  async #fetch(request: Request, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { ...request.headers, accept: 'application/json' }
    if (request.body !== undefined) {
      headers['content-type'] = request.content_type ?? 'application/json'
    }
    if (request.method !== 'GET' && this.csrf) headers['x-roundsman-csrf'] = this.csrf
    return await this.#parts.fetch(request.path, {
      method: request.method,
      headers,
      body: request.body ?? null,
      cache: 'no-store',
      credentials: 'same-origin',
      // Our server never redirects; a portal does.
      redirect: 'error',
      signal,
    })
  }
}

function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function isJson(response: Response): boolean {
  return /^application\/(problem\+)?json\b/i.test(response.headers.get('content-type') ?? '')
}

function failed(status: number, problem: Problem, retry_after_ms: number | null = null): Answer<never> {
  return { ok: false, status, problem, retry_after_ms }
}

async function refusal(response: Response, method: string): Promise<Answer<never>> {
  const after = Number(response.headers.get('retry-after'))
  const retryAfter = Number.isFinite(after) && after > 0 ? after * 1000 : null
  const value: unknown = isJson(response) ? await response.json().catch(() => null) : null
  if (isProblem(value)) return failed(response.status, wordsOf(value), retryAfter)
  // What was only asked for its head is refused without words.
  const bare = method === 'HEAD' && isJson(response) ? BARE[response.status] : undefined
  if (bare) return failed(response.status, serverProblem(bare), retryAfter)
  // A proxy before the server speaks for it with these; anything else was not our server.
  if (response.status >= 500) return failed(response.status, serverProblem('server_failed'), retryAfter)
  if (response.status === 413) return failed(413, serverProblem('too_large'), retryAfter)
  if (response.status === 429) return failed(429, serverProblem('too_many_requests'), retryAfter)
  return failed(0, phoneProblem('not_our_server'), retryAfter)
}

const BARE: Readonly<Record<number, string>> = { 401: 'sign_in_needed', 404: 'not_found' }

function isProblem(value: unknown): value is Problem {
  return value instanceof Object && typeof (value as { code?: unknown }).code === 'string'
}

/** Keeps the words and nothing else: what a server adds to a problem is not for the disk. */
function wordsOf(value: Problem): Problem {
  const known = serverProblem(value.code, value.status)
  return {
    code: value.code,
    status: value.status,
    title_zh: value.title_zh || known.title_zh,
    title_en: value.title_en || known.title_en,
    next_zh: value.next_zh || known.next_zh,
    next_en: value.next_en || known.next_en,
    details: value.details ?? {},
  }
}
