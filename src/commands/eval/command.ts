// winnow eval: how good is a retriever, or a run, on a test collection?
import type { Hooks } from '../../base/hooks.ts'
import { UsageError } from '../../base/errors.ts'
import { readOptions } from '../../options/options.ts'
import { evaluate } from './evaluate.ts'
import { EVAL_OPTIONS, measuresOf, type EvalInput } from './options.ts'
import { meansOver, type EvaluationReport } from './report.ts'
import { evaluateRun } from './run.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { evaluationPage } from './page.ts'
import { onInterrupt } from '../../terminal/interrupt.ts'
import { terminal } from '../../terminal/page.ts'
import { ProgressLine } from '../../terminal/progress.ts'
import { askUser, canAnswer } from '../../terminal/question.ts'

export const evalCommand: CommandSpec = {
  name: 'eval',
  arguments: '[retriever-and-collections...]',
  summary: 'Measures a retriever on test collections, or a run against judgements, as trec_eval does.',
  example: [
    'winnow eval bm25 data/scifact --split test',
    'winnow eval bm25 data/scifact data/cranfield --measures "nDCG@10 AP@1000" --run-out "runs/{collection}.trec"',
    'winnow eval --run run.trec --qrels data/scifact/qrels/test.tsv --per-query --json',
    'winnow eval --run run.trec data/scifact',
  ].join('\n'),
  schema: EVAL_OPTIONS,
  run: async (args, options, shell) => {
    const values = readOptions(EVAL_OPTIONS, options)
    const line = shell.quiet ? undefined : new ProgressLine()
    const notice = (sentence: string) =>
      line ? line.note(`note: ${sentence}`) : process.stderr.write(`note: ${sentence}\n`)
    const interrupt = onInterrupt(notice)
    try {
      const reports = await reportsOf(args, options, values.run, {
        signal: interrupt.signal,
        onNotice: notice,
        ...(line && {
          onProgress: (progress) => line.showStep(progress),
          onDownload: (progress) => line.showDownload(progress),
        }),
        ...(canAnswer() && { onQuestion: askUser }),
      })
      line?.done()
      const means = meansOver(reports, measuresOf(values))
      process.stdout.write(
        shell.json
          ? `${JSON.stringify(documentOf(reports, means, values.perQuery), undefined, 2)}\n`
          : `${evaluationPage(reports, means, values.perQuery, terminal()).join('\n')}\n`,
      )
      return 0
    } finally {
      line?.done()
      interrupt.release()
    }
  },
}

async function reportsOf(
  args: string[],
  options: EvalInput,
  run: string | undefined,
  hooks: Hooks,
): Promise<EvaluationReport[]> {
  if (run !== undefined) {
    if (args.length > 1) throw new UsageError(`--run takes one collection, found ${args.join(', ')}`)
    return [await evaluateRun(run, args[0], options, hooks)]
  }
  const [retriever, ...collections] = args
  if (retriever === undefined || collections.length === 0) {
    throw new UsageError('name a retriever and a collection, or a run with --run FILE', {
      hint: 'As in: winnow eval bm25 data/scifact. A retriever is bm25, hf:MODEL, MODEL@BASE_URL, or several joined by +.',
    })
  }
  return evaluate(retriever, collections, options, hooks)
}

/** One collection is the document itself; of several the document has the means, and a list. */
function documentOf(reports: EvaluationReport[], means: Record<string, number>, withQueries: boolean): object {
  const parts = reports.map(({ measures, queries, perQuery, ...rest }) => ({
    measures,
    queries,
    ...rest,
    ...(withQueries && { perQuery }),
  }))
  return parts.length === 1 ? (parts[0] as object) : { measures: means, collections: parts }
}
