import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BARS, barOf, shareOfBar } from './positive-bar.ts'
import { fold } from '../likeness/fold.ts'
import { againstScore } from './against.ts'
import { chooser, type MiningRow } from './choose.ts'
import { contentChecker } from './contents.ts'
import { fillers } from './fill.ts'
import { barFor, MINING_DEFAULTS, SAMPLES, type Candidate, type MiningRules } from './rules.ts'
import { ThresholdTally } from './thresholds.ts'

const rulesOf = (rules: Partial<MiningRules>): MiningRules => ({ ...MINING_DEFAULTS, ...rules })

const score = fc.double({ min: -20, max: 20, noNaN: true })
const anyRules = fc.record({
  negatives: fc.integer({ min: 1, max: 6 }),
  skip: fc.integer({ min: 0, max: 4 }),
  minScore: fc.option(score, { nil: undefined }),
  maxScore: fc.option(score, { nil: undefined }),
  margin: fc.option(fc.double({ min: 0, max: 5, noNaN: true }), { nil: undefined }),
  share: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  bar: fc.constantFrom(...BARS),
  sample: fc.constantFrom(...SAMPLES),
  seed: fc.integer({ min: 0, max: 9 }),
  nearDuplicate: fc.constantFrom(0.8, 1),
})

/** Few texts, so that documents are often copies of the positive, of the query and of one another. */
const text = fc.constantFrom('alpha', 'Alpha ', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', '', 'the query', 'eta')
const anyRow = fc
  .record({
    texts: fc.array(text, { minLength: 1, maxLength: 14 }),
    scores: fc.array(score, { minLength: 14, maxLength: 14 }),
    judged: fc.subarray(['d0', 'd1', 'd2', 'd3', 'd4']),
    positives: fc.array(text, { minLength: 1, maxLength: 2 }),
    positiveScores: fc.array(fc.option(score, { nil: undefined }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ texts, scores, judged, positives, positiveScores }) => {
    const documents = new Map(texts.map((each, index) => [`d${index}`, { id: `d${index}`, text: each }]))
    const ranked = scores.slice(0, texts.length).toSorted((one, other) => other - one)
    const row: MiningRow = {
      id: 'q',
      positiveScores: positiveScores.slice(0, positives.length),
      candidates: ranked.map((each, index) => ({ id: `d${index}`, rank: index + 1, score: each })),
      againstId: (id) => (judged.includes(id) ? 'judged for the query' : undefined),
      read: (id) => documents.get(id) as { id: string; text: string },
      look: contentChecker(
        'The  query',
        positives.map((each) => ({ text: each })),
        0.8,
      ),
    }
    return { row, documents, judged, positives }
  })

describe('what is chosen', () => {
  test('is never judged, a copy of a positive, the query, empty, or a copy of another, and meets every condition', () => {
    fc.assert(
      fc.property(anyRow, anyRules, ({ row, documents, judged, positives }, rules) => {
        const { negatives } = chooser(row)(rules)
        expect(negatives.length).toBeLessThanOrEqual(rules.negatives)
        const texts = negatives.map(({ id }) => fold(documents.get(id)?.text ?? ''))
        expect(new Set(texts).size).toBe(texts.length)
        for (const each of ['', 'the query', ...positives.map(fold)]) expect(texts).not.toContain(each)
        const known = row.positiveScores.filter((each) => each !== undefined)
        for (const { id, rank, score: its } of negatives) {
          expect(judged).not.toContain(id)
          expect(rank).toBeGreaterThan(rules.skip)
          if (rules.minScore !== undefined) expect(its).toBeGreaterThanOrEqual(rules.minScore)
          if (rules.maxScore !== undefined) expect(its).toBeLessThanOrEqual(rules.maxScore)
          if (rules.margin === undefined && rules.share === undefined) continue
          const bar = barOf(known, rules.bar)
          if (rules.margin !== undefined) expect(its).toBeLessThanOrEqual(bar - rules.margin)
          if (rules.share !== undefined) expect(its).toBeLessThan(shareOfBar(bar, rules.share))
        }
      }),
      { numRuns: 500 },
    )
  })

  test('leaves nothing out that nothing speaks against, while there is room', () => {
    fc.assert(
      fc.property(anyRow, anyRules, ({ row }, rules) => {
        const { negatives, against } = chooser(row)(rules)
        if (negatives.length < rules.negatives) expect(against.size + negatives.length).toBe(row.candidates.length)
      }),
    )
  })

  test('is the best first; without sampling nothing better was passed over without a reason', () => {
    fc.assert(
      fc.property(anyRow, anyRules, ({ row }, rules) => {
        const { negatives, against } = chooser(row)({ ...rules, sample: 'top' })
        const taken = new Set(negatives.map(({ id }) => id))
        const last = negatives.at(-1)
        for (const { id, score: its } of row.candidates) {
          if (last && its > last.score && !taken.has(id)) expect(against.has(id)).toBe(true)
        }
        const scores = chooser(row)(rules).negatives.map(({ score: its }) => its)
        expect(scores).toEqual(scores.toSorted((one, other) => other - one))
      }),
    )
  })

  test('by chance is the same for the same seed, and hangs on nothing but seed, row and document', () => {
    const candidates = Array.from({ length: 40 }, (_each, index) => ({
      id: `d${index}`,
      rank: index + 1,
      score: 40 - index,
    }))
    const row = (id: string, some: Candidate[]): MiningRow => ({
      id,
      positiveScores: [100],
      candidates: some,
      againstId: () => undefined,
      read: (each) => ({ id: each, text: each }),
      look: ({ text: folded }) => ({ against: undefined, folded }),
    })
    const drawn = (id: string, seed: number, some = candidates) =>
      chooser(row(id, some))(rulesOf({ sample: 'random', seed, negatives: 5 })).negatives.map((each) => each.id)
    expect(drawn('q', 1)).toEqual(drawn('q', 1))
    expect(drawn('q', 2)).not.toEqual(drawn('q', 1))
    expect(drawn('r', 1)).not.toEqual(drawn('q', 1))
    const one = drawn('q', 1)
    const others = candidates.filter(({ id }) => id !== one[0])
    expect(drawn('q', 1, others)).toEqual(expect.arrayContaining(one.slice(1)))
    // All ranks are drawn from, not just the first.
    const ranks = Array.from({ length: 60 }, (_each, index) => drawn(`q${index}`, 1)).flat()
    expect(new Set(ranks).size).toBeGreaterThan(35)
  })
})

describe('thresholds', () => {
  const at = (its: number, bar: number | undefined, rules: Partial<MiningRules>, rank = 1) =>
    againstScore({ id: 'd', rank, score: its }, bar, rulesOf({ share: undefined, ...rules }))

  test('a share keeps its sense below zero: 95% of -2 is -2.1', () => {
    expect(at(-2, -2, { share: 0.95 })).toBe('reaching --share of the positive')
    expect(at(-2.05, -2, { share: 0.95 })).toBe('reaching --share of the positive')
    expect(at(-2.11, -2, { share: 0.95 })).toBeUndefined()
    expect(at(1.9, 2, { share: 0.95 })).toBe('reaching --share of the positive')
    expect(at(1.89, 2, { share: 0.95 })).toBeUndefined()
  })

  test('each condition by itself', () => {
    expect(at(5, 9, { skip: 1 })).toBe('in a skipped rank')
    expect(at(5, 9, { skip: 1 }, 2)).toBeUndefined()
    expect([at(5, 9, { minScore: 5 }), at(4.9, 9, { minScore: 5 })]).toEqual([undefined, 'below --min-score'])
    expect([at(5, 9, { maxScore: 5 }), at(5.1, 9, { maxScore: 5 })]).toEqual([undefined, 'above --max-score'])
    expect([at(6, 9, { margin: 3 }), at(6.1, 9, { margin: 3 })]).toEqual([undefined, 'within --margin of the positive'])
    expect([at(5, undefined, {}), at(5, undefined, { margin: 0 })]).toEqual([
      undefined,
      'without a positive to compare with',
    ])
  })

  test('a positive without a score leaves only the highest of the others to say something', () => {
    expect(BARS.map((bar) => barFor([3, 5], bar))).toEqual([3, 4, 5])
    expect(BARS.map((bar) => barFor([undefined, 5], bar))).toEqual([undefined, undefined, 5])
    expect(BARS.map((bar) => barFor([undefined], bar))).toEqual([undefined, undefined, undefined])
  })

  test('the table counts what the rules would choose at each share, in ascending order, and then without', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 6 }), anyRules, (rows, rules) => {
        const tally = new ThresholdTally(rules)
        for (const { row } of rows) tally.add(chooser(row))
        const { thresholds } = tally
        expect(thresholds.filter(({ isChosen }) => isChosen)).toHaveLength(1)
        expect(thresholds.at(-1)?.share).toBeNull()
        for (const { share, isChosen, negatives, full, short, none } of thresholds) {
          const sizes = rows.map(({ row }) => chooser(row)({ ...rules, share: share ?? undefined }).negatives.length)
          expect(negatives).toBe(sizes.reduce((sum, size) => sum + size, 0))
          expect(full).toBe(sizes.filter((size) => size === rules.negatives).length)
          expect(none).toBe(sizes.filter((size) => size === 0).length)
          expect(full + short + none).toBe(rows.length)
          expect(isChosen).toBe(share === (rules.share ?? null))
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('contents', () => {
  const long =
    'Vitamin D deficiency is associated with an increased risk of fractures in the elderly population of the city'
  const near = long.replace('elderly', 'older')
  const against = (
    document: { title?: string; text: string },
    positive: { title?: string; text: string },
    limit = 0.8,
  ) => contentChecker('vitamin d', [positive], limit)(document).against

  test('a copy counts with its title and without', () => {
    const positive = { title: 'Vitamins', text: long }
    expect(against({ text: `  ${long.toUpperCase()}` }, positive)).toBe('copies of a positive')
    expect(against({ text: `Vitamins ${long}` }, positive)).toBe('copies of a positive')
    expect(against({ title: 'Another', text: long }, positive)).toBe('copies of a positive')
    expect(against({ text: long }, { text: `Vitamins ${long}` }, 1)).toBeUndefined()
  })

  test('near-duplicates, unless copies alone are asked for', () => {
    expect(against({ text: near }, { text: long })).toBe('near-duplicates of a positive')
    expect(against({ text: near }, { text: long }, 1)).toBeUndefined()
    expect(against({ text: 'Something else altogether about vitamins' }, { text: long })).toBeUndefined()
  })

  test('nothing, and the query itself', () => {
    expect(against({ text: ' ' }, { text: long })).toBe('without text')
    expect(against({ title: 'A title', text: '' }, { text: long })).toBeUndefined()
    expect(against({ text: 'Vitamin  D' }, { text: long })).toBe('with the text of the query')
  })
})

test('fillers find the last documents that are left', () => {
  const candidates = Array.from({ length: 298 }, (_all, index) => ({ id: `d${index}`, rank: index + 1, score: 1 }))
  const row = {
    id: 'r',
    positiveScores: [],
    candidates,
    againstId: () => undefined,
    read: (id: string) => ({ id, text: id }),
    look: ({ id }: { id: string }) => ({ against: undefined, folded: id }),
  }
  for (let seed = 0; seed < 20; seed++) {
    const filled = fillers(row as never, [], { wanted: 2, seed, size: 300, idOf: (ordinal) => `d${ordinal}` })
    expect(filled.toSorted()).toEqual(['d298', 'd299'])
  }
})

test('fillers are drawn by seed and row from what was not found and nothing speaks against', () => {
  fc.assert(
    fc.property(anyRow, fc.integer({ min: 0, max: 5 }), fc.integer(), ({ row, judged, positives }, wanted, seed) => {
      const size = 30
      const read = (id: string) => {
        const index = Number(id.slice(1))
        return index < row.candidates.length ? row.read(id) : { id, text: index % 3 === 0 ? 'alpha' : `text ${index}` }
      }
      const options = { wanted, seed, size, idOf: (ordinal: number) => `d${ordinal}` }
      const filled = fillers({ ...row, read }, [], options)
      expect(filled).toEqual(fillers({ ...row, read }, [], options))
      expect(filled.length).toBeLessThanOrEqual(wanted)
      const found = row.candidates.map(({ id }) => id)
      for (const id of filled) {
        expect([...judged, ...found]).not.toContain(id)
        expect(positives.map(fold)).not.toContain(fold(read(id).text))
      }
      expect(new Set(filled.map((id) => fold(read(id).text))).size).toBe(filled.length)
    }),
  )
})
