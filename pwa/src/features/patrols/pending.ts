/** Scans that were told but do not yet lie in the records, folded in so that no screen lags; pure. */
import type { Scan } from '../../schemas.gen.ts'
import type { FoldedRecord } from '../../sync/engine.ts'
import type { PatrolRecords } from './view.ts'

/** A scan on its way to the phone's store. */
export interface PendingScan {
  round: string
  checkpoint: string
  scan: Scan
}

function scansAt(record: FoldedRecord | undefined, checkpoint: string): Scan[] {
  return (record?.fields[`scans/${checkpoint}`]?.value as Scan[] | undefined) ?? []
}

/** Whether a scan lies in its record already; its moment and text tell it. */
export function isKept(rounds: readonly FoldedRecord[], pending: PendingScan): boolean {
  const record = rounds.find(({ id }) => id === pending.round)
  return scansAt(record, pending.checkpoint).some(
    ({ scanned_at, text }) => scanned_at === pending.scan.scanned_at && text === pending.scan.text,
  )
}

function withScan(record: FoldedRecord, { checkpoint, scan }: PendingScan): FoldedRecord {
  const name = `scans/${checkpoint}`
  const value = [...scansAt(record, checkpoint), scan]
  return { ...record, fields: { ...record.fields, [name]: { entries: {}, value } } }
}

/** The records as they will be when all of these lie in them. */
export function withPending(
  records: PatrolRecords,
  pending: readonly PendingScan[],
): PatrolRecords {
  const lacking = pending.filter((one) => !isKept(records.rounds, one))
  if (lacking.length === 0) return records
  const rounds = new Map(records.rounds.map((record) => [record.id, record]))
  for (const one of lacking) {
    const empty = { id: one.round, kind: 'round', fields: {}, position: 0, stamp: 0 }
    const record = rounds.get(one.round) ?? { ...empty, site: '', unsent_count: 0 }
    rounds.set(one.round, withScan(record, one))
  }
  return { ...records, rounds: [...rounds.values()] }
}
