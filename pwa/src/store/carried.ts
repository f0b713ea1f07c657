/**
 * Sealed work on this phone: what people left when they signed out, and what files brought.
 *
 * A bundle takes the place of the plain texts in one transaction, after it was seen to open, and
 * goes only a week after the server has acknowledged everything in it by hash. Nothing here can
 * read it.
 */

import type { SigningKey } from '../kernel/keys.ts'
import type { CarriedReply, Outcome, Problem, Status } from '../schemas.gen.ts'
import type { Database, EntryRow, EvidenceRow, WriterRow } from './database.ts'
import { answered, readOpen, settleEntry, unreceipted } from './outbox.ts'

/** What is still known of an operation whose text lies sealed: enough to believe its receipt. */
export interface CarriedEntry {
  id: string
  counter: number
  sha256: string
  kind: string
  record: string
  record_kind: string
  recorded_ms: number
  /** The server's answer; null until there is one. */
  status: Status | null
}

/** One bundle, by the hash of its bytes: the same file brought twice is one. */
export interface CarriedRow {
  id: string
  /** The author; empty for what a file brought, of which only the server can tell. */
  person: string
  /** Whose organisation can open it; empty where a file did not say. */
  organization: string
  /** `held`: the server keeps it whole for the office. Both last ones are kept for a week. */
  state: 'waiting' | 'delivered' | 'held'
  /** Empty for what a file brought. */
  entries: CarriedEntry[]
  /** The photos in it, by hash. */
  photos: string[]
  /** As the file said, or as many as there are. */
  operation_count: number
  photo_count: number
  sealed_ms: number
  attempts: number
  next_try_ms: number
  problem: Problem | null
  settled_ms: number | null
}

/** A bundle with its bytes, which lie beside the photos: listing bundles must stay cheap. */
export interface SealedBundle {
  row: CarriedRow
  bytes: ArrayBuffer
}

export const SEALED_TYPE = 'application/vnd.roundsman.sealed'

/** What a person has not delivered, with what is needed to seal it. */
export interface Sealable {
  writer: WriterRow
  /** Null where this phone can keep no key. */
  key: SigningKey | null
  entries: EntryRow[]
}

/** The organisation's key, as it came with a person's sign-in. */
export interface SealKey {
  organization: string
  seal_key: string
}

/** Settled bundles are kept so long with their bytes, for the case that the server is set back. */
const REMEMBERED_MS = 7 * 86_400_000

export function sealKeyPlace(person: string): string {
  return `seal/${person}`
}

/** Reads the key to which a person's work is sealed; null where this phone never heard one. */
export async function readSealKey(database: Database, person: string): Promise<SealKey | null> {
  const known = (await database.meta.get(sealKeyPlace(person)))?.value as SealKey | undefined
  return known && known.seal_key !== '' && known.organization !== '' ? known : null
}

/** What there is to carry for whoever is signed in at the server. */
export interface Load {
  organization: string
  /** Bundles that are due, the oldest first. */
  due: string[]
  /** Whose entries lie on this phone. */
  authors: string[]
}

/** Looks what there is to carry; `organization` is taken where this phone knows no key. */
export async function readLoad(
  database: Database,
  person: string,
  organization: string,
  until: number,
): Promise<Load> {
  const { carried, meta, outbox } = database
  return await database.transaction('r', carried, meta, outbox, async () => {
    const known = await readSealKey(database, person)
    const whose = known?.organization ?? organization
    const due = await readDueBundles(database, whose, until)
    // From the index alone: whole rows are not needed.
    const authors = (await outbox.orderBy('person').uniqueKeys()).map(String)
    return { organization: whose, due, authors }
  })
}

/**
 * Reads what a person has not delivered, by writer, in the order of the counters.
 *
 * Left out is what waits for a decision of its author, and what lacks a photo's bytes: that is
 * never sent silently without it.
 */
export async function readSealable(database: Database, person: string): Promise<Sealable[]> {
  const { evidence, meta, outbox, writers } = database
  return await database.transaction('r', outbox, evidence, writers, meta, async () => {
    const rows = await readOpen(database, person, ['waiting', 'sent', 'held'])
    const found = new Map<string, EntryRow[]>()
    for (const row of rows.filter((one) => one.outcome === null || unreceipted(one).length > 0)) {
      const hashes = unreceipted(row).map((photo) => photo.sha256)
      const there = await evidence.where('sha256').anyOf(hashes).count()
      if (there === new Set(hashes).size) found.set(row.writer, [...(found.get(row.writer) ?? []), row])
    }
    const sealable: Sealable[] = []
    for (const [writer, entries] of found) {
      const known = await writers.get(writer)
      // The server must know whose writer it is: an unknown one it could only hold.
      if (!known?.bound) continue
      const key = ((await meta.get(`key/${writer}`))?.value as SigningKey | undefined) ?? null
      sealable.push({ writer: known, key, entries })
    }
    return sealable
  })
}

