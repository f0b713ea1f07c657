/** Words of reporting what is wrong beside any check. */
import type { Phrase } from '../../kernel/languages.ts'

/** What people report most often. */
export const commonFindings: readonly Phrase[] = [
  { zh: '杂物堵塞通道', en: 'Passage blocked' },
  { zh: '灯不亮', en: 'Light out' },
  { zh: '渗漏', en: 'Leak' },
  { zh: '设施损坏', en: 'Something broken' },
  { zh: '脏乱', en: 'Dirty' },
  { zh: '异味或冒烟', en: 'Smell or smoke' },
  { zh: '标识缺失', en: 'Sign missing' },
]

export const texts = {
  title: { zh: '随手报问题', en: 'Report something wrong' },
  photo_first: { zh: '先拍照，再写一句；只拍照也可以报。', en: 'Photo first, then a word; a photo alone will do.' },
  site: { zh: '哪个项目', en: 'Which site' },
  place: { zh: '在哪里', en: 'Where' },
  place_in_words: { zh: '不选，写在说明里', en: 'Not chosen; the words say it' },
  in_area: { zh: '{area}：', en: '{area}: ' },
  place_area: { zh: '{area}（整片区域）', en: '{area} (the whole area)' },
  place_scan: { zh: '扫标签定位', en: 'Scan the label here' },
  words: { zh: '看到了什么', en: 'What you saw' },
  severity: { zh: '严重程度', en: 'How serious' },
  send: { zh: '上报', en: 'Report it' },
  sending: { zh: '正在保存…', en: 'Saving…' },
  lacking_site: { zh: '请先选是哪个项目。', en: 'Choose the site first.' },
  lacking_words_or_photo: { zh: '请拍一张照片、说一段，或写一句看到了什么。', en: 'Take a photo, say it, or write what you saw.' },
  wordless: { zh: '见照片', en: 'See the photo' },
  wordless_voice: { zh: '见语音', en: 'Hear the voice note' },
  full: { zh: '最多 {n} 份照片和语音；先上报，再报一条。', en: 'At most {n} photos and voice notes; send this one first.' },
  sent: { zh: '已报', en: 'Reported' },
  sent_next: { zh: '没有网络也已记下，有网络时自动送到办公室。', en: 'It is kept without a network and goes to the office by itself.' },
  another: { zh: '再报一条', en: 'Report another' },
  discard: { zh: '不报了', en: 'Discard' },
  discard_ask: { zh: '不报了？照片和说明会删掉。', en: 'Discard it? Photos and words will be deleted.' },
  came_back: { zh: '上次没报完，接着来。', en: 'Left over from last time; go on.' },
  photo_lost: {
    zh: '拍照时页面被系统关闭，照片没有取回，请再拍一张。',
    en: 'The phone closed the page while the camera was open; take the photo again.',
  },
  failed: { zh: '没有报上去', en: 'It was not reported' },
  failed_app: { zh: '照片和说明都还在这里', en: 'kept photos and words here' },
} satisfies Record<string, Phrase>
