/** The words of the office's import page. */
import type { Phrase } from '../kernel/languages.ts'

export const importTexts = {
  title: { zh: '导入', en: 'Import' },
  caption: {
    zh: '手机上导出的记录文件（应用打不开时的救援文件，或退出后封存的记录）。同一份多次导入只算一次。',
    en: 'Files exported on a phone: the rescue file of a broken app, or work that lies sealed. Importing twice counts once.',
  },
  drop: { zh: '把文件拖到这里，或', en: 'Drop files here, or' },
  choose: { zh: '选择文件', en: 'Choose files' },
  working: { zh: '正在导入 {done}/{all}…', en: 'Importing {done} of {all}…' },
  file: { zh: '文件', en: 'File' },
  operation: { zh: '操作', en: 'Operation' },
  outcome: { zh: '结果', en: 'Outcome' },
  fresh: { zh: '新收下', en: 'New' },
  known: { zh: '已有', en: 'Already there' },
  held: { zh: '待核实', en: 'Held' },
  aside: { zh: '已搁置', en: 'Set aside' },
  stored: { zh: '已存', en: 'Stored' },
  photo: { zh: '照片', en: 'Photo' },
  bundle: { zh: '整份', en: 'Whole bundle' },
  not_sent: { zh: '没有送到服务器', en: 'Did not reach the server' },
  no_file: {
    zh: '这不是巡记导出的文件，或已损坏。没有采用任何内容。',
    en: 'This is no file exported by Roundsman, or it is broken. Nothing of it was used.',
  },
  missing: {
    zh: '文件不完整，缺 {n} 份；完整的部分已采用。请在原手机上重新导出。',
    en: 'The file is not whole; missing: {n}. What is whole was used. Export it again on the phone.',
  },
  sum: {
    zh: '新收下 {fresh}，已有 {known}，待核实 {held}，照片 {photos}',
    en: '{fresh} new, {known} already there, {held} held, {photos} photos',
  },
  again: { zh: '再试一次', en: 'Try again' },
  to_held: { zh: '到“待核实”处理', en: 'Go to the held desk' },
} satisfies Record<string, Phrase>
