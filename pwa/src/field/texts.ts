/** Words of the phone's shell: sign-in, today, outbox, my settings, notices. */
import type { Phrase } from '../kernel/languages.ts'
import type { EntryState } from '../sync/engine.ts'

/** Where an outbox entry stands. */
export const stateWords: Record<EntryState | 'draft', Phrase> = {
  draft: { zh: '草稿', en: 'Draft' },
  waiting: { zh: '待上传', en: 'Waiting' },
  sent: { zh: '照片待上传', en: 'Photos waiting' },
  delivered: { zh: '已送达', en: 'Delivered' },
  held: { zh: '待核实', en: 'Held for checking' },
  set_aside: { zh: '不并入', en: 'Set aside' },
  needs_attention: { zh: '需要您处理', en: 'Needs you' },
}

export const texts = {
  app_name: { zh: '巡记', en: 'Roundsman' },
  opening: { zh: '正在打开…', en: 'Opening…' },
  open_failed: { zh: '应用没有打开', en: 'The app did not open' },
  open_failed_app: { zh: '没有改动任何记录', en: 'changed no record' },
  open_again: { zh: '重新打开', en: 'Open again' },

  status_all: { zh: '已全部送达', en: 'All delivered' },
  status_waiting: { zh: '待上传 {n} 条', en: '{n} waiting' },
  status_photos: { zh: '待上传照片 {n} 张', en: '{n} photos waiting' },
  status_percent: { zh: '这张 {n}%', en: 'this one {n}%' },
  status_oldest: { zh: '最早 {age}', en: 'oldest {age}' },
  status_offline: { zh: '离线', en: 'Offline' },
  status_saved_here: { zh: '已保存在本机', en: 'saved on this phone' },
  status_unreadable: { zh: '本机记录读不出来', en: 'The records here cannot be read' },
  status_sign_in: { zh: '请重新登录', en: 'Sign in again' },
  status_sealed: { zh: '封存 {n} 条待送', en: '{n} sealed to deliver' },
  status_carried: { zh: '代送 {n} 条', en: 'carrying {n} for others' },
  status_held: { zh: '待核实 {n}', en: '{n} held' },
  status_attention: { zh: '需要处理 {n}', en: '{n} need you' },
  status_never: { zh: '还没有联系过办公室', en: 'No contact with the office yet' },
  status_trouble: { zh: '上传遇到问题，自动重试', en: 'Trouble sending; retried by itself' },
  sync_now: { zh: '立即同步', en: 'Sync now' },
  syncing: { zh: '正在同步…', en: 'Syncing…' },

  tab_today: { zh: '今天', en: 'Today' },
  tab_scan: { zh: '扫码', en: 'Scan' },
  tab_report: { zh: '报事', en: 'Report' },
  tab_team: { zh: '班组', en: 'Team' },
  tab_me: { zh: '我的', en: 'Mine' },

  sign_in: { zh: '登录', en: 'Sign in' },
  signing_in: { zh: '正在登录…', en: 'Signing in…' },
  user_name: { zh: '账号（手机号或工号）', en: 'User name (mobile or staff number)' },
  password: { zh: '密码', en: 'Password' },
  organization_code: { zh: '企业代码', en: 'Organisation code' },
  have_organization_code: { zh: '我有企业代码', en: 'I have an organisation code' },
  sign_in_offline: {
    zh: '第一次登录需要网络。登录以后，没有信号也能打开和检查。',
    en: 'The first sign-in needs a network. After that you can open and check without signal.',
  },
  sign_in_known: {
    zh: '{name}，登录已过期。记录都在本机，登录后自动上传；现在没有网络也可以先继续检查。',
    en: '{name}, your sign-in has expired. Your work is on this phone and goes up once you sign in; you can go on checking meanwhile.',
  },
  sign_in_locked: {
    zh: '已超过 30 天没有联系办公室，请联网登录后再开始新的检查。已有的记录都在。',
    en: 'More than 30 days without the office: sign in before new checks. What you recorded is all here.',
  },
  sign_in_later: { zh: '先继续检查', en: 'Go on checking' },
  sign_in_failed: { zh: '没有登录成功', en: 'The sign-in failed' },
  sign_in_failed_app: { zh: '保留了您填的内容', en: 'kept what you entered' },
  sign_in_needs_network: {
    zh: '到有网络的地方再登录一次；登录过的手机没有网络也能打开',
    en: 'sign in where there is a network; a phone signed in before opens without one',
  },
  fill_both: { zh: '请填写账号和密码', en: 'Enter user name and password' },

  due_now: { zh: '现在该做', en: 'Due now' },
  overdue: { zh: '漏检', en: 'Missed' },
  later: { zh: '稍后', en: 'Later' },
  done: { zh: '已完成', en: 'Done' },
  day_progress: { zh: '今天完成 {done}/{all}', en: '{done} of {all} done today' },
  corrections_link: { zh: '我的整改 {n}', en: 'My corrections {n}' },
  today_fetching: { zh: '正在取您的任务', en: 'Fetching your checks' },
  today_fetching_next: {
    zh: '登录后第一次需要网络；取到以后没有信号也能用。',
    en: 'The first time needs a network; after that it works without signal.',
  },
  bootstrap_coming: { zh: '已取到 {n} 条', en: '{n} records so far' },
  bootstrap_of: { zh: '已取到 {n} / {all} 条', en: '{n} of {all} records so far' },
  bootstrap_saving: {
    zh: '共 {n} 条，正在存入本机',
    en: 'All {n} records are here and are being saved on this phone',
  },
  bootstrap_renewing: { zh: '正在更新本机资料：{words}', en: 'Renewing what this phone holds: {words}' },
  today_none: { zh: '今天没有您的检查', en: 'No checks for you today' },
  today_none_now: { zh: '现在没有该做的', en: 'Nothing due now' },
  today_all_done: { zh: '今天的检查都做完了', en: 'All of today’s checks are done' },
  today_next: { zh: '下一项：{title}，{when}', en: 'Next: {title}, {when}' },
  today_no_next: {
    zh: '办公室安排后会自动出现在这里。',
    en: 'They appear here as soon as the office plans them.',
  },

  seen_freely: { zh: '随手报', en: 'Seen' },
  corrections: { zh: '我的整改', en: 'My corrections' },

  outbox: { zh: '待上传', en: 'Outbox' },
  outbox_empty: { zh: '没有等待上传的', en: 'Nothing is waiting' },
  outbox_empty_next: {
    zh: '检查时每一步都先存在本机，再出现在这里，直到办公室收到。',
    en: 'Each step of a check is saved here first and listed until the office has it.',
  },
  outbox_unreadable: { zh: '本机记录现在读不出来', en: 'The records here cannot be read now' },
  outbox_unreadable_app: {
    zh: '没有删除任何记录，读不出来不等于没有',
    en: 'deleted nothing: unreadable does not mean empty',
  },
  outbox_unreadable_you: {
    zh: '关闭并重新打开应用；不要清除浏览器数据',
    en: 'close and open the app again; do not clear the browser’s data',
  },
  section_attention: { zh: '需要您处理', en: 'Needs you' },
  section_held: { zh: '待核实（办公室在看）', en: 'Held (the office looks at it)' },
  section_waiting: { zh: '待上传', en: 'Waiting' },
  section_drafts: { zh: '草稿', en: 'Drafts' },
  section_delivered: { zh: '已送达（保留 7 天）', en: 'Delivered (kept 7 days)' },
  receipts: { zh: '回执 {list}', en: 'receipt {list}' },
  attempts: { zh: '已试 {n} 次', en: 'tried {n} times' },
  retry: { zh: '重试', en: 'Retry' },
  without_photos: { zh: '不带照片上传', en: 'Send without photos' },
  draft_notes: { zh: '{n} 条说明未保存', en: '{n} unsaved notes' },
  draft_correction: { zh: '整改说明未保存', en: 'Unsaved words of a correction' },
  go_on: { zh: '继续', en: 'Continue' },
  last_contact: { zh: '最近联系办公室：{when}', en: 'Last contact with the office: {when}' },
  others_waiting: {
    zh: '这台手机上还有其他人员的 {n} 条记录，联网时由本机代送，代送不了的等本人登录。',
    en: '{n} records of other people are on this phone; it delivers them in their names, or they go up when those people sign in.',
  },
  more: { zh: '还有 {n} 条', en: '{n} more' },

  language: { zh: '语言', en: 'Language' },
  theme: { zh: '明暗', en: 'Light' },
  theme_system: { zh: '跟随手机', en: 'As the phone' },
  theme_light: { zh: '浅色', en: 'Light' },
  theme_dark: { zh: '深色', en: 'Dark' },
  large_type: { zh: '大字', en: 'Large type' },
  dark: { zh: '深色', en: 'Dark' },
  type_size: { zh: '字号', en: 'Type size' },
  type_17: { zh: '标准', en: 'Usual' },
  type_20: { zh: '大', en: 'Large' },
  type_24: { zh: '更大', en: 'Larger' },
  type_30: { zh: '最大', en: 'Largest' },
  install: { zh: '放到桌面', en: 'Install' },
  storage: { zh: '本机存储', en: 'Storage on this phone' },
  storage_persisted: {
    zh: '已受保护，手机不会自动清除',
    en: 'Protected: the phone will not clear it by itself',
  },
  storage_not_persisted: {
    zh: '未受保护：空间紧张时手机可能清除。请常联网上传，并放到桌面。',
    en: 'Not protected: a phone short of space may clear it. Sync often and install the app.',
  },
  storage_unknown: { zh: '手机没有说明', en: 'The phone does not say' },
  storage_usage: { zh: '已用 {used}，可用 {free}', en: '{used} used, {free} free' },
  sign_out: { zh: '退出登录', en: 'Sign out' },
  sign_out_ask: { zh: '还有 {n} 条没有上传', en: '{n} records are not sent yet' },
  sign_out_unknown: { zh: '本机记录读不出来，不知道是否都已上传', en: 'The records cannot be read, so it is unknown whether all are sent' },
  sign_out_stay: {
    zh: '退出时它们会封存在这台手机上，由下一位登录的人代送，别人看不到，署名仍是您。请不要清除浏览器数据。',
    en: 'They are sealed on this phone and go up with whoever signs in next, unread and in your name. Do not clear the browser’s data.',
  },
  sign_out_plain: {
    zh: '下次登录需要网络。',
    en: 'The next sign-in needs a network.',
  },
  sign_out_title: { zh: '退出登录？', en: 'Sign out?' },
  sign_out_sync: { zh: '先上传', en: 'Send first' },
  sign_out_anyway: { zh: '封存并退出', en: 'Seal them and sign out' },
  sign_out_failed: { zh: '没有退出成功', en: 'The sign-out failed' },
  sign_out_failed_app: { zh: '保留了登录和所有记录', en: 'kept you signed in and all records' },
  version: { zh: '版本', en: 'Version' },
  change_password: { zh: '修改密码', en: 'Change password' },
  old_password: { zh: '现在的密码', en: 'Present password' },
  new_password: { zh: '新密码', en: 'New password' },
  password_changed: { zh: '密码已修改', en: 'The password is changed' },
  password_failed: { zh: '密码没有修改', en: 'The password was not changed' },
  password_failed_app: { zh: '保留了原来的密码', en: 'kept the old password' },

  update_ready: { zh: '有新版本', en: 'A new version is ready' },
  update_apply: { zh: '更新', en: 'Update' },
  update_later: { zh: '草稿保存后即可更新', en: 'It can be applied once the drafts are saved' },
  wiped: { zh: '本机记录被手机清除过', en: 'The phone had cleared this app’s records' },
  wiped_app: {
    zh: '重新从办公室取回任务；清除前有 {n} 条还没有上传',
    en: 'fetches your checks again; {n} records had not been sent',
  },
  wiped_you: {
    zh: '把没上传的几项重新检查一遍，并告诉办公室',
    en: 'check those items again and tell the office',
  },
  understood: { zh: '知道了', en: 'Understood' },
  records_failed: { zh: '本机记录没有读出来', en: 'The records here could not be read' },
} satisfies Record<string, Phrase>

