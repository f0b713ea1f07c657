/** Words of the phone's check-up and of the card before a round: what is so, and what to do. */
import type { Phrase } from '../kernel/languages.ts'

export const texts = {
  doctor: { zh: '手机体检', en: 'Phone check' },
  doctor_link: { zh: '手机体检：能不能安心下去', en: 'Phone check: is it fit for a round?' },
  checking: { zh: '正在检查…', en: 'Checking…' },
  check_again: { zh: '重新检查', en: 'Check again' },
  good: { zh: '正常', en: 'Fine' },
  note: { zh: '不清楚', en: 'Not known' },
  warn: { zh: '注意', en: 'Take care' },
  bad: { zh: '要处理', en: 'Needs you' },
  ready: { zh: '可以下去了', en: 'Ready to go' },
  ready_more: { zh: '今天 {n} 项任务已在本机', en: '{n} of today’s checks are on this phone' },
  ready_none: { zh: '今天没有您的检查', en: 'No checks for you today' },
  ready_minds: { zh: '{n} 项要注意', en: '{n} things to mind' },
  missing: { zh: '出巡前还差 {n} 项', en: 'Before you go: {n} missing' },
} satisfies Record<string, Phrase>

/** What each line is about. */
export const subjects = {
  browser: { zh: '浏览器', en: 'Browser' },
  unsent: { zh: '未上传的记录', en: 'Unsent work' },
  photos: { zh: '照片', en: 'Photos' },
  tasks: { zh: '今天的任务', en: 'Today’s checks' },
  offline: { zh: '没有信号时打开', en: 'Opening without signal' },
  space: { zh: '手机空间', en: 'Space on the phone' },
  protection: { zh: '存储保护', en: 'Protected storage' },
  camera: { zh: '相机', en: 'Camera' },
  clock: { zh: '手机时间', en: 'Clock' },
  wiped: { zh: '记录被清除过', en: 'Records were cleared' },
} satisfies Record<string, Phrase>

/** The state of a line, in words. */
export const states = {
  unsent_none: { zh: '全部送达', en: 'All delivered' },
  unsent_some: { zh: '{n} 条待上传，最早 {age}', en: '{n} waiting, oldest {age}' },
  unsent_others: { zh: '其他人员 {n} 条待上传', en: '{n} of other people waiting' },
  unsent_unreadable: { zh: '本机记录读不出来', en: 'The records here cannot be read' },
  photos_none: { zh: '没有照片在路上', en: 'None under way' },
  photos_some: { zh: '{n} 张待上传', en: '{n} waiting' },
  photos_gone: { zh: '{n} 条缺照片', en: '{n} lack a photo' },
  tasks_fresh: { zh: '{n} 项，{age}取回', en: '{n}, fetched {age}' },
  tasks_missing: { zh: '还没有取回任务', en: 'Not fetched yet' },
  offline_ready: { zh: '可以', en: 'It can' },
  offline_soon: { zh: '还没准备好', en: 'Not ready yet' },
  offline_never: { zh: '这个浏览器做不到', en: 'This browser cannot' },
  space_free: { zh: '可用约 {free}', en: 'about {free} free' },
  space_works: { zh: '能写入', en: 'Can be written' },
  space_low: { zh: '只剩约 {free}', en: 'only about {free} left' },
  space_refused: { zh: '写不进去', en: 'Cannot be written' },
  space_private: { zh: '可用很少，可能是无痕模式', en: 'Very little: perhaps a private window' },
  protection_on: { zh: '已保护，手机不会自动清除', en: 'Protected: not cleared by itself' },
  protection_off: { zh: '未保护，空间紧张时可能被清除', en: 'Not protected: may be cleared' },
  protection_unknown: { zh: '手机没有说明', en: 'The phone does not say' },
  camera_allowed: { zh: '可以用', en: 'Can be used' },
  camera_asks: { zh: '拍照时手机会问您', en: 'The phone will ask' },
  camera_denied: { zh: '被禁止', en: 'Not allowed' },
  camera_none: { zh: '没有找到相机', en: 'None found' },
  camera_unknown: { zh: '拍照时才知道', en: 'Known when you take a photo' },
  clock_right: { zh: '准', en: 'Right' },
  clock_off: { zh: '差 {n} 分钟，已按办公室时间', en: '{n} min off; the office’s time is used' },
  clock_unknown: { zh: '还没有和办公室对过时', en: 'Not compared with the office yet' },
  wiped: { zh: '清除前有 {n} 条没有上传', en: '{n} had not been sent' },
  browser_fine: { zh: '可以用', en: 'Fine' },
  browser_home: { zh: '从桌面打开', en: 'Opened from the home screen' },
  browser_wechat: { zh: '微信里不能离线使用', en: 'WeChat cannot work offline' },
  browser_uc: { zh: 'UC 浏览器可能清除记录', en: 'UC may clear records' },
  browser_qq: { zh: 'QQ 浏览器较旧，可能不全', en: 'QQ Browser is old and may lack parts' },
  browser_ios: { zh: '还没有放到主屏幕', en: 'Not on the home screen' },
  browser_tab: { zh: '还没有放到桌面', en: 'Not installed' },
} satisfies Record<string, Phrase>

