/** The words of the office page. */
import type { Phrase } from '../kernel/languages.ts'
import type { Hearing } from '../sync/office-api.ts'
import type { Verdict } from '../schemas.gen.ts'

export const texts = {
  product: { zh: '巡记', en: 'Roundsman' },
  office: { zh: '办公室', en: 'Office' },
  skip: { zh: '跳到内容', en: 'Skip to the content' },
  navigation: { zh: '主导航', en: 'Main navigation' },
  today: { zh: '今日', en: 'Today' },
  findings: { zh: '整改', en: 'Findings' },
  /** Before the standard's own sentence, which says the opposite. */
  not_met: { zh: '不合格：{title}', en: 'Failed: {title}' },
  scorecards: { zh: '考核', en: 'Scores' },
  held: { zh: '待核实', en: 'Held' },
  conflicts: { zh: '冲突', en: 'Conflicts' },
  devices: { zh: '设备', en: 'Devices' },
  import: { zh: '导入', en: 'Import' },
  sign_in: { zh: '登录', en: 'Sign in' },
  sign_out: { zh: '退出', en: 'Sign out' },
  user_name: { zh: '手机号或工号', en: 'Mobile or staff number' },
  password: { zh: '密码', en: 'Password' },
  organization: { zh: '企业代码(同一账号属于多家企业时填写)', en: 'Organisation code (only if you belong to several)' },
  new_password: { zh: '新密码(至少 8 位)', en: 'New password (8 characters or more)' },
  change_password: { zh: '设置新密码', en: 'Set a new password' },
  change_why: {
    zh: '这是一次性密码。请先设置自己的密码,然后继续。',
    en: 'This was a one-time password. Set your own, then go on.',
  },
  language: { zh: 'English', en: '中文' },
  light: { zh: '浅色', en: 'Light' },
  dark: { zh: '深色', en: 'Dark' },
  updated: { zh: '更新于 {at}', en: 'Updated {at}' },
  loading: { zh: '正在读取…', en: 'Loading…' },
  retry: { zh: '再试一次', en: 'Try again' },
  you_can: { zh: '下一步', en: 'Next' },
  code: { zh: '代码', en: 'Code' },
  no_office: {
    zh: '您的角色没有办公室页面的权限。请用手机页面,或请品质部开通。',
    en: 'Your role does not include the office page. Use the phone page, or ask the quality department.',
  },
  phone_page: { zh: '打开手机页面', en: 'Open the phone page' },
  back: { zh: '返回', en: 'Back' },
  close: { zh: '关闭', en: 'Close' },
  all: { zh: '全部', en: 'All' },
  system: { zh: '系统', en: 'System' },

  needs_person: { zh: '需要处理 {n}', en: 'Needs attention: {n}' },
  nothing_needed: {
    zh: '现在没有需要处理的事。新的问题、漏检和冲突会自己出现在这里。',
    en: 'Nothing needs you now. New findings, missed checks and conflicts appear here by themselves.',
  },
  missed: { zh: '漏检', en: 'Missed' },
  late: { zh: '超时', en: 'Late' },
  undecidable: { zh: '无法判定', en: 'Undecidable' },
  to_confirm: { zh: '待确认', en: 'To confirm' },
  to_verify: { zh: '待复查', en: 'To verify' },
  phone_alarms: { zh: '要看的手机', en: 'Phones to look after' },
  silent_phones: { zh: '失联手机', en: 'Silent phones' },

  now: { zh: '现在', en: 'Now' },
  late_caption: { zh: '漏检、超时和无法判定的检查', en: 'Checks missed, late or undecidable' },
  late_none: {
    zh: '没有漏检或超时。到点没做完的检查会出现在这里。',
    en: 'Nothing missed or late. A check that is not done in time appears here.',
  },
  rounds: { zh: '完成率', en: 'Completeness' },
  rounds_caption: { zh: '各项目当日检查的完成情况', en: 'How today’s checks stand, by site' },
  rounds_none: { zh: '今天没有安排检查。', en: 'No check is planned today.' },
  last_days: { zh: '近 14 天', en: 'Last 14 days' },
  days_caption: { zh: '近 14 天检查的完成情况,点开看当天', en: 'How the checks of the last 14 days ended; each opens its day' },
  in_time: { zh: '按时', en: 'In time' },
  back_to_today: { zh: '回到今天', en: 'Back to today' },
  site: { zh: '项目', en: 'Site' },
  done: { zh: '完成', en: 'Done' },
  in_progress: { zh: '进行中', en: 'In progress' },
  // Not 未到, which in this trade says that a check was missed.
  to_come: { zh: '待检', en: 'To do' },
  latest_findings: { zh: '最新问题', en: 'Latest findings' },
  findings_none: {
    zh: '还没有发现问题。手机上判为不合格的检查项送达后会出现在这里。',
    en: 'No finding yet. A failed item appears here as soon as it arrives.',
  },
  month_scores: { zh: '本月考核', en: 'This month’s scores' },
  scores_none: {
    zh: '这个月还没有评分表。考核方案生效后,第一次检查送达就会生成。',
    en: 'No scorecard this month yet. It appears with the first check once a scheme applies.',
  },
  not_measured: { zh: '未考核', en: 'Not measured' },
  than_before: { zh: '比上期 {by}', en: '{by} since last period' },
  same_as_before: { zh: '与上期相同', en: 'As the period before' },
  no_before: { zh: '没有上期', en: 'No period before' },
  open_reasons: { zh: '打开依据', en: 'Open the reasons' },
  where_lost: { zh: '扣在哪里', en: 'Where points were lost' },
  silent_none: { zh: '所有手机 24 小时内都有联系。', en: 'Every phone was in contact within 24 hours.' },
  silent_for: { zh: '{span} 没有联系', en: 'silent for {span}' },

  task: { zh: '检查', en: 'Check' },
  checkpoint: { zh: '点位', en: 'Checkpoint' },
  window: { zh: '时段', en: 'Window' },
  person: { zh: '人员', en: 'Person' },
  state: { zh: '状态', en: 'State' },
  role: { zh: '角色', en: 'Role' },
  found: { zh: '发现时间', en: 'Found' },
  photo: { zh: '照片', en: 'Photo' },
  photo_of: { zh: '{title} 的照片', en: 'Photo of {title}' },
  photo_missing: { zh: '照片未到', en: 'Not here yet' },
  photo_open: { zh: '放大照片', en: 'Enlarge the photo' },
  no_photo: { zh: '没有照片', en: 'No photo' },
  title: { zh: '问题', en: 'Finding' },
  severity: { zh: '严重程度', en: 'Severity' },
  use: { zh: '来源', en: 'From' },
  contested: { zh: '结果不一致', en: 'Contested' },

  self_check: { zh: '自查', en: 'Self-check' },
  assessment: { zh: '考核检查', en: 'Assessment' },
  self_check_why: {
    zh: '自查发现的问题不扣分,由考核方确认后才计入考核。',
    en: 'A self-check’s finding costs no point until an assessor confirms it.',
  },
  confirmed: { zh: '已确认计分', en: 'Confirmed, counts' },
  confirm: { zh: '确认计入考核', en: 'Confirm: it counts' },
  verify: { zh: '复查合格', en: 'Verified: put right' },
  verify_words: { zh: '复查说明(可不写)', en: 'Words on the verification (optional)' },
  judge: { zh: '改严重程度', en: 'Change the severity' },
  deed_done: { zh: '已记录', en: 'Recorded' },
  found_by: { zh: '发现人', en: 'Found by' },
  confirmed_by: { zh: '确认人', en: 'Confirmed by' },
  corrected_by: { zh: '整改人', en: 'Corrected by' },
  verified_by: { zh: '复查人', en: 'Verified by' },
  correction: { zh: '整改', en: 'Correction' },
  note: { zh: '说明', en: 'Note' },
  choose_finding: { zh: '选一条问题,在这里看照片、经过和可做的事。', en: 'Choose a finding to see its photo, its story and what can be done.' },
  open_task: { zh: '打开这次检查', en: 'Open this check' },
  open_operation: { zh: '谁、在哪、什么时候', en: 'Who, where, when' },
  more: { zh: '更早的', en: 'Older ones' },
  filter_site: { zh: '按项目', en: 'By site' },
  filter_waiting: { zh: '按待办', en: 'By what it waits for' },
  filter_state: { zh: '按状态', en: 'By state' },

  score: { zh: '得分', en: 'Score' },
  grade: { zh: '等级', en: 'Grade' },
  scheme: { zh: '考核方案', en: 'Scheme' },
  period: { zh: '考核期', en: 'Period' },
  assessed: { zh: '被考核方', en: 'Assessed' },
  publish_by: { zh: '应在 {date} 前通报', en: 'Publish by {date}' },
  live_score: { zh: '实时,尚未通报', en: 'Live, not yet published' },
  computed: { zh: '计算于 {at}', en: 'Computed {at}' },
  bands: { zh: '等级:{bands}', en: 'Grades: {bands}' },
  band_from: { zh: '{name} {from} 起', en: '{name} from {from}' },
  month_before: { zh: '上个月', en: 'Month before' },
  month_after: { zh: '下个月', en: 'Month after' },
  scores_caption: { zh: '{month} 的评分表', en: 'Scorecards of {month}' },
  reasons: { zh: '依据', en: 'Reasons' },
  sum: { zh: '合计', en: 'Sum' },
  sum_wrong: { zh: '各项相加与结果不符,请联系品质部', en: 'The lines do not add up; tell the quality department' },
  indicator: { zh: '考核项', en: 'Indicator' },
  deductions: { zh: '扣分 {n} 条', en: 'deductions: {n}' },
  /** Between the parts of a list. */
  comma: { zh: '、', en: ', ' },
  no_loss: { zh: '没有扣分', en: 'Nothing lost' },
  weight: { zh: '权重 {percent}%', en: 'weight {percent} %' },
  own_points: { zh: '自身 {points} 分', en: '{points} by itself' },
  maximum: { zh: '满分 {points}', en: 'of {points}' },
  source_rule: { zh: '出处 {source}', en: 'Rule {source}' },
  choose_deduction: { zh: '选一条扣分,在这里看照片、人、地点和时间。', en: 'Choose a deduction to see the photo, the person, the place and the time.' },
  unsure_edge: { zh: '时间跨考核期边界', en: 'Time across the period’s edge' },

  who: { zh: '谁', en: 'Who' },
  where: { zh: '在哪', en: 'Where' },
  when: { zh: '什么时候', en: 'When' },
  device: { zh: '设备', en: 'Device' },
  received: { zh: '送达', en: 'Received' },
  phone_clock: { zh: '手机时间', en: 'Phone’s clock' },
  recorded: { zh: '记录', en: 'Record' },
  operation: { zh: '操作', en: 'Operation' },
  operation_hash: { zh: '原文哈希', en: 'Hash of the text' },
  position: { zh: '日志位置', en: 'Place in the log' },
  text: { zh: '原文', en: 'Text as recorded' },
  item: { zh: '检查项', en: 'Item' },
  caused_by: { zh: '由此产生', en: 'Caused by' },
  technical: { zh: '技术细节', en: 'Technical details' },

  between: { zh: '在 {from} 和 {to} 之间', en: 'Between {from} and {to}' },
  time_a: { zh: 'A 级 · 服务器夹定', en: 'Class A · bracketed by the server' },
  time_b: { zh: 'B 级 · 按稳定偏差校正', en: 'Class B · corrected by a stable offset' },
  time_c: { zh: 'C 级 · 证据弱', en: 'Class C · weak evidence' },
  width: { zh: '误差共 {span}', en: '{span} wide' },
  deadline: { zh: '截止 {at}', en: 'Closes {at}' },

  answers_caption: { zh: '这次检查的结果', en: 'Answers of this check' },
  answer: { zh: '结果', en: 'Answer' },
  not_answered: { zh: '未答', en: 'Not answered' },
  stands: { zh: '现按此计', en: 'Counts for now' },
  remarks: { zh: '备注', en: 'Remarks' },
  version: { zh: '第 {n} 版', en: 'version {n}' },
  pass: { zh: '合格', en: 'Pass' },
  fail: { zh: '不合格', en: 'Fail' },
  not_applicable: { zh: '不适用', en: 'Not applicable' },
  patrol_pass: { zh: '正常', en: 'Normal' },
  patrol_fail: { zh: '异常', en: 'Abnormal' },

  problem: { zh: '问题', en: 'Problem' },
  devices_caption: { zh: '登录过的手机和电脑', en: 'Phones and browsers that signed in' },
  devices_none: { zh: '还没有设备登录过。', en: 'No device has signed in yet.' },
  last_contact: { zh: '最近联系', en: 'Last contact' },
  first_seen: { zh: '首次登录', en: 'First seen' },
  received_count: { zh: '已送达', en: 'Received' },
  missing_count: { zh: '缺号', en: 'Gaps' },
  scope_alarm_count: { zh: '数据重取', en: 'Refetched' },
  revoked: { zh: '已停用', en: 'Revoked' },
  silent: { zh: '失联', en: 'Silent' },
  in_contact: { zh: '正常', en: 'In contact' },
} as const satisfies Record<string, Phrase>

