/**
 * The bare store for tests, in a browser in memory whose parts can be broken.
 */

import assert from 'node:assert/strict'

import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'

import { randomId } from '../../kernel/ids.ts'
import { ProblemFailure } from '../../kernel/problems.ts'
import { SCHEMA, type EntryRow, type EvidenceRow } from '../../store/database.ts'
import type { Ground } from '../../store/outbox.ts'
import type { Fold } from '../../store/shapes.ts'
import { Store } from '../../store/store.ts'
import { fold } from '../merge.ts'
import { replaceMethod } from './breakage.ts'
import { MemoryStorage } from './phone.ts'

export const ANA = 'a'.repeat(32)
const TASK = '1'.repeat(32)

/** One browser: its databases, its local storage, its handles. */
export interface Place {
  indexedDB: IDBFactory
  marker: MemoryStorage
  /** The browser's own handles, in the order of their opening. */
  handles: IDBDatabase[]
}

/** A browser where the app was never opened. */
export function aPlace(): Place {
  const place: Place = { indexedDB: new IDBFactory(), marker: new MemoryStorage(), handles: [] }
  const open = place.indexedDB.open.bind(place.indexedDB)
  place.indexedDB.open = (...given) => {
    const request = open(...given)
    request.addEventListener('success', () => place.handles.push(request.result))
    return request
  }
  return place
}

/** The store of an app in a browser, not yet opened. */
export function aStore(place: Place, schema = SCHEMA, foldBy: Fold = fold): Store {
  const options = { indexedDB: place.indexedDB, IDBKeyRange }
  return new Store({ name: 'roundsman', options, schema, fold: foldBy, channel: null, marker: place.marker })
}

/** Opens the store, with Ana at work. */
export async function openStore(place: Place, schema = SCHEMA, foldBy: Fold = fold): Promise<Store> {
  const store = aStore(place, schema, foldBy)
  await store.open()
  await store.takeOver(ANA)
  return store
}

/** An operation as it is written: a remark, perhaps with a photo. */
export function built(ground: Ground, photo: EvidenceRow | null): { entry: EntryRow; evidence: EvidenceRow[] } {
  const { writer, next_counter: counter } = ground.writer
  const body = { kind: 'remark_added', remark: `remark ${counter}` }
  const id = `${writer}:${counter}`
  const ref = photo && { sha256: photo.sha256, size: 3, media_type: photo.media_type }
  const entry: EntryRow = {
    id,
    writer,
    counter,
    person: ANA,
    record: TASK,
    record_kind: 'task',
    kind: body.kind,
    text: JSON.stringify(body),
    // No two recordings have the same text: it carries the clocks.
    sha256: randomId(),
    body,
    recorded_ms: counter,
    role: '',
    saw: ground.based_on,
    stamp: ground.writer.last_stamp + 1,
    position: null,
    state: 'waiting',
    contained: 0,
    photos: ref ? [{ ...ref, receipted: false, waived: false }] : [],
    hashes: photo ? [photo.sha256] : [],
    outcome: null,
    problem: null,
    attempts: 0,
    next_try_ms: 0,
    delivered_ms: null,
  }
  return { entry, evidence: photo ? [photo] : [] }
}

/** Ana records a remark; gives its id. */
export async function remark(store: Store, photo: EvidenceRow | null = null): Promise<string> {
  const saved = await store.record(ANA, TASK, (ground) => Promise.resolve(built(ground, photo)))
  return saved.entry.id
}

/** Three bytes that stand for a photo. */
export function aPhoto(): EvidenceRow {
  const bytes = new Uint8Array([1, 2, 3]).buffer
  return { sha256: 'f'.repeat(64), bytes, media_type: 'image/jpeg', added_ms: 0 }
}

/** Lets the n-th write of the browser fail; answers with how to stop. */
export function breakWrite(nth: number, error: () => Error): () => void {
  let count = 0
  const broken = (write: IDBObjectStore['put']) =>
    function (this: IDBObjectStore, ...given: Parameters<IDBObjectStore['put']>) {
      count += 1
      if (count === nth) throw error()
      return write.apply(this, given)
    }
  const restores = [
    replaceMethod(IDBObjectStore.prototype, 'add', broken),
    replaceMethod(IDBObjectStore.prototype, 'put', broken),
  ]
  return () => {
    for (const restore of restores) restore()
  }
}

/** The code of the problem that work ends with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'no failure'
  } catch (error) {
    assert.ok(error instanceof ProblemFailure, String(error))
    return error.problem.code
  }
}
