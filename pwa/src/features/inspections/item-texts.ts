/** Words of what is read, chosen, typed and scanned on an item, and of what was found last time. */
import type { Phrase } from '../../kernel/languages.ts'

export const itemTexts = {
  range: { zh: '范围 {range}', en: 'Range {range}' },
  unit: { zh: '单位 {unit}', en: 'In {unit}' },
  last_reading: { zh: '上次 {value}', en: 'Last {value}' },
  estimate: { zh: '估抄', en: 'Estimate' },
  was_estimate: { zh: '估抄', en: 'estimate' },
  reading: { zh: '读数', en: 'Reading' },
  record: { zh: '记录', en: 'Record' },
  not_a_number: { zh: '请只输入数字，例如 0.52', en: 'Figures only, such as 0.52' },
  outside: {
    zh: '{value} 超出范围 {range}，请判断',
    en: '{value} is outside {range}; you judge',
  },
  still_pass: { zh: '仍判{pass}', en: 'Still {pass}' },
  used: { zh: '本次用量 {value}', en: 'Used since: {value}' },
  smaller: {
    zh: '比上次的 {value} 小；看清楚再记录，换过表请写说明',
    en: 'Less than the last {value}; look again, and note it if the meter was changed',
  },
  third_estimate: { zh: '已连续 {n} 次估抄，这次不能再估', en: '{n} estimates in a row; no third one' },
  third_estimate_app: {
    zh: '没有记录估抄，其他内容都在',
    en: 'did not record an estimate; all else is here',
  },
  third_estimate_you: {
    zh: '抄实际读数；抄不到就点异常，拍照并写明原因，由办公室约时间入户',
    en: 'read the meter; if you cannot, answer fail with a photo and the reason, and the office arranges access',
  },
  words: { zh: '填写内容', en: 'Words' },
  scan: { zh: '扫码', en: 'Scan' },
  scan_needed: { zh: '须扫现场标签', en: 'Scan the label here' },
  tag_code: { zh: '扫不了？输入标签上的码', en: 'Cannot scan? Type the code on the label' },
  tag_read: { zh: '已扫 {tag}', en: 'Scanned {tag}' },
  last_time: { zh: '上次 {on}：{found}', en: 'Last time, {on}: {found}' },
  last_photo: { zh: '看上次照片', en: 'Last photo' },
  last_photo_hide: { zh: '收起上次照片', en: 'Hide the last photo' },
  areas: { zh: '分区 {done}/{all} 项', en: 'Areas, {done} of {all} items' },
  group_progress: { zh: '{done}/{all}', en: '{done}/{all}' },
  group_take: { zh: '我来查', en: 'I take it' },
  group_taken: { zh: '{name}在查', en: '{name} has it' },
  group_mine: { zh: '您在查', en: 'You have it' },
  group_done: { zh: '已查完', en: 'Done' },
} satisfies Record<string, Phrase>
