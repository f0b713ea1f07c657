/** The words of samples, and of a covert check's release. */
import type { Phrase } from '../kernel/languages.ts'

export const sampleTexts = {
  title: { zh: '抽样', en: 'Samples' },
  lead: {
    zh: '先公布种子，到期后从全部里抽取。任何人用同一个种子都会抽到同样的结果。',
    en: 'The seed is made known first; after the last day the draw is from everything. Whoever has the seed draws the very same.',
  },
  announce: { zh: '公布抽样', en: 'Announce a sample' },
  name: { zh: '名称', en: 'Name' },
  site: { zh: '项目', en: 'Site' },
  of: { zh: '从哪里抽', en: 'Drawn from' },
  rate: { zh: '比例（%）', en: 'Share (%)' },
  from_on: { zh: '从', en: 'From' },
  closes_on: { zh: '到（含）', en: 'To (included)' },
  again_of: { zh: '再抽自', en: 'Re-sample of' },
  none: {
    zh: '还没有公布过抽样。先在上面公布一个，日期要到今天或以后。',
    en: 'No sample yet. Announce one above; its last day must be today or later.',
  },
  seed: { zh: '种子', en: 'Seed' },
  announced: { zh: '已公布，到期后抽取', en: 'Announced; drawn after the last day' },
  due: { zh: '可以抽取', en: 'Can be drawn now' },
  drawn: { zh: '已抽取', en: 'Drawn' },
  draw: { zh: '抽取 {n} 项（共 {all} 项）', en: 'Draw {n} of {all}' },
  drawn_of: { zh: '抽中 {n} 项，共 {all} 项', en: '{n} drawn of {all}' },
  how: { zh: '怎样复算', en: 'How to repeat it' },
  how_words: {
    zh: '对每个编号计算 SHA-256（种子:编号），取最小的 {n} 个（{rate}% 向上取整）。',
    en: 'For each id take SHA-256 of "seed:id"; the {n} smallest are drawn ({rate} %, rounded up).',
  },
  release: { zh: '向被检方公开', en: 'Disclose to the assessed' },
  release_why: {
    zh: '暗查：被检方还看不到这次检查。公开后不能收回，发现的问题随即生效。',
    en: 'Covert: the assessed cannot see this check yet. Disclosure cannot be undone; its findings count from then on.',
  },
} satisfies Record<string, Phrase>

export const populationWords: Record<string, Phrase> = {
  closed_on_spot: { zh: '即行关闭的问题', en: 'Findings closed on the spot' },
  finished_checks: { zh: '完成的检查', en: 'Finished checks' },
  meter_readings: { zh: '抄表读数', en: 'Meter readings' },
  sample: { zh: '另一次抽样抽中的', en: 'What another sample drew' },
}
