// What --batch and the options beside it say.
import { join } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import { shellWord } from '../../base/strings.ts'
import { NO_RESULTS } from '../../llm/batch/files.ts'
import type { BatchRecord } from '../../llm/ledger/batch-record.ts'
import { flagOf } from '../../options/options.ts'
import type { CallValues } from '../options.ts'

export interface BatchSettings {
  /** The most requests and estimated input tokens of a job, if fewer than the provider takes. */
  requests: number | undefined
  tokens: number | undefined
  /** Whether to wait for results. */
  waits: boolean
  pollMs: number
  /** Whether nothing comes unless someone has the requests answered. */
  isAnsweredByOthers: boolean
  /** Whether pilot and check are asked online. */
  isOnlineFirst: boolean
  /** The name of a job for people. */
  nameOf(id: string): string
  /** What to do about open jobs. */
  next(jobs: readonly Pick<BatchRecord, 'id' | 'model' | 'said'>[]): string
}

const FILES = 'files:'

/** Returns the folder of `--batch files:DIR`; undefined for a provider. @throws UsageError if it names none */
export function batchFolder(batch: string): string | undefined {
  if (!batch.startsWith(FILES)) return undefined
  const folder = batch.slice(FILES.length)
  if (folder === '') throw new UsageError('--batch files: names no folder', { hint: 'Give one: --batch files:jobs/' })
  return folder
}

/** Options that say how jobs are made. */
const ABOUT_JOBS = ['batchRequests', 'batchTokens', 'noWait', 'poll'] as const

/** @throws UsageError for options of batch jobs where none is asked for: each call would be paid in full */
export function assertBatched(
  options: { batch?: unknown } & Partial<Record<(typeof ABOUT_JOBS)[number], unknown>>,
): void {
  if (options.batch !== undefined) return
  const idle = ABOUT_JOBS.filter((name) => options[name] !== undefined && options[name] !== false)
  if (idle.length === 0) return
  throw new UsageError(`${idle.map(flagOf).join(', ')}: no effect without --batch`, {
    hint: 'Say whose batch jobs, such as --batch openai or --batch files:jobs/.',
  })
}

export function batchSettings(batch: string, values: CallValues): BatchSettings {
  const { batchRequests: requests, batchTokens: tokens, noWait, poll } = values
  const folder = batchFolder(batch)
  const common = { requests, tokens, pollMs: poll * 1000 }
  if (folder === undefined) {
    const next = () =>
      'Run the same command again, here or on another machine with this ledger: it goes on where it stopped.'
    return { ...common, waits: !noWait, isOnlineFirst: true, isAnsweredByOthers: false, nameOf: (id) => id, next }
  }
  const nameOf = (id: string) => join(folder, `${id}.jsonl`)
  const next = (jobs: readonly Pick<BatchRecord, 'id' | 'model' | 'said'>[]) => {
    const waiting = jobs.find(({ said }) => said === NO_RESULTS)
    if (waiting === undefined) return 'Run the same command again when that has changed.'
    const { id, model } = waiting
    const base = nameOf(id).replace(/\.jsonl$/, '')
    const [file, part, results] = ['.jsonl', '.part', '.results.jsonl'].map((ending) => shellWord(base + ending))
    return (
      `Have each answered, for example by vLLM, with the results beside it:\n` +
      `  vllm run-batch -i ${file} -o ${part} --model ${shellWord(model)} && mv ${part} ${results}\n` +
      `then run the same command again. It goes on with what is answered, and asks anew what is not.`
    )
  }
  return { ...common, waits: false, isOnlineFirst: false, isAnsweredByOthers: true, nameOf, next }
}
