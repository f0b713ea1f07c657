/** The words about work that lies sealed on this phone, and about files. */
import type { Phrase } from '../kernel/languages.ts'

export const sealedWords = {
  title: { zh: '代送与记录文件', en: 'Carried work and files' },
  own: {
    zh: '您有 {n} 条封存中，将由本机送达。',
    en: '{n} of your records lie sealed; this phone delivers them.',
  },
  others: {
    zh: '本机封存着其他人员的 {n} 条记录，联网后自动代送，内容看不到。',
    en: '{n} sealed records of other people are on this phone; they go up by themselves, unread.',
  },
  parked: {
    zh: '有 {n} 份暂未送达，稍后自动再试。',
    en: 'Not taken yet: {n}. It is tried again later.',
  },
  bring: { zh: '导入记录文件', en: 'Bring in a file' },
  bring_why: {
    zh: '另一台手机导出的文件，可在这里导入后送达，署名不变。',
    en: 'A file exported on another phone can be delivered from here; its authors stay its authors.',
  },
  foreign: {
    zh: '文件里有 {n} 条记录属于另一个企业，本机送不了。请带到那个企业的手机或办公室。',
    en: '{n} records from a file belong to another organisation; this phone cannot deliver them. Bring the file there.',
  },
  foreign_discard: { zh: '从本机移除…', en: 'Remove from this phone…' },
  foreign_title: { zh: '移除另一个企业的 {n} 条记录？', en: 'Remove the {n} records of another organisation?' },
  foreign_leads: {
    zh: '只移除导入本机的这一份。导出文件的那台手机上的记录不受影响，文件也还能再导入。',
    en: 'Only this copy goes. The phone that exported the file keeps its records, and the file can be brought in again.',
  },
  foreign_confirm: { zh: '移除', en: 'Remove' },
  foreign_gone: { zh: '已从本机移除 {n} 份。', en: 'Removed from this phone: {n}.' },
  cancel: { zh: '取消', en: 'Cancel' },
  reading: { zh: '正在读取文件…', en: 'Reading the file…' },
  brought: {
    zh: '已收下 {n} 份（{m} 条记录），联网后送达。',
    en: 'Taken in: {n} (records: {m}). It goes up when there is a network.',
  },
  brought_before: { zh: '这个文件以前已经收下过。', en: 'This file was taken in before.' },
  missing: {
    zh: '文件不完整，缺 {n} 份。请在原手机上重新导出。',
    en: 'The file is not whole; missing: {n}. Export it again on the first phone.',
  },
  no_file: {
    zh: '这不是巡记导出的文件，或已损坏。没有采用任何内容。',
    en: 'This is no file exported by Roundsman, or it is broken. Nothing of it was used.',
  },
  failed: { zh: '文件没有收下', en: 'The file was not taken in' },
  failed_app: { zh: '没有改动本机的任何记录', en: 'changed nothing on this phone' },
  rescue: { zh: '导出未送达的记录', en: 'Export what is not delivered' },
  rescue_why: {
    zh: '打不开时，可先把未送达的记录导出成文件。不需要登录和网络。',
    en: 'If it does not open, export what is not delivered as a file. No sign-in or network needed.',
  },
} satisfies Record<string, Phrase>
