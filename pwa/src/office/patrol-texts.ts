/** The words of the pages on rounds, receipts and labels. */
import type { Phrase } from '../kernel/languages.ts'
import type { OddityKind, ReceiptVerdict, RoundVerdict } from '../schemas.gen.ts'

export const patrolTexts = {
  title: { zh: '巡更', en: 'Patrols' },
  what: {
    zh: '按拍到、扫到的时间判定，不看何时上传；异常只提示，不拒收。',
    en: 'Judged on when it was walked, not on when it arrived; what is odd is shown, never refused.',
  },
  labels: { zh: '标签', en: 'Labels' },
  before: { zh: '前一天', en: 'The day before' },
  after: { zh: '后一天', en: 'The day after' },
  back_to_today: { zh: '回到今天', en: 'Back to today' },
  none: {
    zh: '这一天没有巡更。发布路线后，轮次会提前 31 天排好，自己出现在这里。',
    en: 'No rounds on this day. Once a route is published its rounds are planned 31 days ahead and appear here.',
  },
  sum: { zh: '{n} 轮', en: 'rounds: {n}' },
  walked: { zh: '已走 {n}', en: 'walked: {n}' },
  round: { zh: '轮次', en: 'Round' },
  nth: { zh: '第 {n} 轮', en: 'Round {n}' },
  state: { zh: '状态', en: 'State' },
  who: { zh: '谁', en: 'Who' },
  nobody: { zh: '还没有人', en: 'Nobody yet' },
  scanned: { zh: '打卡', en: 'Scanned' },
  missed: { zh: '漏点', en: 'Missed' },
  excused: { zh: '{n} 处有原因', en: '{n} with a reason' },
  odd: { zh: '异常提示', en: 'Odd' },
  nothing_odd: { zh: '无', en: 'None' },
  when: { zh: '何时走的', en: 'When' },
  receipts: { zh: '凭条 {n}', en: 'Receipts: {n}' },
  started_between: { zh: '开始于 {from} 至 {to}', en: 'Begun between {from} and {to}' },
  finished_between: { zh: '完成于 {from} 至 {to}', en: 'Finished between {from} and {to}' },
  not_finished: { zh: '尚无完成记录', en: 'No finish yet' },
  back: { zh: '返回巡更', en: 'Back to patrols' },
  stop: { zh: '点位', en: 'Checkpoint' },
  off_route: { zh: '不在路线上', en: 'Not on the route' },
  how: { zh: '方式', en: 'How' },
  note: { zh: '备注与照片', en: 'Words and photos' },
  reached: { zh: '已到', en: 'Reached' },
  stop_missed: { zh: '漏点', en: 'Missed' },
  stop_open: { zh: '未到', en: 'Not yet' },
  own_window: { zh: '应在 {window}', en: 'Due {window}' },
  because: { zh: '原因：{reason}', en: 'Reason: {reason}' },
  no_reason: { zh: '没有写原因', en: 'No reason given' },
  far: { zh: '定位距点位约 {m} 米', en: 'Position about {m} m away' },
  said: { zh: '读到：{text}', en: 'Read: {text}' },
  serial: { zh: '标签 {code} 第 {n} 版', en: 'Label {code}, print {n}' },
  evidence: { zh: '证据', en: 'Evidence' },
  ordered: { zh: '须按顺序', en: 'In order' },
  free: { zh: '顺序不限', en: 'Any order' },
  unnamed: { zh: '未知点位', en: 'Unknown checkpoint' },
} as const

