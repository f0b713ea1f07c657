/**
 * Giving up a photo that the server refuses for good: what is written into the record; pure.
 */
import type { Phrase } from '../kernel/languages.ts'
import type { NewOperation, OutboxEntry } from '../sync/engine.ts'

/** A photo too large, or none at all: sending it again changes nothing. */
const FOR_GOOD: readonly number[] = [413, 415]

export const givenUpTexts = {
  give_up: { zh: '放弃这张照片…', en: 'Give this photo up…' },
  title: { zh: '放弃这张照片？', en: 'Give this photo up?' },
  leads: {
    zh: '检查结果照样有效，只是没有这张照片。原因会写进检查备注，办公室看得到。',
    en: 'The answer counts as before, without this photo. The reason goes into the check’s remarks, for the office to see.',
  },
  reason: { zh: '原因', en: 'Reason' },
  reason_needed: { zh: '请先写明原因', en: 'Give the reason first' },
  confirm: { zh: '写进备注并放弃', en: 'Write it down and give up' },
  cancel: { zh: '取消', en: 'Cancel' },
  remark: { zh: '有一张照片没能上传，已放弃：{reason}', en: 'One photo could not be uploaded and was given up: {reason}' },
  failed: { zh: '没有放弃成', en: 'It was not given up' },
  failed_app: { zh: '照片仍在本机，没有改动', en: 'kept the photo and changed nothing' },
} satisfies Record<string, Phrase>

export const givenUpReasons: readonly Phrase[] = [
  { zh: '已重新拍过', en: 'Taken again' },
  { zh: '照片太大', en: 'It is too large' },
  { zh: '选错了文件', en: 'Wrong file' },
]

/** Whether an entry waits for a photo of a check that the server will never take. */
export function mayGiveUp({ kind, state, problem, photos }: OutboxEntry): boolean {
  const waits = photos.some(({ receipted, waived }) => !receipted && !waived)
  const isHopeless = problem !== null && FOR_GOOD.includes(problem.status)
  return kind === 'evidence_added' && state === 'sent' && waits && isHopeless
}

/** What its author records: the reason beside the check first, then the photo taken out. */
export function givingUp(entry: OutboxEntry, remark: string): NewOperation[] {
  const { record, body } = entry
  const { item, photo } = body
  const said = { kind: 'remark_added', remark }
  const taken = { kind: 'evidence_withdrawn', item, photo }
  return [said, taken].map((one) => ({ record, record_kind: 'task', body: one }))
}
