/**
 * The rescue page: exports what is not delivered when the app itself is broken.
 *
 * It shares no script with the app, needs no sign-in, network or framework, opens the database
 * whatever version it has, and writes nothing to it.
 */

import { openAsItIs, readPhotoBytes, readUnsent, type Unsent } from '../store/rescue-read.ts'
import { makeRescueFile, type RescueFile } from '../sync/rescue.ts'
import { words, type Tongue } from './words.ts'

const DATABASE = 'roundsman'
const PREFERENCES = 'roundsman.preferences'

type Word = keyof typeof words

interface Said {
  word: Word
  values?: Record<string, string | number>
  tone?: 'good' | 'warn' | 'bad'
}

let tongue: Tongue = chosenTongue()
let said: Said[] = [{ word: 'looking' }]
let unsent: Unsent | null = null
let made: File | null = null
let isBusy = false

function chosenTongue(): Tongue {
  try {
    const text = localStorage.getItem(PREFERENCES) ?? '{}'
    const { language } = JSON.parse(text) as { language?: unknown }
    return language === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

function say(word: Word, values: Record<string, string | number> = {}): string {
  return words[word][tongue].replace(/\{(\w+)\}/gu, (_all, name: string) => String(values[name] ?? ''))
}

function place(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-place="${name}"]`)
  if (!found) throw new Error(`the page has no ${name}`)
  return found
}

const SIGNS = { good: '✓ ', warn: '! ', bad: '✕ ' }

/** Shows everything anew: the page is small enough. */
function show(): void {
  document.documentElement.lang = tongue === 'zh' ? 'zh-CN' : 'en'
  document.title = say('title')
  for (const name of ['title', 'promise', 'save', 'share', 'back', 'language'] as const) {
    place(name).textContent = say(name)
  }
  const list = place('said')
  list.textContent = ''
  for (const { word, values, tone } of said) {
    const line = document.createElement('p')
    line.textContent = (tone ? SIGNS[tone] : '') + say(word, values)
    if (tone) line.className = tone
    list.append(line)
  }
  const hasWork = unsent !== null && (unsent.works.length > 0 || unsent.bundles.length > 0)
  place('save').hidden = !hasWork
  place('share').hidden = !hasWork || !canShare()
  for (const name of ['save', 'share']) (place(name) as HTMLButtonElement).disabled = isBusy
}

function canShare(): boolean {
  try {
    const sample = new File(['x'], 'x.txt', { type: 'text/plain' })
    return typeof navigator.canShare === 'function' && navigator.canShare({ files: [sample] })
  } catch {
    return false
  }
}

async function look(): Promise<void> {
  try {
    const database = await openAsItIs(DATABASE)
    unsent = database && (await readUnsent(database))
    database?.close()
    said = unsent ? wordsFor(unsent) : [{ word: 'none_here', tone: 'warn' }]
  } catch {
    said = [{ word: 'unreadable', tone: 'bad' }]
  }
  show()
}

function wordsFor({ works, bundles, unreadable_count }: Unsent): Said[] {
  const sum = (counts: number[]): number => counts.reduce((all, count) => all + count, 0)
  const photos = works.map(({ entries }) => new Set(entries.flatMap((one) => one.photos.map((photo) => photo.sha256))).size)
  const n = sum([...works.map(({ entries }) => entries.length), ...bundles.map((one) => one.operations)])
  const m = sum([...photos, ...bundles.map((one) => one.photos)])
  const lines: Said[] = [
    n + m + bundles.length > 0 ? { word: 'found', values: { n, m } } : { word: 'nothing', tone: 'good' },
  ]
  if (unreadable_count > 0) {
    lines.push({ word: 'some_unreadable', values: { n: unreadable_count }, tone: 'bad' })
  }
  return lines
}

/** Makes the file once; it is the same for saving and for sending. */
async function requireFile(): Promise<File | null> {
  if (made) return made
  isBusy = true
  said = [{ word: 'making' }]
  show()
  try {
    const database = await openAsItIs(DATABASE)
    if (!database) throw new Error('it was here a moment ago')
    // Read anew: the app may have recorded more in another window.
    const found = await readUnsent(database)
    const rescue = await makeRescueFile(found, moment(), (hash) => readPhotoBytes(database, hash))
    database.close()
    made = fileOf(rescue)
    said = madeOf(rescue, made)
  } catch {
    said = [{ word: 'failed', tone: 'bad' }]
  } finally {
    isBusy = false
    show()
  }
  return made
}

function moment(): Parameters<typeof makeRescueFile>[1] {
  const clocks = { wall_ms: Date.now(), mono_ms: 0, origin_ms: 0, session: 'rescue', zone: '', anchor: null }
  return { made_ms: clocks.wall_ms, sent: clocks }
}

function fileOf({ lines }: RescueFile): File {
  const stamp = new Date().toISOString().slice(0, 16).replace(/[-:]/gu, '').replace('T', '-')
  // A text file: other kinds cannot be shared from many phones.
  const parts = lines.map((line) => `${line}\n`)
  return new File(parts, `roundsman-${stamp}.txt`, { type: 'text/plain' })
}

function madeOf(rescue: RescueFile, { name, size }: File): Said[] {
  const kilobytes = `${Math.max(1, Math.round(size / 1000))} kB`
  const lines: Said[] = [
    { word: 'ready', values: { name, size: kilobytes }, tone: 'good' },
    rescue.is_plain ? { word: 'plain', tone: 'warn' } : { word: 'sealed' },
  ]
  if (rescue.photos_gone_count > 0) {
    lines.push({ word: 'photos_gone', values: { n: rescue.photos_gone_count }, tone: 'warn' })
  }
  return [...lines, { word: 'next' }, { word: 'keep' }]
}

async function save(): Promise<void> {
  const file = await requireFile()
  if (!file) return
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
}

async function share(): Promise<void> {
  const file = await requireFile()
  if (!file) return
  try {
    await navigator.share({ files: [file] })
  } catch {
    said = [...said, { word: 'not_shared' }]
    show()
  }
}

place('language').addEventListener('click', () => {
  tongue = tongue === 'zh' ? 'en' : 'zh'
  show()
})
place('save').addEventListener('click', () => void save())
place('share').addEventListener('click', () => void share())
show()
void look()
