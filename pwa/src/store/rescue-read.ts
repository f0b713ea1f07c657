/**
 * Reads what has not been delivered out of the phone's database as it lies there, whatever version
 * it has and whatever else is broken. Nothing is written, upgraded or made.
 *
 * For the rescue page alone: it needs no Dexie, no schema, no sign-in and no network.
 */

/** An operation as it lies in the outbox. */
export interface UnsentEntry {
  id: string
  text: string
  photos: { sha256: string; size: number; media_type: string }[]
}

/** What one writer has not delivered, and the keys that this phone has for it. */
export interface UnsentWork {
  writer: string
  person: string
  /** Empty where nothing on the phone says it. */
  organization: string
  /** Empty where the phone never heard the organisation's key. */
  seal_key: string
  key: CryptoKey | null
  entries: UnsentEntry[]
}

/** A bundle that lies here already: what somebody left, or a file brought. */
export interface LyingBundle {
  bytes: ArrayBuffer
  organization: string
  operations: number
  photos: number
}

export interface Unsent {
  works: UnsentWork[]
  bundles: LyingBundle[]
  /** Rows that could not be read: they stay where they are. */
  unreadable_count: number
}

type Row = Record<string, unknown>

/** Opens the database as it is; null where there is none, and none is made. */
export function openAsItIs(name: string, factory = indexedDB): Promise<IDBDatabase | null> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name)
    request.onupgradeneeded = () => {
      // There was none: an empty one would look to the app like a wiped phone.
      request.transaction?.abort()
    }
    request.onsuccess = () => {
      const database = request.result
      // A newer app's upgrade must not wait for this page.
      database.onversionchange = () => {
        database.close()
      }
      resolve(database)
    }
    request.onerror = () => {
      if (request.error?.name === 'AbortError') resolve(null)
      else reject(request.error ?? new Error('unreadable'))
    }
  })
}

/** Gathers everything undelivered of everybody on this phone, without the photos' bytes. */
export async function readUnsent(database: IDBDatabase): Promise<Unsent> {
  const meta = new Map((await readAll(database, 'meta')).map((row) => [textOf(row['key']), row['value']]))
  const unsent: Unsent = { works: [], bundles: [], unreadable_count: 0 }
  const works = new Map<string, UnsentWork>()
  const rows = await readAll(database, 'outbox')
  rows.sort((one, other) => numberOf(one['counter']) - numberOf(other['counter']))
  for (const row of rows.filter((one) => one['state'] !== 'delivered')) {
    const entry = entryOf(row)
    if (!entry) {
      unsent.unreadable_count += 1
      continue
    }
    const writer = entry.id.split(':')[0] ?? ''
    const work = works.get(writer) ?? workOf(writer, textOf(row['person']), meta)
    work.entries.push(entry)
    works.set(writer, work)
  }
  unsent.works = [...works.values()]
  for (const row of await readAll(database, 'carried')) {
    if (row['state'] !== 'waiting') continue
    const bundle = bundleOf(row, await readPhotoBytes(database, textOf(row['id'])))
    if (bundle) unsent.bundles.push(bundle)
    else unsent.unreadable_count += 1
  }
  return unsent
}

/** Reads the bytes of a photo or a bundle; null where they are gone. */
export async function readPhotoBytes(
  database: IDBDatabase,
  hash: string,
): Promise<ArrayBuffer | null> {
  if (!database.objectStoreNames.contains('evidence')) return null
  const store = database.transaction('evidence', 'readonly').objectStore('evidence')
  const row = (await resultOf(store.get(hash))) as Row | undefined
  return row?.['bytes'] instanceof ArrayBuffer ? row['bytes'] : null
}

function entryOf(row: Row): UnsentEntry | null {
  const id = textOf(row['id'])
  const text = textOf(row['text'])
  if (id === '' || text === '') return null
  const photos = Array.isArray(row['photos']) ? (row['photos'] as Row[]) : []
  return {
    id,
    text,
    photos: photos
      .filter((photo) => photo['receipted'] !== true)
      .map((photo) => ({
        sha256: textOf(photo['sha256']),
        size: numberOf(photo['size']),
        media_type: textOf(photo['media_type']),
      })),
  }
}

function workOf(writer: string, person: string, meta: ReadonlyMap<string, unknown>): UnsentWork {
  const seal = meta.get(`seal/${person}`) as Row | undefined
  const key = meta.get(`key/${writer}`) as Row | undefined
  const privateKey = key?.['private_key']
  return {
    writer,
    person,
    organization: textOf(seal?.['organization']) || organizationIn(meta.get('session')),
    seal_key: textOf(seal?.['seal_key']),
    key: typeof CryptoKey !== 'undefined' && privateKey instanceof CryptoKey ? privateKey : null,
    entries: [],
  }
}

/** Phones of the first release know the organisation only of whoever is signed in. */
function organizationIn(session: unknown): string {
  const organization = (session as Row | null | undefined)?.['organization'] as Row | undefined
  return textOf(organization?.['id'])
}

function bundleOf(row: Row, bytes: ArrayBuffer | null): LyingBundle | null {
  if (!bytes) return null
  const operations = numberOf(row['operation_count'])
  const photos = numberOf(row['photo_count'])
  return { bytes, organization: textOf(row['organization']), operations, photos }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** Reads a whole table; one that a version does not have is empty. */
async function readAll(database: IDBDatabase, name: string): Promise<Row[]> {
  if (!database.objectStoreNames.contains(name)) return []
  const store = database.transaction(name, 'readonly').objectStore(name)
  return (await resultOf(store.getAll())) as Row[]
}

function resultOf(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result as unknown)
    }
    request.onerror = () => {
      reject(request.error ?? new Error('unreadable'))
    }
  })
}
