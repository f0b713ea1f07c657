/** The words of the held desk. */
import type { Phrase } from '../kernel/languages.ts'
import type { HeldChoice, HeldStanding } from '../schemas.gen.ts'

export const heldTexts = {
  why: {
    zh: '手机送来但没能并入的记录，原文都在。由您决定：照原样并入、改后并入，或不并入。',
    en: 'What phones sent and could not be applied; every text is kept. You decide what becomes of it.',
  },
  waiting: { zh: '待决定 {n}', en: 'To decide: {n}' },
  decided: { zh: '已决定', en: 'Decided' },
  overdue_count: { zh: '其中 {n} 条已超过期限', en: '{n} of them are past the time to decide' },
  full: {
    zh: '{who}待决定的已到上限（记录 {n} 条，未打开的包 {bundles} 个）：之后的暂不接收，都还在手机上。请先在这里决定。',
    en: '{who} is at the limit ({n} operations, {bundles} unopened bundles): what follows stays on the phone. Decide on these first.',
  },
  none_here: { zh: '这一页已全部决定。', en: 'This page is done.' },
  next_page: { zh: '下一页', en: 'Next page' },
  first_page: { zh: '回到第一页', en: 'Back to the first page' },
  decided_none: { zh: '还没有决定过。', en: 'Nothing decided yet.' },
  none: {
    zh: '没有待核实的记录。手机送来但暂时不能并入的，会整条保留在这里。',
    en: 'Nothing is held. What a phone sent and could not be applied is kept here whole.',
  },
  choose_case: { zh: '选一条，在这里看内容、问题和可做的事。', en: 'Choose one to see what it says, what is wrong and what can be done.' },
  overdue: { zh: '已过时限', en: 'Overdue' },
  decide_by: { zh: '应在 {when} 前决定', en: 'Decide by {when}' },
  number: { zh: '手机上第 {n} 条', en: 'no. {n} on the phone' },
  arrived: { zh: '照片到了 {done}/{all}', en: 'photos here {done}/{all}' },
  no_words: { zh: '原文读不出来', en: 'The text cannot be read' },
  raw: { zh: '原文', en: 'Text as recorded' },
  hash: { zh: '原文哈希', en: 'Hash of the text' },
  clash: { zh: '同一编号已并入的那一份', en: 'What stands under its number' },
  result: { zh: '并入的记录', en: 'What was applied' },
  story: { zh: '经过', en: 'Story' },
  waits: { zh: '在等', en: 'Waits for' },
  next: { zh: '下一步', en: 'Next' },
  own: {
    zh: '这是您自己的记录：由另一位人员决定是否并入，您只能不并入。',
    en: 'You recorded this yourself: another person decides on it; you may only set it aside.',
  },
  read_only: {
    zh: '您可以看，不能决定。',
    en: 'You may look at it; deciding is for others.',
  },
  apply: { zh: '照原样并入', en: 'Apply as it is' },
  change: { zh: '改后并入', en: 'Apply changed' },
  set_aside: { zh: '不并入', en: 'Set aside' },
  take_up: { zh: '撤回决定', en: 'Undo' },
  reason: { zh: '原因（必填，记录人会看到）', en: 'Reason (needed; its author sees it)' },
  confirm: { zh: '确定：{choice}', en: 'Confirm: {choice}' },
  confirm_many: { zh: '确定：{choice} {n} 条', en: 'Confirm: {choice}, {n} of them' },
  pick_alike: { zh: '同样问题的还有 {n} 条，一起选', en: 'Pick the {n} others with the same problem' },
  picked: { zh: '已选 {n} 条，一起决定', en: '{n} picked, decided together' },
  pick: { zh: '选上', en: 'Pick' },
  unpick: { zh: '只办这一条', en: 'Only this one' },
  working: { zh: '正在办理 {done}/{all}', en: 'Working: {done} of {all}' },
  ok: { zh: '{title}：已办', en: '{title}: done' },
  not: { zh: '{title}：没有办成。{why}；{next}', en: '{title}: not done. {why}; {next}' },
  kind: { zh: '记成什么', en: 'What it is' },
  record: { zh: '记到哪条记录（编号）', en: 'On which record (id)' },
  as_text: { zh: '直接改内容（JSON）', en: 'Edit the content itself (JSON)' },
  as_form: { zh: '用表单改', en: 'Edit by form' },
  bad_json: { zh: '内容不是有效的 JSON', en: 'The content is not valid JSON' },
  fill_in: { zh: '请填写：{fields}', en: 'Please fill in: {fields}' },
  yes: { zh: '是', en: 'Yes' },
  no: { zh: '否', en: 'No' },
} satisfies Record<string, Phrase>

