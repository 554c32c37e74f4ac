// Covers the sample of the ratios that negatives reach, and the share fitted to it.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestRank } from './quantiles.ts'
import { fittedShare, partOf, RatioSample, reaching } from './ratios.ts'

const value = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.constantFrom(0.95, 0.9500001, 1, 1.0000001, Infinity, -Infinity),
)
const values = fc.array(value, { maxLength: 40 }).map((drawn) => Float64Array.from(drawn).sort())

describe('a fitted share', () => {
  it('is reached by at most the target, and by no fewer than ties and rounding ask for', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (sorted, target) => {
        const share = fittedShare(sorted, target)
        const wanted = partOf(target, sorted.length)
        if (share === undefined) {
          expect(Number.isFinite(sorted.at(-1))).toBe(false)
          return
        }
        const suspected = reaching(sorted, share)
        expect(suspected).toBeLessThanOrEqual(wanted)
        const isTied = wanted > 0 && sorted.at(-wanted) === sorted.at(-wanted - 1)
        if (!isTied) expect(suspected).toBe(wanted)
      }),
      { numRuns: 2000 },
    )
  })

  it('is short where it can be, and fine where cosines lie close together', () => {
    expect(fittedShare(Float64Array.of(0.5, 0.6, 0.7, 0.8), 0.25)).toBe(0.75)
    expect(fittedShare(Float64Array.of(0.9871234, 0.9871235), 0.5)).toBe(0.9871235)
    expect(fittedShare(Float64Array.of(0.2, 0.4), 0)).toBe(0.400001)
    const hundred = Float64Array.from({ length: 100 }, (_all, index) => index / 100)
    expect(reaching(hundred, fittedShare(hundred, 0.29) as number)).toBe(29)
  })
})

describe('a sample of rows', () => {
  const rows = Array.from({ length: 45_000 }, (_all, index) => ({ id: `row ${index}`, reached: [index / 45_000] }))
  const drawnFrom = (order: typeof rows) => {
    const sample = new RatioSample('percpos')
    for (const { id, reached } of order) sample.add(id, reached)
    return { seen: sample.rows, ...sample.drawn() }
  }

  it('holds ten thousand of more, the same in whatever order they come, and is like the whole', () => {
    const drawn = drawnFrom(rows)
    expect([drawn.seen, drawn.rows, drawn.reached.length]).toEqual([45_000, 10_000, 10_000])
    expect(drawnFrom(rows.toReversed())).toEqual(drawn)
    expect(drawnFrom(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)))).toEqual(drawn)
    expect(nearestRank(drawn.reached, 0.5)).toBeCloseTo(0.5, 1)
  })

  it('holds everything of a small file, and no more than a million negatives of long rows', () => {
    expect(drawnFrom(rows.slice(0, 300)).reached).toHaveLength(300)
    const long = rows.slice(0, 2500).map(({ id }) => ({ id, reached: Array.from({ length: 1000 }, () => 0.5) }))
    const drawn = drawnFrom(long)
    expect([drawn.rows, drawn.reached.length]).toEqual([1000, 1_000_000])
    expect(drawnFrom(long.toReversed())).toEqual(drawn)
  })

  it('has no quantile and no share when it is empty', () => {
    const { reached } = new RatioSample('percpos').drawn()
    expect([nearestRank(reached, 0.5), fittedShare(reached, 0.5), reaching(reached, 0.5)]).toEqual([null, undefined, 0])
  })
})
