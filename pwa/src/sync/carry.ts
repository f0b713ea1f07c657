/**
 * Seals what a person leaves on a shared phone, and carries up what others left: unread, and in
 * their name.
 */

import { phoneProblem } from '../kernel/problems.ts'
import type { CarriedReply, Outcome, Problem } from '../schemas.gen.ts'
import * as carried from '../store/carried.ts'
import type { EntryRow } from '../store/database.ts'
import { unreceipted } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'
import { makeOperationsBundle, makePhotoBundle, portions, type Author, type Bundle } from './bundles.ts'
import { delayAfter } from './push.ts'
import { patienceFor, stopIfGeneral, type Round } from './round.ts'
import type { ServerTime } from './server-time.ts'
import type { Answer } from './transport.ts'

const PATH = '/api/sync/carried'

/** How many operations were sealed, and how many stay as they were. */
export interface SealingEnd {
  sealed: number
  plain: number
}

interface SealingParts {
  store: Store
  time: ServerTime
}

/**
 * Seals everything that a person has not delivered, portion by portion.
 *
 * Never throws and never loses: what cannot be sealed (no key, no room, photos gone) stays plain,
 * and is carried or waits for its author as before.
 */
export async function sealOutbox(parts: SealingParts, person: string): Promise<SealingEnd> {
  const end: SealingEnd = { sealed: 0, plain: 0 }
  const { store } = parts
  try {
    const known = await store.attempt((db) => carried.readSealKey(db, person), 'storage_unreadable')
    const found = await store.attempt((db) => carried.readSealable(db, person), 'storage_unreadable')
    for (const { writer, key, entries } of found) {
      for (const portion of portions(entries)) {
        const isSealed =
          known !== null &&
          key !== null &&
          (await sealPortion(parts, { ...known, writer: writer.writer, person, key: key.private_key }, portion))
        end[isSealed ? 'sealed' : 'plain'] += portion.length
      }
    }
  } catch {
    // The store says in its own words that it cannot be read; signing out must not wait for it.
  }
  store.announce({ outbox: true })
  return end
}

async function sealPortion(
  parts: SealingParts,
  author: Author,
  entries: readonly EntryRow[],
): Promise<boolean> {
  const { store } = parts
  try {
    const rows = [rowOf(parts, author, await makeTexts(parts, author, entries), entries, null)]
    for (const hash of lackingPhotos(entries)) {
      const bundle = await makePhoto(parts, author, hash)
      if (!bundle) return false
      rows.push(rowOf(parts, author, bundle, [], hash))
    }
    return await store.attempt((db) => carried.replaceWithSealed(db, entries, rows), 'not_saved')
  } catch {
    return false
  }
}

function lackingPhotos(entries: readonly EntryRow[]): string[] {
  return [...new Set(entries.flatMap((entry) => unreceipted(entry).map((photo) => photo.sha256)))]
}

function momentOf({ time }: SealingParts): { made_ms: number; sent: ReturnType<ServerTime['capture']> } {
  return { made_ms: time.now(), sent: time.capture() }
}

async function makeTexts(
  parts: SealingParts,
  author: Author,
  entries: readonly EntryRow[],
): Promise<Bundle> {
  return await makeOperationsBundle(author, momentOf(parts), entries)
}

async function makePhoto(
  parts: SealingParts,
  author: Author,
  hash: string,
): Promise<Bundle | null> {
  const photo = await parts.store.readPhoto(hash)
  return photo ? await makePhotoBundle(author, momentOf(parts), photo) : null
}

