/** A month's roster as a table of days and posts: filled by hand or out of a spreadsheet; pure. */
import type { Bilingual, Named, Roster, Shift } from '../schemas.gen.ts'

/** One column: a shift at a post. */
export interface Column {
  shift: string
  post: string
}

/** Who stands where, by day, shift and post joined by bars. */
export type Cells = Readonly<Record<string, string>>

/** The table's edges and whom it may name. */
export interface Table {
  days: readonly string[]
  columns: readonly Column[]
  people: readonly Named[]
}

export function cellOf(day: string, { shift, post }: Column): string {
  return `${day}|${shift}|${post}`
}

/** The days of a month, as YYYY-MM-DD. */
export function daysOf(month: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return Array.from({ length: last }, (_, day) => `${month}-${String(day + 1).padStart(2, '0')}`)
}

export function columnsOf(shifts: readonly Shift[], posts: readonly Named[]): Column[] {
  return posts.flatMap(({ id }) => shifts.map(({ code }) => ({ shift: code, post: id })))
}

export function cellsOf(roster: Roster | null): Cells {
  const duties = roster?.duties ?? []
  return Object.fromEntries(duties.map((one) => [cellOf(one.on, one), one.person]))
}

function personNamed(people: readonly Named[], text: string): string | undefined {
  const wanted = text.trim().toLowerCase()
  const found = people.filter(({ name }) => [name.zh, name.en ?? ''].some((one) => one.trim().toLowerCase() === wanted))
  // Two of one name are nobody: a person chooses between them.
  return found.length === 1 ? found[0]?.id : undefined
}

/** Puts cells of a spreadsheet in, from one cell on to the right and down; says what it knew nobody by. */
export function pasteAt(
  cells: Cells,
  table: Table,
  from: { day: number; column: number },
  text: string,
): { cells: Cells; unknown: string[] } {
  const next: Record<string, string> = { ...cells }
  const unknown = new Set<string>()
  const rows = text.replace(/\r/gu, '').replace(/\n$/u, '').split('\n')
  rows.forEach((row, down) => {
    row.split('\t').forEach((word, right) => {
      const day = table.days[from.day + down]
      const column = table.columns[from.column + right]
      if (day === undefined || column === undefined) return
      const person = word.trim() === '' ? '' : personNamed(table.people, word)
      if (person === undefined) unknown.add(word.trim())
      else next[cellOf(day, column)] = person
    })
  })
  return { cells: next, unknown: [...unknown] }
}

/** Repeats the first days of the table to the end of the month: a rota that turns every so many days. */
export function repeat(cells: Cells, { days, columns }: Pick<Table, 'days' | 'columns'>, turn: number): Cells {
  const next: Record<string, string> = { ...cells }
  days.forEach((day, place) => {
    const model = days[place % turn]
    if (model === undefined || place < turn) return
    for (const column of columns) next[cellOf(day, column)] = next[cellOf(model, column)] ?? ''
  })
  return next
}

/** Gives the roster that the table says; a shift or post that is no more takes its duties along. */
export function rosterOf(
  table: Table,
  cells: Cells,
  head: { site: string; month: string; shifts: readonly Shift[]; counted: readonly Bilingual[] },
): Roster {
  const { days, columns, people } = table
  const duties = days.flatMap((on) =>
    columns.flatMap((column) => {
      const person = cells[cellOf(on, column)] ?? ''
      return person === '' ? [] : [{ on, shift: column.shift, post: column.post, person }]
    }),
  )
  const { site, month, shifts, counted } = head
  return { site, month, shifts: [...shifts], duties, counted: [...counted], people: people.map(({ id, name }) => ({ id, name })) }
}

/** Reads what is counted, written with commas of either kind; a Chinese name known before keeps its English. */
export function countedOf(text: string, before: readonly Bilingual[]): Bilingual[] {
  const names = text.split(/[,，、;；\n]/u).map((one) => one.trim()).filter((one) => one !== '')
  return [...new Set(names)].map((zh) => before.find((one) => one.zh === zh) ?? { zh })
}
