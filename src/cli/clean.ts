// winnow clean: find false negatives and relabel or remove them.
import { CLEANING_METHODS } from '../methods/index.ts'
import { choice, mergedSchemas, readOptions } from '../options/options.ts'
import { clean, planClean } from '../run/clean.ts'
import { runOptions, type RunHooks } from '../run/job.ts'
import type { Manifest } from '../run/manifest.ts'
import type { CommandSpec, ShellOptions } from './command.ts'
import { printEstimate } from './estimate.ts'
import { onInterrupt } from './interrupt.ts'
import { pilotText } from './pilot.ts'
import { askUser, canAnswer } from './question.ts'
import { ProgressLine } from './progress.ts'
import { summaryOf } from './summary.ts'

const METHOD = {
  method: choice(
    CLEANING_METHODS.map(({ name }) => name),
    { help: CLEANING_METHODS.map(({ name, summary }) => `${name}: ${summary}`).join('; '), default: 'rlhn' },
  ),
}

export const cleanCommand: CommandSpec = {
  name: 'clean',
  arguments: '<rows>',
  summary: 'Finds false negatives in training rows with language models or a scorer and relabels or removes them.',
  example: [
    'winnow clean train.jsonl --out cleaned.jsonl --screen gpt-4o-mini --judge gpt-4o --limit 200 --dry-run',
    'winnow clean train.jsonl --out cleaned.jsonl --screen gpt-4o-mini --judge gpt-4o --max-usd 40',
    'winnow clean train.jsonl --out cleaned.jsonl --method arhn --judge Qwen/Qwen3-32B@http://localhost:8000/v1',
    'winnow clean train.jsonl --out cleaned.jsonl --method percpos --scorer hf:models/reranker',
    'winnow clean train.jsonl --out cleaned.jsonl --judge local',
  ].join('\n'),
  schema: {
    ...METHOD,
    ...mergedSchemas(Object.fromEntries(CLEANING_METHODS.map((method) => [method.name, runOptions(method)]))),
  },
  run: async ([rows = ''], { method = 'rlhn', ...options }, shell) => {
    const { method: name } = readOptions(METHOD, { method })
    if (options['dryRun'] === true) {
      return printEstimate(await planClean(rows, { ...options, method: name }), shell)
    }
    return report(shell, (hooks) => clean(rows, { ...options, method: name }, hooks), options['out'] === '-')
  },
}

/** Runs with a progress line and Ctrl-C handled, then prints the summary. Returns the exit code. */
export async function report(
  shell: ShellOptions,
  run: (hooks: RunHooks) => Promise<Manifest>,
  stdoutIsTaken: boolean,
): Promise<number> {
  const line = shell.quiet ? undefined : new ProgressLine()
  const say = (text: string) => (line ? line.note(text) : process.stderr.write(`${text}\n`))
  const notice = (sentence: string) => say(`note: ${sentence}`)
  const interrupt = onInterrupt(notice)
  try {
    const manifest = await run({
      signal: interrupt.signal,
      onProgress: (progress) => line?.show(progress),
      onNotice: notice,
      onPilot: (pilot) => say(pilotText(pilot)),
      onStep: (progress) => line?.showStep(progress),
      onDownload: (progress) => line?.showDownload(progress),
      ...(canAnswer() && { onQuestion: askUser }),
    })
    line?.done()
    if (shell.json && !stdoutIsTaken) process.stdout.write(`${JSON.stringify(manifest, undefined, 2)}\n`)
    else process.stderr.write(`${summaryOf(manifest)}\n`)
    return Object.keys(manifest.rows.undecidedReasons).length > 0 ? 1 : 0
  } finally {
    line?.done()
    interrupt.release()
  }
}
