// The recovery experiment (bench/recovery.ts): what is planted, how its judge errs, how shares are computed, and a small experiment end to
// end.
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CLEANINGS,
  isDrawn,
  placesIn,
  readJson,
  type NumberedRow,
  type Result,
  type Truth,
} from '../bench/recovery/arms.ts'
import { precisionOf, recallOf, touchedIn } from '../bench/recovery/changes.ts'
import { differenceOf, wonBack } from '../bench/recovery/effects.ts'
import { callsBetter, callsRelevant, gradedJudge, readGradedRates, symmetricJudge } from '../bench/recovery/judge.ts'
import { halfOf, planted, rewordingOf } from '../bench/recovery/planting.ts'
import { preparePart } from '../bench/recovery/prepare.ts'
import { report, withTables } from '../bench/recovery/report.ts'
import { trainPart } from '../bench/recovery/train.ts'
import { randomFrom } from '../src/base/random.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir } from './support/files.ts'
import { collectionIn } from './support/pruning.ts'
import { trainingRows } from './support/training-rows.ts'

const rows = trainingRows(80, 40)
const plantsOf = (all: typeof rows) =>
  new Map(
    all.map((row) => {
      const [positive] = row.positive_passages
      const copy = (name: string) => ({
        docid: `${name} of ${row.query_id}`,
        title: '',
        text: `${positive?.text} ${name} ${row.query_id}`,
      })
      return [row.query_id, [copy('one'), copy('other')]]
    }),
  )
const plants = plantsOf(rows)

describe('planting', () => {
  const hit = (rate: number) =>
    planted(rows, plants, rate).flatMap((row, at) => (row.negative_passages.some(isPlant) ? [at] : []))
  const isPlant = ({ docid }: { docid: string }) => / of q/.test(docid)

  it('hits about the share of the rows, and those of a lower rate again', () => {
    expect(hit(0)).toEqual([])
    expect(hit(1)).toHaveLength(rows.length)
    expect(Math.abs(hit(0.5).length - 40)).toBeLessThan(18)
    expect(hit(0.75)).toEqual(expect.arrayContaining(hit(0.25)))
  })

  it('replaces two negatives of a row, and leaves everything else', () => {
    for (const [at, row] of planted(rows, plants, 1).entries()) {
      const before = rows[at] as (typeof rows)[number]
      expect(row.negative_passages).toHaveLength(before.negative_passages.length)
      expect(row.negative_passages.filter(isPlant).map(({ docid }) => docid)).toEqual(
        expect.arrayContaining([`one of ${row.query_id}`, `other of ${row.query_id}`]),
      )
      const left = row.negative_passages.filter((each) => !isPlant(each))
      expect(before.negative_passages).toEqual(expect.arrayContaining(left))
      expect({ ...row, negative_passages: 0 }).toEqual({ ...before, negative_passages: 0 })
    }
  })

  it('makes a half and a rewording of a passage', () => {
    const text = 'Levels increase (by 5%) in mice. The study shows why. Nobody knows more. It is so.'
    const passage = { docid: 'd1', title: 'An important result', text }
    const half = halfOf(passage)
    expect(text).toContain(half.text)
    expect(half.text.match(/\./g)).toHaveLength(2)
    const other = rewordingOf(passage)
    expect(other.title).toBe('An major outcome')
    expect(other.text).toContain('Amounts rise in mice.')
    expect(other.text).toContain('The investigation indicates why.')
    expect(other.text).not.toBe(text)
    expect(halfOf({ docid: 'd2', title: '', text: 'one sentence of six words' }).text.split(' ').length).toBeLessThan(4)
  })
})

