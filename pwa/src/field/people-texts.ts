/** Words of changing places on a shared phone: the list of people, the PIN, the lock. */
import type { Phrase } from '../kernel/languages.ts'

export const texts = {
  who: { zh: '现在谁用这台手机？', en: 'Who is using this phone now?' },
  locked: { zh: '已锁屏', en: 'Locked' },
  locked_sending: { zh: '锁屏时照常上传', en: 'Sending goes on while locked' },
  here: { zh: '正在使用', en: 'Using it now' },
  needs_password: { zh: '要用密码登录', en: 'Password needed' },
  other_person: { zh: '其他人员：用密码登录', en: 'Someone else: sign in by password' },
  by_password: { zh: '用密码登录', en: 'Sign in by password' },
  back_to_people: { zh: '返回人员列表', en: 'Back to the people' },
  enter_pin: { zh: '{name}，请输入 PIN 码', en: '{name}, enter your PIN' },
  tries_left: { zh: '还可以试 {n} 次', en: '{n} tries left' },
  confirm: { zh: '确定', en: 'OK' },
  opening: { zh: '正在打开…', en: 'Opening…' },
  not_opened: { zh: '没有打开', en: 'It did not open' },
  not_opened_app: { zh: '没有改动任何记录', en: 'changed no record' },

  switch: { zh: '换人', en: 'Change person' },
  switch_lock: { zh: '换人 / 锁屏', en: 'Change person / lock' },
  pin: { zh: '本机 PIN 码', en: 'PIN on this phone' },
  pin_what: {
    zh: '和同事共用手机时，没有网络也能换人；各人的记录分开。',
    en: 'People who share this phone change places without a network; each one’s work stays their own.',
  },
  pin_limits: {
    zh: 'PIN 码只防同事拿错，不加密手机：能读出手机存储的人也能读到记录。',
    en: 'The PIN keeps colleagues apart; it encrypts nothing. Whoever can read the phone’s storage can read the records.',
  },
  pin_set: { zh: '设置 PIN 码', en: 'Set a PIN' },
  pin_change: { zh: '修改 PIN 码', en: 'Change the PIN' },
  pin_remove: { zh: '取消 PIN 码', en: 'Remove the PIN' },
  pin_later: { zh: '以后再说', en: 'Not now' },
  pin_is_set: { zh: '已设置', en: 'Set' },
  pin_is_not: { zh: '没有设置', en: 'Not set' },
  pin_new: { zh: '新的 PIN 码（4 到 6 位数字）', en: 'New PIN (four to six digits)' },
  pin_again: { zh: '再输一次', en: 'Enter it again' },
  pin_differs: { zh: '两次不一样，请重新输入', en: 'The two differ; enter it anew' },
  pin_easy: { zh: '太好猜了，请换一个', en: 'Too easy to guess; choose another' },
  pin_saved: { zh: 'PIN 码已保存在本机', en: 'The PIN is kept on this phone' },
  pin_failed: { zh: 'PIN 码没有保存', en: 'The PIN was not saved' },
  pin_ask: { zh: '和别人共用这台手机？', en: 'Do you share this phone?' },
  lock_after: { zh: '不用时自动锁屏', en: 'Lock when left alone' },
  lock_never: { zh: '不锁', en: 'Never' },
  lock_minutes: { zh: '{n} 分钟', en: '{n} min' },

  status_waits: {
    zh: '联网登录后才能取新任务、自己发送',
    en: 'Sign in online to fetch new checks and send yourself',
  },
  status_carried: { zh: '由本机代送', en: 'carried by this phone' },
} satisfies Record<string, Phrase>

/** The choices of minutes after which the screen locks by itself. */
export const LOCK_CHOICES_MIN = [0, 5, 15, 30] as const
