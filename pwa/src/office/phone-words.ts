/** Words of what a phone says about itself, and of the reasons to look after it. */
import type { Phrase } from '../kernel/languages.ts'
import type { DeviceAlarm } from '../schemas.gen.ts'

export const alarmWords: Record<DeviceAlarm, Phrase> = {
  scope_differs: { zh: '本机数据曾与服务器不一致，已重新取回', en: 'Its copies had differed from the server and were fetched again' },
  unsent_old: { zh: '有记录超过 72 小时未上传', en: 'Work unsent for over 72 hours' },
  silent_long: { zh: '超过 72 小时没有联系', en: 'Silent for over 72 hours' },
  wiped: { zh: '手机清除过记录（未上传 {n} 条）', en: 'The phone cleared its records ({n} unsent)' },
  storage_trouble: { zh: '手机存储有问题', en: 'Trouble with its storage' },
  wire_old: { zh: '应用版本旧，请联网更新', en: 'Old app: to be updated online' },
  not_persisted: { zh: '存储未受保护', en: 'Storage not protected' },
}

/** Alarms that call somebody; the others are only worth knowing. */
export const PRESSING: ReadonlySet<DeviceAlarm> = new Set<DeviceAlarm>([
  'unsent_old',
  'scope_differs',
  'silent_long',
  'wiped',
  'storage_trouble',
])

export const texts = {
  alarms: { zh: '提醒', en: 'Alarms' },
  on_phone: { zh: '手机上未送达', en: 'On the phone' },
  free: { zh: '可用空间', en: 'Free space' },
  none: { zh: '没有', en: 'None' },
  unknown: { zh: '没有说明', en: 'Not told' },
  waiting: { zh: '{n} 条，最早 {span}', en: '{n}, oldest {span}' },
  waiting_now: { zh: '{n} 条', en: '{n}' },
  photos: { zh: '照片 {n} 张', en: '{n} photos' },
  others: { zh: '其他人员 {n} 条', en: '{n} of other people' },
  attention: { zh: '缺照片 {n} 条', en: '{n} lack a photo' },
  unreadable: { zh: '手机读不出来', en: 'The phone cannot read it' },
  told: { zh: '手机 {when} 报告', en: 'told by the phone at {when}' },
} satisfies Record<string, Phrase>
