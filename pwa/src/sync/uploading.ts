/**
 * One photo on its way in parts: tus-js-client keeps count, our transport decides who answered.
 *
 * The address of an upload is the photo's hash, so nothing has to be remembered to go on with it.
 * Only a receipt that names hash and size is believed, whatever the library takes for success.
 */

import { Upload, type HttpRequest, type HttpResponse, type HttpStack } from 'tus-js-client'

import { phoneProblem } from '../kernel/problems.ts'
import type { EvidenceReceipt } from '../schemas.gen.ts'
import { patienceFor, type Round } from './round.ts'
import type { Answer, Step } from './transport.ts'

/** So much is the most that a cut can cost. Units: bytes. */
export const PART = 256 * 1024
const ENDPOINT = '/api/uploads'
const IN_PARTS = 'application/offset+octet-stream'
/** The server had another place in mind, or has forgotten the upload: it is asked once more. */
const MOST_BEGINNINGS = 3

export interface Whole {
  sha256: string
  bytes: ArrayBuffer
  media_type: string
}

export type SendInParts = typeof sendInParts

/** Sends what the server lacks of some bytes; `reached` is told how far it has come. */
export async function sendInParts(
  round: Round,
  whole: Whole,
  isBegun: boolean,
  reached: (sent: number) => void,
): Promise<Answer<EvidenceReceipt>> {
  let asksFirst = isBegun
  for (let beginning = 1; ; beginning += 1) {
    const way = new Way(round, whole.sha256)
    await runThrough(way, whole, asksFirst, reached)
    const answer = await receiptOf(way, whole)
    const isElsewhere = !answer.ok && MOVED.has(answer.problem.code)
    if (!isElsewhere || beginning === MOST_BEGINNINGS) return answer
    asksFirst = true
  }
}

const MOVED = new Set(['upload_offset_wrong', 'not_found'])

/** Lets the library go from beginning to end, or to the first failure. */
function runThrough(
  way: Way,
  { sha256, bytes, media_type }: Whole,
  asksFirst: boolean,
  reached: (sent: number) => void,
): Promise<void> {
  const blob = new Blob([bytes])
  return new Promise((resolve) => {
    const end = (): void => {
      resolve()
    }
    const upload = new Upload(blob, {
      endpoint: ENDPOINT,
      uploadUrl: asksFirst ? `${ENDPOINT}/${sha256}` : null,
      metadata: { sha256, filetype: media_type },
      chunkSize: PART,
      // A small photo needs one request; what has arrived before is not written again.
      uploadDataDuringCreation: true,
      // Waiting and trying again is the scheduler's, for everything alike.
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(sha256),
      fileReader: { openFile: () => Promise.resolve(slicesOf(blob)) },
      httpStack: way,
      onChunkComplete: (_size, accepted) => {
        reached(accepted)
      },
      onSuccess: end,
      onError: end,
    })
    upload.start()
  })
}

function slicesOf(blob: Blob): {
  size: number
  slice: (start: number, end: number) => Promise<{ value: Blob; done: boolean }>
  close: () => void
} {
  return {
    size: blob.size,
    slice: (start, end) =>
      Promise.resolve({ value: blob.slice(start, end), done: end >= blob.size }),
    close: () => undefined,
  }
}

/** Gives the receipt that came with the last part, asking once more where it was lost. */
async function receiptOf(way: Way, whole: Whole): Promise<Answer<EvidenceReceipt>> {
  const { last } = way
  if (!last) return unreadable
  if (!last.ok) return last
  const given = isReceipt(last.value.body, whole)
    ? last
    : await way.ask('PATCH', { 'Upload-Offset': String(whole.bytes.byteLength) }, new ArrayBuffer(0))
  if (!given.ok) return given
  const { body } = given.value
  return isReceipt(body, whole) ? { ...given, value: body } : unreadable
}

const unreadable: Answer<never> = {
  ok: false,
  status: 0,
  problem: phoneProblem('reply_unreadable'),
  retry_after_ms: null,
}

function isReceipt(value: unknown, { sha256, bytes }: Whole): value is EvidenceReceipt {
  const receipt = value as Partial<EvidenceReceipt> | null
  const isOurs = receipt?.receipt === 'roundsman' && receipt.sha256 === sha256
  return isOurs && receipt.size === bytes.byteLength
}

/** The library's way to the server: every request goes through our transport and its rules. */
class Way implements HttpStack {
  readonly #round: Round
  readonly #address: string
  /** What the server said last, or why it did not. */
  last: Answer<Step> | null = null

  constructor(round: Round, sha256: string) {
    this.#round = round
    this.#address = `${ENDPOINT}/${sha256}`
  }

  getName(): string {
    return 'Transport'
  }

  createRequest(method: string, url: string): HttpRequest {
    return new PartRequest(this, method, url)
  }

  async ask(
    method: string,
    headers: Record<string, string>,
    body: ArrayBuffer | null,
  ): Promise<Answer<Step>> {
    const { transport, signal, beat } = this.#round
    // The address that an answer names is not followed: it could lead anywhere.
    const isNew = method === 'POST'
    this.last = await transport.step({
      method: isNew ? 'POST' : method === 'HEAD' ? 'HEAD' : 'PATCH',
      path: isNew ? ENDPOINT : this.#address,
      headers: { ...headers, 'Tus-Resumable': '1.0.0' },
      ...(body && { body, content_type: IN_PARTS }),
      signal,
      timeout_ms: patienceFor(body?.byteLength ?? 0),
    })
    beat()
    return this.last
  }
}

class PartRequest implements HttpRequest {
  readonly #way: Way
  readonly #method: string
  readonly #url: string
  readonly #headers: Record<string, string> = {}

  constructor(way: Way, method: string, url: string) {
    this.#way = way
    this.#method = method
    this.#url = url
  }

  getMethod(): string {
    return this.#method
  }

  getURL(): string {
    return this.#url
  }

  setHeader(name: string, value: string): void {
    // The kind of body is the transport's to say.
    if (name !== 'Content-Type') this.#headers[name] = value
  }

  getHeader(name: string): string | undefined {
    return this.#headers[name]
  }

  setProgressHandler(): void {
    // What has left the phone is not what has arrived: only acknowledged parts count.
  }

  async send(body: Blob | null): Promise<HttpResponse> {
    const bytes = body && (await body.arrayBuffer())
    const answer = await this.#way.ask(this.#method, this.#headers, bytes)
    if (answer.ok) return responseOf(answer.value.status, answer.value.headers)
    // An upload that the server does not know is begun anew; everything else ends this try.
    const isUnknown = this.#method === 'HEAD' && answer.problem.code === 'not_found'
    if (isUnknown) return responseOf(answer.status, new Headers())
    throw new Error(answer.problem.code)
  }

  async abort(): Promise<void> {
    // The round's own signal stops the transport.
  }

  getUnderlyingObject(): undefined {
    return undefined
  }
}

function responseOf(status: number, headers: Headers): HttpResponse {
  return {
    getStatus: () => status,
    getHeader: (name) => headers.get(name) ?? undefined,
    getBody: () => '',
    getUnderlyingObject: () => undefined,
  }
}
