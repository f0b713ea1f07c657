/** Words of rounds and scans on the phone. */
import type { Phrase } from '../../kernel/languages.ts'
import type { ScanOddity } from './oddities.ts'
import type { Delivery, When } from './view.ts'

/** What is strange about a scan, in words that blame nobody. */
export const oddityWords: Record<ScanOddity, Phrase> = {
  revoked: { zh: '标签已作废', en: 'Label is revoked' },
  replaced: { zh: '旧标签，已换新', en: 'Old label, replaced since' },
  altered: { zh: '标签内容不符', en: 'Label does not match' },
  forged: { zh: '标签无法核实', en: 'Label cannot be verified' },
  unsigned: { zh: '只有码，没有签名', en: 'Code alone, no signature' },
  foreign: { zh: '不是巡更标签', en: 'Not one of our labels' },
  again: { zh: '本轮已扫过', en: 'Scanned before on this round' },
  early: { zh: '早于规定时间', en: 'Before its time' },
  late: { zh: '晚于规定时间', en: 'After its time' },
  far: { zh: '定位离点位较远', en: 'Position is far away' },
  not_on_route: { zh: '不在本路线', en: 'Not on this route' },
  out_of_order: { zh: '顺序不同', en: 'Out of order' },
  too_fast: { zh: '走得很快', en: 'Walked very fast' },
}

/** Why a checkpoint could not be reached, as guards say it most often. */
export const missReasons: readonly Phrase[] = [
  { zh: '门锁着', en: 'Door locked' },
  { zh: '施工封闭', en: 'Closed for works' },
  { zh: '标签缺失', en: 'Label missing' },
  { zh: '标签损坏', en: 'Label damaged' },
  { zh: '处理突发事件', en: 'Busy with an incident' },
  { zh: '积水或不安全', en: 'Flooded or unsafe' },
]

/** What people write most often at a checkpoint. */
export const commonNotes: readonly Phrase[] = [
  { zh: '正常', en: 'All well' },
  { zh: '门未锁，已关好', en: 'Door was open, closed it' },
  { zh: '灯不亮', en: 'Light out' },
  { zh: '有杂物堆放', en: 'Things piled up' },
  { zh: '有渗漏', en: 'Leak' },
  { zh: '有陌生人，已劝离', en: 'Stranger, asked to leave' },
]

export const deliveryWords: Record<Delivery, Phrase> = {
  on_phone: { zh: '本机已保存', en: 'Saved on this phone' },
  at_office: { zh: '办公室已收到', en: 'Received by the office' },
  held: { zh: '待核实', en: 'Held for checking' },
  attention: { zh: '需要您处理', en: 'Needs you' },
}

/** The groups of Today. */
export const groupWords: Record<When, Phrase> = {
  now: { zh: '现在该巡', en: 'Rounds due now' },
  overdue: { zh: '巡更超时', en: 'Rounds past their time' },
  later: { zh: '稍后巡更', en: 'Rounds later' },
  done: { zh: '已完成巡更', en: 'Rounds finished' },
}

