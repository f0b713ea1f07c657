/**
 * Who is signed in: remembered on the phone for 30 days, never lost because a network failed.
 */

import { Watched, type Observable } from '../kernel/observable.ts'
import { randomId } from '../kernel/ids.ts'
import { ProblemFailure } from '../kernel/problems.ts'
import type { Bilingual, OrganizationView, SessionReply, SiteView } from '../schemas.gen.ts'
import type { Store } from '../store/store.ts'
import type { ServerTime } from './server-time.ts'
import type { Answer, Timing, Transport } from './transport.ts'

export interface RoleAtSite {
  role: string
  name: Bilingual
  /** Null: at every site. */
  site: string | null
}

export interface Person {
  id: string
  name: Bilingual
  roles: RoleAtSite[]
}

/**
 * signed_out: nobody is known; signed_in: work and sending; sign_in_needed: the person is known
 * and may go on recording, but nothing is sent before they sign in again.
 */
export interface SessionState {
  phase: 'signed_out' | 'signed_in' | 'sign_in_needed'
  person: Person | null
  /** What the person signed in with; empty where this phone never heard it. */
  user_name: string
  organization: OrganizationView | null
  sites: SiteView[]
  /** Held anywhere; a site's own stand beside it. */
  rights: string[]
  /** Still the first password: nothing can be sent before it is changed. */
  must_change_password: boolean
  /** More than 30 days without the server: ask for sign-in before new work. */
  locked: boolean
  offline_until_ms: number | null
}

interface StoredSession {
  person: Person
  user_name?: string
  organization: OrganizationView
  sites: SiteView[]
  rights: string[]
  must_change_password: boolean
  sign_in_needed: boolean
  confirmed_ms: number
}

export const NOBODY: SessionState = {
  phase: 'signed_out',
  person: null,
  user_name: '',
  organization: null,
  sites: [],
  rights: [],
  must_change_password: false,
  locked: false,
  offline_until_ms: null,
}

const OFFLINE_DAYS = 30
const DAY_MS = 86_400_000

export interface SessionParts {
  store: Store
  transport: Transport
  time: ServerTime
  device_label: string
}

export class Session {
  readonly #parts: SessionParts
  readonly #state = new Watched<SessionState>(NOBODY)
  #signOutPending = false

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  get state(): Observable<SessionState> {
    return this.#state
  }

  get person(): Person | null {
    return this.#state.value.person
  }

  /** Reads who was signed in, from this tab or another. */
  async load(): Promise<void> {
    const { store, time } = this.#parts
    const stored = (await store.readMeta<StoredSession | null>('session')) ?? null
    this.#signOutPending = (await store.readMeta<boolean>('sign_out_pending')) ?? false
    this.#state.set(stored ? stateOf(stored, time.now()) : NOBODY)
  }

  async signIn(userName: string, password: string, organization?: string): Promise<SessionState> {
    const { store, transport } = this.#parts
    const device = await this.#device()
    const answer = await transport.ask(
      {
        method: 'POST',
        path: '/api/session',
        body: JSON.stringify({
          ...(organization && { organization }),
          user_name: userName,
          password,
          device,
        }),
      },
      isSessionReply,
    )
    if (!answer.ok) throw new ProblemFailure(answer.problem)
    await store.writeMeta('sign_out_pending', false)
    this.#signOutPending = false
    await this.#adopt(answer.value, answer.timing, userName)
    return this.#state.value
  }

  /** Signs out here at once, and at the server when it can be reached; the outbox stays. */
  async signOut(): Promise<void> {
    const { store } = this.#parts
    await store.writeMeta('sign_out_pending', true)
    this.#signOutPending = true
    await store.writeMeta('session', null)
    await store.takeOver(null)
    this.#state.set(NOBODY)
    await this.settleSignOut()
  }

