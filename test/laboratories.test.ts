// The study of laboratories (bench/laboratories.ts): what its variants change, and a small study over made-up rows end to end.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleaned, halfOfRows, planted, siblings, swapped } from '../bench/laboratories/damage.ts'
import { report } from '../bench/laboratories/report.ts'
import { armsOf, trainArms } from '../bench/laboratories/train.ts'
import { writeJson } from '../bench/recovery/arms.ts'
import { symmetricJudge } from '../bench/recovery/judge.ts'
import { linesOf } from '../bench/recovery/rows.ts'
import { tempDir } from './support/files.ts'
import { collectionIn } from './support/pruning.ts'
import { trainingRows } from './support/training-rows.ts'
import { isLong } from './support/repetitions.ts'

const rows = trainingRows(80, 40)

describe('damage', () => {
  it('plants one of each kind, and another draw hits other rows', () => {
    const hit = (draw: number) =>
      planted(rows, 'both', 0.5, draw).filter(({ falseNegatives }) => falseNegatives.size === 2)
    expect(Math.abs(hit(0).length - 40)).toBeLessThan(18)
    expect(hit(0).map(({ row }) => row.query_id)).not.toEqual(hit(1).map(({ row }) => row.query_id))
    for (const { row, falseNegatives } of hit(0)) {
      const there = row.negative_passages.filter(({ docid }) => falseNegatives.has(docid))
      expect(there).toHaveLength(2)
      expect(row.negative_passages).toHaveLength(rows[0]?.negative_passages.length ?? 0)
    }
  })

  it('a judge without errors takes out what was planted, and nothing else', () => {
    const dirty = planted(rows, 'both', 1)
    const perfect = symmetricJudge('perfect', 0, 1)
    for (const [at, row] of cleaned(dirty, perfect, 'removed').entries()) {
      const { falseNegatives } = dirty[at] as (typeof dirty)[number]
      expect(row.negative_passages.some(({ docid }) => falseNegatives.has(docid))).toBe(false)
      expect(row.negative_passages).toHaveLength((rows[at]?.negative_passages.length ?? 0) - 2)
      expect(row.positive_passages).toEqual(rows[at]?.positive_passages)
    }
    const relabelled = cleaned(dirty, perfect, 'relabelled')
    expect(
      relabelled.every((row, at) => row.positive_passages.length === (rows[at]?.positive_passages.length ?? 0) + 2),
    ).toBe(true)
  })

  it('swaps the first positive and negative, and makes further positives negatives', () => {
    const [row] = rows as [(typeof rows)[number]]
    const [other] = swapped([row], 1)
    expect(other?.positive_passages[0]).toEqual(row.negative_passages[0])
    expect(other?.negative_passages[0]).toEqual(row.positive_passages[0])
    const two = {
      ...row,
      positive_passages: [row.positive_passages[0], row.negative_passages[0]] as typeof row.positive_passages,
    }
    const [apart] = siblings([two])
    expect(apart?.positive_passages).toHaveLength(1)
    expect(apart?.negative_passages[0]).toEqual(row.negative_passages[0])
  })

  it('halves share no row', () => {
    const ids = [true, false].flatMap((isFirst) => halfOfRows(rows, 3, isFirst).map(({ query_id: id }) => id))
    expect(new Set(ids).size).toBe(rows.length)
  })
})

it.runIf(isLong)('trains the files of a study and reports every table', async () => {
  const folder = tempDir()
  const questions = {
    variants: { clean: rows, 'swapped 50%': swapped(rows, 0.5) },
    damage: { clean: rows, '25% 0': planted(rows, 'both', 0.25).map(({ row }) => row) },
    same: { clean: rows },
    halves: { '0 first': halfOfRows(rows, 0, true), '0 second': halfOfRows(rows, 0, false) },
  }
  for (const [question, arms] of Object.entries(questions)) {
    mkdirSync(join(folder, question), { recursive: true })
    const files = Object.entries(arms).map(([name, lines]) => {
      writeFileSync(join(folder, question, `${name}.jsonl`), linesOf(lines))
      return join(folder, question, `${name}.jsonl`)
    })
    const seeds = question === 'same' ? 10 : 5
    const request = { base: undefined, arms: armsOf(files), collections: [collectionIn(folder)], seeds, threads: 1 }
    for (const name of ['one', 'other']) {
      const result = await trainArms({ ...request, work: join(folder, 'trainings') }, () => undefined)
      expect(Object.keys(result.arms)).toEqual(Object.keys(arms))
      writeJson(join(folder, 'results', question, `${name}.json`), result)
    }
  }
  const tables = report(folder)
  expect([...tables.keys()]).toEqual(['laboratories', 'variants', 'agreement', 'damage', 'errors'])
  // The same laboratory twice agrees with itself.
  expect(tables.get('agreement')).toMatch(/1 of 1: 100\.0%/)
  expect(tables.get('damage')).toMatch(/\| 25% \| \d+ to \d+ of \d+ \|/)
  expect(tables.get('errors')).toContain('two halves of the clean rows')
  expect(tables.get('errors')).toMatch(/twice with other seeds: p < \.05 \| \d+ of 200/)
})
