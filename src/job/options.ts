// The options of runs over rows, assembled from those of files, calls and methods.
import { EVIDENCE_OPTION } from '../evidence/option.ts'
import { EVIDENCE_FORMATS } from '../evidence/sink.ts'
import { CHECK_OPTIONS } from '../judging/options.ts'
import { ROW_OPTIONS } from '../rows/options.ts'
import type { MethodDefinition } from '../method/definition.ts'
import { METHODS } from '../methods/index.ts'
import { SHARD_OPTION } from './gather/shard.ts'
import { SCORE_OPTIONS } from './scores.ts'
import { STAGE_OPTIONS } from '../method/options.ts'
import { TRAINER_OPTION } from '../trainers/options.ts'
import {
  choice,
  decimal,
  flag,
  integer,
  LEDGER,
  text,
  texts,
  type OptionSchema,
  type OptionSpec,
  type OptionValues,
} from '../options/options.ts'
import { HTML_OPTION } from '../options/html-option.ts'
import { mergedSchemas } from '../options/merged.ts'
import { HUMAN_OPTIONS } from '../policy/human.ts'

/** Options for where rows come from and are written. */
export const FILE_OPTIONS = {
  out: text('ROWS', {
    help: 'output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet files, - standard output)',
  }),
  report: text('DIR', {
    help: 'folder for the manifest and the lists of changes (default: next to --out)',
    rare: true,
  }),
  format: ROW_OPTIONS.format,
  to: ROW_OPTIONS.to,
  ledger: text(LEDGER, {
    help: 'database of model replies, or postgres://HOST/DATABASE (default: .winnow/ledger.db next to --out)',
  }),
  onBadRow: ROW_OPTIONS.onBadRow,
  html: HTML_OPTION,
  writeEvidence: choice(EVIDENCE_FORMATS, {
    help: 'also write the evidence for every passage to OUT.evidence.parquet or OUT.evidence.jsonl',
    default: undefined,
  }),
  trainer: TRAINER_OPTION,
}

/** Options for how models are called and what they may cost. */
export const CALL_OPTIONS = {
  limit: integer('N', { help: 'process only the first N rows', default: undefined, min: 1 }),
  dryRun: flag({ help: 'print one prompt per stage and a cost estimate; send nothing, write nothing' }),
  maxUsd: decimal('USD', {
    help: 'hard cap on the cost of this run, including earlier attempts',
    default: undefined,
    min: 0,
  }),
  price: texts('IN/OUT', {
    help: 'US dollars per million tokens, for models without a built-in price; MODEL=IN/OUT sets one model',
  }),
  concurrency: integer('N', {
    help: 'maximum concurrent calls per endpoint (default: 32, or as many as a llama.cpp server has slots)',
    default: undefined,
    min: 1,
    max: 4096,
  }),
  maxRetries: integer('N', { help: 'maximum retries of a failed call', default: 8, min: 0, max: 100, rare: true }),
  timeout: decimal('SECONDS', {
    help: 'timeout of a first attempt; each repetition after a timeout gets twice the time, up to 8 times',
    default: 120,
    min: 0.001,
    max: 86_400,
    rare: true,
  }),
  pilot: integer('N', {
    help: 'process N rows first and report the findings; 0 to disable (default: 100 for files of more than 1,000 rows)',
    default: undefined,
    min: 0,
  }),
  noStop: flag({ help: 'continue after the pilot even if it advises stopping' }),
  shard: SHARD_OPTION,
  ...CHECK_OPTIONS,
  batch: text('PROVIDER', {
    help: 'ask by batch jobs of openai, azure, anthropic, gemini, mistral, together or openrouter, or by files:DIR',
  }),
  batchRequests: integer('N', {
    help: 'most requests of a batch job (default: as many as the provider takes; 250 at azure)',
    default: undefined,
    min: 1,
    rare: true,
  }),
  batchTokens: integer('N', {
    help: 'most input tokens of a batch job, estimated',
    default: undefined,
    min: 1,
    rare: true,
  }),
  noWait: flag({ help: 'submit the batch jobs and end with exit code 3', rare: true }),
  poll: decimal('SECONDS', {
    help: 'longest pause between two looks at batch jobs',
    default: 60,
    min: 0.01,
    max: 86_400,
    rare: true,
  }),
  serviceTier: text('TIER', {
    help: "the server's service tier, such as flex or priority; give its prices with --price",
    rare: true,
  }),
  threads: integer('N', {
    help: 'processor threads of a gguf: model without a GPU (default: the physical cores)',
    default: undefined,
    min: 1,
    max: 1024,
    rare: true,
  }),
  yes: flag({ help: 'download gguf:hf:… models without asking', rare: true }),
  retryUndecided: flag({ help: 'retry rows whose replies were unreadable', rare: true }),
}

/** Returns every option of a run of a method. */
export function runOptions(definition: MethodDefinition) {
  const { gatherOptions, policyOptions, afterPolicy, scales } = definition
  return {
    ...FILE_OPTIONS,
    ...gatherOptions,
    ...policyOptions,
    ...afterPolicy?.options,
    ...(scales && SCORE_OPTIONS),
    ...CALL_OPTIONS,
  }
}

/** The options that decide how evidence is used: the policy options of all methods, and the gather options that may be given again. */
export const POLICY_OPTIONS: OptionSchema = {
  ...mergedSchemas(Object.fromEntries(METHODS.map(({ name, policyOptions }) => [name, policyOptions]))),
  ...redecidedOptions(),
  ...HUMAN_OPTIONS,
  beyond: text('keep|drop', {
    help: 'negatives beyond --max-passages (default: as in the run)',
    rare: true,
  }),
}

function redecidedOptions(): OptionSchema {
  const schemas = METHODS.map(({ name, redecided, gatherOptions }) => {
    return [name, Object.fromEntries(redecided.map((option) => [option, gatherOptions[option] as OptionSpec]))] as const
  })
  const merged = Object.entries(mergedSchemas(Object.fromEntries(schemas)))
  return Object.fromEntries(merged.map(([name, spec]) => [name, asInTheRun(spec)]))
}

function asInTheRun(spec: OptionSpec): OptionSpec {
  const help = `${spec.help.replace(/ \(default: .*\)$/, '')} (default: as in the run)`
  return { ...spec, default: undefined, help }
}

/** Every option of `apply`: files, the run, and the policies of all methods. */
export const APPLY_OPTIONS = {
  ...FILE_OPTIONS,
  limit: CALL_OPTIONS.limit,
  run: text('ID', { help: 'run whose evidence to use (default: the only run on this input)' }),
  evidence: EVIDENCE_OPTION,
  ...POLICY_OPTIONS,
  ...STAGE_OPTIONS,
  ...SCORE_OPTIONS,
}

export type FileValues = OptionValues<typeof FILE_OPTIONS>
export type CallValues = OptionValues<typeof CALL_OPTIONS>
