// Evaluates one system on one collection whose documents are there: searches, reranks, scores, and writes the run.
import type { Hooks } from '../../base/hooks.ts'
import { warnOfMissing } from '../../collections/grades.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import { evaluateResults, type Evaluation } from '../../evaluate/evaluation.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import type { QueryResults } from '../../evaluate/ranked.ts'
import { openRunWriter } from '../../evaluate/run-writer.ts'
import { rerankBy } from '../../search/rerank.ts'
import type { DocumentStore, Searcher } from '../../search/retriever.ts'
import { depthsOf, type EvalValues } from './options.ts'
import { reportOf, withFirstStage, type EvaluationReport } from './report.ts'
import { firstOf, kept, rerankAll, searchAll, written, type Results } from '../../evaluate/search.ts'
import type { System } from './system.ts'

export interface Measuring {
  store: DocumentStore
  system: System
  collection: OpenedCollection
  measures: readonly Measure[]
  values: EvalValues
}

export async function evaluateIn(
  measuring: Measuring,
  runPath: string | undefined,
  hooks: Hooks,
): Promise<EvaluationReport> {
  const { store, system, collection } = measuring
  if (hooks.onNotice) {
    await warnOfMissing(collection, 'document', (id) => store.ordinalOf(id) !== undefined, hooks.onNotice)
  }
  const searcher = await system.retriever.open(store, hooks)
  try {
    return await measured(measuring, searcher, runPath, hooks)
  } finally {
    await searcher.close()
  }
}

async function measured(
  { store, system, collection, measures, values }: Measuring,
  searcher: Searcher,
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
