/** Words of the place where matters are reported, and of the card of emergency numbers. */
import type { Phrase } from '../kernel/languages.ts'

export const texts = {
  report: { zh: '报事', en: 'Report' },
  finding: { zh: '随手报问题', en: 'Report something wrong' },
  finding_leads: { zh: '先拍照，再写一句', en: 'A photo first, then a word' },
  finding_here: { zh: '在这里报问题', en: 'Report something wrong here' },
  finding_left: { zh: '有一条没报完，点开继续', en: 'One is not sent yet; open it to go on' },
  removal: { zh: '清运登记', en: 'Rubbish removal' },
  removal_leads: { zh: '垃圾清运的车次和数量', en: 'Loads and amounts taken away' },
  roster: { zh: '排班', en: 'Roster' },
  roster_leads: { zh: '今明两天谁在哪个岗位', en: 'Who is on which post today and tomorrow' },
  handover: { zh: '交接班', en: 'Handover of the shift' },
  handover_leads: { zh: '物品、钥匙和未了的事', en: 'Things, keys and open matters' },
  emergency: { zh: '应急电话', en: 'Emergency numbers' },
  emergency_leads: { zh: '没有网络也能看，一点就拨', en: 'Here without a network; one tap calls' },
  emergency_call: { zh: '拨打{name}', en: 'Call {name}' },
  emergency_none: { zh: '这台手机上还没有应急电话', en: 'No emergency numbers on this phone yet' },
  emergency_none_next: {
    zh: '请办公室在地点资料里登记；登记后联网一次就会出现在这里。现在有急事，请直接拨当地的火警、急救或报警电话。',
    en: 'The office enters them with the site’s places; they appear here after the next sync. If it is urgent now, dial the local fire, ambulance or police number.',
  },
  emergency_unread: { zh: '应急电话读不出来', en: 'The emergency numbers cannot be read' },
  places_also: { zh: '也在这里', en: 'Also here' },
  corrections: { zh: '整改', en: 'Corrections' },
  outbox: { zh: '待上传', en: 'Outbox' },
} satisfies Record<string, Phrase>
