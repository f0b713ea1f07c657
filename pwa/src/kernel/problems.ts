/**
 * What can go wrong, in words for the person who meets it; the server's own problems come from
 * the shared table, and these few can only be met on the phone.
 */

import { PROBLEMS, type Problem, type ProblemRow } from '../schemas.gen.ts'

const PHONE_PROBLEMS = {
  offline: {
    status: 0,
    title_zh: '现在连不上服务器',
    title_en: 'The server cannot be reached now',
    next_zh: '记录已保存在本机，有网络时自动上传',
    next_en: 'Your work is saved on this phone and goes up by itself',
  },
  not_our_server: {
    status: 0,
    title_zh: '回答的不是巡记服务器，可能是上网登录页',
    title_en: 'The answer did not come from Roundsman; perhaps a Wi-Fi login page',
    next_zh: '请先完成上网登录或换用移动网络，记录仍在本机',
    next_en: 'Sign in to the Wi-Fi or use mobile data; your work is on this phone',
  },
  server_slow: {
    status: 0,
    title_zh: '服务器没有及时回答',
    title_en: 'The server did not answer in time',
    next_zh: '记录仍在本机，稍后自动重试',
    next_en: 'Your work is on this phone and is retried by itself',
  },
  reply_unreadable: {
    status: 0,
    title_zh: '服务器的回答无法识别',
    title_en: 'The server’s answer cannot be read',
    next_zh: '记录仍在本机，稍后自动重试；如一直如此请联系办公室',
    next_en: 'Your work is on this phone; tell the office if this stays',
  },
  receipt_differs: {
    status: 0,
    title_zh: '服务器收到的内容与本机不一致',
    title_en: 'The server received something else than was sent',
    next_zh: '记录仍在本机，将重新上传',
    next_en: 'Your work is on this phone and is sent again',
  },
  photo_gone: {
    status: 0,
    title_zh: '照片在本机上已找不到',
    title_en: 'A photo is no longer on this phone',
    next_zh: '请重新拍照，或选择不带照片上传',
    next_en: 'Take it again, or choose to send without it',
  },
  photo_too_large: {
    status: 413,
    title_zh: '这张照片太大，服务器收不下',
    title_en: 'This photo is larger than the server takes',
    next_zh: '照片仍在本机；请重新拍一张，或请办公室调整',
    next_en: 'It stays on this phone; take it again, or ask the office',
  },
  storage_full: {
    status: 0,
    title_zh: '手机存储空间已满，这一步没有保存',
    title_en: 'The phone is full; this step was not saved',
    next_zh: '请清理手机空间后再点一次，已有记录没有受影响',
    next_en: 'Free some space and tap again; what was saved before is safe',
  },
  storage_unreadable: {
    status: 0,
    title_zh: '本机记录暂时读不出来',
    title_en: 'This phone’s records cannot be read now',
    next_zh: '请关闭并重新打开应用；请不要清除浏览器数据',
    next_en: 'Close and open the app again; do not clear the browser’s data',
  },
  storage_blocked: {
    status: 0,
    title_zh: '另一个窗口正在使用旧版本',
    title_en: 'Another window still runs an older version',
    next_zh: '请关闭其他巡记窗口',
    next_en: 'Close the other Roundsman windows',
  },
  storage_newer: {
    status: 0,
    title_zh: '应用已更新，这个页面是旧的',
    title_en: 'The app was updated and this page is old',
    next_zh: '请重新打开应用，记录都还在',
    next_en: 'Open the app again; all records are there',
  },
  not_saved: {
    status: 0,
    title_zh: '这一步没有保存成功',
    title_en: 'This step was not saved',
    next_zh: '请再点一次；如仍失败请重新打开应用',
    next_en: 'Tap again; if it fails once more, open the app again',
  },
  insecure_page: {
    status: 0,
    title_zh: '本页面不是安全连接，无法离线保存',
    title_en: 'This page is not secure and cannot save offline',
    next_zh: '请用 https 地址打开',
    next_en: 'Open it by its https address',
  },
  pin_wrong: {
    status: 0,
    title_zh: 'PIN 码不对',
    title_en: 'This is not the PIN',
    next_zh: '请再输一次；输错五次后只能用密码登录',
    next_en: 'Try again; after five wrong ones only the password opens',
  },
  pin_blocked: {
    status: 0,
    title_zh: 'PIN 码已输错五次',
    title_en: 'Five wrong PINs were entered',
    next_zh: '请联网后用密码登录；记录都在本机',
    next_en: 'Sign in with your password where there is a network; your work is on this phone',
  },
  pin_none: {
    status: 0,
    title_zh: '这个人在本机没有 PIN 码',
    title_en: 'This person has no PIN on this phone',
    next_zh: '请联网后用密码登录，再设置 PIN 码',
    next_en: 'Sign in with the password where there is a network, then set a PIN',
  },
  pin_unfit: {
    status: 0,
    title_zh: 'PIN 码要 4 到 6 位数字',
    title_en: 'A PIN has four to six digits',
    next_zh: '请重新输入',
    next_en: 'Enter it again',
  },
  nobody_signed_in: {
    status: 0,
    title_zh: '还没有人登录',
    title_en: 'Nobody is signed in',
    next_zh: '请先登录',
    next_en: 'Sign in first',
  },
} satisfies Record<string, ProblemRow>

export type PhoneProblemCode = keyof typeof PHONE_PROBLEMS

/** Gives the problem of a code that the phone itself meets. */
export function phoneProblem(
  code: PhoneProblemCode,
  details: Record<string, string | number> = {},
): Problem {
  return { code, ...PHONE_PROBLEMS[code], details }
}

/** Gives the problem of a server's code, for an answer that names it and says nothing more. */
export function serverProblem(code: string, status = 500): Problem {
  const row = PROBLEMS[code] ?? PROBLEMS['server_failed']
  return row ? { code, ...row, details: {} } : { code, ...PHONE_PROBLEMS.reply_unreadable, status }
}

/** An error that carries words for the person. */
export class ProblemFailure extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.title_en}`)
    this.name = 'ProblemFailure'
    this.problem = problem
  }
}
