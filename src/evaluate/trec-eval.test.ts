// Compares every line of trec_eval's own expected outputs, to all printed digits.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readGrades } from '../collections/grades.ts'
import { dataPath, describeWithData } from '../../test/support/data.ts'
import { parseMeasures } from './measures/parse.ts'
import { readRun } from './run-file.ts'
import { combine, scoreQueries, type QueryValues, type ScoreOptions } from './score.ts'

/** Lines that are not measures: the run's name, and a picture of its first ten documents. */
const NO_MEASURES = ['relstring', 'runid']

interface Golden {
  output: string
  run: string
  options: ScoreOptions
  lines: number
}

// As in QUICKTEST_COMMANDS.txt: -c includes missing queries, -M100 considers a hundred documents.
const GOLDEN: Golden[] = [
  { output: 'out.test', run: 'results.test', options: { missingQueries: 'skip' }, lines: 29 },
  { output: 'out.test.a', run: 'results.test', options: { missingQueries: 'skip' }, lines: 98 },
  { output: 'out.test.aq', run: 'results.test', options: { missingQueries: 'skip' }, lines: 383 },
  { output: 'out.test.aqc', run: 'results.trunc', options: { missingQueries: 'zero' }, lines: 383 },
  { output: 'out.test.aqcM', run: 'results.trunc', options: { missingQueries: 'zero', depth: 100 }, lines: 383 },
]

async function evaluated({ run, options }: Golden) {
  const measures = parseMeasures('all_trec')
  const grades = await readGrades([dataPath('trec_eval', 'qrels.test')])
  const queries: QueryValues[] = []
  for await (const each of scoreQueries(readRun(dataPath('trec_eval', run)), grades, measures, options)) {
    queries.push(each)
  }
  /** Returns the value of a measure by its trec_eval name, for one query or all. */
  return (name: string, query: string): number => {
    const [measure] = parseMeasures(name)
    const index = measures.findIndex((each) => each.name === measure?.name)
    const found = measures[index]
    if (found === undefined) throw new Error(`${name} is not in all_trec`)
    if (query === 'all')
      return combine(
        found,
        queries.map(({ values }) => values[index] as number),
      )
    return queries.find((each) => each.query === query)?.values[index] ?? NaN
  }
}

/** Returns the fields of each line of an output that is a measure. */
function linesOf(output: string): { name: string; query: string; value: string }[] {
  return readFileSync(dataPath('trec_eval', output), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t').map((field) => field.trim()))
    .map(([name = '', query = '', value = '']) => ({ name, query, value }))
    .filter(({ name }) => !NO_MEASURES.includes(name))
}

describeWithData('trec_eval', 'outputs of trec_eval', () => {
  it.each(GOLDEN)('$output', async (golden) => {
    const valueOf = await evaluated(golden)
    const lines = linesOf(golden.output)
    expect(lines).toHaveLength(golden.lines)
    const printed = lines.map(({ name, query, value }) => {
      const number = valueOf(name, query)
      return { name, query, value: value.includes('.') ? number.toFixed(4) : String(number) }
    })
    expect(printed).toEqual(lines)
  })
})
