/**
 * Runs schedules of the phone's laws in a program of its own, and tells of them as lines of JSON.
 *
 *   node simulation-worker.ts seeds=1,2,3
 *   node simulation-worker.ts minutes=30
 *   node simulation-worker.ts mutants=0,2   (by their place in the list)
 */

import { randomInt } from 'node:crypto'

import { MUTANTS, type Mutant } from './planted-faults.ts'
import { makeQuick } from './quick-ground.ts'
import { LawBroken, SimulatedWeek } from './simulated-week.ts'

interface Told {
  count: number
  operations: number
  did: Record<string, number>
  broken: string[]
  cpu_ms: number
}

interface Noticed {
  name: string
  noticedBy: readonly string[]
  law: string
  seed: number
  what: string
}

const MOST_SEEDS = 6

/** Runs one schedule; answers with what broke, if anything. */
async function runOne(week: SimulatedWeek): Promise<Error | null> {
  try {
    await week.run()
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error('something that is no error was thrown')
  }
}

async function runAll(seeds: Iterable<number>, isOver: () => boolean): Promise<Told> {
  const told: Told = { count: 0, operations: 0, did: {}, broken: [], cpu_ms: 0 }
  const before = process.cpuUsage()
  for (const seed of seeds) {
    if (isOver()) break
    const week = new SimulatedWeek(seed)
    const error = await runOne(week)
    if (error !== null) told.broken.push(`seed ${seed}: ${String(error).slice(0, 500)}`)
    told.count += 1
    told.operations += week.kept.size
    for (const [name, count] of Object.entries(week.done)) {
      told.did[name] = (told.did[name] ?? 0) + count
    }
  }
  const { user, system } = process.cpuUsage(before)
  told.cpu_ms = Math.round((user + system) / 1000)
  return told
}

function* freshSeeds(): Generator<number> {
  for (;;) yield randomInt(2 ** 32)
}

/** Plants a fault and answers with the first law that noticed it. */
async function runMutant(mutant: Mutant): Promise<Noticed> {
  const { name, noticedBy } = mutant
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    const week = new SimulatedWeek(seed)
    const mend = mutant.plant(week)
    const error = await runOne(week)
    mend()
    if (error === null) continue
    const law = error instanceof LawBroken ? error.law : 'no law'
    return { name, noticedBy, law, seed, what: String(error).slice(0, 300) }
  }
  return { name, noticedBy, law: 'nobody noticed', seed: MOST_SEEDS, what: '' }
}

async function runMutants(places: readonly number[]): Promise<Noticed[]> {
  const noticed: Noticed[] = []
  for (const place of places) {
    const mutant = MUTANTS[place]
    if (mutant) noticed.push(await runMutant(mutant))
  }
  return noticed
}

async function main(task: string): Promise<unknown> {
  const [name, value = ''] = task.split('=')
  await makeQuick()
  if (name === 'seeds') return await runAll(value.split(',').map(Number), () => false)
  if (name === 'mutants') return await runMutants(value.split(',').map(Number))
  const until = Date.now() + Number(value) * 60_000
  return await runAll(freshSeeds(), () => Date.now() > until)
}

const told = await main(process.argv[2] ?? '')
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0))