/** Reads a photo that a bundle is to be made of. */
export async function readBytes(database: Database, hash: string): Promise<EvidenceRow | undefined> {
  return await database.evidence.get(hash)
}

/**
 * Puts bundles in the place of the plain entries that are in them; all of it or nothing.
 *
 * Answers false, with nothing changed, when an entry is no longer what was sealed: it was answered
 * meanwhile, or another tab has sealed it.
 */
export async function replaceWithSealed(
  database: Database,
  entries: readonly EntryRow[],
  bundles: readonly SealedBundle[],
): Promise<boolean> {
  const { carried, evidence, outbox, uploads } = database
  return await database.transaction('rw', carried, outbox, evidence, uploads, async () => {
    const present = await outbox.bulkGet(entries.map((entry) => entry.id))
    const isSame = entries.every((entry, place) => {
      const row = present[place]
      return row?.sha256 === entry.sha256 && row.state === entry.state
    })
    if (!isSame) return false
    await putBundles(database, bundles)
    for (const { row, bytes } of bundles) {
      const back = await evidence.get(row.id)
      if (back?.bytes.byteLength !== bytes.byteLength) throw new Error('read_back')
    }
    await outbox.bulkDelete(entries.map((entry) => entry.id))
    for (const hash of new Set(entries.flatMap((entry) => entry.hashes))) {
      if ((await outbox.where('hashes').equals(hash).count()) > 0) continue
      await evidence.delete(hash)
      await uploads.delete(hash)
    }
    return true
  })
}

async function putBundles(database: Database, bundles: readonly SealedBundle[]): Promise<void> {
  await database.carried.bulkPut(bundles.map(({ row }) => row))
  const rows = bundles.map(
    ({ row, bytes }): EvidenceRow => ({
      sha256: row.id,
      bytes,
      media_type: SEALED_TYPE,
      added_ms: row.sealed_ms,
    }),
  )
  await database.evidence.bulkPut(rows)
}

/** Takes in bundles that a file brought; answers how many are new to this phone. */
export async function addBundles(
  database: Database,
  bundles: readonly SealedBundle[],
): Promise<number> {
  const { carried, evidence } = database
  return await database.transaction('rw', carried, evidence, async () => {
    const known = await carried.bulkGet(bundles.map(({ row }) => row.id))
    const fresh = bundles.filter((_bundle, place) => known[place] === undefined)
    await putBundles(database, fresh)
    return fresh.length
  })
}

/** What files brought that is another organisation's: this phone can never deliver it. */
export interface Foreign {
  bundle_count: number
  operation_count: number
}

async function foreignRows(database: Database, organization: string): Promise<CarriedRow[]> {
  if (organization === '') return []
  const rows = await database.carried.where('state').equals('waiting').toArray()
  // Never what somebody sealed here: that lies nowhere else.
  return rows.filter(
    (row) =>
      row.person === '' && row.organization !== '' && row.organization !== organization,
  )
}

/** Counts what files brought of other organisations than this one. */
export async function readForeign(database: Database, organization: string): Promise<Foreign> {
  const rows = await foreignRows(database, organization)
  return {
    bundle_count: rows.length,
    operation_count: rows.reduce((sum, row) => sum + row.operation_count, 0),
  }
}

/** Takes what files brought of other organisations off this phone; answers how many bundles. */
export async function discardForeign(database: Database, organization: string): Promise<number> {
  const { carried, evidence } = database
  return await database.transaction('rw', carried, evidence, async () => {
    const ids = (await foreignRows(database, organization)).map((row) => row.id)
    await carried.bulkDelete(ids)
    await evidence.bulkDelete(ids)
    return ids.length
  })
}

/** Names the bundles to be carried now for an organisation, the oldest first. */
async function readDueBundles(
  database: Database,
  organization: string,
  now: number,
): Promise<string[]> {
  const rows = await database.carried.where('state').equals('waiting').sortBy('sealed_ms')
  const due = rows.filter(
    (row) =>
      row.next_try_ms <= now && (row.organization === '' || row.organization === organization),
  )
  // Operations before photos: the office sees what was found before it sees the proof.
  const isPhoto = (row: CarriedRow): number => (row.operation_count > 0 ? 0 : 1)
  return due.sort((one, other) => isPhoto(one) - isPhoto(other)).map((row) => row.id)
}

