/** Words of corrections on the phone. */
import type { Phrase } from '../../kernel/languages.ts'
import type { Severity } from '../../schemas.gen.ts'
import type { CorrectionDelivery, CorrectionState } from './view.ts'

export const severityWords: Record<Severity, Phrase> = {
  minor: { zh: '轻微', en: 'Minor' },
  general: { zh: '一般', en: 'General' },
  serious: { zh: '严重', en: 'Serious' },
}

export const stateWords: Record<CorrectionState, Phrase> = {
  open: { zh: '待整改', en: 'To correct' },
  corrected: { zh: '待复查', en: 'To verify' },
  closed: { zh: '近两天已关闭', en: 'Closed in the last two days' },
}

export const correctionDeliveryWords: Record<CorrectionDelivery, Phrase> = {
  on_phone: { zh: '本机已保存', en: 'Saved on this phone' },
  at_office: { zh: '办公室已收到', en: 'Received by the office' },
  held: { zh: '待核实', en: 'Held for checking' },
  attention: { zh: '需要您处理', en: 'Needs you' },
}

/** What people write most often about a correction. */
export const commonCorrections: readonly Phrase[] = [
  { zh: '已清理', en: 'Cleared' },
  { zh: '已修复', en: 'Repaired' },
  { zh: '已更换', en: 'Replaced' },
  { zh: '已补记录', en: 'Record completed' },
  { zh: '已提醒当事人', en: 'Person concerned reminded' },
]

export const texts = {
  severity: { zh: '严重程度', en: 'Severity' },
  none_title: { zh: '现在没有要整改的', en: 'Nothing to correct now' },
  none_next: {
    zh: '检查中发现的问题送到办公室后会出现在这里。',
    en: 'What checks find appears here once the office has received it.',
  },
  mine: { zh: '要我处理', en: 'For me to deal with' },
  to_confirm: { zh: '待确认的自查发现', en: 'Self-check findings to confirm' },
  others: { zh: '其他（同事处理）', en: 'Others (colleagues deal with them)' },
  none_mine: { zh: '现在没有要我处理的', en: 'Nothing for me to deal with now' },
  finding: { zh: '{verdict}：{title}', en: '{verdict}: {title}' },
  found: { zh: '{when} 发现', en: 'Found {when}' },
  found_by_me: { zh: '我发现的', en: 'Found by me' },
  found_by_other: { zh: '同事发现的', en: 'Found by a colleague' },
  finding_photos: { zh: '发现时的照片', en: 'Photos of the finding' },
  correction_photos: { zh: '整改后的照片', en: 'Photos after the correction' },
  what_was_done: { zh: '怎么整改的', en: 'What was done' },
  verify_words: { zh: '复查说明（可不写）', en: 'Words on the verification (optional)' },
  words_needed: { zh: '请先写一句怎么整改的，或点一个常用语。', en: 'First say what was done, or tap a phrase.' },
  close_on_spot: { zh: '现场已整改，关闭', en: 'Put right here, close' },
  corrected: { zh: '已整改，请人复查', en: 'Corrected, to be verified' },
  verify: { zh: '复查合格', en: 'Verified: it is right' },
  not_yourself: {
    zh: '这是您整改的，请由另一位人员复查。',
    en: 'You corrected this; another person has to verify.',
  },
  not_your_step: {
    zh: '这一步由责任部门或复查人办理，办好后这里会更新。',
    en: 'This step belongs to the department or the verifier; it is shown here once done.',
  },
  unconfirmed: { zh: '自查发现，未计分', en: 'Self-check finding, costs no point' },
  confirm: { zh: '确认属实', en: 'Confirm the finding' },
  confirm_ask: { zh: '确认这个问题属实？', en: 'Confirm that this is so?' },
  confirm_means: {
    zh: '这是自查发现的问题。确认以后会计入考核评分。',
    en: 'A self-check found this. Once confirmed, it counts for the score.',
  },
  cancel: { zh: '取消', en: 'Cancel' },
  open_card: { zh: '处理', en: 'Deal with it' },
  fold_card: { zh: '收起', en: 'Close' },
  photo_lost: {
    zh: '拍照时页面被系统关闭，照片没有取回，请再拍一张。',
    en: 'The phone closed the page while the camera was open; take the photo again.',
  },
  save_failed: { zh: '这一步没有保存成功', en: 'This step was not saved' },
  save_failed_app: {
    zh: '停在这一步，您已填的都还在屏幕上',
    en: 'stays at this step; what you entered is still on the screen',
  },
} satisfies Record<string, Phrase>