export const scanTexts = {
  title: { zh: '扫码', en: 'Scan' },
  open_camera: { zh: '打开相机扫码', en: 'Open the camera' },
  scan_next: { zh: '继续扫码', en: 'Scan on' },
  starting: { zh: '正在打开相机…', en: 'Opening the camera…' },
  aim: { zh: '对准标签，自动识别', en: 'Aim at the label; it reads by itself' },
  close_camera: { zh: '关相机', en: 'Close camera' },
  resting: { zh: '为省电，相机已休息', en: 'The camera rests to save power' },
  type_code: { zh: '扫不了？输入标签上的码', en: 'Cannot scan? Type the code' },
  refused_what: { zh: '相机没有打开', en: 'The camera did not open' },
  refused_app: {
    zh: '巡更照常进行，可以输入标签上的码',
    en: 'keeps the round going; the code on the label can be typed',
  },
  refused_you: {
    zh: '点地址栏左边的图标 → 权限 → 相机 → 允许，再点“打开相机扫码”。其他应用正在用相机时，请先关掉它。',
    en: 'Tap the sign left of the address → Permissions → Camera → Allow, then open it again. Close other apps that use the camera.',
  },
  take_picture: { zh: '用系统相机拍标签', en: 'Photograph the label' },
  looking: { zh: '正在识别…', en: 'Reading…' },
  nothing_found: {
    zh: '照片里没有认出码。靠近一点、对准再拍，或输入标签上的码。',
    en: 'No code was seen in the photo. Go closer and try again, or type the code.',
  },
  landing_title: { zh: '这是巡更标签', en: 'This is a checkpoint label' },
  landing_code: { zh: '标签上的码', en: 'The code on it' },
  landing_next: {
    zh: '请从桌面图标打开巡记，在“扫码”里扫它或输入这个码。第一次用，请先在下面登录。',
    en: 'Open Roundsman from its icon and scan it there or type this code. New here? Sign in below.',
  },
  reader_failed_what: { zh: '识别程序没有启动', en: 'The reader did not start' },
  reader_failed_you: { zh: '输入标签上的码，或重新打开应用', en: 'type the code, or open the app again' },
  pad_title: { zh: '输入标签上的码', en: 'Type the code on the label' },
  pad_hint: {
    zh: '6–8 位。没有字母 I、L、O、U：看到的是数字 1 和 0。',
    en: '6 to 8 signs. There is no I, L, O or U: they are the digits 1 and 0.',
  },
  pad_delete: { zh: '删除', en: 'Delete' },
  pad_done: { zh: '确定', en: 'Done' },
  ok: { zh: '扫到了', en: 'Scanned' },
  odd: { zh: '已记下，有提示', en: 'Recorded, with a remark' },
  unknown: { zh: '认不出这个标签', en: 'This label is not known' },
  unknown_app: { zh: '没有记到任何点位', en: 'recorded it at no checkpoint' },
  unknown_you: {
    zh: '输入标签下面印的码再试；标签坏了，可以记到下一点，或说明为什么到不了',
    en: 'Try the code printed below it. If the label is broken, record it at the next stop, or say why it was missed.',
  },
  record_at: { zh: '仍记到“{name}”', en: 'Record at “{name}” all the same' },
  saving: { zh: '正在保存…', en: 'Saving…' },
  saved: { zh: '本机已保存', en: 'Saved on this phone' },
  typed: { zh: '手输', en: 'Typed' },
  position_kept: { zh: '已附这一点的定位（约 {m} 米）', en: 'Kept with its position (about {m} m)' },
  not_recorded: { zh: '还没有记入巡更', en: 'Not recorded in a round yet' },
  here_none: { zh: '这里现在没有要走的巡更', en: 'No round is due here now' },
  here_none_next: { zh: '可以加巡一轮，或看看别的轮次', en: 'You can walk an extra round, or look at others' },
  recorded_in: { zh: '已记入：{title}', en: 'Recorded in: {title}' },
  go_on: { zh: '继续巡更', en: 'Go on with the round' },
  start_with: { zh: '开始“{title}”并记下这一点', en: 'Begin “{title}” with this stop' },
  rounds_now: { zh: '现在可走的巡更', en: 'Rounds to walk now' },
  rounds_none: { zh: '现在没有到时间的巡更', en: 'No round is due now' },
  extra: { zh: '加巡一轮', en: 'Walk an extra round' },
  extra_row: { zh: '第 {n} 轮 · {stops} 个点位', en: 'Round {n} · {stops} stops' },
  save_failed: { zh: '没有保存成功', en: 'This was not saved' },
  save_failed_app: { zh: '之前记下的都还在', en: 'kept everything recorded before' },
} as const

