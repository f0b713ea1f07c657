import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import type { Reason } from '../schemas.gen.ts'
import { addsUp, addUp, compare, difference, factsBelow, points, sourcesOf, sumLine } from './reasons.ts'

function line(kind: Reason['kind'], worth: string, children: Reason[] = []): Reason {
  return { kind, name: { zh: kind }, points: worth, children }
}

const full = line('full', '10')
const loss = line('deduction', '-1')

describe('decimals', () => {
  it('add up exactly where floats would not', () => {
    assert.equal(addUp(['0.1', '0.2', '-0.3']), '0')
    assert.equal(addUp(['95.55', '0.45']), '96')
    assert.equal(addUp([]), '0')
  })

  it('are written without idle zeros and with a true minus', () => {
    assert.equal(points('10.00'), '10')
    assert.equal(points('-0.50'), '−0.5')
    assert.equal(points('100'), '100')
  })

  it('compare by their difference, and nothing compares with nothing', () => {
    assert.equal(difference('91', '93'), '-2')
    assert.equal(difference('93', '-1.5'), '94.5')
    assert.equal(difference('91', null), null)
    assert.equal(difference('', '93'), null)
    assert.deepEqual(['9', '91', '70'].sort(compare), ['9', '70', '91'])
  })
})

describe('the sum at every step', () => {
  it('reads as people write it', () => {
    assert.equal(sumLine(line('indicator', '8', [full, loss, loss])), '10 − 1 − 1 = 8')
    assert.equal(sumLine(line('source', '20', [full, line('full', '10.00')])), '10 + 10 = 20')
  })

  it('counts long runs of the same deduction, and shows what a floor gives back', () => {
    const eleven = [full, ...Array.from({ length: 11 }, () => loss), line('floor', '1')]
    assert.equal(sumLine(line('indicator', '0', eleven)), '10 − 1 × 11 + 1 = 0')
  })

  it('is one number where nothing is added up', () => {
    assert.equal(sumLine(line('indicator', '10', [full])), '10')
    assert.equal(sumLine(line('indicator', '10', [full, line('repeat', '0')])), '10')
    assert.equal(sumLine(line('not_measured', '0')), '0')
  })

  it('knows when the children do not add up', () => {
    assert.equal(addsUp(line('indicator', '8', [full, loss, loss])), true)
    assert.equal(addsUp(line('indicator', '9', [full, loss, loss])), false)
    assert.equal(addsUp(line('indicator', '7')), true)
  })
})

describe('the tree', () => {
  const failed: Reason = { ...loss, fact: { operation: 'w:1' } as NonNullable<Reason['fact']> }
  const first = line('indicator', '9', [full, failed])
  const second = line('indicator', '10', [full])
  const tree = line('score', '19', [line('source', '19', [first, second])])

  it('lists indicators by the codes that the server names', () => {
    const sources = sourcesOf(tree, { '0.0': 'cleaning', '0.1': 'repair' })
    assert.deepEqual(
      sources.map((source) => source.indicators.map((one) => [one.path, one.code])),
      [[['0.0', 'cleaning'], ['0.1', 'repair']]],
    )
    assert.equal(sourcesOf(tree, {})[0]?.indicators[0]?.code, '0.0')
  })

  it('leads from an indicator to its facts', () => {
    assert.deepEqual(factsBelow(first), [failed])
    assert.deepEqual(factsBelow(second), [])
  })
})
