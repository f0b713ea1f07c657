/**
 * Many phones, a bad network, disks that fail, killed pages and a server set back: whatever
 * happens, nothing is lost, nothing happens twice, and once the faults stop every queue is empty
 * within two rounds. How to read a failing seed stands in tests/README.md.
 */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'

import { MUTANTS } from './testing/planted-faults.ts'
import { LEAST_OPERATIONS, PHONES } from './testing/simulated-week.ts'

const PINNED = Array.from({ length: 200 }, (_, index) => index + 1)
const NAMED = process.env['ROUNDSMAN_SEED']
const PATIENCE_MS = 900_000
/** Each program has a core to itself: threads for the rubbish would take it from the other. */
const NODE_OPTIONS = [
  '--disable-warning=ExperimentalWarning',
  '--single-threaded-gc',
  '--min-semi-space-size=32',
  '--max-semi-space-size=32',
]

/** How often each thing must have happened in a schedule at least, on average. */
const HAPPENED = {
  faults: 5,
  kills: 1,
  'disk killed': 0.5,
  'disk full': 0.2,
  tabs: 0.5,
  switches: 0.5,
  grants: 0.5,
  set_backs: 0.3,
  evictions: 0.2,
  late: 0.5,
  tunnels: 0.5,
  photos: 3,
  held: 0.2,
}

interface Told {
  count: number
  operations: number
  did: Record<string, number>
  broken: string[]
  cpu_ms: number
}

interface Noticed {
  name: string
  noticedBy: string[]
  law: string
  seed: number
  what: string
}

/** Runs a task in programs of their own, one for each core, and gives what each of them tells. */
async function shareOut<T>(name: string, values: readonly number[]): Promise<T[]> {
  const cores = Math.max(availableParallelism(), 2)
  const shares = Array.from({ length: cores }, (_, core) =>
    values.filter((_value, index) => index % cores === core),
  )
  const runs = shares.filter((share) => share.length > 0).map((share) => run<T>(`${name}=${share.join(',')}`))
  return await Promise.all(runs)
}

async function run<T>(task: string): Promise<T> {
  const program = new URL('./testing/simulation-worker.ts', import.meta.url)
  const child = spawn(process.execPath, [...NODE_OPTIONS, program.pathname, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (part: string) => (said += part))
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.equal(code, 0, said)
  return JSON.parse(said) as T
}

test('200 schedules: nothing lost, nothing twice, every queue empty within two rounds', { timeout: PATIENCE_MS }, async () => {
  const seeds = NAMED ? NAMED.split(',').map(Number) : PINNED
  const told = await shareOut<Told>('seeds', seeds)
  assert.deepEqual(told.flatMap(({ broken }) => broken), [])
  const sum = (read: (one: Told) => number): number => told.reduce((all, one) => all + read(one), 0)
  const count = sum((one) => one.count)
  assert.equal(count, seeds.length)
  assert.ok(PHONES >= 5)
  // What an evicted phone had not sent is gone, and is not counted.
  assert.ok(sum((one) => one.operations) >= LEAST_OPERATIONS * count)
  if (NAMED) return
  for (const [name, least] of Object.entries(HAPPENED)) {
    const happened = sum(({ did }) => did[name] ?? 0)
    assert.ok(happened >= least * count, `${name} hardly ever happened: ${happened}`)
  }
})

test('the simulation proves itself: every planted fault is noticed', { timeout: PATIENCE_MS }, async () => {
  const told = await shareOut<Noticed[]>('mutants', MUTANTS.map((_mutant, place) => place))
  const noticed = told.flat()
  assert.equal(noticed.length, MUTANTS.length)
  for (const { name, noticedBy, law, seed, what } of noticed) {
    assert.ok(noticedBy.includes(law), `${name}: seed ${seed}: ${law}: ${what}`)
  }
})
