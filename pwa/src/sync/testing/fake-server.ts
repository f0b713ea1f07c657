/**
 * A small server in memory for the tests of the phone: same answers, same merge, any fault.
 */

import { sha256 } from '../../kernel/ids.ts'
import { serverProblem } from '../../kernel/problems.ts'
import type { Outcome, Problem, WriterState } from '../../schemas.gen.ts'
import type { MergeRecord } from '../../store/shapes.ts'
import { findMet, fold } from '../merge.ts'
import type { FakeCarrying } from './fake-carrying.ts'
import { FakeScopes } from './fake-scopes.ts'

/** What happens to one request on its way. */
export type Fault =
  | 'lost_request'
  | 'lost_reply'
  | 'portal'
  | 'hang'
  | 'no_receipt'
  | { status: number; code?: string; details?: Record<string, string> }

export interface Seen {
  method: string
  path: string
  headers: Headers
  body: string | ArrayBuffer | null
}

/** The text of a request; empty for one without. */
export function textOf(request: Seen | undefined): string {
  return typeof request?.body === 'string' ? request.body : ''
}

interface Received {
  id: string
  sha256: string
  person: string
  outcome: Outcome
}

interface State {
  received: Map<string, Received>
  records: Map<string, MergeRecord>
  writers: Map<string, string>
  position: number
  epoch: number
}

export interface FakePerson {
  id: string
  role: string
}

const RECEIPT = 'roundsman'

export class FakeServer {
  people: Record<string, FakePerson> = {}
  state: State = emptyState(1)
  evidence = new Map<string, ArrayBuffer>()
  /** Uploads under way, by person and hash. */
  uploads = new Map<string, { size: number; arrived: Uint8Array<ArrayBuffer> }>()
  /** The largest photo taken. Units: bytes. */
  photoLimit = 4_000_000
  /** Requests whose body is cut after so many bytes; null lets all of it by. */
  cut: (request: Seen) => number | null = () => null
  sessions = new Map<string, { person: FakePerson; csrf: string }>()
  /** Wall clock of the server. Units: milliseconds. */
  now_ms = 1_790_000_000_000
  /** Asked before each request; answers with the fault to commit, if any. */
  fault: (request: Seen) => Fault | null = () => null
  /** A server that takes whoever sends for the author; only to see whether a test notices. */
  trustsSender = false
  /** Operations that are held, with the problem's code. */
  hold: (operation: { body: { kind: string } }) => string | null = () => null
  /** Operations that are not taken in for now, with the problem's code. */
  turnAway: (operation: { id: string }) => string | null = () => null
  /** Operations whose very presence makes the server fail. */
  isPoison: (operation: { id: string }) => boolean = () => false
  poisonStatus = 500
  /** Told right before a push is answered; a test may add work meanwhile. */
  beforeReply: () => Promise<void> = () => Promise.resolve()
  /** Opens bundles and gives the organisation's key; none, as on an old server, unless set. */
  carrying: FakeCarrying | null = null
  requests: Seen[] = []
  /** Codes of the problems answered, oldest first; faults are not among them. */
  refusals: string[] = []
  pageSize = 1000
  /** Who may hold what. */
  readonly scopes = new FakeScopes()
  #serial = 0

  /** Gives the fetch of one browser, with its own cookie. */
  browser(): typeof fetch {
    const jar = { cookie: '' }
    return async (input, init) => {
      const request: Seen = {
        method: init?.method ?? 'GET',
        path: input as string,
        headers: new Headers(init?.headers),
        body: (init?.body ?? null) as string | ArrayBuffer | null,
      }
      this.requests.push(request)
      const fault = this.fault(request)
      if (fault === 'lost_request') throw new TypeError('Failed to fetch')
      if (fault === 'hang') return await hang(init?.signal ?? null)
      if (fault === 'portal') return portalPage()
      if (fault instanceof Object) return refuse(fault.status, fault.code, fault.details)
      const reply = await this.#answer(request, jar)
      if (!reply.ok) this.refusals.push(((await reply.clone().json()) as Problem).code)
      if (init?.signal?.aborted) throw new DOMException('aborted', 'AbortError')
      if (fault === 'lost_reply') throw new TypeError('Failed to fetch')
      if (fault === 'no_receipt') return await withoutReceipt(reply)
      return reply
    }
  }

  /** Keeps a copy of everything, as a backup does. */
  backup(): State {
    return structuredClone(this.state)
  }

  /** Is set back to a backup: later work is unknown, and old cursors mean nothing. */
  restore(backup: State): void {
    this.state = { ...structuredClone(backup), epoch: this.state.epoch + 1 }
  }

