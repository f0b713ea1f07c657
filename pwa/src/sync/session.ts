/**
 * Who works on this phone, and whose session the server holds with it: remembered for 30 days,
 * never lost because a network failed.
 *
 * The two may be different people: whoever takes the phone by PIN works and records under their
 * own name, while the server still knows the one who signed in. A session of the server is taken
 * over by nobody but its own person.
 */

import { Watched, type Observable } from '../kernel/observable.ts'
import { randomId } from '../kernel/ids.ts'
import { ProblemFailure, phoneProblem, serverProblem } from '../kernel/problems.ts'
import type { Problem, SessionReply } from '../schemas.gen.ts'
import { sealKeyPlace } from '../store/carried.ts'
import type { Store } from '../store/store.ts'
import { People, faceOf, type KnownPerson } from './people.ts'
import type { ServerTime } from './server-time.ts'
import {
  NOBODY,
  isSessionReply,
  stateOf,
  storedSession,
  type Person,
  type SessionState,
  type StoredSession,
} from './session-state.ts'
import type { Answer, Timing, Transport } from './transport.ts'

export interface SessionParts {
  store: Store
  transport: Transport
  time: ServerTime
  device_label: string
  app_version?: string
}

export class Session {
  readonly #parts: SessionParts
  readonly people: People
  readonly #state = new Watched<SessionState>(NOBODY)
  #signOutPending = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.people = new People(parts.store)
  }

  get state(): Observable<SessionState> {
    return this.#state
  }

  get person(): Person | null {
    return this.#state.value.person
  }

  /** Whose session the server holds with this browser, as far as the phone knows. */
  get serverPerson(): string | null {
    return this.#state.value.server_person
  }

  /** Reads who works here, from this tab or another. */
  async load(): Promise<void> {
    const { store } = this.#parts
    const stored = await this.#stored()
    this.#signOutPending = (await store.readMeta<boolean>('sign_out_pending')) ?? false
    const people = await this.people.list()
    // A phone of the first release knows nobody but the one who is signed in.
    if (stored && people.length === 0) await this.people.confirm(stored, false)
    await this.#mendSet(stored)
    await this.#show(stored)
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

  /**
   * Lets a known person take the phone by PIN, without a network.
   *
   * The copies of whoever leaves wait for them; each one's outbox and drafts stay their own.
   */
  async switchTo(person: string, pin: string): Promise<void> {
    const known = await this.people.requireByPin(person, pin)
    const before = await this.#stored()
    if (before?.person.id !== person) await this.#takePlace(known.session)
    await this.#parts.store.writeMeta('screen_locked', false)
    await this.#show(await this.#stored())
  }

  /** Locks the screen; whoever works here goes on sending behind it. */
  async lock(): Promise<void> {
    const own = this.person === null ? undefined : await this.people.find(this.person.id)
    // Whoever has no PIN could not come back without a network.
    if (!own?.pin) throw new ProblemFailure(phoneProblem('pin_none'))
    await this.#parts.store.writeMeta('screen_locked', true)
    await this.#show(await this.#stored())
  }

  /** Shows anew what has changed about the people known here. */
  async reshow(): Promise<void> {
    await this.#show(await this.#stored())
  }

  /**
   * Signs out here at once, and at the server when it can be reached; the outbox stays, and so do
   * the others known to this phone.
   */
  async signOut(): Promise<void> {
    const { store } = this.#parts
    const leaving = (await this.#stored())?.person.id
    // Another person's session with the server is not this one's to end.
    const isOwn = this.serverPerson === null || this.serverPerson === leaving
    if (isOwn) {
      await store.writeMeta('sign_out_pending', true)
      this.#signOutPending = true
    }
    await this.#leave(leaving)
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
    await this.#noteServerPerson(null)
  }

  /** Changes the own password; while the server knows somebody else here it would be theirs. */
  async changePassword(old: string, chosen: string): Promise<void> {
    const { serverPerson, person } = this
    if (serverPerson !== null && serverPerson !== person?.id) {
      throw new ProblemFailure(serverProblem('sign_in_needed', 401))
    }
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
    if (answer.ok) {
      const working = (await this.#stored())?.person.id
      const isTheirs = working === undefined || working === answer.value.person.id
      if (isTheirs) await this.#adopt(answer.value, answer.timing)
      else await this.#noteOther(answer.value, answer.timing)
    } else if (answer.status === 401) await this.expire(answer.problem)
    return answer
  }

  /**
   * The server no longer knows the session: the person stays, only sending waits. Whom the office
   * has shut out is forgotten here; their unsent work stays.
   */
  async expire(problem?: Problem): Promise<void> {
    const { store, transport } = this.#parts
    transport.csrf = null
    const stored = await this.#stored()
    const was = this.serverPerson ?? stored?.person.id ?? null
    if (problem?.code === 'shut_out') await this.#shutOut(was, problem.details?.['who'] === 'device')
    else if (stored && !stored.sign_in_needed && stored.person.id === was) {
      await store.writeMeta('session', { ...stored, sign_in_needed: true })
    }
    await this.#noteServerPerson(null)
  }

  async #shutOut(person: string | null, isDevice: boolean): Promise<void> {
    const known = person === null ? undefined : await this.people.find(person)
    const organization = known?.session.organization.id
    const isGone = (id: string, of: string): boolean =>
      id === person || (isDevice && of === organization)
    const stored = await this.#stored()
    await this.people.forget(({ session }) => isGone(session.person.id, session.organization.id))
    if (stored && isGone(stored.person.id, stored.organization.id)) await this.#leave(stored.person.id)
    // Not even the copies that wait for their return: the office has said that they hold nothing.
    await this.#parts.store.forgetParkedOf((await this.people.list()).map(({ session }) => session.person.id))
  }

  async #leave(person: string | undefined): Promise<void> {
    const { store } = this.#parts
    if (person !== undefined) await this.people.forget(({ session }) => session.person.id === person)
    await store.writeMeta('session', null)
    await store.writeMeta('screen_locked', false)
    await store.takeOver(null)
    await this.#show(null)
  }

  async #adopt(reply: SessionReply, timing: Timing, userName = ''): Promise<void> {
    const { store, transport, time } = this.#parts
    await time.take(reply.anchor, timing)
    const before = await this.people.find(reply.person.id)
    const name = userName || (before?.session.user_name ?? '')
    const stored = storedSession(reply, name, time.now())
    await store.writeMeta('server_person', reply.person.id)
    await this.#noteSealKey(reply)
    await this.#takePlace(stored)
    await this.people.confirm(stored, userName !== '')
    if (userName !== '') await store.writeMeta('screen_locked', false)
    await this.#show(stored)
    // Last of all: until then a round of the earlier person may be under way, and with this key
    // its requests would pass for this person's.
    transport.csrf = reply.csrf
  }

  /** Keeps the key to which this person's work is sealed when they leave the phone to others. */
  async #noteSealKey({ person, organization, seal_key }: SessionReply): Promise<void> {
    const known = { organization: organization.id, seal_key: seal_key ?? '' }
    // Without it the work stays plain, as on a full phone: no reason to refuse the sign-in.
    await this.#parts.store.writeMeta(sealKeyPlace(person.id), known).catch(() => undefined)
  }

  /** The server's session is another person's than the one who works here: nobody changes place. */
  async #noteOther(reply: SessionReply, timing: Timing): Promise<void> {
    const { store, transport, time } = this.#parts
    await time.take(reply.anchor, timing)
    const known = await this.people.find(reply.person.id)
    if (known) {
      const name = known.session.user_name ?? ''
      await this.people.confirm(storedSession(reply, name, time.now()), false)
    }
    const stored = await this.#stored()
    if (stored && !stored.sign_in_needed) {
      await store.writeMeta('session', { ...stored, sign_in_needed: true })
    }
    await this.#noteServerPerson(reply.person.id)
    // Last, as above: whoever works here must be known to be another before this key is used.
    transport.csrf = reply.csrf
  }

  /** Makes a person the one who works here. */
  async #takePlace(session: StoredSession): Promise<void> {
    const { store } = this.#parts
    const { id } = session.person
    const server = await this.#readServerPerson(await this.#stored())
    await store.requireWriter(id)
    // The copies first: if the phone has no room for them, nobody has changed place.
    await store.takeOver(id)
    await store.writeMeta('session', { ...session, sign_in_needed: server !== id })
    // Another tab, opened in between, may have put the copies back.
    await store.takeOver(id)
  }

  /** A page killed between the copies and the session has left one person's copies to another. */
  async #mendSet(stored: StoredSession | null): Promise<void> {
    const { store } = this.#parts
    const set = await store.readWorkingSet()
    const person = stored?.person.id ?? ''
    if (!set || set.person === person) return
    // A phone with no room opens all the same: pulls never mix two people's copies.
    await store.takeOver(stored?.person.id ?? null).catch(() => undefined)
  }

  async #noteServerPerson(person: string | null): Promise<void> {
    await this.#parts.store.writeMeta('server_person', person)
    await this.#show(await this.#stored())
  }

  async #stored(): Promise<StoredSession | null> {
    return (await this.#parts.store.readMeta<StoredSession | null>('session')) ?? null
  }

  async #readServerPerson(stored: StoredSession | null): Promise<string | null> {
    return serverPersonOf(await this.#parts.store.readMeta<string | null>('server_person'), stored)
  }

  async #show(stored: StoredSession | null): Promise<void> {
    const { store, time } = this.#parts
    const [people, locked, noted] = await store.readMetas(['people', 'screen_locked', 'server_person'])
    this.#state.set(
      stateOf(stored, time.now(), {
        known: ((people as KnownPerson[] | undefined) ?? []).map(faceOf),
        screen_locked: locked === true,
        server_person: serverPersonOf(noted as string | null | undefined, stored),
      }),
    )
  }

  async #device(): Promise<{ id: string; label: string; app_version: string }> {
    const { store, device_label, app_version } = this.#parts
    let id = await store.readMeta<string>('device')
    if (!id) {
      id = randomId()
      await store.writeMeta('device', id)
    }
    return { id, label: device_label, app_version: app_version ?? '' }
  }
}

function serverPersonOf(noted: string | null | undefined, stored: StoredSession | null): string | null {
  // The first release noted only whether the one who works here is signed in.
  if (noted === undefined) return stored && !stored.sign_in_needed ? stored.person.id : null
  return noted
}