/**
 * Puts the server's answer beside a bundle; answers whether everything in it is acknowledged.
 *
 * Only then do its bytes go. An answer that names another hash acknowledges nothing.
 */
export async function settleBundle(
  database: Database,
  id: string,
  reply: CarriedReply,
  now: number,
): Promise<boolean> {
  return await database.transaction('rw', database.carried, database.evidence, async () => {
    const row = await database.carried.get(id)
    if (row?.state !== 'waiting') return true
    if (reply.bundle !== id) return false
    const byId = new Map((reply.outcomes ?? []).map((outcome) => [outcome.id, outcome]))
    const entries = row.entries.map((entry) => {
      const outcome = byId.get(entry.id)
      return outcome?.sha256 === entry.sha256 ? { ...entry, status: outcome.status } : entry
    })
    const isHeld = reply.status === 'held'
    const photos = new Set(reply.photos ?? [])
    const isWhole =
      isHeld ||
      (entries.every((entry) => entry.status !== null) && row.photos.every((hash) => photos.has(hash)))
    const settled = { settled_ms: now, problem: reply.problem ?? null, next_try_ms: 0 }
    await database.carried.put({
      ...row,
      entries,
      ...(isWhole && { ...settled, state: isHeld ? ('held' as const) : ('delivered' as const) }),
    })
    return isWhole
  })
}

/** Lets a bundle wait that was refused by itself, so that the others go on. */
export async function parkBundle(
  database: Database,
  id: string,
  problem: Problem,
  nextTry: (attempts: number) => number,
): Promise<void> {
  await database.transaction('rw', database.carried, async () => {
    const row = await database.carried.get(id)
    if (row?.state !== 'waiting') return
    const attempts = row.attempts + 1
    await database.carried.put({ ...row, attempts, problem, next_try_ms: nextTry(attempts) })
  })
}

/**
 * Puts answers beside entries that lie here in plain and were carried for somebody else.
 *
 * Nothing is folded: the records on this phone are those of whoever works here.
 */
export async function settleForOthers(
  database: Database,
  outcomes: readonly Outcome[],
  now: number,
): Promise<void> {
  const { outbox } = database
  await database.transaction('rw', outbox, async () => {
    for (const outcome of outcomes) {
      const row = await outbox.get(outcome.id)
      if (row?.sha256 !== outcome.sha256) continue
      await outbox.put(settleEntry(answered(row, outcome, now), now))
    }
  })
}

/** How much lies sealed on this phone. */
export interface SealedCounts {
  /** Operations of this person, on their way with whoever is signed in. */
  sealed_count: number
  /** Operations of others, and what files brought. */
  carried_count: number
  /** Bundles that were refused and are tried again later. */
  parked_count: number
}

export async function countSealed(
  database: Database,
  person: string | null,
): Promise<SealedCounts> {
  const rows = await database.carried.where('state').equals('waiting').toArray()
  const operations = (of: readonly CarriedRow[]): number =>
    of.reduce((sum, row) => sum + row.operation_count, 0)
  return {
    sealed_count: operations(rows.filter((row) => row.person !== '' && row.person === person)),
    carried_count: operations(rows.filter((row) => row.person === '' || row.person !== person)),
    parked_count: rows.filter((row) => row.attempts > 0).length,
  }
}

/** Forgets delivered bundles after a week; what waits stays for as long as it takes. */
export async function forgetSettled(database: Database, now: number): Promise<void> {
  const { carried, evidence } = database
  await database.transaction('rw', carried, evidence, async () => {
    const settled = await carried.where('state').anyOf('delivered', 'held').toArray()
    const old = settled.filter((row) => (row.settled_ms ?? now) < now - REMEMBERED_MS)
    await carried.bulkDelete(old.map((row) => row.id))
    await evidence.bulkDelete(old.map((row) => row.id))
  })
}

/**
 * Lets every bundle that is still here go up again: the server was set back, and may have lost it.
 *
 * What it has kept is a duplicate and has no effect.
 */
export async function carryAgain(database: Database): Promise<void> {
  const settled = await database.carried.where('state').anyOf('delivered', 'held').toArray()
  const here = new Set(
    await database.evidence.where('sha256').anyOf(settled.map((row) => row.id)).primaryKeys(),
  )
  const again = settled.filter((row) => here.has(row.id))
  await database.carried.bulkPut(
    again.map((row) => ({
      ...row,
      state: 'waiting' as const,
      entries: row.entries.map((entry) => ({ ...entry, status: null })),
      settled_ms: null,
      attempts: 0,
      next_try_ms: 0,
    })),
  )
}
