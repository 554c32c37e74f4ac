// The work of winnow eval: evaluates a retriever on collections, or a run.
import type { Hooks } from '../../base/hooks.ts'
import { UsageError } from '../../base/errors.ts'
import { readOptions } from '../../options/options.ts'
import type { Evaluation } from '../../evaluate/evaluation.ts'
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { evaluate } from './evaluate.ts'
import { EVAL_OPTIONS, measuresOf, type EvalInput } from './options.ts'
import { evaluationPage } from './page.ts'
import { averagedNames, meansOver, type EvaluationReport } from './report.ts'
import { evaluateRun } from './run.ts'
import { writeMtebResults } from './suite-files.ts'
import { shown, suitePage } from './suite-page.ts'
import { evaluateSuite, type SuiteReport } from './suite.ts'

export const work: Work = async (args, options, shell) => {
  const values = readOptions(EVAL_OPTIONS, options)
  const { suite, perQuery, mteb } = values
  if (suite !== undefined) {
    const report = await withShell(shell, (hooks) => evaluateSuite(suite, retrieverFor(suite, args), options, hooks))
    if (mteb !== undefined) await writeMtebResults(mteb, report)
    await printReport(shell, suiteDocument(report, perQuery), () => suitePage(report, perQuery, terminal()))
    return 0
  }
  const reports = await withShell(shell, (hooks) => reportsOf(args, options, values.run, hooks))
  const means = meansOver(reports, averagedNames(measuresOf(values)))
  await printReport(shell, documentOf(reports, means, perQuery), () =>
    evaluationPage(reports, means, perQuery, terminal()),
  )
  return 0
}

/** @throws UsageError unless the arguments are a retriever alone */
function retrieverFor(suite: string, args: string[]): string {
  const [retriever, ...collections] = args
  if (retriever !== undefined && collections.length === 0) return retriever
  const problem =
    retriever === undefined ? 'give a retriever' : `--suite finds its collections, got ${collections.join(', ')}`
  throw new UsageError(problem, { hint: `Example: winnow eval bm25 --suite ${suite} --root data.` })
}

async function reportsOf(
  args: string[],
  options: EvalInput,
  run: string | undefined,
  hooks: Hooks,
): Promise<EvaluationReport[]> {
  if (run !== undefined) {
    if (args.length > 1) throw new UsageError(`--run takes one collection, got ${args.join(', ')}`)
    return [await evaluateRun(run, args[0], options, hooks)]
  }
  const [retriever, ...collections] = args
  if (retriever === undefined || collections.length === 0) {
    throw new UsageError('give a retriever and a collection, or a run with --run FILE', {
      hint: 'Example: winnow eval bm25 data/scifact. A retriever is bm25, hf:MODEL, MODEL@BASE_URL, or several joined by +.',
    })
  }
  return evaluate(retriever, collections, options, hooks)
}

/** Returns the JSON document: the report itself for one collection; the means and a list for several. */
function documentOf(reports: EvaluationReport[], means: Record<string, number>, withQueries: boolean): object {
  const parts = reports.map((report) => partOf(report, withQueries))
  return parts.length === 1 ? (parts[0] as object) : { measures: means, collections: parts }
}

function suiteDocument(report: SuiteReport, withQueries: boolean): object {
  const { suite, root, system, sets, missing, wholes, averages } = report
  return {
    suite: suite.title,
    root,
    system,
    averages: averages.map(({ value = null, ...rest }) => ({ ...rest, value })),
    wholes: Object.fromEntries(wholes),
    missing,
    collections: sets.map((each) => ({
      ...partOf(shown(each, report), withQueries),
      task: each.set.task,
      seconds: each.seconds,
      measuredAt: new Date(each.measuredAt).toISOString(),
    })),
  }
}

function partOf({ firstStage, ...report }: EvaluationReport, withQueries: boolean): object {
  const figures = <T extends Evaluation>({ measures, queries, perQuery, ...rest }: T) => ({
    measures,
    queries,
    ...rest,
    ...(withQueries && { perQuery }),
  })
  return { ...figures(report), ...(firstStage && { firstStage: figures(firstStage) }) }
}
