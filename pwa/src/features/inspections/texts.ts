/** Words of checks on the phone. */
import type { Phrase } from '../../kernel/languages.ts'
import type { Answer, Checklist, PlanUse } from '../../schemas.gen.ts'
import type { Delivery } from './view.ts'

/** The words of an answer, by the checklist's choice. */
export const answerWords: Record<Checklist['words'], Record<Answer, Phrase>> = {
  assessment: {
    pass: { zh: '合格', en: 'Pass' },
    fail: { zh: '不合格', en: 'Fail' },
    not_applicable: { zh: '不适用', en: 'N/A' },
  },
  patrol: {
    pass: { zh: '正常', en: 'Normal' },
    fail: { zh: '异常', en: 'Abnormal' },
    not_applicable: { zh: '不适用', en: 'N/A' },
  },
}

/** What a plan is for. */
export const useWords: Record<PlanUse, Phrase> = {
  self_check: { zh: '自查', en: 'Self-check' },
  assessment: { zh: '考核', en: 'Assessment' },
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
  photo_lost: {
    zh: '拍照时页面被系统关闭，照片没有取回。其他内容都在，请再拍一张。',
    en: 'The phone closed the page while the camera was open, so the photo was lost. All else is here; take it again.',
  },
  last_answer: { zh: '第 {n} 项 {answer}', en: 'Item {n}: {answer}' },
  undo: { zh: '改上一项', en: 'Undo' },
  undo_choose: { zh: '第 {n} 项：请点正确的结果', en: 'Item {n}: tap the right answer' },
  undone: { zh: '第 {n} 项已改回 {answer}', en: 'Item {n} is back to {answer}' },
  finish: { zh: '完成检查', en: 'Finish the check' },
  finish_missing: { zh: '还有 {n} 项未检', en: '{n} to go' },
  go_to_item: { zh: '去第 {n} 项', en: 'Go to item {n}' },
  finish_without_photo: {
    zh: '第 {list} 项有问题但没有照片',
    en: 'Failed without a photo: item {list}',
  },
  finish_without_photo_next: {
    zh: '没有照片，办公室可能退回。可以先去补拍。',
    en: 'Without a photo the office may send it back. You can take it first.',
  },
  finish_anyway: { zh: '仍然完成', en: 'Finish anyway' },
  to_photo: { zh: '去补拍', en: 'Take the photo' },
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