function rowOf(
  { time }: SealingParts,
  author: Author,
  bundle: Bundle,
  entries: readonly EntryRow[],
  photo: string | null,
): carried.SealedBundle {
  const row: carried.CarriedRow = {
    id: bundle.id,
    person: author.person,
    organization: author.organization,
    state: 'waiting',
    entries: entries.map(({ id, counter, sha256, kind, record, record_kind, recorded_ms }) => ({
      id,
      counter,
      sha256,
      kind,
      record,
      record_kind,
      recorded_ms,
      status: null,
    })),
    photos: photo === null ? [] : [photo],
    operation_count: entries.length,
    photo_count: photo === null ? 0 : 1,
    sealed_ms: time.now(),
    attempts: 0,
    next_try_ms: 0,
    problem: null,
    settled_ms: null,
  }
  return { row, bytes: bundle.bytes }
}

/**
 * Carries up everything on this phone that is not the own work of whoever is signed in at the
 * server: sealed bundles, what files brought, and the plain work of others, sealed on its way.
 *
 * `round.person` is whose session it is; `isOwnToo` while somebody else works here, so that even
 * their own work must go this way. Answers with the last refusal, if any; such a bundle waits and
 * lets the others by.
 */
export async function carry(round: Round, isOwnToo = false): Promise<Problem | null> {
  const organization = round.session.state.value.organization?.id ?? ''
  const until = round.urgent ? Number.MAX_SAFE_INTEGER : round.time.now()
  const load = await round.store.attempt(
    (db) => carried.readLoad(db, round.person, organization, until),
    'storage_unreadable',
  )
  try {
    const refused = await carryBundles(round, load.due)
    const others = await carryOthers(round, load, isOwnToo)
    return others ?? refused
  } catch (error) {
    if (error instanceof CarryingStopped) return error.problem
    throw error
  }
}

async function carryBundles(round: Round, due: readonly string[]): Promise<Problem | null> {
  const { store } = round
  let last: Problem | null = null
  for (const id of due) {
    const park = async (problem: Problem): Promise<void> => {
      await store.attempt((db) => carried.parkBundle(db, id, problem, laterIn(round)), 'not_saved')
    }
    const bundle = await store.readPhoto(id)
    if (!bundle) {
      // Another tab has just brought it up, or the phone has lost it.
      await park(phoneProblem('storage_unreadable'))
      continue
    }
    const answer = await sendOrPark(round, bundle.bytes, park)
    const isDone =
      answer.ok &&
      (await store.attempt(
        (db) => carried.settleBundle(db, id, answer.value, round.time.now()),
        'not_saved',
      ))
    if (!isDone) {
      last = answer.ok ? phoneProblem('receipt_differs') : answer.problem
      await park(last)
    }
    store.announce({ outbox: true })
  }
  return last
}

/** Sends one bundle; what ends the carrying was perhaps its own fault, so it waits as well. */
async function sendOrPark(
  round: Round,
  bytes: ArrayBuffer,
  park: (problem: Problem) => Promise<void>,
): Promise<Answer<CarriedReply>> {
  try {
    return await send(round, bytes)
  } catch (error) {
    if (error instanceof CarryingStopped) await park(error.problem)
    throw error
  }
}

/** Sends one bundle; ends the round for what concerns all requests. */
async function send(round: Round, bytes: ArrayBuffer): Promise<Answer<CarriedReply>> {
  const answer = await round.transport.ask(
    {
      method: 'POST',
      path: PATH,
      body: bytes,
      content_type: carried.SEALED_TYPE,
      signal: round.signal,
      timeout_ms: patienceFor(bytes.byteLength),
    },
    isCarriedReply,
  )
  round.beat()
  if (answer.ok) return answer
  // A large bundle may be what a weak network cannot carry: the own work still gets its turn.
  const isCut = answer.status === 0 && !round.signal.aborted
  if (!isCut) await stopIfGeneral(round, answer)
  if (answer.problem.code === 'csrf_failed') round.transport.csrf = null
  if (isCut || FOR_ALL.has(answer.status)) throw new CarryingStopped(answer.problem)
  return answer
}

/** The whole phone is not wanted, the server is too old for bundles, or a proxy answered for it. */
const FOR_ALL = new Set([403, 404, 405, 502, 503, 504])

