/** The words of shifts, rosters and removals in the office. */
import type { Phrase } from '../kernel/languages.ts'
import type { CareStanding, ShiftStanding } from '../schemas.gen.ts'

export const shiftTexts = {
  title: { zh: '班次与交接班', en: 'Shifts and handovers' },
  site: { zh: '项目', en: 'Site' },
  day: { zh: '日期', en: 'Date' },
  what: {
    zh: '含前一天跨夜到当天的班次。下班后 30 分钟仍没有交接记录算“未交接”，迟到的记录会自动补上。',
    en: 'With the shifts of the night before that end on this date. Half an hour after its end a shift without a handover is missing; a late record lifts it.',
  },
  none: {
    zh: '这一天没有排班。下面可以发布这个月的排班表。',
    en: 'No shift on this date. The month’s roster can be published below.',
  },
  shift: { zh: '班次', en: 'Shift' },
  post: { zh: '岗位', en: 'Post' },
  who: { zh: '当班', en: 'On duty' },
  standing: { zh: '交接', en: 'Handover' },
  left: { zh: '交班', en: 'Left by' },
  taken: { zh: '接班', en: 'Taken by' },
  counted: { zh: '清点', en: 'Count' },
  matters: { zh: '未办事项', en: 'Open matters' },
  stands_in: { zh: '替 {name}', en: 'for {name}' },
  off_roster: { zh: '不在排班表', en: 'not on the roster' },
  missing_n: { zh: '未交接 {n}', en: '{n} not handed over' },
  disputed_n: { zh: '有异议 {n}', en: '{n} disputed' },
  all_well: { zh: '没有漏交接，也没有异议。', en: 'Nothing missing, nothing disputed.' },
  open_matters: { zh: '现在未办的事项', en: 'What is open now' },
  no_matters: { zh: '没有未办的事项。', en: 'Nothing is open.' },
  settled: { zh: '已办：{words}', en: 'Done: {words}' },
  on_duty: { zh: '本班：{names}', en: 'On duty: {names}' },
  substitute: { zh: '替班', en: 'Substitute' },
  nobody: { zh: '不替班', en: 'Nobody' },
  signature: { zh: '签名', en: 'Signature' },
  photos: { zh: '照片 {n} 张', en: '{n} photos' },
  edit: { zh: '编辑 {month} 排班表', en: 'Edit the roster of {month}' },
  publish: { zh: '发布 {month} 排班表', en: 'Publish the roster of {month}' },
  roster: { zh: '{month} 排班表', en: 'Roster of {month}' },
  roster_what: {
    zh: '选人，或从电子表格复制姓名后在起始格里粘贴（Ctrl+V）。',
    en: 'Choose people, or copy names out of a spreadsheet and paste them (Ctrl+V) into the first cell.',
  },
  no_posts: { zh: '这个项目还没有岗位，请先在场所资料里加岗位。', en: 'This site has no posts yet; add some to its places first.' },
  shifts_of: { zh: '班次时间', en: 'Hours of the shifts' },
  shift_name: { zh: '班次名称', en: 'Name of the shift' },
  opens: { zh: '开始', en: 'From' },
  closes: { zh: '结束', en: 'To' },
  add_shift: { zh: '加一个班次', en: 'Add a shift' },
  drop_shift: { zh: '去掉', en: 'Remove' },
  counted_words: { zh: '交接时清点的物品（用顿号分开）', en: 'What is counted at a handover (with commas)' },
  repeat: { zh: '前 {n} 天循环排到月底', en: 'Repeat the first {n} days' },
  turn: { zh: '循环天数', en: 'Days of a turn' },
  unknown: { zh: '没有认出：{names}', en: 'Not known: {names}' },
  published: { zh: '已发布，手机联网后更新。', en: 'Published; phones get it when they are online.' },
  close: { zh: '不改了', en: 'Close without publishing' },
} as const satisfies Record<string, Phrase>

/** With a sign beside each, so that colour is never alone. */
export const standingWords: Record<ShiftStanding, { sign: string; tone: string; word: Phrase }> = {
  disputed: { sign: '≠', tone: 'warn', word: { zh: '有异议', en: 'Disputed' } },
  made: { sign: '…', tone: 'warn', word: { zh: '已交，待接班确认', en: 'Left, not taken yet' } },
  missing: { sign: '✕', tone: 'fail', word: { zh: '未交接', en: 'Not handed over' } },
  running: { sign: '▶', tone: '', word: { zh: '在班', en: 'Running' } },
  taken: { sign: '✓', tone: 'pass', word: { zh: '已交接', en: 'Handed over' } },
  to_come: { sign: '○', tone: '', word: { zh: '未开始', en: 'To come' } },
  unplanned: { sign: '+', tone: '', word: { zh: '计划外', en: 'Beside the roster' } },
}

