// winnow clean: find false negatives and relabel or remove them.
import { CLEANING_METHODS } from '../../methods/index.ts'
import { choice, mergedSchemas, readOptions } from '../../options/options.ts'
import { clean, planClean } from './clean.ts'
import { runOptions } from '../../job/job.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { report } from '../../terminal/job-report.ts'
import { printEstimate } from '../../terminal/summary/estimate.ts'

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
