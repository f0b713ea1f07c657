/**
 * Sends operations in the order of their counters, and believes only an answer that names the
 * hash of the very text it received.
 */

import { phoneProblem, serverProblem } from '../kernel/problems.ts'
import { canonicalJson } from '../kernel/canonical.ts'
import { WIRE_VERSION, type Outcome, type Problem, type PushReply, type WriterBound } from '../schemas.gen.ts'
import type { EntryRow } from '../store/database.ts'
import { RoundStopped, checkPerson, patienceFor, stopIfGeneral, type Round } from './round.ts'
import type { Answer } from './transport.ts'

const MOST_OPERATIONS = 100
const MOST_BYTES = 512 * 1024
/** So many refusals in a row mean that the server is ill, not that the entries are. */
const MOST_REFUSALS = 12
const FIRST_DELAY_MS = 30_000
const LONGEST_DELAY_MS = 30 * 60_000
/** What the office must first make room for is sent again after about so long. */
const DEFERRED_MS = 15 * 60_000

/** How refusals add up over one round. */
interface Refusals {
  inARow: number
  last: Problem | null
}

/**
 * Sends everything that is due; entries that are refused by themselves stay and let others by.
 *
 * Answers with the last such refusal, if any.
 */
export async function push(round: Round): Promise<Problem | null> {
  const tried = new Set<string>()
  const refusals: Refusals = { inARow: 0, last: null }
  for (;;) {
    checkPerson(round)
    const until = round.urgent ? Number.MAX_SAFE_INTEGER : round.time.now()
    const due = await round.store.readSendable(round.person, until)
    const [batch] = makeBatches(due.filter((entry) => !tried.has(entry.id)))
    if (!batch) return refusals.last
    for (const entry of batch) tried.add(entry.id)
    await bindWriter(round, batch[0]?.writer ?? '')
    await sendBatch(round, batch, refusals)
  }
}

/** Cuts a queue into batches of one writer; what was refused before goes alone, and last. */
export function makeBatches(entries: readonly EntryRow[]): EntryRow[][] {
  const fresh = entries.filter((entry) => entry.attempts === 0)
  const batches: EntryRow[][] = []
  let bytes = 0
  for (const entry of fresh) {
    const size = entry.text.length * 3 + 1
    const last = batches[batches.length - 1]
    const fits =
      last !== undefined &&
      last.length < MOST_OPERATIONS &&
      bytes + size <= MOST_BYTES &&
      last[0]?.writer === entry.writer
    if (fits) last.push(entry)
    else batches.push([entry])
    bytes = fits ? bytes + size : size
  }
  for (const entry of entries) if (entry.attempts > 0) batches.push([entry])
  return batches
}

async function sendBatch(
  round: Round,
  batch: readonly EntryRow[],
  refusals: Refusals,
): Promise<void> {
  const answer = await sendTexts(round, batch)
  round.beat()
  if (answer.ok) {
    refusals.inARow = 0
    await round.time.take(answer.value.anchor, answer.timing)
    refusals.last = (await takeAnswer(round, batch, answer.value)) ?? refusals.last
    return
  }
  const isAway = AWAY.has(answer.status)
  if (!(isAway && round.suspicious)) await stopIfGeneral(round, answer)
  if (isForAll(answer) || (isAway && !round.suspicious)) throw new RoundStopped(answer.problem, answer.status, answer.retry_after_ms)
  refusals.inARow += 1
  if (batch.length === 1) {
    refusals.last = answer.problem
    await park(round, batch, answer.problem)
    if (refusals.inARow >= MOST_REFUSALS) throw new RoundStopped(answer.problem, answer.status)
    return
  }
  // One spoiled operation must not block the others: halve until it stands alone.
  const middle = Math.ceil(batch.length / 2)
  await sendBatch(round, batch.slice(0, middle), refusals)
  await sendBatch(round, batch.slice(middle), refusals)
}

/** The server did not answer, or a proxy answered for it. */
const AWAY = new Set([0, 502, 503, 504])

const WRONG_VERSION = new Set(['wire_too_new', 'wire_too_old'])

/** Refusals that no splitting can mend: the whole phone is not wanted, or not this version. */
function isForAll(answer: { status: number; problem: { code: string } }): boolean {
  const { status, problem } = answer
  return status === 403 || status === 404 || WRONG_VERSION.has(problem.code)
}

/** Sends the stored texts as they are; mends once what a second try can mend. */
async function sendTexts(
  round: Round,
  batch: readonly EntryRow[],
): Promise<Answer<PushReply>> {
  const first = await ask(round, batch)
  if (first.ok || first.status !== 403) return first
  if (first.problem.code === 'csrf_failed') {
    const renewed = await round.session.refresh(round.signal)
    if (!renewed.ok) return renewed
  } else if (first.problem.code === 'writer_unknown') {
    round.bound.clear()
    await round.store.unbindWriter(batch[0]?.writer ?? '')
    await bindWriter(round, batch[0]?.writer ?? '')
  } else return first
  checkPerson(round)
  return await ask(round, batch)
}