describe('the judge', () => {
  const passages = Array.from({ length: 10_000 }, (_, at) => `passage ${at}`)
  const judge = {
    name: 'some',
    ofRelevant: 0.57,
    ofOthers: [
      { share: 0.6, called: 0.05 },
      { share: 0.4, called: 0.2 },
    ],
    better: 0.09,
  }
  const called = (seed: string, isRelevant: boolean) =>
    passages.map((each) => callsRelevant(judge, seed, 'q', each, isRelevant))
  const shareOf = (list: boolean[]) => list.filter(Boolean).length / list.length

  it('errs as often as it is told, whatever the seed', () => {
    for (const seed of ['1', '2', '3']) {
      expect(shareOf(called(seed, true))).toBeCloseTo(0.57, 1)
      expect(Math.abs(shareOf(called(seed, false)) - 0.11)).toBeLessThan(0.01)
      expect(Math.abs(shareOf(passages.map((each) => callsBetter(judge, seed, 'q', each))) - 0.09)).toBeLessThan(0.015)
    }
  })

  it('makes the same mistakes with the same seed, and unrelated ones with another', () => {
    const [one, again, other] = [called('1', true), called('1', true), called('2', true)]
    expect(again).toEqual(one)
    const both = shareOf(one.map((each, at) => each && (other[at] as boolean)))
    expect(Math.abs(both - 0.57 ** 2)).toBeLessThan(0.015)
  })

  it('is wrong about all alike where it errs symmetrically', () => {
    const even = symmetricJudge('even', 0.05)
    for (const isRelevant of [true, false]) {
      const wrong = passages.filter((each) => callsRelevant(even, '1', 'q', each, isRelevant) !== isRelevant)
      expect(Math.abs(wrong.length / passages.length - 0.05)).toBeLessThan(0.007)
    }
  })
})

describeWithData('dl19', 'the judge of DL19', () => {
  it('has the rates that GPT-4o shows there', () => {
    const rates = readGradedRates(dataPath('dl19'))
    expect(rates.grades.map(({ called }) => called.toFixed(2))).toEqual(['0.05', '0.19', '0.57', '0.57'])
    expect(rates.mined).toEqual([885, 526])
    const { ofRelevant, ofOthers } = gradedJudge('gpt-4o', rates)
    expect(ofRelevant).toBeCloseTo(0.57, 2)
    expect(ofOthers.reduce((sum, { share, called }) => sum + share * called, 0)).toBeCloseTo(0.102, 3)
  })
})

describe('the share won back', () => {
  /** Five seeds of 200 queries around a mean. */
  const around = (mean: number, spread: number, seed: number) => {
    const random = randomFrom(seed)
    return [Array.from({ length: 5 }, () => Array.from({ length: 200 }, () => mean + spread * (random() - 0.5)))]
  }

  it('is the part of the loss that a cleaning brings, with an interval about it', () => {
    const [clean, dirty, cleaned] = [around(0.8, 0.1, 1), around(0.7, 0.1, 2), around(0.75, 0.1, 3)]
    const won = wonBack(cleaned, dirty, clean)
    const { low = NaN, high = NaN } = won?.interval ?? {}
    expect(won?.share).toBeCloseTo(0.5, 1)
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
    expect(high - low).toBeLessThan(0.2)
  })

  it('is all of it for the clean rows and nothing for the dirty ones', () => {
    const [clean, dirty] = [around(0.8, 0.1, 1), around(0.7, 0.1, 2)]
    expect(wonBack(clean, dirty, clean)).toMatchObject({
      share: 1,
      interval: { low: expect.closeTo(1), high: expect.closeTo(1) },
    })
    expect(wonBack(dirty, dirty, clean)).toMatchObject({
      share: 0,
      interval: { low: expect.closeTo(0), high: expect.closeTo(0) },
    })
  })

  it('is not told where nothing is known to be lost', () => {
    expect(wonBack(around(0.8, 0.1, 3), around(0.7, 0.1, 2), around(0.7, 0.1, 1))).toBeUndefined()
    expect(wonBack(around(0.8, 0.1, 3), around(0.8, 0.1, 2), around(0.7, 0.1, 1))).toBeUndefined()
  })

  it('has an interval beyond which the share is not possible', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: -0.5, max: 2, noNaN: true }), (seed, share) => {
        const [clean, dirty] = [around(0.8, 0.2, seed), around(0.7, 0.2, seed + 1)]
        const cleaned = around(0.7 + share * 0.1, 0.2, seed + 2)
        const { high = NaN } = wonBack(cleaned, dirty, clean)?.interval ?? {}
        const beyond = clean.map((seeds, set) =>
          seeds.map((values, at) =>
            values.map((value, query) => {
              const before = dirty[set]?.[at]?.[query] as number
              return before + (high + 0.001) * (value - before)
            }),
          ),
        )
        expect(differenceOf(cleaned, beyond).interval.high).toBeLessThan(0)
      }),
      { numRuns: 3 },
    )
  })
})

