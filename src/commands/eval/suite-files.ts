// Writes the results of a suite as mteb does: TASK.json for each task, and for each that is made of parts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writing } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { mtebResult } from '../../evaluate/mteb.ts'
import { meanOf } from '../../statistics/mean.ts'
import type { SetReport, SuiteReport } from './suite.ts'

/** @throws UsageError if the folder cannot be written to */
export async function writeMtebResults(folder: string, { suite, sets, wholes }: SuiteReport): Promise<void> {
  const files = new Map(sets.map((each) => [each.set.task, resultOf(each)]))
  for (const { task, parts } of suite.wholes.filter(({ name }) => wholes.has(name))) {
    files.set(
      task,
      wholeOf(
        task,
        sets.filter(({ set }) => parts.includes(set.name)),
      ),
    )
  }
  await writing(folder, () => {
    mkdirSync(folder, { recursive: true })
    for (const [task, result] of files) {
      writeFileSync(join(folder, `${task}.json`), `${JSON.stringify(result, undefined, 2)}\n`)
    }
  })
}

function resultOf({ set, report, seconds, measuredAt, corpus }: SetReport): object {
  return mtebResult({
    task: set.task,
    split: splitOf(report.split, set.name),
    language: set.language,
    revision: corpus,
    mainMeasure: set.measure,
    measures: report.measures,
    seconds,
    measuredAt,
  })
}

/** In a folder of all sets, a split is named after each; in mteb, those of NanoBEIR have the split `train` alone. */
const splitOf = (split: string, name: string) => (split === name ? 'train' : split || 'test')

/** Averages the parts. */
function wholeOf(task: string, parts: readonly SetReport[]): object {
  const [first] = parts as [SetReport, ...SetReport[]]
  const names = Object.keys(first.report.measures)
  const mean = (measure: string) => meanOf(parts.map(({ report }) => report.measures[measure] ?? 0))
  return mtebResult({
    task,
    split: first.report.split || 'test',
    language: first.set.language,
    revision: sha256(parts.map(({ corpus }) => corpus).join(' ')),
    mainMeasure: first.set.measure,
    measures: Object.fromEntries(names.map((measure) => [measure, mean(measure)])),
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    measuredAt: Math.max(...parts.map(({ measuredAt }) => measuredAt)),
  })
}