export const receiptTexts = {
  title: { zh: '登记离线凭条', en: 'Enter a receipt' },
  what: {
    zh: '手机坏了或一直没上传时：扫巡更员屏幕上的凭条二维码，或把文字粘贴到这里。',
    en: 'When a phone died or never came online: scan the code on the guard’s screen, or paste its text here.',
  },
  field: { zh: '凭条文字（RR1. 开头）', en: 'The receipt’s text (begins with RR1.)' },
  enter: { zh: '核对', en: 'Check it' },
  entered: { zh: '已登记的凭条', en: 'Receipts entered' },
  says: {
    zh: '{person}，{on} 第 {n} 轮：打卡 {scanned}/{expected}',
    en: '{person}, {on}, round {n}: {scanned} of {expected} scanned',
  },
  missed_places: { zh: '未到第 {places} 点', en: 'Not reached: stops {places}' },
  differing: { zh: '有 {n} 次打卡与凭条不同', en: '{n} scans differ from it' },
  by: { zh: '登记人：{name}', en: 'Entered by {name}' },
  open: { zh: '查看这一轮', en: 'Open the round' },
  unknown_person: { zh: '未知人员', en: 'Somebody unknown' },
} as const

export const labelTexts = {
  title: { zh: '点位标签', en: 'Labels' },
  what: {
    zh: '二维码有数字签名，手机离线也能验真。重新制作会换新编码，旧标签即时作废，记录仍在。',
    en: 'Each code is signed, so phones prove it offline. A new print gets a new code; the old label is revoked, its history stays.',
  },
  all: { zh: '全选', en: 'All' },
  none_yet: { zh: '无标签', en: 'No label' },
  chosen: { zh: '已选 {n} 处', en: '{n} chosen' },
  make: { zh: '制作新标签', en: 'Make new labels' },
  sure: {
    zh: '选中的点位里有 {n} 处已有标签，制作后旧标签作废，要换下来。确定吗？',
    en: '{n} of them have a label already; it will be revoked and must be taken down. Go on?',
  },
  yes: { zh: '制作并作废旧标签', en: 'Make, and revoke the old ones' },
  no: { zh: '不制作', en: 'Leave it' },
  print: { zh: '打印选中的 {n} 张', en: 'Print the {n} chosen' },
  sheet: { zh: 'A4 打印页', en: 'Sheet for printing (A4)' },
  print_n: { zh: '第 {n} 版', en: 'Print {n}' },
  since: { zh: '自 {at} 起', en: 'since {at}' },
  older: { zh: '旧标签 {n} 张已作废', en: '{n} older ones revoked' },
  revoke: { zh: '作废', en: 'Revoke' },
  revoke_why: { zh: '为什么作废（必填）', en: 'Why (needed)' },
  lost: { zh: '遗失', en: 'Lost' },
  copied: { zh: '被复制', en: 'Copied' },
  damaged: { zh: '损坏', en: 'Damaged' },
  refused: { zh: '{n} 处没有制作成功：', en: '{n} were not made:' },
  made: { zh: '已制作 {n} 张，可以打印。', en: '{n} made, ready to print.' },
  no_places: {
    zh: '还没有点位。发布项目的区域和点位后，会列在这里。',
    en: 'No checkpoints yet. Once a site’s places are published they are listed here.',
  },
  site: { zh: '项目', en: 'Site' },
  every_site: { zh: '全部项目', en: 'Every site' },
  scan_me: { zh: '巡记 · 巡更点', en: 'Roundsman · checkpoint' },
  form_nfc: { zh: 'NFC', en: 'NFC' },
} as const

export const verdictTexts: Record<RoundVerdict, Phrase> = {
  early: { zh: '提前', en: 'Early' },
  late: { zh: '超时', en: 'Late' },
  make_up: { zh: '补巡', en: 'Made up' },
  missed: { zh: '漏巡', en: 'Missed' },
  open: { zh: '待巡', en: 'To come' },
  undecidable: { zh: '无法判定', en: 'Undecidable' },
  unfinished: { zh: '未走完', en: 'Not finished' },
  unplanned: { zh: '计划外', en: 'Not planned' },
  within: { zh: '按时', en: 'In time' },
}

export const inProgress: Phrase = { zh: '进行中', en: 'Under way' }