export const hearingWords: Record<Hearing, Phrase> = {
  connecting: { zh: '正在连接', en: 'Connecting' },
  live: { zh: '实时', en: 'Live' },
  lost: { zh: '已断开，正在重连', en: 'Disconnected, reconnecting' },
}

export const verdictWords: Record<Verdict, Phrase> = {
  within: { zh: '按时', en: 'In time' },
  late: { zh: '超时', en: 'Late' },
  undecidable: { zh: '无法判定', en: 'Undecidable' },
  missing: { zh: '漏检', en: 'Missed' },
  open: { zh: '未到时限', en: 'Not due yet' },
}

const stateWords: Readonly<Record<string, Phrase>> = {
  due: { zh: '未开始', en: 'Not begun' },
  in_progress: { zh: '进行中', en: 'In progress' },
  finished: { zh: '已完成', en: 'Finished' },
  open: { zh: '待整改', en: 'To correct' },
  corrected: { zh: '待复查', en: 'To verify' },
  closed: { zh: '已关闭', en: 'Closed' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  minor: { zh: '轻微', en: 'Minor' },
  general: { zh: '一般', en: 'General' },
  serious: { zh: '严重', en: 'Serious' },
  self_check: texts.self_check,
  assessment: texts.assessment,
}

const kindWords: Readonly<Record<string, Phrase>> = {
  task_started: { zh: '开始检查', en: 'Check begun' },
  item_answered: { zh: '判定检查项', en: 'Item answered' },
  item_noted: { zh: '写了说明', en: 'Note written' },
  evidence_added: { zh: '拍了照片', en: 'Photo taken' },
  evidence_withdrawn: { zh: '撤回照片', en: 'Photo withdrawn' },
  remark_added: { zh: '加了备注', en: 'Remark added' },
  task_finished: { zh: '完成检查', en: 'Check finished' },
  nonconformity_raised: { zh: '生成不合格项', en: 'Nonconformity raised' },
  nonconformity_withdrawn: { zh: '撤回不合格项', en: 'Nonconformity withdrawn' },
  nonconformity_reopened: { zh: '重新打开不合格项', en: 'Nonconformity reopened' },
  nonconformity_confirmed: { zh: '确认计入考核', en: 'Nonconformity confirmed' },
  severity_judged: { zh: '判定严重程度', en: 'Severity judged' },
  nonconformity_closed_on_spot: { zh: '即行关闭', en: 'Closed on the spot' },
  nonconformity_corrected: { zh: '完成整改', en: 'Corrected' },
  correction_evidenced: { zh: '拍了整改照片', en: 'Correction photographed' },
  correction_verified: { zh: '复查合格', en: 'Correction verified' },
  conflict_decided: { zh: '核定冲突', en: 'Conflict decided' },
  decision_withdrawn: { zh: '撤销核定', en: 'Decision withdrawn' },
}

/** The word for a state, severity or use; one that we do not know stays as it is. */
export function stateWord(code: string): Phrase {
  return stateWords[code] ?? { zh: code, en: code }
}

/** What an operation was, in words. */
export function kindWord(kind: string): Phrase {
  return kindWords[kind] ?? { zh: kind, en: kind }
}

/** The word for an answer in a checklist's own words. */
export function answerWord(answer: string, words = 'assessment'): Phrase {
  if (answer === 'pass') return words === 'patrol' ? texts.patrol_pass : texts.pass
  if (answer === 'fail') return words === 'patrol' ? texts.patrol_fail : texts.fail
  if (answer === 'not_applicable') return texts.not_applicable
  return answer === '' ? texts.not_answered : stateWord(answer)
}
