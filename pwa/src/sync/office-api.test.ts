import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'

import { ProblemFailure } from '../kernel/problems.ts'
import { OfficeApi, photoAddress } from './office-api.ts'

interface Asked {
  path: string
  init: RequestInit
}

/** A server that gives these answers one after the other. */
function serving(...answers: (Response | Error)[]): { api: OfficeApi; asked: Asked[] } {
  const asked: Asked[] = []
  const api = new OfficeApi({
    fetch: (path, init) => {
      asked.push({ path: path as string, init: init ?? {} })
      const answer = answers.shift()
      return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer ?? new Error())
    },
    openEvents: () => new Events() as unknown as EventSource,
  })
  return { api, asked }
}

function json(value: unknown, status = 200, type = 'application/json'): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': type } })
}

class Events extends EventTarget {
  static opened: Events[] = []
  readyState = 0
  closed = false
  constructor() {
    super()
    Events.opened.push(this)
  }
  close(): void {
    this.closed = true
  }
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof ProblemFailure)
    return error.problem.code
  }
  return assert.fail('nothing was refused')
}

describe('the office’s server', () => {
  it('gives the security value back with each write and never with a read', async () => {
    const act = { request: 'r', record: 'n', body: { kind: 'k' }, based_on: 1, saw_stamp: 2 }
    const { api, asked } = serving(
      json({ csrf: 'secret' }),
      json({ outcomes: [{ id: 'x', status: 'accepted', sha256: '' }] }),
      json({}),
    )
    await api.resume()
    assert.equal((await api.record(act)).status, 'accepted')
    await api.read('today')
    const headers = asked.map((one) => (one.init.headers as Record<string, string>)['x-roundsman-csrf'])
    assert.deepEqual(headers, [undefined, 'secret', undefined])
    assert.deepEqual(JSON.parse(asked[1]?.init.body as string), act)
    assert.equal(asked[2]?.path, '/api/office/today')
  })

  it('says that nobody is signed in', async () => {
    const refused = json({ code: 'sign_in_needed' }, 401, 'application/problem+json')
    assert.equal(await serving(refused).api.resume(), null)
  })

  it('keeps the server’s own problem, and gives words to what is none', async () => {
    const problem = { code: 'not_allowed', title_zh: '没有', title_en: 'no', next_zh: '', next_en: '' }
    const own = serving(json(problem, 403, 'application/problem+json'))
    assert.equal(await problemOf(own.api.read('held')), 'not_allowed')
    const portal = serving(new Response('<html>', { headers: { 'content-type': 'text/html' } }))
    assert.equal(await problemOf(portal.api.read('held')), 'server_failed')
    assert.equal(await problemOf(serving(new TypeError('away')).api.read('held')), 'offline')
    const bare = serving(new Response('', { status: 401 }))
    assert.equal(await problemOf(bare.api.read('held')), 'sign_in_needed')
  })

  it('hears revisions, says when it is deaf, and opens a stream that was refused again', () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    Events.opened = []
    const heard: unknown[] = []
    const { api } = serving()
    const stop = api.followRevisions(
      (revision) => heard.push(revision),
      (hearing) => heard.push(hearing),
    )
    const [first] = Events.opened
    assert.ok(first)
    first.dispatchEvent(new Event('open'))
    first.dispatchEvent(new MessageEvent('revision', { data: '7' }))
    first.readyState = 2
    first.dispatchEvent(new Event('error'))
    mock.timers.tick(3000)
    assert.equal(Events.opened.length, 2)
    assert.deepEqual(heard, ['connecting', 'live', 'live', 7, 'lost'])
    stop()
    assert.equal(Events.opened[1]?.closed, true)
    mock.timers.reset()
  })

  it('knows where photos lie', () => {
    assert.equal(photoAddress('ab', 'thumb'), '/api/evidence/ab?size=thumb')
    assert.equal(photoAddress('ab', 'full'), '/api/evidence/ab')
  })
})
