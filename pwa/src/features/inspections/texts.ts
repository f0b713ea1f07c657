/** Words of checks on the phone. */
import type { Phrase } from '../../kernel/languages.ts'
import type { Answer, Checklist, PlanMode, PlanUse } from '../../schemas.gen.ts'
import type { Delivery } from './delivery.ts'
import type { Punctuality } from './view.ts'

/** The words of an answer, by the checklist's choice. */
export const answerWords: Record<Checklist['words'], Record<Answer, Phrase>> = {
  assessment: {
    pass: { zh: '合格', en: 'Pass' },
    fail: { zh: '不合格', en: 'Fail' },
    not_applicable: { zh: '不适用', en: 'N/A' },
    unanswered: { zh: '未检', en: 'Open' },
  },
  patrol: {
    pass: { zh: '正常', en: 'Normal' },
    fail: { zh: '异常', en: 'Abnormal' },
    not_applicable: { zh: '不适用', en: 'N/A' },
    unanswered: { zh: '未检', en: 'Open' },
  },
}

/** What a plan is for. */
export const useWords: Record<PlanUse, Phrase> = {
  self_check: { zh: '自查', en: 'Self-check' },
  assessment: { zh: '考核', en: 'Assessment' },
}

/** How a check is made; the ordinary way has no word. */
export const modeWords: Record<Exclude<PlanMode, 'routine'>, Phrase> = {
  internal_audit: { zh: '内审', en: 'Internal audit' },
  joint: { zh: '联检', en: 'Joint check' },
  mutual: { zh: '互查', en: 'Mutual check' },
  night_post: { zh: '夜间查岗', en: 'Night post check' },
  special: { zh: '专项', en: 'Special check' },
  telephone: { zh: '电话', en: 'By telephone' },
  video: { zh: '录像', en: 'By video' },
}

/** How the doing lies to the window. */
export const punctualityWords: Record<Punctuality, Phrase> = {
  early: { zh: '提前', en: 'Early' },
  late: { zh: '超时', en: 'Late' },
  made_up: { zh: '补检', en: 'Made up' },
}

/** Where something recorded has come to. */
export const deliveryWords: Record<Delivery, Phrase> = {
  on_phone: { zh: '本机已保存', en: 'Saved on this phone' },
  at_office: { zh: '办公室已收到', en: 'Received by the office' },
  held: { zh: '待核实', en: 'Held for checking' },
  attention: { zh: '需要您处理', en: 'Needs you' },
}

/** What people write most often beside a failed item. Source: the catalogue's checklists. */
export const commonNotes: readonly Phrase[] = [
  { zh: '已通知责任人', en: 'Informed the person in charge' },
  { zh: '现场已整改', en: 'Put right on the spot' },
  { zh: '有积水', en: 'Standing water' },
  { zh: '有杂物堆放', en: 'Things piled up' },
  { zh: '有破损', en: 'Damaged' },
  { zh: '灯不亮', en: 'Light out' },
  { zh: '记录不全', en: 'Records incomplete' },
]

