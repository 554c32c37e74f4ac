// Every measure against pytrec_eval on random judgements and runs, if WINNOW_TEST_PYTHON names a Python that has it.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readGrades } from '../src/collections/grades.ts'
import { parseMeasures } from '../src/evaluate/measures/parse.ts'
import { readRun } from '../src/evaluate/run-file.ts'
import { scoreQueries } from '../src/evaluate/score.ts'
import { tempDir } from './support/files.ts'
import { randomFrom } from './support/random.ts'

const python = process.env['WINNOW_TEST_PYTHON']
if (python === undefined) {
  process.stderr.write('SKIPPED: comparison with pytrec_eval: set WINNOW_TEST_PYTHON to a Python that has it\n')
}
const SCRIPT = join(import.meta.dirname, 'support/pytrec-eval.py')
/** What it prints for each query and we do not: names of runs, and pictures of rankings. */
const NO_MEASURES = new Set(['runid', 'relstring'])

interface World {
  name: string
  grades: readonly number[]
  /** Draws a score: few different ones make ties. */
  score: (random: () => number) => number
  id: (number: number) => string
}

const plain = (number: number) => `d${number}`
const WORLDS: readonly World[] = [
  { name: 'binary judgements', grades: [0, 0, 1], score: (random) => random() * 20, id: plain },
  { name: 'graded judgements', grades: [0, 1, 2, 3, 5], score: (random) => random() * 20 - 10, id: plain },
  { name: 'grades below zero', grades: [-2, -1, 0, 1, 2], score: (random) => random(), id: plain },
  { name: 'nothing relevant for many', grades: [0, 0, 0, 0, 0, 0, 0, 0, 1], score: (random) => random(), id: plain },
  { name: 'many equal scores', grades: [0, 1, 2], score: (random) => Math.floor(random() * 4), id: plain },
  {
    name: 'scores that differ in the ninth digit',
    grades: [0, 1, 2],
    score: (random) => 12.3456789 + Math.floor(random() * 30) * 1e-8,
    id: plain,
  },
  {
    name: 'ids of every script',
    grades: [0, 1, 2],
    score: (random) => Math.floor(random() * 3),
    id: (number) => `${['a', 'é', 'ﬀ', '日', '😀', '￿'][number % 6]}${number}`,
  },
]

/** Judgements and a run of some queries: some are not in the run, some of the run nobody judged. */
function makeFiles({ grades, score, id }: World, seed: number, folder: string): { qrels: string; run: string } {
  const random = randomFrom(seed)
  const upTo = (count: number) => Math.floor(random() * count)
  const judgements: string[] = []
  const results: string[] = []
  for (let query = 0; query < 25; query++) {
    const pool = 5 + upTo(60)
    const documents = Array.from({ length: pool }, (_each, index) => id(index))
    const judged = query % 8 === 7 ? [] : documents.filter(() => random() < 0.5)
    for (const document of judged) judgements.push(`q${query} 0 ${document} ${grades[upTo(grades.length)]}\n`)
    if (query % 9 === 8) continue
    const retrieved = documents.filter(() => random() < 0.7)
    for (const [rank, document] of retrieved.entries()) {
      results.push(`q${query} Q0 ${document} ${rank + 1} ${score(random)} tag\n`)
    }
  }
  const paths = { qrels: join(folder, 'qrels.txt'), run: join(folder, 'run.trec') }
  writeFileSync(paths.qrels, judgements.join(''))
  writeFileSync(paths.run, results.join(''))
  return paths
}

type Values = Record<string, Record<string, number | null>>

async function ours(paths: { qrels: string; run: string }, names: string[], level: number, judgedOnly: boolean) {
  const measures = names.map((name) => {
    const [measure] = parseMeasures(name, { rel: level })
    if (measure === undefined) throw new Error(name)
    // It is made of trec_eval 9, which rounds shares of recall up.
    const parameters = { ...measure.parameters, rounding: 'up', ...(judgedOnly && { judged_only: true }) }
    return { ...measure, parameters }
  })
  const values: Values = {}
  const grades = await readGrades([paths.qrels])
  for await (const each of scoreQueries(readRun(paths.run), grades, measures, { missingQueries: 'skip' })) {
    values[each.query] = Object.fromEntries(names.map((name, index) => [name, each.values[index] as number]))
  }
  return values
}

describe.skipIf(python === undefined)('pytrec_eval', () => {
  const cases = WORLDS.flatMap((world) => [1, 2, 3].map((seed) => ({ name: world.name, world, seed })))

  it.each(cases)('$name, $seed: every value of every query', async ({ world, seed }) => {
    const paths = makeFiles(world, seed, tempDir())
    const level = seed === 3 ? 2 : 1
    const theirs = JSON.parse(
      execFileSync(python ?? '', [SCRIPT, paths.qrels, paths.run, String(level), '0'], { encoding: 'utf8' }),
    ) as Values
    const names = Object.keys(Object.values(theirs)[0] ?? {}).filter((name) => !NO_MEASURES.has(name))
    expect(names.length).toBeGreaterThan(60)
    const values = await ours(paths, names, level, false)
    expect(Object.keys(values).toSorted()).toEqual(Object.keys(theirs).toSorted())
    for (const [query, expected] of Object.entries(theirs)) {
      for (const name of names) {
        // It gives the logarithm that the geometric mean is taken of.
        const value = values[query]?.[name] ?? NaN
        const compared = name.startsWith('gm_') ? Math.log(Math.max(value, 0.00001)) : value
        expect(compared, `${query} ${name}`).toBeCloseTo(expected[name] ?? NaN, 9)
      }
    }
  })

  it.each(WORLDS.map((world) => ({ name: world.name, world })))('$name: judged documents only', async ({ world }) => {
    const paths = makeFiles(world, 7, tempDir())
    const theirs = JSON.parse(
      execFileSync(python ?? '', [SCRIPT, paths.qrels, paths.run, '1', '1'], { encoding: 'utf8' }),
    ) as Values
    const names = [
      'map',
      'ndcg',
      'ndcg_cut_10',
      'P_5',
      'recall_10',
      'recip_rank',
      'Rprec',
      'success_1',
      'set_P',
      'set_F',
      'iprec_at_recall_0.10',
    ]
    const values = await ours(paths, names, 1, true)
    for (const [query, expected] of Object.entries(theirs)) {
      // Where it divides by nothing it has no number; a mean needs one.
      for (const name of names) expect(values[query]?.[name], `${query} ${name}`).toBeCloseTo(expected[name] ?? 0, 9)
    }
  })
})
