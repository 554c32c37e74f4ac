// Evaluates a run file against judgements. Nothing is searched, so corpus and queries may be missing.
import type { Hooks } from '../../base/hooks.ts'
import { warnOfDepth } from '../../evaluate/depth.ts'
import { openJudgements } from '../../collections/open.ts'
import { UsageError } from '../../base/errors.ts'
import { evaluateResults } from '../../evaluate/evaluation.ts'
import { readRun } from '../../evaluate/run-file.ts'
import { flagOf, readOptions } from '../../options/options.ts'
import { RETRIEVER_OPTIONS } from '../../search/options.ts'
import { EVAL_OPTIONS, measuresOf, type EvalInput } from './options.ts'
import { reportOf, type EvaluationReport } from './report.ts'

/**
 * Evaluates a TREC run.
 * @param where a collection, or a file of judgements; not needed with the option `qrels`
 * @throws UsageError naming options, measures, judgements and lines of the run that cannot be used
 */
export async function evaluateRun(
  run: string,
  where: string | undefined,
  input: EvalInput = {},
  hooks: Hooks = {},
): Promise<EvaluationReport> {
  const values = readOptions(EVAL_OPTIONS, input)
  assertNoSearch(run, input)
  const measures = measuresOf(values)
  const place = where ?? values.qrels
  if (place === undefined) {
    throw new UsageError(`no judgements for the run ${run}`, {
      hint: 'Give a collection, or a file with --qrels FILE.',
    })
  }
  warnOfDepth(measures, values.depth ?? Infinity, hooks)
  const judgements = await openJudgements(place, { ...values, onWarning: hooks.onNotice })
  const evaluation = await evaluateResults(untilAborted(readRun(run), hooks.signal), judgements.grades, measures, {
    ...values,
    ignoreIdenticalIds: judgements.ignoresIdenticalIds,
  })
  if (evaluation.missingQueries === judgements.grades.size)
    throw nothingJudged(run, judgements.qrels, evaluation.unjudgedQueries)
  return reportOf(judgements, run, evaluation, { ...values, qrels: where === undefined ? undefined : values.qrels })
}

const ONLY_SEARCH = [
  'suite',
  'root',
  'mteb',
  'rerank',
  'rerankDepth',
  'runOut',
  ...Object.keys(RETRIEVER_OPTIONS),
] as (keyof EvalInput)[]

/** Refuses options that apply only to a search. */
function assertNoSearch(run: string, input: EvalInput): void {
  const given = ONLY_SEARCH.filter((name) => input[name] !== undefined)
  if (given.length === 0) return
  const flags = given.map(flagOf).join(', ')
  throw new UsageError(`${flags}: no effect, --run ${run} searches nothing`, {
    hint: 'Give a retriever instead of a run.',
  })
}

async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  for await (const item of items) {
    signal?.throwIfAborted()
    yield item
  }
}

function nothingJudged(run: string, qrels: string[], queries: number): UsageError {
  if (queries === 0) return new UsageError(`${run}: no results`)
  return new UsageError(`none of the ${queries} queries in ${run} is judged in ${qrels.join(', ')}`, {
    hint: 'Ids are compared as strings: check that both files hold the same queries and use the same ids.',
  })
}
