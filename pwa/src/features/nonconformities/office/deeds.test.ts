import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import type { FindingSeen } from '../../../schemas.gen.ts'
import { deedOn } from './deeds.ts'

const finding = { nonconformity: 'n', position: 12, stamp: 34 } as FindingSeen
const given = { words: ' 已看过 ', severity: 'serious' as const }

describe('deeds on a finding', () => {
  it('carry what their author had before them', () => {
    const deed = deedOn(finding, 'confirm', given, 5)
    assert.deepEqual(deed, {
      record: 'n',
      based_on: 12,
      saw_stamp: 34,
      body: { kind: 'nonconformity_confirmed', confirmed_at: 5 },
    })
  })

  it('say when and in which words a correction was verified', () => {
    assert.deepEqual(deedOn(finding, 'verify', given, 5).body, {
      kind: 'correction_verified',
      verified_at: 5,
      words: '已看过',
    })
  })

  it('name the severity that was judged', () => {
    assert.deepEqual(deedOn(finding, 'judge', given, 5).body, {
      kind: 'severity_judged',
      severity: 'serious',
    })
  })
})
