import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../test/support/random.ts'
import { intervalsOfMeans } from '../statistics/bootstrap.ts'
import { evaluateResults } from './evaluation.ts'
import { parseMeasures } from './measures/parse.ts'
import type { QueryResults } from './ranked.ts'
import type { ScoreOptions } from './score.ts'

const GRADES = new Map([
  [
    'q1',
    new Map([
      ['a', 1],
      ['b', 0],
    ]),
  ],
  [
    'q2',
    new Map([
      ['a', 0],
      ['c', 2],
    ]),
  ],
  ['q3', new Map([['d', 1]])],
  ['q4', new Map([['e', 0]])],
])
const RESULTS: QueryResults[] = [
  { query: 'q2', documents: ['a', 'c', 'x'], scores: [1, 3, 2] },
  { query: 'q1', documents: ['b', 'a'], scores: [2, 1] },
  { query: 'q4', documents: ['q4', 'e'], scores: [2, 1] },
  { query: 'other', documents: ['a'], scores: [1] },
]

const evaluated = (options: ScoreOptions = {}, measures = 'RR NumQ gm_map', results = RESULTS) =>
  evaluateResults(results, GRADES, parseMeasures(measures), options)

describe('evaluateResults', () => {
  it('gives what each query has, and one number of all', async () => {
    const { perQuery, measures, queries } = await evaluated()
    expect(perQuery).toEqual({
      q2: { RR: 1, NumQ: 1, gm_map: 1 },
      q1: { RR: 0.5, NumQ: 1, gm_map: 0.5 },
      q4: { RR: 0, NumQ: 1, gm_map: 0 },
      q3: { RR: 0, NumQ: 1, gm_map: 0 },
    })
    expect(queries).toBe(4)
    expect(measures['RR']).toBe(1.5 / 4)
    expect(measures['NumQ']).toBe(4)
    expect(measures['gm_map']).toBeCloseTo((0.5 * 1e-5 * 1e-5) ** (1 / 4), 12)
  })

  it('says what it counted and what it left out', async () => {
    expect(await evaluated()).toMatchObject({ missingQueries: 1, unjudgedQueries: 1, queriesWithoutRelevant: 1 })
    expect(await evaluated({ missingQueries: 'skip' })).toMatchObject({
      queries: 3,
      missingQueries: 1,
      measures: { RR: 0.5, NumQ: 3 },
    })
  })

  it('takes a query with an empty list for one without results, as the file of the run has it', async () => {
    const empty = [...RESULTS, { query: 'q3', documents: [], scores: [] }]
    for (const options of [{}, { missingQueries: 'skip' }] as const) {
      expect(await evaluated(options, 'RR', empty)).toEqual(await evaluated(options, 'RR'))
    }
  })

  it('counts the relevant documents of missing queries', async () => {
    expect((await evaluated({}, 'NumRel')).measures).toEqual({ NumRel: 3 })
    expect((await evaluated({ missingQueries: 'skip' }, 'NumRel')).measures).toEqual({ NumRel: 2 })
  })

  it('looks at so many documents a query', async () => {
    expect((await evaluated({ depth: 1 }, 'RR NumRet')).measures).toEqual({ RR: 0.25, NumRet: 3 })
  })

  it('passes over a document that has the id of its query where that is asked for', async () => {
    expect((await evaluated({ ignoreIdenticalIds: true }, 'NumRet')).measures).toEqual({ NumRet: 6 })
    expect((await evaluated({ ignoreIdenticalIds: true, depth: 1 }, 'Judged@1')).perQuery['q4']).toEqual({
      'Judged@1': 1,
    })
  })

  it('says how much of what was retrieved is judged, of the queries that have results', async () => {
    expect((await evaluated({}, 'P@2 RR@1')).judged).toEqual({ 1: 2 / 3, 2: (0.5 + 1 + 0.5) / 3 })
    expect((await evaluated({}, 'RR')).judged).toEqual({ all: (2 / 3 + 1 + 1 / 2) / 3 })
  })

  it('has figures of nothing, too', async () => {
    const nothing = await evaluateResults([], new Map(), parseMeasures('RR NumQ gm_map'))
    expect(nothing).toMatchObject({ measures: { RR: 0, NumQ: 0, gm_map: 0 }, intervals: {}, queries: 0 })
  })

  it('does not depend on the order of queries but in that of its list', async () => {
    const [forth, back] = [await evaluated(), await evaluated({}, 'RR NumQ gm_map', RESULTS.toReversed())]
    expect(back.perQuery).toEqual(forth.perQuery)
    expect(back.measures).toEqual(forth.measures)
  })
})

describe('intervalsOfMeans', () => {
  it('gives the same interval for the same values, around their mean', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(values, (column) => {
        const [interval] = intervalsOfMeans([column])
        expect(intervalsOfMeans([column])).toEqual([interval])
        expect(interval?.low).toBeLessThanOrEqual(interval?.high ?? NaN)
        expect(interval?.low).toBeGreaterThanOrEqual(Math.min(...column) - 1e-12)
        expect(interval?.high).toBeLessThanOrEqual(Math.max(...column) + 1e-12)
      }),
      { numRuns: 30 },
    )
  })

  it('is as wide as the normal interval of many values, and holds the true mean nineteen times of twenty', () => {
    const random = randomFrom(5)
    let hits = 0
    const turns = 200
    for (let turn = 0; turn < turns; turn++) {
      const column = Array.from({ length: 60 }, () => random() ** 2)
      const [interval] = intervalsOfMeans([column])
      if (interval !== undefined && interval.low <= 1 / 3 && interval.high >= 1 / 3) hits += 1
    }
    expect(hits / turns).toBeGreaterThan(0.9)
    expect(hits / turns).toBeLessThan(0.985)
    const many = Array.from({ length: 10_001 }, () => random())
    const [normal, sampled] = [intervalsOfMeans([many])[0], intervalsOfMeans([many.slice(1)])[0]]
    expect(normal?.low).toBeCloseTo(sampled?.low ?? NaN, 2)
    expect(normal?.high).toBeCloseTo(sampled?.high ?? NaN, 2)
  })

  it('says nothing of fewer than two queries', () => {
    expect(intervalsOfMeans([[0.5], [1]])).toEqual([undefined, undefined])
    expect(intervalsOfMeans([])).toEqual([])
  })
})