describe('the experiment', () => {
  it('plants, cleans by the product, trains and reports', async () => {
    const folder = tempDir()
    const name = 'scifact'
    mkdirSync(join(folder, name), { recursive: true })
    const places = placesIn(folder)
    cpSync(collectionIn(folder, 60), places.collection(name), { recursive: true })
    const part = { name, task: 'question-answering', collection: places.collection(name), rows, plants }
    const judges = { 'gpt-4o': symmetricJudge('gpt-4o', 1), '5%': symmetricJudge('never-wrong', 0) }
    const said: string[] = []
    const seeds = [1, 2]
    await preparePart(part, judges, { folder, rates: [0, 75], seeds }, (sentence) => said.push(sentence))

    const { plants: truth } = readJson<Truth>(places.truth(name))
    const [clean, dirty] = [
      readJson<NumberedRow[]>(places.rows(name, 0, 'clean', 0)),
      readJson<NumberedRow[]>(places.rows(name, 75, 'dirty', 0)),
    ]
    expect(touchedIn(clean, clean, truth)).toMatchObject({ planted: 0, others: 240 })
    const countsOf = (arm: (typeof CLEANINGS)[number]) =>
      touchedIn(dirty, readJson<NumberedRow[]>(places.rows(name, 75, arm, 1)), truth)
    for (const arm of ['rlhn 5%', 'arhn 5%'] as const) {
      const counts = countsOf(arm)
      expect([precisionOf(counts), recallOf(counts)], arm).toEqual([1, 1])
      expect(counts.plantedMadePositive / counts.plantedFound).toBeGreaterThan(0.35)
      expect(counts.plantedMadePositive / counts.plantedFound).toBeLessThan(0.65)
    }
    for (const arm of ['rlhn gpt-4o', 'arhn gpt-4o'] as const)
      expect([recallOf(countsOf(arm)), precisionOf(countsOf(arm))], arm).toEqual([0, 0])
    const random = countsOf('random')
    expect(random.plantedFound + random.othersTouched).toBeGreaterThanOrEqual(random.planted)
    expect(new Set(said).size).toBe(said.length)
    expect(said).toHaveLength(1 + CLEANINGS.reduce((sum, arm) => sum + (isDrawn(arm) ? 2 : 1), 0))

    const trainings = (['untrained', 'clean'] as const).map((arm) => ({ part: name, rate: 0, arm }))
    const cleaned = (['dirty', ...CLEANINGS] as const).map((arm) => ({ part: name, rate: 75, arm }))
    const all = seeds.flatMap((seed) => [...trainings, ...cleaned].map((each) => ({ ...each, seed })))
    const settings = { folder, threads: 1, dimensions: 32, epochs: 20 }
    const done: string[] = []
    await trainPart(name, all, settings, (sentence) => done.push(sentence))
    expect(done).toHaveLength(all.length)
    await trainPart(name, all, settings, (sentence) => done.push(sentence))
    expect(done).toHaveLength(all.length)
    const meanOf = (arm: 'untrained' | 'clean') => {
      const { values } = readJson<Result>(places.result(name, 0, arm, 1))
      return values.reduce((sum, value) => sum + value, 0) / values.length
    }
    expect(meanOf('clean')).toBeGreaterThan(meanOf('untrained') + 0.1)

    const found = report(folder, [name], { rates: [0, 75], seeds })
    const tables = found.get(name) ?? ''
    const page = 'before\n<!-- recovery:scifact -->\nold\n<!-- /recovery:scifact -->\nafter\n'
    expect(withTables(page, found, '')).toBe(page.replace('old\n', tables))
    expect(() => withTables('nothing', found, '')).toThrow('recovery:scifact')
    expect(tables).toContain('| 75% | rlhn, 5% errors | 1.00 | 1.00 |')
    expect(tables.match(/^\| 75% \|/gm)).toHaveLength(1 + CLEANINGS.length)
  }, 180_000)
})