export const texts = {
  progress: { zh: '{done}/{all}', en: '{done}/{all}' },
  progress_long: { zh: '已到 {done} 点，共 {all} 点', en: '{done} of {all} stops reached' },
  round_of_day: { zh: '第 {n} 轮', en: 'Round {n}' },
  beside_plan: { zh: '加巡', en: 'Extra' },
  missed_round: { zh: '超时未完成', en: 'Past its time' },
  finished: { zh: '已完成', en: 'Finished' },
  missed_count: { zh: '漏巡 {n}', en: '{n} missed' },
  next_stop: { zh: '下一点 · {n}/{all}', en: 'Next stop · {n}/{all}' },
  none_left: { zh: '所有点位都有交代了', en: 'Every stop is accounted for' },
  none_left_next: { zh: '点下面“完成本轮”', en: 'Tap “Finish” below' },
  hint: { zh: '上次备注：{note}', en: 'Last note: {note}' },
  window: { zh: '规定时间 {window}', en: 'Its time: {window}' },
  stops: { zh: '点位', en: 'Stops' },
  stop_open: { zh: '未到', en: 'To do' },
  stop_reached: { zh: '已到 {at}', en: 'Reached {at}' },
  stop_missed: { zh: '漏巡', en: 'Missed' },
  add_photo: { zh: '拍照或写备注', en: 'Photo or note' },
  note: { zh: '备注', en: 'Note' },
  save_note: { zh: '保存备注', en: 'Save note' },
  cannot_reach: { zh: '到不了这一点', en: 'Cannot reach this stop' },
  why_missed: { zh: '为什么到不了？', en: 'Why can it not be reached?' },
  other_reason: { zh: '其他原因', en: 'Another reason' },
  save_reason: { zh: '记为漏巡', en: 'Record as missed' },
  finish: { zh: '完成本轮', en: 'Finish the round' },
  finish_missing: { zh: '完成本轮（还差 {n} 点）', en: 'Finish ({n} stops lacking)' },
  finish_ask: { zh: '还有 {n} 个点位没有扫到', en: '{n} stops were not scanned' },
  finish_ask_next: {
    zh: '没有原因的点位会按漏巡上报。可以先去补扫，或说明原因。',
    en: 'Stops without a reason count as missed. You can still go and scan, or say why.',
  },
  finish_back: { zh: '回去补扫', en: 'Go and scan' },
  finish_anyway: { zh: '就这样完成', en: 'Finish as it is' },
  is_finished: { zh: '本轮已完成', en: 'This round is finished' },
  finished_saved: { zh: '本轮已完成，本机已保存', en: 'Finished and saved on this phone' },
  finished_received: { zh: '本轮已完成，办公室已收到', en: 'Finished and received by the office' },
  finished_held: { zh: '本轮已完成，待办公室核实', en: 'Finished; the office is checking it' },
  to_today: { zh: '回到今天', en: 'Back to Today' },
  not_yet_open: {
    zh: '时间未到：{window}。提前走会按实际时间记录。',
    en: 'Not open yet: {window}. An early round is recorded with its true time.',
  },
  is_overdue: {
    zh: '已过规定时间（{window}）。仍可补巡，会按实际时间记录。',
    en: 'Past its window ({window}). You can still walk it; the true time is recorded.',
  },
  not_here: { zh: '这部手机上没有这一轮巡更', en: 'This round is not on this phone' },
  not_here_app: { zh: '其他内容都还在', en: 'kept everything else' },
  not_here_you: { zh: '联网同步一次，或回到今天', en: 'sync once with a network, or go back to Today' },
  receipt: { zh: '离线凭条', en: 'Receipt of the round' },
  receipt_show: { zh: '显示凭条', en: 'Show the receipt' },
  receipt_hide: { zh: '收起凭条', en: 'Hide the receipt' },
  receipt_why: {
    zh: '没有网络也能证明：让办公室扫这个码，或截图保存。手机坏了也能对上。',
    en: 'Proof without a network: let the office scan this, or keep a screenshot. It counts even if the phone dies.',
  },
  receipt_unsigned: {
    zh: '这部手机没有签名钥匙：凭条只作登记，不能证明。',
    en: 'This phone keeps no key: the receipt is kept but proves nothing.',
  },
  receipt_words: { zh: '到点 {scanned}/{expected} · {on} 第 {n} 轮', en: '{scanned}/{expected} stops · {on} round {n}' },
  receipt_missed: { zh: '未到：第 {list} 点', en: 'Not reached: stop {list}' },
  receipt_times: { zh: '{start} 开始，{end} 结束', en: 'From {start} to {end}' },
  receipt_label: { zh: '凭条二维码', en: 'QR code of the receipt' },
  receipt_failed: { zh: '凭条没有做成', en: 'The receipt could not be made' },
  photo_lost: { zh: '刚才的照片没有存下，请再拍一次', en: 'The last photo was not kept; take it again' },
} as const
