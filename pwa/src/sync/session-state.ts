/** Who works on this phone, as it is stored and as the screens see it. */

import type { Bilingual, SiteColleague, OrganizationView, SessionReply, SiteView } from '../schemas.gen.ts'
import type { Face } from './people.ts'

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
 * and may go on recording, but sends nothing themselves before they sign in again.
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
  /** Everybody who may take this phone by PIN or password. */
  known: Face[]
  /** The screen waits for somebody's PIN; sending goes on behind it. */
  screen_locked: boolean
  /** The key that signs the organisation's labels, in base64url; empty where it was never heard. */
  tag_key: string
  /** The people at one's sites by name, as of the last sign-in; whom work can be handed to. */
  colleagues: SiteColleague[]
  /** Whose session the server holds with this browser; another person's while someone works by PIN. */
  server_person: string | null
}

export interface StoredSession {
  person: Person
  user_name?: string
  organization: OrganizationView
  sites: SiteView[]
  rights: string[]
  must_change_password: boolean
  sign_in_needed: boolean
  confirmed_ms: number
  /** Absent on phones that signed in before labels were signed. */
  tag_key?: string
  colleagues?: SiteColleague[]
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
  known: [],
  screen_locked: false,
  tag_key: '',
  colleagues: [],
  server_person: null,
}

const OFFLINE_DAYS = 30
const DAY_MS = 86_400_000

/** What stands beside the working person. */
export type Surroundings = Pick<SessionState, 'known' | 'screen_locked' | 'server_person'>

export function stateOf(
  stored: StoredSession | null,
  now: number,
  around: Surroundings,
): SessionState {
  if (!stored) return { ...NOBODY, ...around, screen_locked: false }
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
    tag_key: stored.tag_key ?? '',
    colleagues: stored.colleagues ?? [],
    ...around,
  }
}

/** Gives what is stored of a person whom the server has just confirmed. */
export function storedSession(reply: SessionReply, userName: string, now: number): StoredSession {
  const { id, name, roles } = reply.person
  return {
    person: { id, name, roles: roles.map((held) => ({ ...held, site: held.site ?? null })) },
    user_name: userName,
    organization: reply.organization,
    sites: reply.sites,
    rights: reply.rights,
    must_change_password: reply.must_change_password ?? false,
    sign_in_needed: false,
    confirmed_ms: now,
    tag_key: reply.tag_key ?? '',
    colleagues: reply.colleagues ?? [],
  }
}

export function isSessionReply(value: unknown): value is SessionReply {
  const reply = value as Partial<SessionReply> | null
  return (
    typeof reply?.person?.id === 'string' &&
    typeof reply.csrf === 'string' &&
    typeof reply.anchor?.server_ms === 'number'
  )
}
