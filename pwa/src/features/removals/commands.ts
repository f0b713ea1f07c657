/** The only way in which a screen registers what was carted away. */
import type { RemovalRegistered } from '../../schemas.gen.ts'
import type { Engine, NewPhoto, Saved } from '../../sync/engine.ts'

/** What commands need of the engine. */
export type Recorder = Pick<Engine, 'record' | 'hashPhoto'>

/** One load that leaves the site. */
export type Load = Omit<RemovalRegistered, 'kind'>

const WORD_LIMIT = 200

function cut(text: string | undefined): string {
  return Array.from((text ?? '').trim()).slice(0, WORD_LIMIT).join('')
}

/** A load of rubbish left the site; longer names than an operation takes are cut. */
export async function registerRemoval(engine: Recorder, record: string, load: Load): Promise<Saved> {
  const told = { ...load, unit: cut(load.unit), hauler: cut(load.hauler), vehicle: cut(load.vehicle) }
  const body = { kind: 'removal_registered', ...told }
  return await engine.record({ record, record_kind: 'removal', body })
}

/** A photo shows the load or its slip. */
export async function addRemovalPhoto(
  engine: Recorder,
  record: string,
  photo: NewPhoto,
): Promise<Saved> {
  const body = { kind: 'removal_evidenced', photo: await engine.hashPhoto(photo.bytes) }
  return await engine.record({ record, record_kind: 'removal', body, photos: [photo] })
}
