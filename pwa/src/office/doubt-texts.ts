/** The words of the page on checks whose time is in doubt. */

export const doubtTexts = {
  title: { zh: '时间存疑', en: 'Times in doubt' },
  what: {
    zh: '手机时钟不可靠时，系统只说“可能在这段时间内”，不判任何人超时。请查看旁证（监控、门禁、同事）后核定。',
    en: 'Where a phone’s clock cannot be relied on, the system names the span and blames nobody. Look at other evidence (cameras, doors, colleagues), then decide.',
  },
  by_person: { zh: '近 31 天，按人员', en: 'Last 31 days, by person' },
  person: { zh: '人员', en: 'Person' },
  undecidable: { zh: '待判定', en: 'Undecided' },
  set_back: { zh: '完成前时钟被往回拨', en: 'Clock set back before the finish' },
  none: {
    zh: '近 31 天没有时间存疑的检查。出现时会列在这里。',
    en: 'No check of the last 31 days has a doubtful time. One that has will be listed here.',
  },
  checks: { zh: '需要核定的检查', en: 'Checks to be decided' },
  window: { zh: '应在 {window} 内完成', en: 'Due {window}' },
  reason: { zh: '依据（必填）', en: 'Reason (needed)' },
  phrases: { zh: '常用依据', en: 'Ready reasons' },
  camera: { zh: '以监控录像为准', en: 'The camera shows it' },
  door: { zh: '以门禁记录为准', en: 'The door’s record shows it' },
  colleague: { zh: '已向同班人员核实', en: 'Colleagues on duty confirm it' },
  within: { zh: '核定为按时', en: 'Decide: in time' },
  late: { zh: '核定为超时', en: 'Decide: late' },
  judged: { zh: '已核定：{verdict}。依据：{reason}', en: 'Decided: {verdict}. Reason: {reason}' },
  again: { zh: '改判', en: 'Decide again' },
  reason_missing: { zh: '请先写明依据', en: 'Give the reason first' },
  open_check: { zh: '查看检查', en: 'Open the check' },
} as const
