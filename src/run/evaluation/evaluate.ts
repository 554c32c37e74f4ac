// Evaluates a retriever on test collections: opens, searches, scores, and writes the run.
import { openCollection, type OpenedCollection } from '../../collections/open.ts'
import { warnOfMissing } from '../../collections/grades.ts'
import { UsageError } from '../../errors.ts'
import { evaluateResults } from '../../evaluate/evaluation.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { openRunWriter } from '../../evaluate/run-writer.ts'
import { readOptions } from '../../options/options.ts'
import type { Searcher } from '../../retrieval/retriever.ts'
import { openDocumentStore } from '../../retrieval/store/document-store.ts'
import type { EvalHooks } from './hooks.ts'
import { DEFAULT_DEPTH, EVAL_OPTIONS, measuresOf, type EvalInput, type EvalValues } from './options.ts'
import { reportOf, warnOfDepth, type EvaluationReport } from './report.ts'
import { assertWritableRuns, runPaths } from './run-paths.ts'
import { searchAll, written } from './search.ts'
import { openSystem, type System } from './system.ts'

/**
 * Evaluates a retriever on one or several collections, one after another.
 * @param spec as in `bm25`, `hf:PATH`, `bm25+hf:PATH`
 * @throws UsageError naming options, measures, files and lines that cannot be used; CallError or StopRun when a model's server fails
 */
export async function evaluate(
  spec: string,
  paths: readonly string[],
  input: EvalInput = {},
  hooks: EvalHooks = {},
): Promise<EvaluationReport[]> {
  const values = readOptions(EVAL_OPTIONS, input)
  const measures = measuresOf(values)
  assertOneQrels(paths, values)
  const rerankDepth = values.rerank === undefined ? Infinity : values.rerankDepth
  warnOfDepth(measures, Math.min(values.depth ?? DEFAULT_DEPTH, rerankDepth), hooks)
  const collections: OpenedCollection[] = []
  // All of them first: a mistake in the last is told before anything is searched.
  for (const path of paths) collections.push(await openCollection(path, { ...values, onWarning: hooks.onNotice }))
  const runs = runPaths(collections, values)
  await assertWritableRuns(runs, collections)
  const system = await openSystem(spec, values, hooks)
  try {
    const reports: EvaluationReport[] = []
    for (const [index, collection] of collections.entries()) {
      reports.push(await evaluateOn(collection, system, measures, runs[index], values, hooks))
    }
    return reports
  } finally {
    await system.close()
  }
}

/** @throws UsageError when one file of judgements would be those of several collections */
function assertOneQrels(paths: readonly string[], { qrels }: EvalValues): void {
  if (qrels === undefined || paths.length === 1) return
  throw new UsageError(`--qrels ${qrels}: one file of judgements for ${paths.length} collections`, {
    hint: 'Evaluate them one at a time.',
  })
}

async function evaluateOn(
  collection: OpenedCollection,
  system: System,
  measures: readonly Measure[],
  runPath: string | undefined,
  values: EvalValues,
  hooks: EvalHooks,
): Promise<EvaluationReport> {
  const store = await openDocumentStore(collection.corpus, values.index, hooks)
  try {
    if (hooks.onNotice) {
      await warnOfMissing(collection, 'document', (id) => store.ordinalOf(id) !== undefined, hooks.onNotice)
    }
    const searcher = await system.open(store, hooks)
    try {
      const evaluation = await scoreSearches(searcher, collection, measures, runPath, system.name, values, hooks)
      return reportOf(collection, system.name, evaluation, values)
    } finally {
      await searcher.close()
    }
  } finally {
    store.close()
  }
}

async function scoreSearches(
  searcher: Searcher,
  collection: OpenedCollection,
  measures: readonly Measure[],
  runPath: string | undefined,
  name: string,
  values: EvalValues,
  hooks: EvalHooks,
) {
  const results = searchAll(searcher, collection, values.depth ?? DEFAULT_DEPTH, hooks)
  const score = (from: typeof results) => evaluateResults(from, collection.grades, measures, values)
  if (runPath === undefined) return score(results)
  const writer = await openRunWriter(runPath, name)
  try {
    const evaluation = await score(written(results, writer))
    await writer.commit()
    return evaluation
  } catch (error) {
    await writer.abort()
    throw error
  }
}
