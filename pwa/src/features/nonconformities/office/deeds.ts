/**
 * What the office does with a finding, as the bodies of operations; pure.
 */
import type { FindingSeen, OfficeDeed, Severity } from '../../../schemas.gen.ts'

export interface DeedWords {
  words: string
  severity: Severity
}

/** What is to be recorded: the record, what its author had before them, and the body. */
export interface Deed {
  record: string
  based_on: number
  saw_stamp: number
  body: { kind: string } & Record<string, unknown>
}

/** Builds the operation of a deed on the finding as it is shown. Units: `now_ms` UTC. */
export function deedOn(
  finding: FindingSeen,
  deed: OfficeDeed,
  given: DeedWords,
  now_ms: number,
): Deed {
  return {
    record: finding.nonconformity,
    based_on: finding.position,
    saw_stamp: finding.stamp,
    body: bodyOf(deed, given, now_ms),
  }
}

function bodyOf(deed: OfficeDeed, given: DeedWords, now_ms: number): Deed['body'] {
  switch (deed) {
    case 'confirm':
      return { kind: 'nonconformity_confirmed', confirmed_at: now_ms }
    case 'verify':
      return { kind: 'correction_verified', verified_at: now_ms, words: given.words.trim() }
    case 'judge':
      return { kind: 'severity_judged', severity: given.severity }
  }
}
