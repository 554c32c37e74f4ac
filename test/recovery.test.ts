// The recovery experiment (bench/recovery.ts): what is planted, how its judge errs, how shares are computed, and a small experiment end to
// end.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planted } from '../bench/laboratories/damage.ts'
import { trainArms } from '../bench/laboratories/train.ts'
import { worldOf } from '../bench/recovery/answers.ts'
import { ARMS, armAt, placesIn, writeJson, type Cleaning } from '../bench/recovery/arms.ts'
import { precisionOf, recallOf, touchedIn } from '../bench/recovery/changes.ts'
import { differenceOf, wonBack } from '../bench/recovery/effects.ts'
import { chanceOf, fitByLikeness, readGradedRates } from '../bench/recovery/graded.ts'
import { callsBetter, callsRelevant, gradedJudge, likenessJudge, symmetricJudge } from '../bench/recovery/judge.ts'
import { likenessBy } from '../bench/recovery/likeness.ts'
import { halfOf, rewordingOf } from '../bench/recovery/planting.ts'
import { prepare } from '../bench/recovery/prepare.ts'
import { report, withTables } from '../bench/recovery/report.ts'
import { readLines, type TrainingRow } from '../bench/recovery/rows.ts'
import { randomFrom } from '../src/base/random.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir } from './support/files.ts'
import { collectionIn } from './support/pruning.ts'
import { trainingRows } from './support/training-rows.ts'
import { trainEncoder } from '../src/train/train.ts'
import { isLong } from './support/repetitions.ts'

/** Of two sentences, so that there are halves, and with words that are exchanged. */
const longer = <T extends { text: string }>(passage: T): T => ({
  ...passage,
  text: `The study shows ${passage.text}. Many patients use ${passage.text}.`,
})
const rows = trainingRows(80, 40).map((row) => ({
  ...row,
  positive_passages: row.positive_passages.map(longer),
  negative_passages: row.negative_passages.map(longer),
}))

describe('planting', () => {
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
  const graded = {
    grades: [0.05, 0.2, 0.5, 0.6].map((share) => ({ judged: 100, called: share })),
    mined: [600, 400] as [number, number],
  }
  const judge = gradedJudge('some', graded, 0.09)
  const called = (seed: string, isRelevant: boolean) =>
    passages.map((each) => callsRelevant(judge, seed, 'q', each, { isRelevant, likeness: 0 }))
  const shareOf = (list: boolean[]) => list.filter(Boolean).length / list.length

  it('errs as often as it is told, whatever the seed', () => {
    for (const seed of ['1', '2', '3']) {
      expect(shareOf(called(seed, true))).toBeCloseTo(0.55, 1)
      expect(Math.abs(shareOf(called(seed, false)) - 0.11)).toBeLessThan(0.01)
      expect(Math.abs(shareOf(passages.map((each) => callsBetter(judge, seed, 'q', each))) - 0.09)).toBeLessThan(0.015)
    }
  })

  it('makes the same mistakes with the same seed, and unrelated ones with another', () => {
    const [one, again, other] = [called('1', true), called('1', true), called('2', true)]
    expect(again).toEqual(one)
    const both = shareOf(one.map((each, at) => each && (other[at] as boolean)))
    expect(Math.abs(both - 0.55 ** 2)).toBeLessThan(0.015)
  })

  it('calls what is more like the positives relevant more often, if it goes by likeness', () => {
    const fitted = { intercept: -3, weights: [1.5, 3.2, 3, 8, 5] }
    const byLikeness = likenessJudge('some', graded, fitted)
    const calledAt = (isRelevant: boolean, likeness: number) =>
      shareOf(passages.map((each) => callsRelevant(byLikeness, '1', 'q', each, { isRelevant, likeness })))
    // Grades 2 and 3 in equal parts, and grades 0 and 1 as 6 to 4.
    const expected = (grades: [number, number], share: number, likeness: number) =>
      share * chanceOf(fitted, grades[0], likeness) + (1 - share) * chanceOf(fitted, grades[1], likeness)
    for (const likeness of [-0.3, 0, 0.2]) {
      expect(Math.abs(calledAt(true, likeness) - expected([2, 3], 0.5, likeness))).toBeLessThan(0.015)
      expect(Math.abs(calledAt(false, likeness) - expected([0, 1], 0.6, likeness))).toBeLessThan(0.015)
    }
    expect(calledAt(true, 0.2)).toBeGreaterThan(calledAt(true, -0.3) + 0.3)
  })

  it('is wrong about all alike where it errs symmetrically', () => {
    const even = symmetricJudge('even', 0.05)
    for (const isRelevant of [true, false]) {
      const wrong = passages.filter(
        (each) => callsRelevant(even, '1', 'q', each, { isRelevant, likeness: 0 }) !== isRelevant,
      )
      expect(Math.abs(wrong.length / passages.length - 0.05)).toBeLessThan(0.007)
    }
  })
})