/** What each choice leads to, in one sentence. */
export const leadsTo: Record<HeldChoice, Phrase> = {
  apply: {
    zh: '原文以记录人的名义、按当时的时间进入记录，和当时就通过一样；要计分的就计分。',
    en: 'The very text counts in its author’s name and time, as if it had passed then; scores follow.',
  },
  change: {
    zh: '您写的内容以您的名义、按原来的时间进入记录；原文不算数，但留着。',
    en: 'What you write counts in your name at the original time; the original does not count but stays.',
  },
  set_aside: {
    zh: '它不改变任何记录，原文留着；记录人会看到原因，随时可以撤回。',
    en: 'It changes nothing and its text stays; the author sees why, and you can undo it.',
  },
  take_up: {
    zh: '它重新回到待决定，记录人也会看到。',
    en: 'It waits for a decision again, and its author sees so.',
  },
}

/** Ready phrases for the reason. */
export const reasons: Record<HeldChoice, readonly Phrase[]> = {
  apply: [
    { zh: '看过照片，属实', en: 'The photo proves it' },
    { zh: '当时由他代班', en: 'Was standing in for a colleague' },
    { zh: '已向本人核实', en: 'Checked with its author' },
  ],
  change: [
    { zh: '选项写错，按照片更正', en: 'Wrong choice; corrected by the photo' },
    { zh: '已与本人核对', en: 'Agreed with its author' },
    { zh: '检查项选错', en: 'Wrong item' },
  ],
  set_aside: [
    { zh: '重复记录', en: 'Recorded twice' },
    { zh: '误操作', en: 'A slip' },
    { zh: '无法核实', en: 'Cannot be verified' },
  ],
  take_up: [
    { zh: '有了新的依据', en: 'New evidence' },
    { zh: '决定有误', en: 'Decided wrongly' },
  ],
}

export const standingWords: Record<HeldStanding, Phrase> = {
  waiting: { zh: '待决定', en: 'To decide' },
  applied: { zh: '已照原样并入', en: 'Applied as it is' },
  changed: { zh: '已改后并入', en: 'Applied changed' },
  set_aside: { zh: '不并入', en: 'Set aside' },
}

/** What a held operation waits for, by its problem. */
export const waitWords: Readonly<Record<string, Phrase>> = {
  task_unknown: { zh: '这项检查下发', en: 'this check to be planned' },
  checklist_unknown: { zh: '这一版检查表到达', en: 'this version of the checklist' },
  record_unknown: { zh: '它的前一步到达', en: 'the step before it' },
  kind_unknown: { zh: '服务器更新', en: 'a newer server' },
  could_not_store: { zh: '数据库恢复', en: 'the database to take it' },
  not_allowed: { zh: '授予权限（到时自动并入）', en: 'a right to be granted; it then joins by itself' },
  rules_broken: { zh: '所引用的内容发布', en: 'what it names to be published' },
}

/** The words for fields of operations; an unknown one stays as it is written. */
export const fieldWords: Readonly<Record<string, Phrase>> = {
  item: { zh: '检查项', en: 'Item' },
  answer: { zh: '结果', en: 'Answer' },
  note: { zh: '说明', en: 'Note' },
  value: { zh: '读数或所填', en: 'Reading or entry' },
  estimated: { zh: '估读', en: 'Estimated' },
  bulk: { zh: '批量判合格', en: 'Passed with the rest' },
  tag: { zh: '扫到的标签', en: 'Scanned tag' },
  remark: { zh: '备注', en: 'Remark' },
  correction: { zh: '整改', en: 'Correction' },
  words: { zh: '复查说明', en: 'Words on the verification' },
  severity: { zh: '严重程度', en: 'Severity' },
  checklist: { zh: '检查表编号', en: 'Checklist id' },
  started_at: { zh: '开始时间', en: 'Begun at' },
  finished_at: { zh: '完成时间', en: 'Finished at' },
  corrected_at: { zh: '整改时间', en: 'Corrected at' },
  confirmed_at: { zh: '确认时间', en: 'Confirmed at' },
  verified_at: { zh: '复查时间', en: 'Verified at' },
}