async function ask(round: Round, batch: readonly EntryRow[]): Promise<Answer<PushReply>> {
  const writer = batch[0]?.writer ?? ''
  // The texts go byte for byte as they were hashed: never parsed and written again.
  const texts = batch.map((entry) => entry.text).join(',')
  const sent = canonicalJson(round.time.capture())
  const body = `{"operations":[${texts}],"sent":${sent},"wire":${WIRE_VERSION},"writer":"${writer}"}`
  return await round.transport.ask(
    {
      method: 'POST',
      path: '/api/sync/push',
      body,
      signal: round.signal,
      timeout_ms: patienceFor(body.length),
    },
    isPushReply,
  )
}

function isPushReply(value: unknown): value is PushReply {
  const reply = value as Partial<PushReply> | null
  return (
    reply?.receipt === 'roundsman' &&
    Array.isArray(reply.outcomes) &&
    typeof reply.anchor?.server_ms === 'number'
  )
}

/** Answers why an entry was not acknowledged with its own hash, if one was not. */
async function takeAnswer(
  round: Round,
  batch: readonly EntryRow[],
  reply: PushReply,
): Promise<Problem | null> {
  const sent = new Set(batch.map((entry) => entry.id))
  const outcomes = reply.outcomes.filter((outcome) => sent.has(outcome.id))
  const taken = outcomes.filter(({ status }) => status !== 'deferred')
  const differing = await round.store.applyOutcomes(round.person, taken, round.time.now())
  const later = await defer(round, outcomes)
  const answered = new Set(outcomes.map((outcome) => outcome.id))
  const unclear = batch.filter(
    (entry) => !answered.has(entry.id) || differing.includes(entry.id),
  )
  await park(round, unclear, phoneProblem('receipt_differs'))
  return unclear.length > 0 ? phoneProblem('receipt_differs') : later
}

/** Keeps what the server takes in later only; it is not spoiled, so it goes with the others then. */
async function defer(round: Round, outcomes: readonly Outcome[]): Promise<Problem | null> {
  const ids = new Map<string, string[]>()
  const problems = new Map<string, Problem>()
  for (const { id, status, problem } of outcomes) {
    if (status !== 'deferred') continue
    const why = problem ?? serverProblem('desk_full')
    problems.set(why.code, why)
    ids.set(why.code, [...(ids.get(why.code) ?? []), id])
  }
  const next = round.time.now() + DEFERRED_MS * (0.7 + 0.6 * round.random())
  for (const [code, problem] of problems) {
    await round.store.defer(ids.get(code) ?? [], problem, Math.round(next))
  }
  return [...problems.values()].at(-1) ?? null
}

async function park(
  round: Round,
  entries: readonly EntryRow[],
  problem: Problem,
): Promise<void> {
  if (entries.length === 0) return
  const now = round.time.now()
  await round.store.park(entries.map((entry) => entry.id), problem, (attempts) =>
    Math.round(now + delayAfter(attempts, round.random())),
  )
}

/** Doubles with each try up to half an hour, spread so that phones do not come all at once. */
export function delayAfter(attempts: number, chance: number): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, 10), LONGEST_DELAY_MS)
  return delay * (0.7 + 0.6 * chance)
}

/** Makes the writers of whoever works here known to the server, once for each page. */
export async function bindOwn(round: Round): Promise<void> {
  if (round.bound.has(round.person)) return
  for (const row of await round.store.readWriters()) {
    if (row.person === round.person) await bindWriter(round, row.writer)
  }
  round.bound.add(round.person)
}

/** Makes the writer known to the server before its first operation goes up. */
async function bindWriter(round: Round, writer: string): Promise<void> {
  if (round.bound.has(writer)) return
  const known = (await round.store.readWriters()).find((row) => row.writer === writer)
  if (known?.bound) round.bound.add(writer)
  if (!known || known.bound) return
  const public_key = await round.store.requirePublicKey(writer)
  const answer = await round.transport.ask(
    {
      method: 'POST',
      path: '/api/writers',
      body: canonicalJson({ writer, public_key }),
      signal: round.signal,
    },
    isWriterBound,
  )
  round.beat()
  if (!answer.ok) {
    await stopIfGeneral(round, answer)
    if (answer.problem.code === 'csrf_failed') round.transport.csrf = null
    throw new RoundStopped(answer.problem, answer.status, answer.retry_after_ms)
  }
  const { contiguous, beyond, anchor } = answer.value
  await round.store.bindWriter(writer, contiguous, beyond)
  round.bound.add(writer)
  await round.time.take(anchor, answer.timing)
}

function isWriterBound(value: unknown): value is WriterBound {
  const bound = value as Partial<WriterBound> | null
  return typeof bound?.contiguous === 'number' && Array.isArray(bound.beyond)
}
