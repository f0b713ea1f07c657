/**
 * What a person may hold of the small server in memory, and what pulls say of it.
 */

import { canonicalJson } from '../../kernel/canonical.ts'
import type { DroppedScope, PulledRecord, ScopeState } from '../../schemas.gen.ts'
import type { MergeRecord } from '../../store/shapes.ts'
import { SumLedger } from '../../store/sums.ts'
import { textSum } from '../checksum.ts'

/** Kinds of record that a person may hold of a site. */
export interface Allowed {
  site: string
  kinds: string[]
}

/** One side of a pull, without what every answer has. */
export interface ScopedReply {
  cursor: string
  full: boolean
  more: boolean
  total: number
  whole: boolean
  records: PulledRecord[]
  drops: { record: string }[]
  dropped: DroppedScope[]
  scopes: ScopeState[]
}

export interface ScopedQuestion {
  person: string
  cursor: string
  wire: number
  again: string | null
  limit: number
}

interface Ground {
  records: ReadonlyMap<string, MergeRecord>
  position: number
  epoch: number
}

export const SITE = 's'.repeat(32)

export class FakeScopes {
  /** By person; whoever is not named may hold everything. */
  readonly allowed = new Map<string, Allowed[]>()
  readonly #sites = new Map<string, string>()
  readonly #owners = new Map<string, string>()
  /** Where in the log a record last entered or left a scope without changing. */
  readonly #moves: { record: string; position: number; from: string }[] = []
  readonly #marks: string[] = []

  /** Puts a record at a site, from a position on; phones of the old site are told to drop it. */
  move(record: string, site: string, position: number): void {
    this.#moves.push({ record, position, from: this.#siteOf(record) })
    this.#sites.set(record, site)
  }

  /** Makes a record one person's own; nobody else is given it. */
  give(record: string, person: string): void {
    this.#owners.set(record, person)
  }

  async pull(ground: Ground, asked: ScopedQuestion): Promise<ScopedReply> {
    const now = this.#markOf(asked.person)
    const [epoch, from, mark, filled] = asked.cursor.split(':').map(Number)
    const known = this.#marks[mark ?? -1]
    const knowsScopes = asked.wire >= 2
    if (epoch !== ground.epoch || known === undefined || (!knowsScopes && known !== now)) {
      return await this.#page(ground, asked, { after: 0, fill: [], full: true, mark: now })
    }
    const after = from ?? 0
    if (known === now && asked.again === null && filled === undefined) {
      return await this.#page(ground, asked, { after, fill: [], full: false, mark: now })
    }
    return await this.#fill(ground, asked, { known, now, after, filled: filled ?? 0 })
  }

