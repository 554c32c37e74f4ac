// Evaluates a retriever on the test collections that a user names: opens them all, then measures one after another.
import type { Hooks } from '../../base/hooks.ts'
import { openCollection, type OpenedCollection } from '../../collections/open.ts'
import { UsageError } from '../../base/errors.ts'
import { warnOfDepth } from '../../evaluate/depth.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { flagOf, readOptions } from '../../options/options.ts'
import { unspacedQueries } from '../../search/bm25/unspaced.ts'
import { idleOptions } from '../../search/options.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import { depthsOf, EVAL_OPTIONS, measuresOf, type EvalInput, type EvalValues } from './options.ts'
import { evaluateIn } from './measure.ts'
import type { EvaluationReport } from './report.ts'
import { assertDocumentIds, assertQueryIds } from './run-ids.ts'
import { assertWritableRuns, runPaths } from './run-paths.ts'
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

/** @throws UsageError with all options that have no effect on this retriever, or without others */
export function assertUsed(spec: string, input: EvalInput): void {
  const ofSuite = input.suite === undefined ? SUITE_ONLY.filter((name) => input[name] !== undefined) : []
  const faults = [
    ...idleOptions(spec, input),
    ...(input.rerankDepth !== undefined && input.rerank === undefined
      ? ['--rerank-depth: no effect without --rerank']
      : []),
    ...(ofSuite.length > 0 ? [`${ofSuite.map(flagOf).join(', ')}: no effect without --suite`] : []),
  ]
  if (faults.length > 0) throw new UsageError(faults.join('; '), { hint: 'Remove the options without effect.' })
}

const SUITE_ONLY = ['root', 'mteb'] as const

/** @throws UsageError if one file of judgements would apply to several collections */
function assertOneQrels(paths: readonly string[], { qrels }: EvalValues): void {
  if (qrels === undefined || paths.length === 1) return
  throw new UsageError(`--qrels ${qrels}: one file of judgements for ${paths.length} collections`, {
    hint: 'Evaluate them one at a time.',
  })
}

export function noticeScripts(
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
    if (runPath !== undefined) await assertDocumentIds(collection, store, hooks.signal)
    return await evaluateIn({ store, system, collection, measures, values }, runPath, hooks)
  } finally {
    store.close()
  }
}