export const texts = {
  progress: { zh: '{done}/{all}', en: '{done}/{all}' },
  progress_long: { zh: '已检 {done} 项，共 {all} 项', en: '{done} of {all} items checked' },
  failed_count: { zh: '{n} 项问题', en: '{n} failed' },
  missed: { zh: '漏检', en: 'Missed' },
  finished: { zh: '已完成', en: 'Finished' },
  not_yet_open: {
    zh: '时间未到：{window}。可以先看；提前检查会按实际时间记录。',
    en: 'Not open yet: {window}. You can look; an early check is recorded with its true time.',
  },
  is_overdue: {
    zh: '已过规定时间（{window}）。仍可补检，会按实际时间记录。',
    en: 'Past its window ({window}). You can still make it up; the true time is recorded.',
  },
  is_finished: {
    zh: '这项检查已完成。结果点错了仍可改，更正会另行记录。',
    en: 'This check is finished. A wrong answer can still be corrected; that is recorded too.',
  },
  other_differs: {
    zh: '另一位同事的结果不同（{other}），办公室会核对。',
    en: 'A colleague found otherwise ({other}); the office will compare.',
  },
  decided: { zh: '办公室核定为{answer}：{by}，{reason}', en: 'The office decided {answer}: {by}, {reason}' },
  decided_against_you: {
    zh: '您的结果是{mine}，办公室核定为{answer}：{by}，{reason}',
    en: 'You found {mine}; the office decided {answer}: {by}, {reason}',
  },
  decided_before: {
    zh: '办公室曾核定为{answer}（{by}，{reason}），之后又有新的结果，会重新核定',
    en: 'The office had decided {answer} ({by}, {reason}); something new came since and it will decide again',
  },
  decision_withdrawn: {
    zh: '办公室撤销了原来的核定（{answer}）：{reason}，会重新核对',
    en: 'The office took its decision ({answer}) back: {reason}; it will compare again',
  },
  colleague_answered: { zh: '同事已检', en: 'Answered by a colleague' },
  standard: { zh: '标准', en: 'Standard' },
  saving: { zh: '正在保存…', en: 'Saving…' },
  photo_first: { zh: '先拍照，再说明', en: 'Photo first, then words' },
  note: { zh: '说明', en: 'Note' },
  note_draft: { zh: '草稿，离开此项时保存', en: 'Draft; saved when you leave the item' },
  add_note: { zh: '拍照或说明', en: 'Photo or note' },
  item_done: { zh: '此项完成', en: 'Done with this item' },
  last_photo: { zh: '上次照片，同一角度再拍', en: 'Last photo; take the same view' },
  photo_lost: {
    zh: '拍照时页面被系统关闭，照片没有取回。其他内容都在，请再拍一张。',
    en: 'The phone closed the page while the camera was open, so the photo was lost. All else is here; take it again.',
  },
  last_answer: { zh: '第 {n} 项 {answer}', en: 'Item {n}: {answer}' },
  last_bulk: { zh: '{n} 项一起 {answer}', en: '{n} items: {answer}' },
  undo: { zh: '撤回上一项', en: 'Undo' },
  undone: { zh: '第 {n} 项已改回 {answer}', en: 'Item {n} is back to {answer}' },
  undone_bulk: { zh: '{n} 项已撤回，请逐项检查', en: '{n} items are open again; check each' },
  finish: { zh: '完成检查', en: 'Finish the check' },
  finish_missing: { zh: '还有 {n} 项未检', en: '{n} to go' },
  go_to_item: { zh: '去第 {n} 项', en: 'Go to item {n}' },
  finish_lacking: { zh: '还缺一些内容', en: 'Something is still lacking' },
  lacking_photo: { zh: '缺照片：第 {list} 项', en: 'No photo: item {list}' },
  lacking_scan: { zh: '未扫码：第 {list} 项', en: 'Not scanned: item {list}' },
  lacking_value: { zh: '缺读数或内容：第 {list} 项', en: 'No reading or words: item {list}' },
  finish_lacking_next: {
    zh: '缺少的内容会如实记录，办公室可能退回。可以先去补上。',
    en: 'What is lacking is recorded as it is, and the office may send it back. You can add it first.',
  },
  finish_anyway: { zh: '仍然完成', en: 'Finish anyway' },
  to_lacking: { zh: '去补第 {n} 项', en: 'Go to item {n}' },
  photo_required: { zh: '须拍照', en: 'Photo required' },
  disputed: { zh: '被检方有异议（{name}）：{words}', en: 'Disputed by {name}: {words}' },
  dispute_open: { zh: '等办公室核定，核定前不扣分', en: 'The office decides; it costs nothing before' },
  dispute_stands: { zh: '办公室核定：问题成立。{reason}', en: 'The office decided that it stands. {reason}' },
  dispute_falls: { zh: '办公室核定：问题不成立。{reason}', en: 'The office decided that it does not stand. {reason}' },
  bulk: { zh: '本页其余全部正常（{n} 项）', en: 'All the rest here is normal ({n})' },
  bulk_unseen: {
    zh: '还有 {n} 项没有看过；全部看过才能一起判正常',
    en: '{n} items were not on the screen yet; look at all of them first',
  },
  bulk_answered: { zh: '一起判定', en: 'Passed with the rest' },
  handed_to_you: { zh: '已转给您', en: 'Handed to you' },
  handed_to: { zh: '已转给{name}', en: 'Handed to {name}' },
  colleague: { zh: '同事', en: 'a colleague' },
  beside: { zh: '临时检查 · {when} 开始', en: 'Begun on the spot, {when}' },
  approvals_link: { zh: '待批准 {n}', en: 'To be approved: {n}' },
  approved: { zh: '已批准', en: 'Approved' },
  returned: { zh: '已退回', en: 'Sent back' },
  returned_words: { zh: '已退回：{words}', en: 'Sent back: {words}' },
  returned_next: {
    zh: '请在下面更正；更正后会再送批准。',
    en: 'Put it right below; it then goes to the approver again.',
  },
  finished_saved: {
    zh: '检查已完成，本机已保存；有网络时自动送到办公室。',
    en: 'The check is finished and saved on this phone; it goes to the office by itself.',
  },
  finished_received: {
    zh: '检查已完成，办公室已收到。',
    en: 'The check is finished and the office has it.',
  },
  finished_held: {
    zh: '检查已完成，办公室已收到；标有“待核实”的项由办公室核实。',
    en: 'The check is finished and the office has it; what is marked as held is being checked there.',
  },
  to_today: { zh: '回到今天', en: 'Back to today' },
  remark: { zh: '整体备注', en: 'Remark on the whole check' },
  remark_save: { zh: '保存备注', en: 'Save the remark' },
  not_here: { zh: '这项检查不在本机', en: 'This check is not on this phone' },
  not_here_app: {
    zh: '没有删除任何记录；可能尚未下发，或已调整',
    en: 'deleted nothing; it may not have arrived yet, or was changed',
  },
  not_here_you: { zh: '回到今天，联网后再同步一次', en: 'go back to today and sync once online' },
  save_failed: { zh: '这一步没有保存成功', en: 'This step was not saved' },
  save_failed_app: {
    zh: '停在这一步，您已填的都还在屏幕上',
    en: 'stays at this step; what you entered is still on the screen',
  },
} satisfies Record<string, Phrase>
