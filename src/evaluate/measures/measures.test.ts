import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgedQuery, rankingOf, type Ranking } from '../ranking.ts'
import { MEASURES } from './index.ts'
import { parseMeasures } from './parse.ts'

function valueOf(name: string, ranking: Ranking): number {
  const [measure] = parseMeasures(name)
  if (measure === undefined) throw new Error(name)
  return measure.family.valueOf(ranking, measure.parameters, measure.at)
}

// Ranked: relevant 2, not judged, judged 0, relevant 1, below zero. Not found: another 2 and a 0.
const RANKING = rankingOf(
  judgedQuery(
    new Map([
      ['a', 2],
      ['c', 0],
      ['d', 1],
      ['e', -1],
      ['x', 2],
      ['y', 0],
    ]),
  ),
  ['a', 'b', 'c', 'd', 'e'],
)

describe('measures by hand', () => {
  const log2 = Math.log2
  const ideal = 2 / log2(2) + 2 / log2(3) + 1 / log2(4)
  it.each([
    ['nDCG', (2 + 1 / log2(5)) / ideal],
    ['nDCG@3', 2 / ideal],
    ["nDCG(dcg='exp-log2')@4", (3 + 1 / log2(5)) / (3 + 3 / log2(3) + 1 / 2)],
    ['nDCG(gains={1:10})@4', (2 + 10 / log2(5)) / (10 + 2 / log2(3) + 2 / 2)],
    ['nDCG(judged_only=True)@3', (2 + 1 / 2) / ideal],
    ['AP', (1 + 2 / 4) / 3],
    ['AP@3', 1 / 3],
    ['AP(rel=2)', 1 / 2],
    ['RR', 1],
    ['P@5', 2 / 5],
    ['P@10', 2 / 10],
    ['P(rel=2)@5', 1 / 5],
    ['P(judged_only=True)@3', 2 / 3],
    ['R@3', 1 / 3],
    ['R@5', 2 / 3],
    ['Rprec', 1 / 3],
    ['Success@1', 1],
    ['Success(rel=3)@5', 0],
    ['Judged@5', 4 / 5],
    ['Judged@10', 4 / 5],
    ['unj@5', 2 / 5],
    ['Bpref', (1 + (1 - 1 / 2)) / 3],
    ['RBP(p=0.5)', 0.5 * (1 + 0.5 * 0.125)],
    ['RBP(p=0.5,rel=1)', 0.5 * (1 + 0.125)],
    ['IPrec@0.0', 1],
    ['IPrec@0.5', 1 / 2],
    ['IPrec@1.0', 0],
    ['SetP', 2 / 5],
    ['SetP(relative=True)', 2 / 3],
    ['SetR', 2 / 3],
    ['SetF', 1 / 2],
    ['SetAP', 4 / 15],
    ['NumRet', 5],
    ['NumRel', 3],
    ['NumRel(rel=2)', 2],
    ['NumRelRet', 2],
    ['num_nonrel_judged_ret', 1],
    ['utility', -1],
  ])('%s', (name, expected) => expect(valueOf(name, RANKING)).toBeCloseTo(expected, 12))
})

const NAMES = MEASURES.map(({ name, at, isAtRequired }) => (isAtRequired ? `${name}@${at === 'rank' ? 3 : 0.5}` : name))
/** Measures whose values are not limited to 0 to 1. */
const UNBOUNDED = ['utility', 'NumQ', 'NumRet', 'NumRel', 'num_nonrel_judged_ret', 'G', 'rbp_resid']

const judgements = fc.uniqueArray(fc.tuple(fc.nat(20).map(String), fc.integer({ min: -1, max: 3 })), {
  selector: ([id]) => id,
})
const documents = fc.uniqueArray(fc.nat(25).map(String))

describe('measures in general', () => {
  it('have values whatever the grades, which may be very large', () => {
    const grades = new Map([
      ['a', 1],
      ['b', 999_999_999],
      ['c', 0],
    ])
    const ranking = rankingOf(judgedQuery(grades), ['b', 'a', 'c'])
    expect(ranking.levels).toHaveLength(3)
    for (const name of NAMES) expect(valueOf(name, ranking), name).not.toBeNaN()
    expect(valueOf('nDCG', ranking)).toBe(1)
    expect(valueOf('NumRel(rel=2)', ranking)).toBe(1)
    expect(() => valueOf("nDCG(dcg='exp-log2')", ranking)).toThrow('the grade 999999999 is too large')
  })

  it('are numbers whatever there is to rank, and shares between 0 and 1', () => {
    fc.assert(
      fc.property(judgements, documents, (grades, ranked) => {
        const ranking = rankingOf(judgedQuery(new Map(grades)), ranked)
        for (const name of NAMES) {
          const value = valueOf(name, ranking)
          expect(value, name).not.toBeNaN()
          if (UNBOUNDED.includes(name)) continue
          expect(value, name).toBeGreaterThanOrEqual(0)
          expect(value, name).toBeLessThanOrEqual(1 + 1e-12)
        }
      }),
    )
  })

  it('are 0 when nothing is retrieved', () => {
    fc.assert(
      fc.property(judgements, (grades) => {
        const ranking = rankingOf(judgedQuery(new Map(grades)), [])
        for (const name of NAMES) {
          if (name !== 'NumQ' && name !== 'NumRel') expect(valueOf(name, ranking), name).toBe(0)
        }
      }),
    )
  })

  it('are 1 for the best ranking of something relevant', () => {
    const perfect = [
      'nDCG',
      'nDCG@5',
      'AP',
      'RR',
      'Rprec',
      'Bpref',
      'Success@1',
      'IPrec@1.0',
      'Judged',
      'ndcg_rel',
      '11pt_avg',
    ]
    fc.assert(
      fc.property(judgements, (grades) => {
        fc.pre(grades.some(([, grade]) => grade >= 1))
        const best = grades.filter(([, grade]) => grade >= 0).toSorted((a, b) => b[1] - a[1])
        const ranking = rankingOf(
          judgedQuery(new Map(grades)),
          best.map(([id]) => id),
        )
        for (const name of perfect) expect(valueOf(name, ranking), name).toBeCloseTo(1, 12)
      }),
    )
  })

  it('never fall when a relevant document moves up past one that is not', () => {
    const monotone = ['nDCG', 'nDCG@3', 'AP', 'RR', 'P@3', 'R@3', 'Success@3', 'RBP', 'binG']
    fc.assert(
      fc.property(judgements, documents, fc.nat(), (grades, ranked, pick) => {
        fc.pre(ranked.length > 1)
        const judged = judgedQuery(new Map(grades))
        const at = 1 + (pick % (ranked.length - 1))
        const [above, below] = [ranked[at - 1] as string, ranked[at] as string]
        fc.pre((judged.grades.get(below) ?? 0) > Math.max(0, judged.grades.get(above) ?? 0))
        const swapped = ranked.with(at - 1, below).with(at, above)
        for (const name of monotone) {
          const [before, after] = [valueOf(name, rankingOf(judged, ranked)), valueOf(name, rankingOf(judged, swapped))]
          expect(after, name).toBeGreaterThanOrEqual(before - 1e-12)
        }
      }),
    )
  })
})