  /** Puts an operation of somebody else into the log. */
  async record(person: FakePerson, operation: Record<string, unknown>): Promise<Outcome> {
    const text = JSON.stringify(operation)
    return await this.#receive(text, person)
  }

  async #answer(request: Seen, jar: { cookie: string }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.path, 'http://server.test')
    if (pathname === '/api/session' && request.method === 'POST') return this.#signIn(request, jar)
    const session = this.sessions.get(jar.cookie)
    if (!session) return refuse(401, 'sign_in_needed')
    const isWrite = request.method !== 'GET'
    if (isWrite && request.headers.get('x-roundsman-csrf') !== session.csrf) {
      return refuse(403, 'csrf_failed')
    }
    if (pathname === '/api/session') {
      if (request.method === 'DELETE') this.sessions.delete(jar.cookie)
      return json(this.#sessionReply(session))
    }
    if (pathname === '/api/writers') return this.#bind(request, session.person)
    if (pathname === '/api/sync/carried' && this.carrying) return await this.#carry(request)
    if (pathname === '/api/sync/push') return await this.#push(request, session.person)
    if (pathname === '/api/sync/pull') return await this.#pull(searchParams, session.person)
    if (pathname.startsWith('/api/uploads')) return await this.#upload(request, session.person)
    if (pathname.startsWith('/api/evidence/')) return await this.#photo(request, pathname)
    return refuse(404, 'not_found')
  }

  #signIn(request: Seen, jar: { cookie: string }): Response {
    const asked = JSON.parse(textOf(request)) as Record<string, string>
    const person = this.people[asked['user_name'] ?? '']
    if (!person || asked['password'] !== 'right') return refuse(401, 'sign_in_failed')
    this.#serial += 1
    jar.cookie = `cookie-${this.#serial}`
    const session = { person, csrf: `csrf-${this.#serial}` }
    this.sessions.set(jar.cookie, session)
    return json(this.#sessionReply(session))
  }