describeWithData('dl19', 'the judge of DL19', () => {
  it('has the rates that GPT-4o shows there', () => {
    const rates = readGradedRates(dataPath('dl19'))
    expect(rates.grades.map(({ called }) => called.toFixed(2))).toEqual(['0.05', '0.19', '0.57', '0.57'])
    expect(rates.mined).toEqual([885, 526])
    const { chance } = gradedJudge('gpt-4o', rates)
    expect(chance({ isRelevant: true, likeness: 0 }, 0)).toBeCloseTo(0.57, 2)
    const kinds = Array.from({ length: 1000 }, (_, at) => chance({ isRelevant: false, likeness: 0 }, at / 1000))
    expect(kinds.reduce((sum, each) => sum + each, 0) / 1000).toBeCloseTo(0.102, 3)
  })

  it('goes by grade and likeness: by grade alone where likeness says nothing', async () => {
    const rates = readGradedRates(dataPath('dl19'))
    const blind = await fitByLikeness(dataPath('dl19'), async (_query, _positives, passages) => passages.map(() => 0))
    for (const [grade, { called }] of rates.grades.entries()) expect(chanceOf(blind, grade, 0)).toBeCloseTo(called, 1)
    const byLength = await fitByLikeness(dataPath('dl19'), async (query, _positives, passages) => {
      const words = new Set(query.toLowerCase().split(/\W+/))
      return passages.map(
        (text) =>
          text
            .toLowerCase()
            .split(/\W+/)
            .filter((word) => words.has(word)).length / 10,
      )
    })
    for (const grade of [0, 3]) expect(chanceOf(byLength, grade, 1)).toBeGreaterThan(chanceOf(byLength, grade, 0))
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
  it.runIf(isLong)(
    'damages, cleans by the product, trains and reports',
    async () => {
      const folder = tempDir()
      const places = placesIn(folder)
      const [rates, seeds] = [[75], [1]]
      const scorer = join(folder, 'scorer')
      const seeded = { out: scorer, epochs: 20, threads: 1, dimensions: 32 }
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
      writeFileSync(join(folder, 'start.jsonl'), lines)
      await trainEncoder(join(folder, 'start.jsonl'), seeded)
      const whole = planted(rows, 'both', 1).map((row, at) => ({ ...row, mined: rows[at]?.negative_passages ?? [] }))
      const likeness = likenessBy({
        name: 'none',
        identity: 'none',
        score: async (_query, passages) => passages.map(() => 0),
        close: async () => undefined,
      })
      const judgeOf = ({ judge, action }: Cleaning) => {
        const error = judge === '5%' ? 0 : 1
        return symmetricJudge(action === 'few' ? `${judge}-few` : judge, error, action === 'few' ? 0.05 : 0.5)
      }
      const said: string[] = []
      const world = await worldOf(whole, likeness)
      const preparation = { folder, rates, seeds, judgeOf, world, scorer: `static:${scorer}` }
      await prepare(rows, preparation, (sentence) => said.push(sentence))
      expect(said).toHaveLength(ARMS.length - 1)
      await prepare(rows, preparation, (sentence) => said.push(sentence))
      expect(said).toHaveLength(ARMS.length - 1)

      const dirty = planted(rows, 'both', 0.75, 1)
      expect(readLines<TrainingRow>(places.rows(75, 'dirty', 1))).toEqual(dirty.map(({ row }) => row))
      const countsOf = (arm: string) => touchedIn(dirty, readLines<TrainingRow>(places.rows(75, arm, 1)))
      const clean = rows.map((row) => ({ row, falseNegatives: new Set<string>() }))
      expect(touchedIn(clean, rows)).toMatchObject({ planted: 0, others: 240, othersTouched: 0 })
      for (const method of ['rlhn', 'arhn']) {
        const half = countsOf(`${method} 5% half`)
        expect([precisionOf(half), recallOf(half)], method).toEqual([1, 1])
        expect(half.plantedMadePositive / half.planted).toBeGreaterThan(0.35)
        expect(half.plantedMadePositive / half.planted).toBeLessThan(0.65)
        const removed = countsOf(`${method} 5% removed`)
        expect([precisionOf(removed), recallOf(removed), removed.plantedMadePositive], method).toEqual([1, 1, 0])
        const wrong = countsOf(`${method} uniform removed`)
        expect([recallOf(wrong), wrong.plantedMadePositive], method).toEqual([0, 0])
      }
      // A judge that is always right may make positives of what it calls better, and one that is always wrong nothing.
      expect(countsOf('rlhn 5% measured')).toMatchObject({
        plantedFound: countsOf('rlhn 5% half').planted,
        othersTouched: 0,
      })
      expect(countsOf('rlhn uniform measured')).toMatchObject({ plantedFound: 0, othersTouched: 0 })
      const random = countsOf('random')
      expect(random.plantedFound + random.othersTouched).toBe(random.planted)

      const drawn = ARMS.map((arm) => ({
        name: armAt(75, arm),
        files: seeds.map((seed) => places.rows(75, arm, seed)),
      }))
      const result = await trainArms(
        {
          base: undefined,
          arms: [{ name: 'clean', files: [places.clean] }, ...drawn],
          collections: [collectionIn(folder, 60)],
          seeds: 5,
          threads: 1,
          work: join(folder, 'trainings'),
        },
        () => undefined,
      )
      writeJson(places.result('static'), result)
      const found = report({ folder, laboratory: 'static', rates, seeds })
      const [name = ''] = result.collections
      expect([...found.keys()]).toEqual(['changes', 'measured', name])
      expect(found.get('changes')).toContain('| rlhn, 5% errors, all finds removed | 1.00, 1.00 |')
      expect(found.get('measured')).toContain('| 75% | 5% errors | relabel 1 | remove 1 |')
      expect(found.get(name)?.match(/^\| arhn, 5% errors, half made positive \|/gm)).toHaveLength(1)
      const page = `before\n<!-- recovery:${name} -->\nold\n<!-- /recovery:${name} -->\nafter\n`
      const one = new Map([[name, found.get(name) ?? '']])
      expect(withTables(page, one)).toBe(page.replace('old\n', one.get(name) ?? ''))
      expect(() => withTables('nothing', one)).toThrow(`recovery:${name}`)
    },
    180_000,
  )
})
