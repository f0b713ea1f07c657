/** The words of the rescue page: it can rely on nothing but itself. */

export type Tongue = 'zh' | 'en'

export const words = {
  title: { zh: '导出未送达的记录', en: 'Export what is not delivered' },
  promise: {
    zh: '把这台手机上还没有送达的记录和照片存成一个文件。不需要登录和网络，不会删除任何东西。',
    en: 'Puts all records and photos that have not arrived into one file. Needs no sign-in and no network, and deletes nothing.',
  },
  looking: { zh: '正在查看这台手机…', en: 'Looking at this phone…' },
  found: { zh: '{n} 条记录、{m} 张照片还没有送达。', en: '{n} records and {m} photos have not arrived.' },
  nothing: { zh: '这台手机上没有未送达的记录。', en: 'Nothing on this phone waits to be delivered.' },
  none_here: {
    zh: '这个浏览器里没有巡记的数据。请用平时打开巡记的浏览器打开本页。',
    en: 'This browser holds no Roundsman data. Open this page in the browser that you use for Roundsman.',
  },
  unreadable: {
    zh: '本机数据读不出来。请不要清除浏览器数据，把手机交给办公室。',
    en: 'The data on this phone cannot be read. Do not clear the browser’s data; bring the phone to the office.',
  },
  some_unreadable: {
    zh: '有 {n} 行读不出来，它们仍在手机上。请不要清除浏览器数据。',
    en: '{n} rows could not be read; they stay on the phone. Do not clear the browser’s data.',
  },
  photos_gone: {
    zh: '有 {n} 张照片在手机上已找不到。',
    en: '{n} photos are no longer on this phone.',
  },
  save: { zh: '保存文件', en: 'Save the file' },
  share: { zh: '发送给…', en: 'Send to…' },
  making: { zh: '正在生成文件…', en: 'Making the file…' },
  ready: {
    zh: '文件已生成：{name}（{size}）。',
    en: 'The file is ready: {name} ({size}).',
  },
  next: {
    zh: '交给办公室（办公室页面“导入”），或另一台手机（“我的 → 导入记录文件”）。多次导入也只算一次。',
    en: 'Give it to the office (“Import” on the office page) or to another phone (“Me → Bring in a file”). Importing twice counts once.',
  },
  keep: {
    zh: '确认已送达之前，请保留这台手机上的数据。',
    en: 'Keep the data on this phone until the office says that it has arrived.',
  },
  sealed: { zh: '文件已加密，只有服务器能打开。', en: 'The file is encrypted; only the server can open it.' },
  plain: {
    zh: '注意：这台手机不知道服务器的密钥，文件没有加密，拿到的人都能读。请只交给办公室。',
    en: 'Careful: this phone does not know the server’s key, so the file is not encrypted and anybody can read it. Give it only to the office.',
  },
  failed: {
    zh: '文件没有生成。记录都还在手机上；请重试，或把手机交给办公室。',
    en: 'The file was not made. All records are still on the phone; try again, or bring the phone to the office.',
  },
  not_shared: { zh: '没有发送，文件可以再保存或发送。', en: 'It was not sent; the file can be saved or sent again.' },
  back: { zh: '返回巡记', en: 'Back to Roundsman' },
  language: { zh: 'English', en: '中文' },
} satisfies Record<string, Record<Tongue, string>>
