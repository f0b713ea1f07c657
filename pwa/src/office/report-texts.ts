/** The words of the day's quality report, and of what is amiss with a check. */
import type { Phrase } from '../kernel/languages.ts'
import type { CheckFlag, SameDay } from '../schemas.gen.ts'

export const reportTexts = {
  title: { zh: '质检日报', en: 'Daily quality report' },
  site: { zh: '项目', en: 'Site' },
  day: { zh: '日期', en: 'Date' },
  print: { zh: '打印', en: 'Print' },
  counts: {
    zh: '应检 {planned}，完成 {finished}，进行中 {in_progress}，漏检 {overdue}',
    en: 'Due {planned}, finished {finished}, in progress {in_progress}, missed {overdue}',
  },
  checks: { zh: '检查', en: 'Checks' },
  checks_none: {
    zh: '这一天没有安排检查。换个日期或项目看看。',
    en: 'No check was due on this day. Choose another date or site.',
  },
  findings: { zh: '发现的问题', en: 'Findings' },
  findings_none: { zh: '这一天没有发现问题。', en: 'Nothing was found on this day.' },
  confirmations: { zh: '现场确认', en: 'Confirmed on the spot' },
  confirmations_none: { zh: '这一天没有现场确认。', en: 'Nobody confirmed on the spot.' },
  bulk: { zh: '一键正常的占比', en: 'Answers given with one tap' },
  bulk_line: {
    zh: '{answers} 项中 {bulk} 项一键正常（{percent}%）',
    en: '{bulk} of {answers} with one tap ({percent} %)',
  },
  failed_of: { zh: '{answered} 项，不合格 {failed}', en: '{answered} answered, {failed} failed' },
  result: { zh: '结果', en: 'Result' },
  flagged: { zh: '有提示的检查', en: 'Checks to be looked at' },
  flags: { zh: '提示', en: 'To be looked at' },
  issue: { zh: '发出日报', en: 'Issue the report' },
  issue_words: { zh: '小结（可不写）', en: 'Summary (optional)' },
  issue_again: { zh: '修改小结', en: 'Change the summary' },
  issue_why: {
    zh: '按规定应当天发出；是否当天，以发出的时间为准。',
    en: 'It is to be issued the same day; what counts is when it was issued.',
  },
  issued: { zh: '{name} 于 {at} 发出', en: 'Issued by {name}, {at}' },
  not_issued: { zh: '尚未发出', en: 'Not issued yet' },
  approved: { zh: '已批准：{name}', en: 'Approved by {name}' },
  returned: { zh: '已退回：{name}', en: 'Sent back by {name}' },
} as const satisfies Record<string, Phrase>

export const flagWords: Record<CheckFlag, Phrase> = {
  assessed_missing: { zh: '被检方未确认', en: 'Not confirmed by the assessed' },
  bulk_forbidden: { zh: '不应一键正常', en: 'One tap is not allowed here' },
  disputed: { zh: '有争议', en: 'Disputed' },
  estimated: { zh: '估抄', en: 'Estimated' },
  photo_missing: { zh: '缺照片', en: 'Photo missing' },
  returned: { zh: '已退回', en: 'Sent back' },
  scan_missing: { zh: '缺扫码', en: 'Scan missing' },
  second_missing: { zh: '人数不足', en: 'Second person missing' },
  value_missing: { zh: '缺读数', en: 'Value missing' },
  value_outside: { zh: '超出范围', en: 'Out of range' },
}

/** With a sign beside each, so that colour is never alone. */
export const sameDayWords: Record<SameDay, { sign: string; tone: string; word: Phrase }> = {
  late: { sign: '!', tone: 'fail', word: { zh: '不是当天发出', en: 'Not issued the same day' } },
  undecidable: {
    sign: '?',
    tone: 'warn',
    word: { zh: '无法判定是否当天', en: 'Cannot tell whether the same day' },
  },
  within: { sign: '✓', tone: 'pass', word: { zh: '当天发出', en: 'Issued the same day' } },
}

const disputeWords: Readonly<Record<string, Phrase>> = {
  disputed: flagWords.disputed,
  fallen: { zh: '争议成立，不计', en: 'Dispute upheld, does not count' },
  stands: { zh: '争议不成立，照计', en: 'Dispute dismissed, counts' },
}

/** How a disputed finding stands. */
export function disputeWord(code: string): Phrase {
  return disputeWords[code] ?? { zh: code, en: code }
}

const spotWords: Readonly<Record<string, Phrase>> = {
  assessed: { zh: '被检方', en: 'Assessed' },
  second_inspector: { zh: '第二检查人', en: 'Second inspector' },
  agreed: { zh: '同意', en: 'Agreed' },
  disputed: { zh: '有异议', en: 'Disputed' },
  own_phone: { zh: '本人手机', en: 'own phone' },
  pin: { zh: '口令', en: 'PIN' },
  signature: { zh: '签名', en: 'signature' },
  typed: { zh: '输入姓名', en: 'typed name' },
}

/** The word of a confirmation; one that we do not know stays as it is. */
export function spotWord(code: string): Phrase {
  return spotWords[code] ?? { zh: code, en: code }
}
