// Evaluates a retriever on test collections: opens, searches, scores, and writes the run.
import type { Hooks } from '../../base/hooks.ts'
import { openCollection, type OpenedCollection } from '../../collections/open.ts'
import { warnOfMissing } from '../../collections/grades.ts'
import { UsageError } from '../../base/errors.ts'
import { evaluateResults, type Evaluation } from '../../evaluate/evaluation.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { QueryResults } from '../../evaluate/ranked.ts'
import { openRunWriter } from '../../evaluate/run-writer.ts'
import { readOptions } from '../../options/options.ts'
import { unspacedQueries } from '../../search/bm25/unspaced.ts'
import { idleOptions } from '../../search/options.ts'
import { rerankBy } from '../../search/rerank.ts'
import type { DocumentStore, Searcher } from '../../search/retriever.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import { depthsOf, EVAL_OPTIONS, measuresOf, type EvalInput, type EvalValues } from './options.ts'
import { reportOf, warnOfDepth, withFirstStage, type EvaluationReport } from './report.ts'
import { assertDocumentIds, assertQueryIds } from './run-ids.ts'
import { assertWritableRuns, runPaths } from './run-paths.ts'
import { firstOf, kept, rerankAll, searchAll, written } from './search.ts'
import { openSystem, type System } from './system.ts'

/**
 * Evaluates a retriever on one or several collections, one after another.
 * @param spec such as `bm25`, `hf:PATH`, `bm25+hf:PATH`
 * @throws UsageError naming options, measures, files and lines that cannot be used; CallError or StopRun if a model's server fails
 */
export async function evaluate(
  spec: string,
  paths: readonly string[],
  input: EvalInput = {},
  hooks: Hooks = {},
): Promise<EvaluationReport[]> {
  const values = readOptions(EVAL_OPTIONS, input)
  assertUsed(spec, input)
  const measures = measuresOf(values)
  assertOneQrels(paths, values)
  warnOfDepth(measures, depthsOf(values).reported, hooks)
  const collections: OpenedCollection[] = []
  // All are opened first, so that a mistake in the last one is reported before any search.
  for (const path of paths) collections.push(await openCollection(path, { ...values, onWarning: hooks.onNotice }))
  const runs = runPaths(collections, values)
  await assertWritableRuns(runs, collections)
  if (values.runOut !== undefined) assertQueryIds(collections)
  noticeScripts(spec, values, collections, hooks)
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

/** @throws UsageError with all options that have no effect on this retriever */
function assertUsed(spec: string, input: EvalInput): void {
  const depth = input.rerankDepth !== undefined && input.rerank === undefined
  const faults = [...idleOptions(spec, input), ...(depth ? ['--rerank-depth: no effect without --rerank'] : [])]
  if (faults.length > 0) throw new UsageError(faults.join('; '), { hint: 'Remove the options without effect.' })
}

/** @throws UsageError if one file of judgements would apply to several collections */
function assertOneQrels(paths: readonly string[], { qrels }: EvalValues): void {
  if (qrels === undefined || paths.length === 1) return
  throw new UsageError(`--qrels ${qrels}: one file of judgements for ${paths.length} collections`, {
    hint: 'Evaluate them one at a time.',
  })
}

function noticeScripts(
  spec: string,
  { tokenizer }: EvalValues,
  collections: readonly OpenedCollection[],
  { onNotice }: Hooks,
): void {
  const queries = unspacedQueries(spec, tokenizer)
  for (const { text } of collections.flatMap((each) => each.queries)) queries.add(text)
  const notice = queries.notice()
  if (notice !== undefined) onNotice?.(notice)
}

async function evaluateOn(
  collection: OpenedCollection,
  system: System,
  measures: readonly Measure[],
  runPath: string | undefined,
  values: EvalValues,
  hooks: Hooks,
): Promise<EvaluationReport> {
  const store = await openDocumentStore(collection.corpus, values.index, hooks)
  try {
    if (hooks.onNotice) {
      await warnOfMissing(collection, 'document', (id) => store.ordinalOf(id) !== undefined, hooks.onNotice)
    }
    if (runPath !== undefined) await assertDocumentIds(collection, store, hooks.signal)
    const searcher = await system.retriever.open(store, hooks)
    try {
      return await measured({ searcher, store, system, collection, measures, values }, runPath, hooks)
    } finally {
      await searcher.close()
    }
  } finally {
    store.close()
  }
}

interface Measuring {
  searcher: Searcher
  store: DocumentStore
  system: System
  collection: OpenedCollection
  measures: readonly Measure[]
  values: EvalValues
}

async function measured(
  { searcher, store, system, collection, measures, values }: Measuring,
  runPath: string | undefined,
  hooks: Hooks,
): Promise<EvaluationReport> {
  const { name, scorer, retriever } = system
  const { retrieved, reported } = depthsOf(values)
  const evaluated = (results: Results) => evaluateResults(results, collection.grades, measures, values)
  if (scorer === undefined) {
    const results = searchAll(searcher, collection, retrieved, hooks)
    return reportOf(collection, name, await throughRun(results, runPath, name, evaluated), values)
  }
  const first: QueryResults[] = []
  // One line of progress at a time: searching takes little beside reranking.
  const found = kept(searchAll(searcher, collection, retrieved, { ...hooks, onProgress: undefined }), first)
  const reranked = firstOf(rerankAll(found, rerankBy(scorer, store), collection, hooks), reported)
  const report = reportOf(collection, name, await throughRun(reranked, runPath, name, evaluated), values)
  return withFirstStage(report, { system: retriever.name, depth: retrieved, ...(await evaluated(first)) })
}

type Results = AsyncIterable<QueryResults> | Iterable<QueryResults>

/** Evaluates results, and writes them as a run if there is a path for one. */
async function throughRun(
  results: AsyncIterable<QueryResults>,
  runPath: string | undefined,
  name: string,
  evaluated: (results: AsyncIterable<QueryResults>) => Promise<Evaluation>,
): Promise<Evaluation> {
  if (runPath === undefined) return evaluated(results)
  const writer = await openRunWriter(runPath, name)
  try {
    const evaluation = await evaluated(written(results, writer))
    await writer.commit()
    return evaluation
  } catch (error) {
    await writer.abort()
    throw error
  }
}