  /** Gives what was added since the cursor's set, or one scope anew, in pages that belong together. */
  async #fill(
    ground: Ground,
    asked: ScopedQuestion,
    step: { known: string; now: string; after: number; filled: number },
  ): Promise<ScopedReply> {
    const { known, now, after, filled } = step
    const fill = [...ground.records.values()].filter((record) => {
      const scope = this.#scopeFor(now, record)
      if (scope === null || record.position > after) return false
      return scope === 'own' || scope === asked.again || this.#scopeFor(known, record) === null
    })
    const page = fill.slice(filled, filled + asked.limit)
    const dropped = filled === 0 ? droppedBetween(known, now) : []
    const isLast = filled + page.length >= fill.length
    if (isLast) {
      const rest = await this.#page(ground, asked, { after, fill: page, full: false, mark: now })
      return { ...rest, dropped, whole: true }
    }
    return {
      cursor: `${ground.epoch}:${after}:${this.#marks.indexOf(known)}:${filled + page.length}`,
      full: false,
      more: true,
      total: 0,
      whole: true,
      records: page.map((record) => this.#pulled(now, record)),
      drops: [],
      dropped,
      scopes: [],
    }
  }

  async #page(
    ground: Ground,
    asked: ScopedQuestion,
    step: { after: number; fill: MergeRecord[]; full: boolean; mark: string },
  ): Promise<ScopedReply> {
    const { after, fill, full, mark } = step
    const visible = [...ground.records.values()].filter((one) => this.#scopeFor(mark, one) !== null)
    const changed = visible
      .filter((record) => this.#placeOf(record) > after)
      .sort((one, other) => this.#placeOf(one) - this.#placeOf(other))
    const page = changed.slice(0, asked.limit)
    const more = changed.length > page.length
    const [last] = page.slice(-1)
    const reached = more && last ? this.#placeOf(last) : ground.position
    const left = this.#moves.filter(({ record, position }) => {
      const one = ground.records.get(record)
      return position > after && position <= reached && one && this.#scopeFor(mark, one) === null
    })
    return {
      cursor: `${ground.epoch}:${reached}:${this.#marks.indexOf(mark)}`,
      full,
      more,
      total: full && more && asked.wire >= 2 ? visible.length : 0,
      whole: false,
      records: [...fill, ...page].map((record) => this.#pulled(mark, record)),
      drops: left.map(({ record }) => ({ record })),
      dropped: [],
      scopes: more || asked.wire < 2 ? [] : await this.#states(mark, visible),
    }
  }

  async #states(mark: string, visible: readonly MergeRecord[]): Promise<ScopeState[]> {
    const ledger = new SumLedger({})
    for (const record of visible) {
      ledger.add(this.#scopeFor(mark, record) ?? '', await sumOf(record))
    }
    return Object.entries(ledger.sums ?? {}).map(([scope, { sum, count }]) => ({ scope, sum, count }))
  }

  #pulled(mark: string, record: MergeRecord): PulledRecord {
    const scope = this.#scopeFor(mark, record) === 'own' ? 'own' : ''
    return { position: record.position, site: this.#siteOf(record.id), record, scope }
  }

  #placeOf(record: MergeRecord): number {
    const moved = this.#moves.filter((one) => one.record === record.id).map((one) => one.position)
    return Math.max(record.position, ...moved)
  }

  #siteOf(record: string): string {
    return this.#sites.get(record) ?? SITE
  }

  #markOf(person: string): string {
    const mark = JSON.stringify({ person, allowed: this.allowed.get(person) ?? null })
    if (!this.#marks.includes(mark)) this.#marks.push(mark)
    return mark
  }

  #scopeFor(mark: string, record: MergeRecord): string | null {
    const { person, allowed } = JSON.parse(mark) as { person: string; allowed: Allowed[] | null }
    const owner = this.#owners.get(record.id)
    if (owner !== undefined) return owner === person ? 'own' : null
    const site = this.#siteOf(record.id)
    const isHeld = allowed?.some((one) => one.site === site && one.kinds.includes(record.kind)) ?? true
    return isHeld ? site : null
  }
}

const sums = new WeakMap<MergeRecord, string>()

/** A folded record never changes, so that its part is worked out once. */
async function sumOf(record: MergeRecord): Promise<string> {
  const known = sums.get(record)
  if (known !== undefined) return known
  const sum = await textSum(record.id, record.position, canonicalJson(record))
  sums.set(record, sum)
  return sum
}

function droppedBetween(before: string, now: string): DroppedScope[] {
  const left = pairsOf(now)
  const lost = [...pairsOf(before)].filter((pair) => !left.has(pair))
  const sites = new Set(lost.map((pair) => pair.split('|')[0] ?? ''))
  return [...sites].map((site) => ({
    site,
    kinds: lost.filter((pair) => pair.startsWith(`${site}|`)).map((pair) => pair.split('|')[1] ?? ''),
  }))
}

function pairsOf(mark: string): Set<string> {
  const { allowed } = JSON.parse(mark) as { allowed: Allowed[] | null }
  return new Set((allowed ?? []).flatMap(({ site, kinds }) => kinds.map((kind) => `${site}|${kind}`)))
}