const howWords: Readonly<Record<string, Phrase>> = {
  own_phone: { zh: '本人手机', en: 'own phone' },
  pin: { zh: 'PIN 码', en: 'PIN' },
  signature: { zh: '签名', en: 'signature' },
  typed: { zh: '输入姓名', en: 'typed name' },
}

/** How somebody took over; what we do not know stays as it is. */
export function howWord(code: string): Phrase {
  return howWords[code] ?? { zh: code, en: code }
}

export const removalTexts = {
  title: { zh: '清运登记', en: 'Rubbish removal' },
  month: { zh: '月份', en: 'Month' },
  sums: { zh: '本月合计', en: 'In this month' },
  none: { zh: '这个月没有清运记录。手机“报事”里的“清运登记”会出现在这里。', en: 'No removal in this month. What phones register under “Report” appears here.' },
  kind: { zh: '种类', en: 'Kind' },
  times: { zh: '次数', en: 'Times' },
  quantity: { zh: '数量', en: 'Quantity' },
  when: { zh: '时间', en: 'When' },
  by: { zh: '清运单位', en: 'Hauler' },
  vehicle: { zh: '车牌', en: 'Vehicle' },
  person: { zh: '登记人', en: 'Registered by' },
  photos: { zh: '照片', en: 'Photos' },
  lacking: { zh: '{n} 张还在手机上', en: '{n} still on the phone' },
  record: { zh: '记录', en: 'Record' },
  more: { zh: '只列出最近的 500 次，合计是全部的。', en: 'Only the latest 500 are listed; the sums are of all.' },
} as const satisfies Record<string, Phrase>

const wasteWords: Readonly<Record<string, Phrase>> = {
  bulky: { zh: '大件垃圾', en: 'Bulky' },
  construction: { zh: '装修垃圾', en: 'Building rubble' },
  grease: { zh: '隔油池油污', en: 'Grease trap' },
  hazardous: { zh: '有害垃圾', en: 'Hazardous' },
  household: { zh: '生活垃圾', en: 'Household' },
  kitchen: { zh: '厨余垃圾', en: 'Kitchen' },
  recyclable: { zh: '可回收物', en: 'Recyclable' },
  septic: { zh: '化粪池清掏', en: 'Septic tank' },
}

/** The kind of a load; what we do not know stays as it is. */
export function wasteWord(code: string): Phrase {
  return wasteWords[code] ?? { zh: code, en: code }
}

export const careTexts = {
  title: { zh: '设备台账与保养', en: 'Equipment and its care' },
  year: { zh: '年份', en: 'Year' },
  what: {
    zh: '计划里指定了设备的检查就是它的保养；每格是一个月，排期提前生成，更远的月份还没有。',
    en: 'A check whose plan names a piece of equipment is its care. Each cell is a month; checks are planned ahead, months further off have none yet.',
  },
  none: { zh: '这个项目还没有设备。请在场所资料里登记设备。', en: 'This site has no equipment yet; register some in its places.' },
  number: { zh: '编号', en: 'Number' },
  thing: { zh: '设备', en: 'Equipment' },
  area: { zh: '位置', en: 'Area' },
  since: { zh: '{on} 启用', en: 'in use since {on}' },
  no_plan: { zh: '没有保养计划', en: 'No plan of care' },
  months: { zh: '全年保养', en: 'Care of the year' },
  month_words: { zh: '{month} 月：{standing} {done}/{planned}', en: 'Month {month}: {standing} {done}/{planned}' },
  parts: { zh: '用料', en: 'Parts used' },
  readings: { zh: '最近读数', en: 'Last readings' },
  estimated: { zh: '估抄', en: 'estimated' },
} as const satisfies Record<string, Phrase>

/** With a sign beside each, so that colour is never alone. */
export const careWords: Record<CareStanding, { sign: string; tone: string; word: Phrase }> = {
  done: { sign: '✓', tone: 'pass', word: { zh: '已保养', en: 'done' } },
  due: { sign: '…', tone: '', word: { zh: '进行中', en: 'under way' } },
  late: { sign: '!', tone: 'warn', word: { zh: '有迟做', en: 'done late' } },
  none: { sign: '', tone: 'none', word: { zh: '无计划', en: 'nothing planned' } },
  overdue: { sign: '✕', tone: 'fail', word: { zh: '有漏做', en: 'overdue' } },
  to_come: { sign: '○', tone: '', word: { zh: '未到', en: 'to come' } },
}