/** A phone whose clock is wrong. Source: sync design, time. */
export const clockWords = {
  notice: {
    zh: '手机时间不准（{off}），已按办公室时间显示；请在系统设置中打开自动校时。',
    en: 'This phone’s clock is wrong ({off}); times shown are the office’s. Turn on automatic time in the system settings.',
  },
  fast: { zh: '快 {size}', en: '{size} fast' },
  slow: { zh: '慢 {size}', en: '{size} slow' },
  minutes: { zh: '{n} 分钟', en: '{n} min' },
  hours: { zh: '{n} 小时', en: '{n} h' },
  days: { zh: '{n} 天', en: '{n} days' },
  years: { zh: '{n} 年', en: '{n} years' },
} satisfies Record<string, Phrase>

/** One sentence per browser on how to put the app onto the home screen. */
export const installWords = {
  wechat: {
    zh: '微信里不能离线使用：点右上角 ···，选“在浏览器打开”。',
    en: 'WeChat cannot work offline: tap ··· at the top right and open in the browser.',
  },
  ios: {
    zh: '在 Safari 中点底部的分享按钮，选“添加到主屏幕”，以后从桌面图标打开。',
    en: 'In Safari tap the share button, choose “Add to Home Screen”, and open it from there.',
  },
  android_chrome: {
    zh: '点浏览器右上角菜单，选“安装应用”或“添加到主屏幕”。',
    en: 'Open the browser menu and choose “Install app” or “Add to Home screen”.',
  },
  android_other: {
    zh: '点浏览器菜单，选“添加到桌面”；图标没出现时，在系统设置里允许浏览器“桌面快捷方式”。',
    en: 'Open the browser menu and choose “Add to desktop”; if no icon appears, allow the browser to make shortcuts in the system settings.',
  },
  desktop: {
    zh: '点地址栏右侧的安装按钮。',
    en: 'Use the install button at the right of the address bar.',
  },
  installed: { zh: '已从桌面打开。', en: 'Opened from the home screen.' },
} satisfies Record<string, Phrase>