  #sessionReply(session: { person: FakePerson; csrf: string }): unknown {
    const { person, csrf } = session
    return {
      person: {
        id: person.id,
        name: { zh: person.id, en: person.id },
        roles: [{ role: person.role, site: null }],
      },
      organization: { id: 'o'.repeat(32), code: 'harbour', name: { zh: '港湾', en: 'Harbour' } },
      sites: [{ id: 's'.repeat(32), name: { zh: '港湾商场', en: 'Harbour Mall' } }],
      rights: [],
      csrf,
      expires_ms: this.now_ms + 86_400_000,
      anchor: this.#anchor(),
      ...(this.carrying && { seal_key: this.carrying.seal_key }),
    }
  }

  #anchor(): { server_ms: number; token: string } {
    return { server_ms: this.now_ms, token: 'token' }
  }

  #bind(request: Seen, person: FakePerson): Response {
    const { writer, public_key } = JSON.parse(textOf(request)) as Record<'writer' | 'public_key', string>
    const owner = this.state.writers.get(writer)
    if (owner && owner !== person.id && !this.trustsSender) return refuse(403, 'writer_not_yours')
    this.carrying?.keys.set(writer, public_key)
    this.state.writers.set(writer, person.id)
    return json({ ...this.#writerState(writer), anchor: this.#anchor() })
  }

  async #push(request: Seen, person: FakePerson): Promise<Response> {
    const text = textOf(request)
    const asked = JSON.parse(text) as { writer: string; operations: { id: string }[] }
    const owner = this.state.writers.get(asked.writer)
    if (!owner) return refuse(403, 'writer_unknown')
    if (owner !== person.id && !this.trustsSender) return refuse(403, 'writer_not_yours')
    if (asked.operations.some((operation) => this.isPoison(operation))) {
      return refuse(this.poisonStatus, 'server_failed')
    }
    const outcomes: Outcome[] = []
    for (const raw of rawOperations(text)) outcomes.push(await this.#receive(raw, person))
    await this.beforeReply()
    return json({ outcomes, anchor: this.#anchor(), receipt: RECEIPT, wire: 1 })
  }

  /** Applies a bundle as its author's push; what cannot be opened is kept whole. */
  async #carry(request: Seen): Promise<Response> {
    const bytes = request.body as ArrayBuffer
    const bundle = await sha256(bytes)
    const opened = await this.carrying?.open(bytes)
    const author = Object.values(this.people).find(
      (one) => one.id === this.state.writers.get(opened?.header.writer ?? ''),
    )
    if (!opened?.is_signed || !author) {
      const problem = serverProblem(opened ? 'signature_wrong' : 'seal_broken')
      return json({ bundle, status: 'held', problem, receipt: RECEIPT })
    }
    const outcomes: Outcome[] = []
    const photos: string[] = []
    for (const part of opened.parts) {
      if (opened.header.kind === 'operations') {
        outcomes.push(await this.#receive(new TextDecoder().decode(part), author))
      } else {
        photos.push(await sha256(part.buffer))
        this.evidence.set(photos.at(-1) ?? '', part.buffer)
      }
    }
    await this.beforeReply()
    return json({ bundle, status: 'opened', outcomes, photos, receipt: RECEIPT })
  }

  async #receive(text: string, person: FakePerson): Promise<Outcome> {
    const operation = JSON.parse(text) as {
      id: string
      record: string
      record_kind: string
      based_on: number
      saw_stamp: number
      body: { kind: string }
      evidence: { sha256: string }[]
    }
    const hash = await sha256(text)
    const known = this.state.received.get(operation.id)
    if (known?.sha256 === hash) {
      const first = known.outcome.status
      const status = first === 'held' || first === 'set_aside' ? first : 'duplicate'
      return { ...known.outcome, status, missing: this.#missing(operation) }
    }
    const full = known ? null : this.turnAway(operation)
    if (full) {
      return { id: operation.id, status: 'deferred', sha256: hash, problem: serverProblem(full) }
    }
    const heldBy = known ? 'identity_clash' : this.hold(operation)
    if (heldBy) {
      const problem = serverProblem(heldBy)
      const outcome: Outcome = { id: operation.id, status: 'held', sha256: hash, problem }
      if (!known) this.state.received.set(operation.id, { id: operation.id, sha256: hash, person: person.id, outcome })
      return outcome
    }
    this.state.position += 1
    this.now_ms += 1
    const stamped = {
      id: operation.id,
      kind: operation.body.kind,
      record: operation.record,
      record_kind: operation.record_kind,
      person: person.id,
      role: person.role,
      stamp: Math.max(this.now_ms * 1000, operation.saw_stamp + 1),
      saw: operation.based_on,
      position: this.state.position,
      body: operation.body as unknown as Record<string, unknown>,
    }
    const before = this.state.records.get(operation.record) ?? null
    const met = findMet(before, stamped)
    this.state.records.set(operation.record, fold(before, stamped))
    const outcome: Outcome = {
      id: operation.id,
      status: met.length > 0 ? 'merged' : 'accepted',
      sha256: hash,
      position: stamped.position,
      stamp: stamped.stamp,
      met,
      missing: this.#missing(operation),
    }
    this.state.received.set(operation.id, { id: operation.id, sha256: hash, person: person.id, outcome })
    return outcome
  }

  #missing(operation: { evidence: { sha256: string }[] }): string[] {
    return operation.evidence.map((ref) => ref.sha256).filter((hash) => !this.evidence.has(hash))
  }

  #writerState(writer: string): WriterState {
    const counters = [...this.state.received.keys()]
      .filter((id) => id.startsWith(`${writer}:`))
      .map((id) => Number(id.split(':')[1]))
      .sort((one, other) => one - other)
    let contiguous = 0
    while (counters.includes(contiguous + 1)) contiguous += 1
    return { writer, contiguous, beyond: counters.filter((counter) => counter > contiguous) }
  }

  async #pull(asked: URLSearchParams, person: FakePerson): Promise<Response> {
    const writers = (asked.get('writers') ?? '').split(',').filter(Boolean)
    const page = await this.scopes.pull(this.state, {
      person: person.id,
      cursor: asked.get('cursor') ?? '',
      wire: Number(asked.get('wire') ?? 1),
      again: asked.get('again'),
      limit: this.pageSize,
    })
    return json({
      ...page,
      writers: writers.map((writer) => this.#writerState(writer)),
      anchor: this.#anchor(),
      receipt: RECEIPT,
      wire: 2,
    })
  }

  /** Takes a photo in parts, as tus says it; a body that is cut leaves what had come. */
  async #upload(request: Seen, person: FakePerson): Promise<Response> {
    const hash = hashAsked(request)
    const key = `${person.id} ${hash}`
    const known = this.uploads.get(key)
    // As the server does: what was receipted and is gone is asked for anew.
    if (known?.arrived.length === known?.size && !this.evidence.has(hash)) this.uploads.delete(key)
    if (request.method === 'POST') {
      const size = Number(request.headers.get('upload-length'))
      if (size > this.photoLimit) return refuse(413, 'too_large')
      if (!this.uploads.has(key)) this.uploads.set(key, { size, arrived: new Uint8Array() })
    }
    const upload = this.uploads.get(key)
    if (!upload) return refuse(404, 'not_found')
    const { size } = upload
    if (request.method === 'HEAD') return tus(200, upload.arrived.length, size)
    const isFirst = request.method === 'POST'
    const offset = isFirst ? 0 : Number(request.headers.get('upload-offset'))
    const receipt = { sha256: hash, size, receipt: RECEIPT }
    if (offset !== upload.arrived.length) {
      const isThere = upload.arrived.length === size
      if (!isFirst) return refuse(409, 'upload_offset_wrong')
      return tus(201, upload.arrived.length, size, isThere ? receipt : null)
    }
    const sent = new Uint8Array((request.body ?? new ArrayBuffer(0)) as ArrayBuffer)
    const cutAt = this.cut(request)
    const came = cutAt === null ? sent : sent.slice(0, cutAt)
    upload.arrived = new Uint8Array([...upload.arrived, ...came])
    if (cutAt !== null) throw new TypeError('Failed to fetch')
    const done = upload.arrived.length
    if (done < size) return tus(isFirst ? 201 : 204, done, size)
    const bytes = upload.arrived.buffer
    if ((await sha256(bytes)) !== hash) {
      this.uploads.delete(key)
      return refuse(422, 'hash_mismatch')
    }
    this.evidence.set(hash, bytes)
    return tus(isFirst ? 201 : 200, done, size, receipt)
  }

  async #photo(request: Seen, pathname: string): Promise<Response> {
    const hash = pathname.split('/').at(-1) ?? ''
    if (request.method === 'GET') {
      const bytes = this.evidence.get(hash)
      if (!bytes) return refuse(404, 'not_found')
      return new Response(bytes, { headers: { 'content-type': 'image/jpeg' } })
    }
    const bytes = request.body as ArrayBuffer
    if ((await sha256(bytes)) !== hash) return refuse(422, 'hash_mismatch')
    this.evidence.set(hash, bytes)
    return json({ sha256: hash, size: bytes.byteLength, receipt: RECEIPT })
  }
}

