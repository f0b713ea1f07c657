/** Takes rescue files to the server, bundle by bundle, and says what came of each operation. */

import { ProblemFailure, serverProblem } from '../kernel/problems.ts'
import type { CarriedReply, Problem } from '../schemas.gen.ts'
import { readRescueFile, type FoundBundle } from '../sync/rescue.ts'

/** What became of one thing in a file. */
export interface Landed {
  key: string
  /** The operation's id; empty for a photo or a whole bundle. */
  operation: string
  what: 'operation' | 'photo' | 'bundle'
  became: 'fresh' | 'known' | 'held' | 'aside' | 'stored' | 'not_sent'
  problem: Problem | null
}

export interface Imported {
  name: string
  landed: Landed[]
  missing_count: number
  found_count: number
  /** What did not reach the server, to be tried again. */
  unsent: FoundBundle[]
}

/** Sends every bundle of a file; one that fails keeps no other from being sent. */
export async function importFile(
  file: { name: string; text(): Promise<string> },
  carry: (bytes: ArrayBuffer) => Promise<CarriedReply>,
  onStep: (done: number, all: number) => void,
): Promise<Imported> {
  const { bundles, missing_count } = readRescueFile(await file.text())
  const imported: Imported = {
    name: file.name,
    landed: [],
    missing_count,
    found_count: bundles.length,
    unsent: [],
  }
  await sendAll(imported, bundles, carry, onStep)
  return imported
}

/** Sends again what did not reach the server. */
export async function sendAgain(
  before: Imported,
  carry: (bytes: ArrayBuffer) => Promise<CarriedReply>,
  onStep: (done: number, all: number) => void,
): Promise<Imported> {
  const landed = before.landed.filter((one) => one.became !== 'not_sent')
  const imported: Imported = { ...before, landed, unsent: [] }
  await sendAll(imported, before.unsent, carry, onStep)
  return imported
}

async function sendAll(
  imported: Imported,
  bundles: readonly FoundBundle[],
  carry: (bytes: ArrayBuffer) => Promise<CarriedReply>,
  onStep: (done: number, all: number) => void,
): Promise<void> {
  for (const [index, bundle] of bundles.entries()) {
    onStep(index, bundles.length)
    try {
      imported.landed.push(...landedOf(await carry(bundle.bytes)))
    } catch (error) {
      const problem = error instanceof ProblemFailure ? error.problem : serverProblem('server_failed')
      const key = `not-sent-${imported.unsent.length}`
      imported.landed.push({ key, operation: '', what: 'bundle', became: 'not_sent', problem })
      imported.unsent.push(bundle)
    }
  }
}

const BECAME: Record<string, Landed['became']> = {
  accepted: 'fresh',
  merged: 'fresh',
  duplicate: 'known',
  held: 'held',
  set_aside: 'aside',
}

/** Spells out a bundle's answer, one line per operation and photo. */
export function landedOf(reply: CarriedReply): Landed[] {
  const landed = (reply.outcomes ?? []).map(
    ({ id, status, problem }): Landed => ({
      key: `${reply.bundle}-${id}`,
      operation: id,
      what: 'operation',
      became: BECAME[status] ?? 'held',
      problem: problem ?? null,
    }),
  )
  for (const photo of reply.photos ?? []) {
    landed.push({ key: `${reply.bundle}-${photo}`, operation: '', what: 'photo', became: 'stored', problem: null })
  }
  if (reply.status === 'held') {
    const problem = reply.problem ?? null
    landed.push({ key: reply.bundle, operation: '', what: 'bundle', became: 'held', problem })
  }
  return landed
}
