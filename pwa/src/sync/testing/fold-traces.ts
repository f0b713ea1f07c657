/**
 * Folds traces, one per line of a file, and tells of each what the records come to.
 *
 * Run by `tests/vectors/test_long_trace.py`, which compares it with what the server's twin finds.
 */

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

import { canonicalJson } from '../../kernel/canonical.ts'
import { sha256 } from '../../kernel/ids.ts'
import type { MergeRecord, Stamped } from '../../store/shapes.ts'
import { findConflicts, fold } from '../merge.ts'

const lines = createInterface({ input: createReadStream(process.argv[2] ?? ''), crlfDelay: Infinity })
for await (const line of lines) {
  const records = new Map<string, MergeRecord>()
  for (const operation of JSON.parse(line) as Stamped[]) {
    records.set(operation.record, fold(records.get(operation.record) ?? null, operation))
  }
  const ordered = [...records.entries()].sort(([one], [other]) => (one < other ? -1 : 1))
  const texts = ordered.map(([, record]) => canonicalJson(record))
  const conflicts = ordered.flatMap(([, record]) => findConflicts(record))
  const found = {
    record_count: records.size,
    conflict_count: conflicts.length,
    sha256: await sha256(`[${texts.join(',')}]`),
  }
  process.stdout.write(`${JSON.stringify(found)}\n`)
}
