/** Words on what the office holds, for the person who recorded it. */
import type { Phrase } from '../kernel/languages.ts'
import type { HeldStage } from './held-view.ts'

export const heldTexts = {
  app_does: { zh: '应用：', en: 'App: ' },
  you_can: { zh: '您可以：', en: 'You can: ' },
  by: { zh: '办公室应在 {when} 前决定', en: 'The office is to decide by {when}' },
  show: { zh: '给办公室看', en: 'Show to the office' },
  set_aside: { zh: '不并入…', en: 'Set aside…' },
  take_up: { zh: '重新交给办公室', en: 'Give it to the office again' },
  set_aside_title: { zh: '这条不并入？', en: 'Set this one aside?' },
  set_aside_leads: {
    zh: '它不再算数，也不再等办公室；原文仍留在手机和办公室。',
    en: 'It no longer counts or waits; its text stays on the phone and in the office.',
  },
  take_up_title: { zh: '重新交给办公室？', en: 'Give it to the office again?' },
  take_up_leads: {
    zh: '它重新等办公室决定。',
    en: 'It waits for the office’s decision again.',
  },
  reason: { zh: '原因', en: 'Reason' },
  reason_needed: { zh: '请先写明原因', en: 'Write the reason first' },
  confirm_set_aside: { zh: '确定不并入', en: 'Set it aside' },
  confirm_take_up: { zh: '确定交出', en: 'Give it again' },
  cancel: { zh: '返回', en: 'Back' },
  failed: { zh: '没有保存成功', en: 'It was not saved' },
  failed_app: { zh: '原来的记录没有变', en: 'changed nothing' },
  show_title: { zh: '请办公室核实', en: 'Please check this' },
  number: { zh: '编号', en: 'Number' },
  recorded: { zh: '记录时间', en: 'Recorded' },
  problem: { zh: '问题', en: 'Problem' },
  close: { zh: '关闭', en: 'Close' },
  section_decided: { zh: '不并入的（已决定）', en: 'Set aside (decided)' },
  section_read: { zh: '已看过的决定（留 30 天）', en: 'Decisions you have read (kept 30 days)' },
  read: { zh: '知道了', en: 'I have read it' },
} satisfies Record<string, Phrase>

/** What the author is told at each stage; {reason} may be empty. */
export const stageWords: Record<HeldStage, Phrase> = {
  held: {
    zh: '原文已在办公室；应用会自己再问，有结果就告诉您',
    en: 'the office has it as it is; the app keeps asking and tells you the result',
  },
  overdue: {
    zh: '办公室过了时限还没决定；应用会继续问',
    en: 'the office is late in deciding; the app keeps asking',
  },
  aside_sending: {
    zh: '您选了不并入，有网络就送到办公室',
    en: 'you set it aside; this goes to the office with the next network',
  },
  up_sending: {
    zh: '您重新交出了，有网络就送到办公室',
    en: 'you gave it again; this goes to the office with the next network',
  },
  set_aside: { zh: '办公室决定不并入', en: 'The office set it aside' },
  changed: { zh: '办公室改后并入了', en: 'The office applied it changed' },
  applied: { zh: '办公室核实后并入了', en: 'The office checked and applied it' },
}

export const mineAside: Phrase = { zh: '您决定不并入', en: 'You set it aside' }

/** What the author can do while it is held. */
export const youCan: Record<'held' | 'overdue', Phrase> = {
  held: {
    zh: '不用重做；可以给办公室看，记错了可以不并入',
    en: 'no need to do it again; show it to the office, or set it aside if it was a slip',
  },
  overdue: {
    zh: '提醒办公室，打开“给办公室看”',
    en: 'remind the office: open “Show to the office”',
  },
}

export const asideReasons: readonly Phrase[] = [
  { zh: '点错了', en: 'A slip' },
  { zh: '已重新记录', en: 'Recorded again' },
  { zh: '不是这一处', en: 'Not this place' },
]

export const upReasons: readonly Phrase[] = [
  { zh: '刚才点错，属实', en: 'Set aside by mistake; it is true' },
  { zh: '请办公室再看', en: 'Please look again' },
]