/** The tone of a verdict and its sign; the word says it, too. */
export const verdictTones: Record<RoundVerdict, { tone: string; sign: string }> = {
  early: { tone: 'warn', sign: '‹' },
  late: { tone: 'fail', sign: '!' },
  make_up: { tone: 'warn', sign: '↺' },
  missed: { tone: 'fail', sign: '✕' },
  open: { tone: '', sign: '○' },
  undecidable: { tone: 'warn', sign: '?' },
  unfinished: { tone: 'fail', sign: '◐' },
  unplanned: { tone: '', sign: '+' },
  within: { tone: 'pass', sign: '✓' },
}

/** What is odd, short enough for a table; none of it says that a guard did wrong. */
export const oddityTexts: Record<OddityKind, Phrase> = {
  copied: { zh: '标签疑似被复制', en: 'Label may be copied' },
  far_away: { zh: '定位偏远', en: 'Far away' },
  forged: { zh: '标签验真不通过', en: 'Label not genuine' },
  off_route: { zh: '不在路线上', en: 'Not on the route' },
  other_checkpoint: { zh: '扫的是别处的标签', en: 'Another place’s label' },
  outside_window: { zh: '不在该点时段', en: 'Outside its time' },
  replaced: { zh: '旧标签，已换新', en: 'Old label, replaced' },
  revoked: { zh: '标签已作废', en: 'Label revoked' },
  too_fast: { zh: '走得太快', en: 'Too fast' },
  typed: { zh: '手工输入', en: 'Typed' },
  unknown_text: { zh: '不认识的标签', en: 'Unknown label' },
  weak_clock: { zh: '时间不可靠', en: 'Weak clock' },
  wrong_order: { zh: '顺序不对', en: 'Out of order' },
}

/** By how much, for those that have a measure. Units: seconds in words, metres. */
export const oddityMeasures: Partial<Record<OddityKind, Phrase>> = {
  far_away: { zh: '约 {m} 米', en: 'about {m} m' },
  outside_window: { zh: '至少差 {span}', en: 'by {span} or more' },
  too_fast: { zh: '比步行最短用时还少 {span}', en: '{span} less than the way takes' },
}

export const howTexts = {
  camera: { zh: '扫码', en: 'Camera' },
  nfc: { zh: 'NFC', en: 'NFC' },
  typed: { zh: '手工输入', en: 'Typed' },
} as const

export const receiptVerdicts: Record<ReceiptVerdict, { tone: string; sign: string; words: Phrase; then: Phrase }> = {
  matches: {
    tone: 'pass',
    sign: '✓',
    words: { zh: '与已收到的记录一致', en: 'Matches what has arrived' },
    then: { zh: '不用再做什么。', en: 'Nothing more to do.' },
  },
  not_arrived: {
    tone: 'warn',
    sign: '…',
    words: { zh: '凭条属实，这一轮还没上传', en: 'Genuine; the round has not arrived yet' },
    then: {
      zh: '凭条已保存，记录到达后自动核对；请让手机联网，或导出救援文件。',
      en: 'The receipt is kept and matched when the round comes. Bring the phone online, or export its rescue file.',
    },
  },
  differs: {
    tone: 'fail',
    sign: '≠',
    words: { zh: '与已收到的记录不一致', en: 'Differs from what has arrived' },
    then: {
      zh: '可能还有记录没上传；先同步手机，再核对一次。',
      en: 'Some records may still be on the phone: sync it and look again.',
    },
  },
  unsigned: {
    tone: 'warn',
    sign: '?',
    words: { zh: '这台手机没有密钥，凭条无法证明', en: 'That phone has no key: the receipt proves nothing' },
    then: { zh: '已保存备查，请结合其他旁证。', en: 'It is kept; look at other evidence as well.' },
  },
  signature_wrong: {
    tone: 'fail',
    sign: '✕',
    words: { zh: '签名不是那台手机的，没有保存', en: 'Not signed by the phone it names; not kept' },
    then: {
      zh: '请在原手机上重新打开凭条再扫一次；仍不对，请向本人核实。',
      en: 'Open the receipt on the first phone and scan it again; if it stays so, ask the guard.',
    },
  },
}
