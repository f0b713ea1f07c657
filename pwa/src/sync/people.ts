/**
 * The people known to this phone: who may take it without a network, and by which PIN.
 *
 * Known becomes who signed in with the password; signing out or being shut out ends it. What they
 * recorded is not here and stays whatever happens to this list.
 */

import { ProblemFailure, phoneProblem } from '../kernel/problems.ts'
import type { Store } from '../store/store.ts'
import { MOST_TRIES, isPin, isRightPin, makeVerifier, type PinVerifier } from './pins.ts'
import type { StoredSession } from './session-state.ts'

/** What the phone keeps of a person who signed in on it. */
export interface KnownPerson {
  session: StoredSession
  pin: PinVerifier | null
  /** Wrong PINs since the last right one; written down before each try is judged. */
  failed_tries: number
  /** Whether the phone has asked for a PIN already; it asks once. */
  pin_asked: boolean
  /** The screen locks after so many minutes without a touch; 0 for never. */
  lock_after_min: number
}

/** A known person as the switch screen shows them. */
export interface Face {
  id: string
  name: StoredSession['person']['name']
  user_name: string
  organization: StoredSession['organization']
  has_pin: boolean
  tries_left: number
  pin_asked: boolean
  lock_after_min: number
}

const KEY = 'people'

export class People {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Lists everybody known, in the order in which they came. */
  async list(): Promise<KnownPerson[]> {
    return (await this.#store.readMeta<KnownPerson[]>(KEY)) ?? []
  }

  async find(id: string): Promise<KnownPerson | undefined> {
    return (await this.list()).find(({ session }) => session.person.id === id)
  }

  /** Notes a person whom the server has just confirmed; a PIN set before stays. */
  async confirm(session: StoredSession, byPassword: boolean): Promise<void> {
    await this.#change((people) => {
      const before = people.find((one) => isPerson(one, session.person.id))
      const after: KnownPerson = {
        ...(before ?? { pin: null, pin_asked: false, lock_after_min: 0 }),
        session,
        failed_tries: byPassword ? 0 : (before?.failed_tries ?? 0),
      }
      return before ? people.map((one) => (one === before ? after : one)) : [...people, after]
    })
  }

  /** Forgets those for whom `isGone` says so. */
  async forget(isGone: (person: KnownPerson) => boolean): Promise<void> {
    await this.#change((people) => people.filter((one) => !isGone(one)))
  }

  /** Sets a PIN, or takes it away; either way the phone does not ask again. */
  async setPin(id: string, pin: string | null): Promise<void> {
    if (pin !== null && !isPin(pin)) throw new ProblemFailure(phoneProblem('pin_unfit'))
    const verifier = pin === null ? null : await makeVerifier(pin)
    await this.#update(id, (one) => ({
      ...one,
      pin: verifier,
      pin_asked: true,
      failed_tries: 0,
      lock_after_min: verifier ? one.lock_after_min : 0,
    }))
  }

  async noteAsked(id: string): Promise<void> {
    await this.#update(id, (one) => ({ ...one, pin_asked: true }))
  }

  async setLock(id: string, minutes: number): Promise<void> {
    await this.#update(id, (one) => ({ ...one, lock_after_min: one.pin ? minutes : 0 }))
  }

  /**
   * Gives the person whose PIN this is.
   *
   * The try is on the disk before it is judged: a page killed in between has used it up.
   */
  async requireByPin(id: string, pin: string): Promise<KnownPerson> {
    let tried: KnownPerson | undefined
    await this.#update(id, (one) => {
      tried = one
      return one.failed_tries < MOST_TRIES ? { ...one, failed_tries: one.failed_tries + 1 } : one
    })
    if (!tried?.pin) throw new ProblemFailure(phoneProblem('pin_none'))
    if (tried.failed_tries >= MOST_TRIES) throw new ProblemFailure(phoneProblem('pin_blocked'))
    if (!(await isRightPin(pin, tried.pin))) {
      const left = MOST_TRIES - tried.failed_tries - 1
      const problem = left > 0 ? phoneProblem('pin_wrong', { left }) : phoneProblem('pin_blocked')
      throw new ProblemFailure(problem)
    }
    await this.#update(id, (one) => ({ ...one, failed_tries: 0 }))
    return tried
  }

  async #update(id: string, change: (person: KnownPerson) => KnownPerson): Promise<void> {
    await this.#change((people) => people.map((one) => (isPerson(one, id) ? change(one) : one)))
  }

  async #change(change: (people: KnownPerson[]) => KnownPerson[]): Promise<void> {
    await this.#store.changeMeta<KnownPerson[]>(KEY, (people) => change(people ?? []))
  }
}

function isPerson(one: KnownPerson, id: string): boolean {
  return one.session.person.id === id
}

/** Gives what screens may know of a person: never the verifier. */
export function faceOf(one: KnownPerson): Face {
  return {
    id: one.session.person.id,
    name: one.session.person.name,
    user_name: one.session.user_name ?? '',
    organization: one.session.organization,
    has_pin: one.pin !== null,
    tries_left: Math.max(0, MOST_TRIES - one.failed_tries),
    pin_asked: one.pin_asked,
    lock_after_min: one.lock_after_min,
  }
}