  /** Tells the server of a sign-out that it does not know of yet. */
  async settleSignOut(signal?: AbortSignal): Promise<void> {
    if (!this.#signOutPending) return
    const { store, transport } = this.#parts
    if (!transport.csrf) {
      const known = await transport.ask(
        { method: 'GET', path: '/api/session', signal },
        isSessionReply,
      )
      if (known.ok) transport.csrf = known.value.csrf
      else if (known.status !== 401) return
    }
    if (transport.csrf) {
      const answer = await transport.tell({ method: 'DELETE', path: '/api/session', signal })
      if (!answer.ok && answer.status !== 401) return
    }
    transport.csrf = null
    this.#signOutPending = false
    await store.writeMeta('sign_out_pending', false)
  }

  async changePassword(old: string, chosen: string): Promise<void> {
    const answer = await this.#parts.transport.tell({
      method: 'POST',
      path: '/api/session/password',
      body: JSON.stringify({ old, new: chosen }),
    })
    if (!answer.ok) throw new ProblemFailure(answer.problem)
    await this.refresh()
  }

  /** Asks the server who is signed in; a failing network changes nothing. */
  async refresh(signal?: AbortSignal): Promise<Answer<SessionReply>> {
    const { transport } = this.#parts
    const answer = await transport.ask(
      { method: 'GET', path: '/api/session', signal },
      isSessionReply,
    )
    if (answer.ok) await this.#adopt(answer.value, answer.timing)
    else if (answer.status === 401) await this.expire()
    return answer
  }

  /** The server no longer knows the session: the person stays, only sending waits. */
  async expire(): Promise<void> {
    const { store, transport, time } = this.#parts
    transport.csrf = null
    const stored = await store.readMeta<StoredSession | null>('session')
    if (!stored || stored.sign_in_needed) return
    const next = { ...stored, sign_in_needed: true }
    await store.writeMeta('session', next)
    this.#state.set(stateOf(next, time.now()))
  }

  async #adopt(reply: SessionReply, timing: Timing, userName = ''): Promise<void> {
    const { store, transport, time } = this.#parts
    transport.csrf = reply.csrf
    await time.take(reply.anchor, timing)
    await store.requireWriter(reply.person.id)
    await store.takeOver(reply.person.id)
    const { id, name, roles } = reply.person
    const before = await store.readMeta<StoredSession | null>('session')
    const known = before?.person.id === id ? (before.user_name ?? '') : ''
    const stored: StoredSession = {
      person: { id, name, roles: roles.map((held) => ({ ...held, site: held.site ?? null })) },
      user_name: userName || known,
      organization: reply.organization,
      sites: reply.sites,
      rights: reply.rights,
      must_change_password: reply.must_change_password ?? false,
      sign_in_needed: false,
      confirmed_ms: time.now(),
    }
    await store.writeMeta('session', stored)
    this.#state.set(stateOf(stored, time.now()))
  }

  async #device(): Promise<{ id: string; label: string }> {
    const { store, device_label } = this.#parts
    let id = await store.readMeta<string>('device')
    if (!id) {
      id = randomId()
      await store.writeMeta('device', id)
    }
    return { id, label: device_label }
  }
}

function stateOf(stored: StoredSession, now: number): SessionState {
  const until = stored.confirmed_ms + OFFLINE_DAYS * DAY_MS
  return {
    phase: stored.sign_in_needed ? 'sign_in_needed' : 'signed_in',
    person: stored.person,
    user_name: stored.user_name ?? '',
    organization: stored.organization,
    sites: stored.sites,
    rights: stored.rights,
    must_change_password: stored.must_change_password,
    locked: now > until,
    offline_until_ms: until,
  }
}

function isSessionReply(value: unknown): value is SessionReply {
  const reply = value as Partial<SessionReply> | null
  return (
    typeof reply?.person?.id === 'string' &&
    typeof reply.csrf === 'string' &&
    typeof reply.anchor?.server_ms === 'number'
  )
}
