/** Words of the card that says whether the phone may change hands. */
import type { Phrase } from '../kernel/languages.ts'

export const handOverWords = {
  safe: { zh: '可以交机', en: 'Safe to hand over' },
  not_yet: { zh: '先别交机', en: 'Do not hand over yet' },
  unreadable: { zh: '现在说不准能不能交机', en: 'Nobody can say now whether it is safe' },
  confirmed: { zh: '{when} 与办公室核对过，全部送达。', en: 'Checked with the office {when}: everything is in.' },
  held: { zh: '其中 {n} 条办公室正在核实，不影响交机。', en: 'The office is looking at {n} of them; the phone may go.' },

  attention: { zh: '{n} 条需要您处理', en: '{n} need you' },
  waiting: { zh: '{n} 条还没有上传', en: '{n} records not sent yet' },
  photos: { zh: '{n} 张照片还在手机上', en: '{n} photos still on this phone' },
  drafts: { zh: '有没保存的说明', en: 'Words that are not saved yet' },
  sealed: { zh: '您的 {n} 条封存在本机，等待上传', en: '{n} of your records lie sealed here' },
  others: { zh: '其他人员的 {n} 条还没有上传', en: '{n} records of other people not sent yet' },
  others_photos: { zh: '其他人员的 {n} 张照片还在手机上', en: '{n} photos of other people still on this phone' },
  carried: { zh: '封存的 {n} 条等待代为上传', en: '{n} sealed records of others wait to go up' },
  unconfirmed: { zh: '打开应用以后还没有与办公室核对过', en: 'Not checked with the office since the app was opened' },

  next_safe: { zh: '可以退出登录，把手机交给下一位。', en: 'Sign out and hand the phone on.' },
  next_attention: { zh: '请在“待上传”里处理红色的几条。', en: 'Open the outbox and deal with the red ones.' },
  next_drafts: { zh: '请回到检查，把说明保存好。', en: 'Go back to the check and save your words.' },
  next_sign_in: { zh: '请重新登录，登录后自动上传。', en: 'Sign in again; it goes up by itself.' },
  next_offline: {
    zh: '现在离线。请拿到有信号的地方，保持应用打开，等这里变绿。',
    en: 'Offline now. Go where there is signal and keep the app open until this turns green.',
  },
  next_trouble: {
    zh: '上传遇到问题。请打开“待上传”看原因，解决不了就告诉办公室。',
    en: 'There is trouble sending. Open the outbox to see why; if it stays, tell the office.',
  },
  next_others: {
    zh: '您的都已送达。请他们在这台手机上登录一次；一定要交机时，先告诉办公室。',
    en: 'Yours is all in. Let them sign in here once; if the phone must go, tell the office first.',
  },
  next_wait: { zh: '请保持应用打开，等这里变绿。', en: 'Keep the app open until this turns green.' },
  next_unreadable: {
    zh: '本机记录读不出来，读不出来不等于没有。请关闭并重新打开应用；不要清除浏览器数据。',
    en: 'The records here cannot be read, which does not mean that there are none. Close and open the app; do not clear the browser’s data.',
  },
  check_now: { zh: '现在核对', en: 'Check now' },
  checking: { zh: '正在核对…', en: 'Checking…' },
} satisfies Record<string, Phrase>
