/** Tells which advice on installing fits this browser; pure, by its own name alone. */
import type { Phrase } from '../kernel/languages.ts'
import { installWords } from './texts.ts'

/** Whether the page runs inside WeChat, which is a doorway and not a home. */
export function isWeChat(userAgent: string): boolean {
  return /MicroMessenger/iu.test(userAgent)
}

/** The one sentence on how to install. */
export function installAdvice(userAgent: string, standalone: boolean): Phrase {
  if (standalone) return installWords.installed
  if (isWeChat(userAgent)) return installWords.wechat
  if (/iPhone|iPad|iPod/u.test(userAgent)) return installWords.ios
  if (!/Android|HarmonyOS|OpenHarmony/u.test(userAgent)) return installWords.desktop
  const ownName = /(?:MQQBrowser|UCBrowser|baidu|HuaweiBrowser|MiuiBrowser|HeyTapBrowser|VivoBrowser)/iu
  return ownName.test(userAgent) ? installWords.android_other : installWords.android_chrome
}