/** What to do about it. */
export const advice = {
  send: { zh: '到有网络的地方打开，点“立即同步”。', en: 'Open it where there is a network and tap “Sync now”.' },
  send_now: {
    zh: '已超过 3 天：今天先到有网络的地方上传。',
    en: 'Over three days: send it today, before anything else.',
  },
  others: { zh: '联网后会自动代送。', en: 'It goes up by itself once there is a network.' },
  reopen: { zh: '关闭并重新打开应用；不要清除浏览器数据。', en: 'Close and open the app; do not clear the browser’s data.' },
  photo_gone: { zh: '到“待上传”里重拍，或选择不带照片。', en: 'In the outbox, take it again or send without.' },
  fetch: { zh: '联网打开一次，等任务出现再下去。', en: 'Open it online and wait for the checks to appear.' },
  fetch_again: { zh: '出发前联网打开一次，取最新的任务。', en: 'Open it online once before you go.' },
  wait_offline: { zh: '保持联网，等半分钟再检查。', en: 'Stay online for half a minute, then check again.' },
  other_browser: { zh: '请用手机自带浏览器或 Chrome 打开。', en: 'Open it in the phone’s own browser or Chrome.' },
  free_space: { zh: '删除不用的照片、视频或应用，再检查。', en: 'Delete photos, videos or apps you do not need, then check again.' },
  not_private: { zh: '请在普通窗口（不是无痕）里打开。', en: 'Open it in a normal window, not a private one.' },
  install: { zh: '放到桌面并常联网上传，手机就更可能保护它。', en: 'Install it and sync often: then the phone is likelier to protect it.' },
  allow_camera: { zh: '在浏览器设置里允许相机；或拍照时选“系统相机”。', en: 'Allow the camera in the browser’s settings, or use the system camera.' },
  auto_time: { zh: '在系统设置里打开“自动设置时间”。', en: 'Turn on automatic time in the system settings.' },
  wiped: { zh: '没上传的几项请重新检查，并告诉办公室。', en: 'Check those items again and tell the office.' },
  leave_wechat: {
    zh: '点右上角 ···，选“在浏览器打开”。',
    en: 'Tap ··· at the top right and choose “Open in browser”.',
  },
  uc: { zh: '请换手机自带浏览器或 Chrome；不要用“清理”功能。', en: 'Use the phone’s own browser or Chrome; never its “clean” function.' },
  ios_home: { zh: '点底部分享按钮，选“添加到主屏幕”，从那里打开。', en: 'Tap Share, choose “Add to Home Screen”, open it from there.' },
  ios_week: {
    zh: '不放到主屏幕，七天不打开就可能被清除。',
    en: 'Otherwise seven days without opening may clear it.',
  },
} satisfies Record<string, Phrase>

/** The steps out of WeChat, drawn beside. */
export const steps = {
  first: { zh: '点右上角的 ···', en: 'Tap ··· at the top right' },
  second: { zh: '选“在浏览器打开”', en: 'Choose “Open in browser”' },
  third: { zh: '登录一次，放到桌面', en: 'Sign in once and install it' },
} satisfies Record<string, Phrase>
