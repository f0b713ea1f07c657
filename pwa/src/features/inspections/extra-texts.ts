/** Words of confirming, disputing, handing on, approving and beginning beside; loaded with them. */
import type { Phrase } from '../../kernel/languages.ts'
import type { Confirmation } from '../../schemas.gen.ts'

/** Who stood by. */
export const sideWords: Record<Confirmation['side'], Phrase> = {
  second_inspector: { zh: '第二检查人', en: 'Second inspector' },
  assessed: { zh: '被检方', en: 'The assessed' },
}

/** How somebody confirmed. */
export const howWords: Record<Confirmation['how'], Phrase> = {
  own_phone: { zh: '本人手机', en: 'own phone' },
  pin: { zh: 'PIN', en: 'PIN' },
  signature: { zh: '手写签名', en: 'signature' },
  typed: { zh: '输入姓名', en: 'typed name' },
}

/** What somebody said of the result. */
export const stanceWords: Record<Confirmation['stance'], Phrase> = {
  agreed: { zh: '同意', en: 'Agrees' },
  disputed: { zh: '有异议', en: 'Disputes it' },
}

export const extraTexts = {
  confirm: { zh: '现场确认', en: 'Confirmation on the spot' },
  confirm_lacks_second: { zh: '还要第二检查人确认', en: 'A second inspector has yet to confirm' },
  confirm_lacks_assessed: { zh: '还要被检方确认', en: 'The assessed has yet to confirm' },
  who: { zh: '谁来确认', en: 'Who confirms' },
  name: { zh: '姓名', en: 'Name' },
  name_needed: { zh: '请先写姓名', en: 'The name first' },
  words: { zh: '要说明的（可不填）', en: 'Words (may stay empty)' },
  confirmed_by: { zh: '{side} {name}：{stance}（{how}）', en: '{side} {name}: {stance} ({how})' },
  dispute: { zh: '被检方有异议', en: 'The assessed disputes it' },
  dispute_words: { zh: '异议内容', en: 'What is disputed' },
  dispute_save: { zh: '记录异议', en: 'Record the dispute' },
  hand_on: { zh: '转给别人', en: 'Hand to somebody' },
  hand_on_leads: {
    zh: '已答的都保留；对方同步后就能接着查。',
    en: 'What is answered stays; the other goes on after the next sync.',
  },
  hand_on_whom: { zh: '转给谁（在本机登录过的同事）', en: 'To whom (known on this phone)' },
  hand_on_nobody: {
    zh: '本机没有别的同事登录过；要转给别人，请告诉办公室。',
    en: 'Nobody else is known on this phone; ask the office to hand it on.',
  },
  hand_on_why: { zh: '原因（可不填）', en: 'Why (may stay empty)' },
  hand_on_done: { zh: '转给{name}', en: 'Hand to {name}' },
  parts: { zh: '保养用料', en: 'Parts used' },
  part_name: { zh: '名称', en: 'What' },
  part_quantity: { zh: '数量', en: 'How much' },
  part_unit: { zh: '单位', en: 'Unit' },
  part_add: { zh: '记下用料', en: 'Record the part' },
  part_lacks: { zh: '请写名称和数量', en: 'Say what and how much' },
  part_row: { zh: '{name} {quantity} {unit}', en: '{name} {quantity} {unit}' },
  approvals: { zh: '待批准', en: 'To be approved' },
  approvals_none: { zh: '没有等您批准的检查', en: 'No check waits for you' },
  approvals_none_next: {
    zh: '周检、月检、季检完成并发现问题后，会出现在这里。',
    en: 'Weekly, monthly and quarterly checks appear here once finished with findings.',
  },
  approve: { zh: '批准', en: 'Approve' },
  send_back: { zh: '退回', en: 'Send back' },
  send_back_words: { zh: '退回要写明哪里要改', en: 'Say what is to be put right' },
  approve_words: { zh: '意见', en: 'Words' },
  found: { zh: '发现 {n} 项问题', en: '{n} findings' },
  came_back: { zh: '退回后已更正', en: 'Put right after it was sent back' },
  open_check: { zh: '看整份检查', en: 'See the whole check' },
  begin: { zh: '开始一次临时检查', en: 'Begin a check on the spot' },
  begin_leads: {
    zh: '不在今天安排里的检查，从这里开始；按实际时间记录。',
    en: 'A check that is not on today’s list; it is recorded with its true time.',
  },
  begin_one: { zh: '开始', en: 'Begin' },
} satisfies Record<string, Phrase>
