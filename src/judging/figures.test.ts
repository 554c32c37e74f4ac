import { assert, boolean, constantFrom, array, property, record, integer } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repetitions } from '../../test/support/repetitions.ts'
import { randomFrom } from '../base/random.ts'
import { f1Difference, figuresOf, FIGURES, precisionAmong, type FigureName, type JudgedPassage } from './figures.ts'

/** So many passages of each kind, spread over rows. */
function judged(hits: number, falseCalls: number, missed: number, passed: number, rows = 10): JudgedPassage[] {
  const kinds: [number, boolean, boolean][] = [
    [hits, true, true],
    [falseCalls, false, true],
    [missed, true, false],
    [passed, false, false],
  ]
  const all = kinds.flatMap(([count, isRelevant, isCalledRelevant]) =>
    Array.from({ length: count }, () => ({ isRelevant, isCalledRelevant })),
  )
  return all.map((each, index) => ({ ...each, row: index % rows, weight: 1 }))
}

describe('figuresOf', () => {
  it('gives the figures of a table', () => {
    const { precision, recall, f1, kappa, pabak, ac1 } = figuresOf(judged(20, 5, 10, 15))
    expect(precision.value).toBeCloseTo(20 / 25, 12)
    expect(recall.value).toBeCloseTo(20 / 30, 12)
    expect(f1.value).toBeCloseTo(40 / 55, 12)
    // The table that textbooks have for Cohen's kappa: 35 of 50 agree, 25 by chance.
    expect(kappa.value).toBeCloseTo(0.4, 12)
    expect(pabak.value).toBeCloseTo(0.4, 12)
    expect(ac1.value).toBeCloseTo((0.7 - 2 * 0.55 * 0.45) / (1 - 2 * 0.55 * 0.45), 12)
  })

  it('is not sure of full agreement: as many passages could agree by luck', () => {
    const { kappa, ac1, pabak } = figuresOf(judged(20, 0, 0, 40))
    // Wilson's lower end for 60 of 60 is 60 / 63.84 = .9398; chance is .5556 for kappa, .4444 for AC1.
    expect([kappa.value, ac1.value, kappa.high, ac1.high]).toEqual([1, 1, 1, 1])
    expect(kappa.low).toBeCloseTo((0.939828 - 5 / 9) / (4 / 9), 4)
    expect(ac1.low).toBeCloseTo((0.939828 - 4 / 9) / (5 / 9), 4)
    expect(pabak.low).toBeCloseTo(2 * 0.939828 - 1, 4)
  })

  it('counts a row as often as its weight says, and leaves out what was not read', () => {
    const once = judged(3, 1, 2, 4, 4)
    const unread = { row: 0, weight: 5, isRelevant: true, isCalledRelevant: undefined }
    const plain = figuresOf([...once, ...once.map((each) => ({ ...each, row: each.row + 4 }))])
    const weighted = figuresOf([...once.map((each) => ({ ...each, weight: 2 })), unread])
    for (const name of FIGURES) expect(weighted[name].value).toBeCloseTo(plain[name].value as number, 12)
  })

  it('is never sure of what was always right: the interval is that of a share', () => {
    const { precision } = figuresOf(judged(30, 0, 0, 30))
    expect(precision).toMatchObject({ value: 1, high: 1 })
    // Wilson's interval for 30 of 30.
    expect(precision.low).toBeCloseTo(0.8865, 4)
    expect(figuresOf(judged(3, 0, 0, 30)).precision.low).toBeLessThan(0.45)
  })

  it('has no interval of one row, and no value where nothing defines it', () => {
    expect(figuresOf(judged(2, 1, 1, 4, 1)).f1).toMatchObject({ low: null, high: null })
    expect(figuresOf(judged(0, 0, 3, 4)).precision).toEqual({ value: null, low: null, high: null })
    expect(figuresOf([]).kappa.value).toBeNull()
  })

  it('has every value within its interval, and each share between 0 and 1', () => {
    const passage = record({
      row: integer({ min: 0, max: 6 }),
      weight: constantFrom(1, 1.5, 3),
      isRelevant: boolean(),
      isCalledRelevant: constantFrom(true, false, undefined),
    })
    assert(
      property(array(passage, { maxLength: 40 }), (passages) => {
        const figures = figuresOf(passages)
        for (const name of FIGURES) {
          const { value, low, high } = figures[name]
          if (value === null || low === null || high === null) continue
          expect(low).toBeLessThanOrEqual(value + 1e-9)
          expect(high).toBeGreaterThanOrEqual(value - 1e-9)
          if (name === 'precision' || name === 'recall' || name === 'f1')
            expect(low >= 0 && high <= 1 + 1e-9).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('gives the precision of some calls only', () => {
    const passages = judged(20, 5, 10, 15)
    expect(precisionAmong(passages, () => true)).toEqual(figuresOf(passages).precision)
    expect(precisionAmong(passages, (index) => index < 20).value).toBe(1)
    expect(precisionAmong(passages, (index) => index >= 20).value).toBe(0)
  })
})

describe('f1Difference', () => {
  it('is paired: of a judge with itself nothing, of a better one its lead', () => {
    const [good, poor] = [
      judged(20, 5, 10, 15),
      judged(20, 5, 10, 15).map((each) => ({ ...each, isCalledRelevant: true })),
    ]
    expect(f1Difference(good, good)).toEqual({ value: 0, low: 0, high: 0 })
    const { value, low, high } = f1Difference(good, poor) as { value: number; low: number; high: number }
    expect(value).toBeCloseTo(40 / 55 - 60 / 80, 12)
    expect(low < value && value < high).toBe(true)
  })

  it('leaves out what one of them did not read', () => {
    const one = judged(6, 2, 2, 6, 4)
    const other = one.map((each, index) => (index === 0 ? { ...each, isCalledRelevant: undefined } : each))
    expect(f1Difference(one, other)?.value).toBe(0)
  })
})

/** Rows that differ in how much is relevant, and in how hard they are to judge. */
interface World {
  rows: number
  size: [number, number]
  relevant: number
  recall: number
  falseCalls: number
  /** Standard deviation, in logits, from row to row. */
  spread: number
}

const WORLDS: Record<string, World> = {
  '43 long rows, as of TREC DL 2019': {
    rows: 43,
    size: [30, 60],
    relevant: 0.25,
    recall: 0.57,
    falseCalls: 0.08,
    spread: 0.8,
  },
  '100 rows': { rows: 100, size: [10, 20], relevant: 0.2, recall: 0.7, falseCalls: 0.07, spread: 0.8 },
  '30 short rows': { rows: 30, size: [5, 10], relevant: 0.3, recall: 0.75, falseCalls: 0.1, spread: 0.5 },
  'a precise judge': { rows: 200, size: [7, 7], relevant: 0.15, recall: 0.6, falseCalls: 0.01, spread: 0.5 },
}

function drawn(
  { rows, size: [least, most], relevant, recall, falseCalls, spread }: World,
  seed: number,
): JudgedPassage[] {
  const random = randomFrom(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const near = (share: number) => 1 / (1 + Math.exp(-Math.log(share / (1 - share)) - spread * normal()))
  return Array.from({ length: rows }, (_row, row) => {
    const [isRelevant, isFound, isWronglyCalled] = [near(relevant), near(recall), near(falseCalls)]
    return Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, () => {
      const isTrue = random() < isRelevant
      return { row, weight: 1, isRelevant: isTrue, isCalledRelevant: random() < (isTrue ? isFound : isWronglyCalled) }
    })
  }).flat()
}

describe('95% intervals over rows', () => {
  const draws = repetitions(20, 60, 1000)
  const isLong = draws >= 1000
  // With few draws the test must not fail by chance: four standard errors of a share of .95.
  const least = isLong ? 0.93 : 0.95 - 4 * Math.sqrt((0.95 * 0.05) / draws)

  it.each(Object.entries(WORLDS))(
    'hold the truth in 93 to 97 of 100 draws: %s',
    { timeout: 600_000 },
    (name, world) => {
      const truth = figuresOf(drawn({ ...world, rows: isLong ? 60_000 : 4000 }, 7))
      const held = Object.fromEntries(FIGURES.map((figure) => [figure, 0])) as Record<FigureName, number>
      for (let draw = 0; draw < draws; draw++) {
        const figures = figuresOf(drawn(world, 1000 + draw))
        for (const figure of FIGURES) {
          const [value, { low, high }] = [truth[figure].value as number, figures[figure]]
          if ((low as number) <= value && value <= (high as number)) held[figure] += 1
        }
      }
      const shares = FIGURES.map((figure) => ({ figure, share: held[figure] / draws }))
      for (const { figure, share } of shares) expect.soft(share, figure).toBeGreaterThanOrEqual(least)
      if (!isLong) return
      for (const { figure, share } of shares) expect.soft(share, figure).toBeLessThanOrEqual(0.975)
      process.stderr.write(
        `${name}: ${shares.map(({ figure, share }) => `${figure} ${(100 * share).toFixed(1)}`).join(', ')}\n`,
      )
    },
  )
})
