/** The very reader that works in the phone's worker reads the codes that labels and receipts carry. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'

import { encode } from 'uqr'

const place = new URL('../../../../node_modules/qr-scanner/qr-scanner-worker.min.js', import.meta.url)

interface Reply {
  type: string
  data: string | null
}

/** The worker's own program, taken out of the blob that the library makes of it. */
function workerProgram(): string {
  const made = readFileSync(place, 'utf8')
  const program = /new Blob\(\[`([\s\S]*)`\]\)/u.exec(made)?.[1]
  assert.ok(program !== undefined && program.length > 10_000, 'the library keeps its worker elsewhere now')
  // It stands there as a text within a text.
  return program.replace(/\\([\\`$])/gu, '$1')
}

function startReader(): (image: { data: Uint8ClampedArray; width: number; height: number }) => string | null {
  const replies: Reply[] = []
  interface Self {
    onmessage?: (event: { data: unknown }) => void
    postMessage: (reply: Reply) => void
  }
  const self: Self = {
    postMessage: (reply) => {
      replies.push(reply)
    },
  }
  runInNewContext(workerProgram(), { self, Uint8ClampedArray, Uint8Array, console })
  return (data) => {
    self.onmessage?.({ data: { id: 1, type: 'decode', data } })
    return replies.pop()?.data ?? null
  }
}

interface Drawing {
  scale?: number
  turned?: number
  dim?: number
  noise?: number
  ecc?: 'L' | 'M'
}

/** Draws a code with squares of `scale` pixels, turned by an angle, under a lamp that fades. */
function draw(text: string, { scale = 6, turned = 0, dim = 0, noise = 0, ecc = 'M' }: Drawing = {}) {
  const { data: dark, size } = encode(text, { ecc, border: 4 })
  const width = Math.ceil(size * scale * 1.45)
  const image = new Uint8ClampedArray(width * width * 4)
  const [sin, cos] = [Math.sin(turned), Math.cos(turned)]
  let seed = 1
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [x - width / 2, y - width / 2]
      const column = Math.floor((dx * cos + dy * sin) / scale + size / 2)
      const row = Math.floor((dy * cos - dx * sin) / scale + size / 2)
      const is_dark = dark[row]?.[column] === true
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      const light = (is_dark ? 40 : 225) * (1 - (dim * x) / width) + (seed / 2_147_483_648 - 0.5) * noise
      image.set([light, light, light, 255], (y * width + x) * 4)
    }
  }
  return { data: image, width, height: width }
}

const LABEL = `https://rounds.example/#/scan/7KQ2M9XD.3.${'v0def6Q6Mt'.repeat(9).slice(0, 86)}`

test('a label is read straight, turned, in fading light and with noise', () => {
  const read = startReader()
  assert.equal(read(draw(LABEL)), LABEL)
  assert.equal(read(draw(LABEL, { turned: 0.4 })), LABEL)
  assert.equal(read(draw(LABEL, { turned: 2, dim: 0.5 })), LABEL)
  assert.equal(read(draw(LABEL, { dim: 0.4, noise: 60 })), LABEL)
})

test('the receipt of a round of thirty stops fits a code that can be read', () => {
  const read = startReader()
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  let seed = 7
  const some = (length: number): string =>
    Array.from({ length }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return letters.charAt((seed >> 16) & 63)
    }).join('')
  const receipt = `RR1.${some(760)}.${some(86)}`
  assert.equal(read(draw(receipt, { scale: 3, ecc: 'L' })), receipt)
})

test('a picture without a code gives nothing', () => {
  const read = startReader()
  const width = 300
  assert.equal(read({ data: new Uint8ClampedArray(width * width * 4).fill(255), width, height: width }), null)
})
