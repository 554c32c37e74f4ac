import { describe, expect, test } from 'vitest'
import { shareElsewhere, weightsByPlace } from './places.ts'

const from = (start: number, end: number, step = 1) =>
  Array.from({ length: Math.ceil((end - start) / step) }, (_each, at) => start + at * step)
const others = (seen: readonly number[], rows: number) => from(0, rows).filter((place) => !seen.includes(place))

describe('weights by place', () => {
  test('rows spread over the file count alike', () => {
    const seen = from(5, 1000, 10)
    expect(new Set(weightsByPlace(seen, others(seen, 1000), 1000))).toEqual(new Set([9]))
  })

  test('of a run that was stopped, the rows that were spread count, and not the first ones', () => {
    const spread = from(5, 1000, 10)
    const seen = [...new Set([...from(0, 400), ...spread])].toSorted((a, b) => a - b)
    const weights = weightsByPlace(seen, others(seen, 1000), 1000)
    expect(weights.slice(0, 400)).toEqual(from(0, 400).map(() => 0))
    expect(new Set(weights.slice(400))).toEqual(new Set([9]))
  })

  test('without any of the parts that are left, or with a few, all count alike', () => {
    const first = from(0, 200)
    expect(new Set(weightsByPlace(first, others(first, 1000), 1000))).toEqual(new Set([1]))
    const few = [1, 2, 3, 900]
    expect(weightsByPlace(few, others(few, 1000), 1000)).toEqual([1, 1, 1, 1])
    expect(weightsByPlace([], from(0, 9), 9)).toEqual([])
    expect(weightsByPlace(first, [], 200)).toEqual(first.map(() => 1))
  })

  test('the weights of all are the rows that are left', () => {
    const seen = [...from(0, 77), ...from(80, 1000, 13)]
    const open = others(seen, 1000)
    const sum = weightsByPlace(seen, open, 1000).reduce((all, weight) => all + weight, 0)
    expect(sum).toBeCloseTo(open.length, 6)
  })
})

describe('rows elsewhere', () => {
  test.each([
    ['spread over the file', from(5, 1000, 10), 0],
    ['the first fifth', from(0, 200), 1],
    ['the first half', from(0, 500), 0.8],
    ['three that are spread', [300, 600, 999], 0],
  ])('%s', (_name, seen, share) => {
    expect(shareElsewhere(seen, others(seen, 1000), 1000)).toBeCloseTo(share, 1)
  })
})