/** Which photo a request of an upload is about. */
export function hashAsked(request: Seen): string {
  const named = /sha256 ([\w+/=]+)/.exec(request.headers.get('upload-metadata') ?? '')?.[1]
  return named === undefined ? (request.path.split('/').at(-1) ?? '') : atob(named)
}

function tus(status: number, arrived: number, size: number, body: unknown = null): Response {
  const headers = new Headers({
    'tus-resumable': '1.0.0',
    'upload-offset': String(arrived),
    'upload-length': String(size),
    location: '/api/uploads/here',
  })
  if (body !== null) headers.set('content-type', 'application/json')
  return new Response(body === null ? null : JSON.stringify(body), { status, headers })
}

function emptyState(epoch: number): State {
  return { received: new Map(), records: new Map(), writers: new Map(), position: 0, epoch }
}

/** Cuts the raw texts out of a push's body: the hash is over the bytes as they came. */
function rawOperations(body: string): string[] {
  const start = body.indexOf('[') + 1
  const texts: string[] = []
  let depth = 0
  let begin = start
  let inText = false
  for (let index = start; index < body.length; index += 1) {
    const sign = body[index]
    if (inText) {
      if (sign === '\\') index += 1
      else if (sign === '"') inText = false
      continue
    }
    if (sign === '"') inText = true
    else if (sign === '{' || sign === '[') depth += 1
    else if (sign === '}') {
      depth -= 1
      if (depth === 0) texts.push(body.slice(begin, index + 1))
    } else if (sign === ']') {
      if (depth === 0) return texts
      depth -= 1
    } else if (sign === ',' && depth === 0) begin = index + 1
  }
  return texts
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })
}

function refuse(status: number, code = 'server_failed', details = {}): Response {
  return new Response(JSON.stringify({ ...serverProblem(code, status), details }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}

/** The very answer, from something that does not know our word. */
async function withoutReceipt(reply: Response): Promise<Response> {
  if (!reply.headers.get('content-type')?.includes('json')) return reply
  const { receipt: _receipt, ...rest } = (await reply.json()) as Record<string, unknown>
  return new Response(JSON.stringify(rest), { status: reply.status, headers: reply.headers })
}

function portalPage(): Response {
  return new Response('<html>请登录</html>', { headers: { 'content-type': 'text/html' } })
}

function hang(signal: AbortSignal | null): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
  })
}