/** Ends the carrying of this round, and nothing else. */
class CarryingStopped extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

function isCarriedReply(value: unknown): value is CarriedReply {
  const reply = value as Partial<CarriedReply> | null
  return (
    reply?.receipt === 'roundsman' &&
    typeof reply.bundle === 'string' &&
    (reply.status === 'opened' || reply.status === 'held')
  )
}

function laterIn(round: Round): (attempts: number) => number {
  const now = round.time.now()
  return (attempts) => Math.round(now + delayAfter(attempts, round.random()))
}

/**
 * Carries the work of others that lies here in plain: of whoever works by PIN under another's
 * session, and of those whose work could not be sealed when they left.
 */
async function carryOthers(
  round: Round,
  { organization, authors }: carried.Load,
  isOwnToo: boolean,
): Promise<Problem | null> {
  const { store } = round
  let last: Problem | null = null
  for (const person of authors.filter((one) => isOwnToo || one !== round.person)) {
    const known = await store.attempt((db) => carried.readSealKey(db, person), 'storage_unreadable')
    if (known?.organization !== organization) continue
    const found = await store.attempt((db) => carried.readSealable(db, person), 'storage_unreadable')
    for (const { writer, key, entries } of found) {
      if (!key) continue
      const author = { ...known, writer: writer.writer, person, key: key.private_key }
      const now = round.urgent ? Number.MAX_SAFE_INTEGER : round.time.now()
      for (const portion of portions(entries.filter((entry) => entry.next_try_ms <= now))) {
        last = (await carryPortion(round, author, portion)) ?? last
      }
    }
  }
  return last
}

async function carryPortion(
  round: Round,
  author: Author,
  entries: readonly EntryRow[],
): Promise<Problem | null> {
  const { store } = round
  const texts = await makeTexts(round, author, entries)
  const ids = entries.map((entry) => entry.id)
  const park = async (problem: Problem): Promise<void> => {
    await store.park(ids, problem, laterIn(round))
  }
  const answer = await sendOrPark(round, texts.bytes, park)
  const isOurs = answer.ok && answer.value.bundle === texts.id
  if (!answer.ok || !isOurs) {
    const problem = answer.ok ? phoneProblem('receipt_differs') : answer.problem
    await park(problem)
    return problem
  }
  const outcomes = outcomesOf(answer.value, entries)
  await store.attempt(
    (db) => carried.settleForOthers(db, outcomes, round.time.now()),
    'not_saved',
  )
  store.announce({ outbox: true })
  let last: Problem | null = null
  for (const hash of lackingPhotos(entries)) last = (await carryPhoto(round, author, hash)) ?? last
  return last
}

/** What was said of each entry; a bundle held whole is in the office's hands, each entry with it. */
function outcomesOf(reply: CarriedReply, entries: readonly EntryRow[]): Outcome[] {
  if (reply.status === 'opened') return (reply.outcomes ?? []).map((outcome) => ({ ...outcome }))
  return entries.map(({ id, sha256 }) => ({
    id,
    sha256,
    status: 'held',
    problem: reply.problem ?? null,
  }))
}

async function carryPhoto(round: Round, author: Author, hash: string): Promise<Problem | null> {
  const bundle = await makePhoto(round, author, hash)
  if (!bundle) {
    await round.store.markPhotoGone(author.writer, hash)
    return null
  }
  const answer = await send(round, bundle.bytes)
  if (!answer.ok) return answer.problem
  if (answer.value.bundle !== bundle.id) return phoneProblem('receipt_differs')
  if ((answer.value.photos ?? []).includes(hash)) {
    await round.store.applyReceipt(author.writer, hash, round.time.now())
    return null
  }
  // The office keeps bytes that are no photo; sending them again would change nothing.
  await round.store.markPhotoGone(author.writer, hash)
  return answer.value.problem ?? null
}
