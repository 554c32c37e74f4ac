// What may be done on a judge's word, where passages stood, and from which score they are relevant.
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../base/random.ts'
import { bearableAction } from '../policy/bearable.ts'
import { positionBias, type PlacedCall } from './positions.ts'
import { bestThreshold, halves } from './thresholds.ts'

describe('bearableAction', () => {
  const bounds = { relabelFrom: 0.9, removeFrom: 0.3 }

  it.each([
    [0.95, 'relabel'],
    [0.9, 'relabel'],
    [0.899, 'remove'],
    [0.3, 'remove'],
    [0.299, 'keep'],
    [null, 'keep'],
  ] as const)('of a precision of at least %s: %s', (low, action) =>
    expect(bearableAction({ low }, bounds)).toBe(action),
  )

  it('does no more than is allowed', () => {
    expect(bearableAction({ low: 1 }, bounds, 'remove')).toBe('remove')
    expect(bearableAction({ low: 1 }, bounds, 'keep')).toBe('keep')
  })

  it('removes nothing where removal takes more than new positives would', () => {
    expect(bearableAction({ low: 0.5 }, { relabelFrom: 0.9, removeFrom: 0.6 })).toBe('keep')
  })
})

describe('positionBias', () => {
  const calls = (seed: number, chance: (position: number, isRelevant: boolean) => number) => {
    const random = randomFrom(seed)
    return Array.from({ length: 400 }, (_call, index): PlacedCall => {
      const position = (index % 10) + 1
      // What is relevant is retrieved first.
      const isRelevant = random() < 0.6 / position
      return { position, isRelevant, isCalledRelevant: random() < chance(position, isRelevant) }
    })
  }

  it('is found in a judge that likes what comes second', () => {
    const bias = positionBias(calls(1, (position) => (position === 2 ? 0.9 : 0.1)))
    expect(bias?.p).toBeLessThan(1e-6)
    expect(bias?.bins.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ])
  })

  it('is not found in an honest judge although relevant passages come first: in 5 of 100 by chance', () => {
    const seeds = Array.from({ length: 200 }, (_seed, index) => index)
    const found = seeds.filter(
      (seed) => (positionBias(calls(seed, (_at, isRelevant) => (isRelevant ? 0.8 : 0.15)))?.p ?? 1) < 0.05,
    )
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(25)
  })

  it('is not tested with few calls, or where everything is called the same', () => {
    expect(positionBias(calls(1, () => 0.5).slice(0, 12))).toBeNull()
    expect(positionBias(calls(1, () => 0))).toBeNull()
    expect(positionBias([])).toBeNull()
  })
})

describe('bestThreshold', () => {
  const scored = (...pairs: [number, boolean][]) =>
    pairs.map(([score, isRelevant]) => ({ score, isRelevant, weight: 1 }))

  it('stands halfway between the scores that it tells apart', () => {
    expect(bestThreshold(scored([0.9, true], [0.8, true], [0.4, false], [0.2, false]))).toBeCloseTo(0.6, 12)
  })

  it('never divides equal scores, and takes in what was not retrieved only by its own score', () => {
    expect(bestThreshold(scored([1, true], [1, false], [1, true], [0, false]))).toBe(0.5)
    expect(bestThreshold(scored([3, true], [-Infinity, true], [-Infinity, false]))).toBe(3)
  })

  it('is undefined where nothing is relevant', () => {
    expect(bestThreshold(scored([1, false], [0, false]))).toBeUndefined()
    expect(bestThreshold([])).toBeUndefined()
  })
})

describe('halves', () => {
  it('divides rows into two halves by seed', () => {
    const ids = Array.from({ length: 21 }, (_row, index) => `r${index}`)
    const half = halves(ids, 3)
    expect([...half.values()].filter((each) => each === 0)).toHaveLength(11)
    expect(half).toEqual(halves(ids.toReversed(), 3))
    expect(half).not.toEqual(halves(ids, 4))
  })
})
