// The options of runs over rows, put together from those of files, calls and methods.
import { EVIDENCE_FORMATS } from '../evidence/sink.ts'
import { CHECK_OPTIONS } from '../judging/options.ts'
import { ROW_OPTIONS } from '../rows/options.ts'
import type { MethodDefinition } from '../methods/definition.ts'
import { METHODS } from '../methods/index.ts'
import { STAGE_OPTIONS } from '../methods/options.ts'
import {
  choice,
  decimal,
  flag,
  integer,
  mergedSchemas,
  text,
  texts,
  type OptionSchema,
  type OptionSpec,
  type OptionValues,
} from '../options/options.ts'

/** Where rows come from and go to. */
export const FILE_OPTIONS = {
  out: text('ROWS', { help: 'where the rows go (.gz compresses, - is standard output)' }),
  report: text('DIR', { help: 'folder for the manifest and the lists of changes (default: beside --out)', rare: true }),
  format: ROW_OPTIONS.format,
  ledger: text('FILE', { help: 'store of replies (default: .winnow/ledger.db beside --out)' }),
  onBadRow: ROW_OPTIONS.onBadRow,
  writeEvidence: choice(EVIDENCE_FORMATS, {
    help: 'also write what every reply says of every passage, to OUT.evidence.parquet or OUT.evidence.jsonl',
    default: undefined,
  }),
}

/** How models are called and what they may cost. */
export const CALL_OPTIONS = {
  limit: integer('N', { help: 'go through the first N rows only', default: undefined, min: 1 }),
  dryRun: flag({ help: 'print one prompt a stage and an estimate; send nothing, write nothing' }),
  maxUsd: decimal('USD', {
    help: 'hard cap on what this run may cost, over all its starts',
    default: undefined,
    min: 0,
  }),
  price: texts('IN/OUT', {
    help: 'US dollars per million tokens for models that Winnow has no price of; MODEL=IN/OUT for one',
  }),
  concurrency: integer('N', { help: 'calls in flight at most, per endpoint', default: 32, min: 1, max: 4096 }),
  maxRetries: integer('N', { help: 'further attempts after a failed one', default: 8, min: 0, max: 100, rare: true }),
  timeout: decimal('SECONDS', {
    help: 'how long one attempt may take',
    default: 120,
    min: 0.001,
    max: 86_400,
    rare: true,
  }),
  pilot: integer('N', {
    help: 'ask about N rows first and tell what they show; 0 for none (default: 100 where there are more than 1,000)',
    default: undefined,
    min: 0,
  }),
  noStop: flag({ help: 'go on after the pilot whatever it shows' }),
  ...CHECK_OPTIONS,
  yes: flag({ help: 'download a model of the kind gguf:hf:… without asking', rare: true }),
  retryUndecided: flag({ help: 'ask once more about rows that could not be read', rare: true }),
}

export const EVIDENCE_OPTION = text('FILE', {
  help: 'take the evidence from a file that --write-evidence wrote, without any ledger',
})

/** Every option of a run of a method. */
export function runOptions(definition: MethodDefinition) {
  const { gatherOptions, policyOptions, afterPolicy } = definition
  return { ...FILE_OPTIONS, ...gatherOptions, ...policyOptions, ...afterPolicy?.options, ...CALL_OPTIONS }
}

/** The options that decide what is done about evidence: the policies of all methods, and what may be given anew. */
export const POLICY_OPTIONS: OptionSchema = {
  ...mergedSchemas(Object.fromEntries(METHODS.map(({ name, policyOptions }) => [name, policyOptions]))),
  ...Object.fromEntries(METHODS.flatMap(redecidedOptions)),
  beyond: text('keep|drop', {
    help: 'negatives beyond --max-passages (default: as when they were gathered)',
    rare: true,
  }),
}

function redecidedOptions({ name, redecided: names, gatherOptions }: MethodDefinition): [string, OptionSpec][] {
  return names.map((option) => {
    const spec = gatherOptions[option] as OptionSpec
    return [option, { ...spec, default: undefined, help: `${name}: ${spec.help} (default: as when it was gathered)` }]
  })
}

/** Every option that `apply` takes: files, the run, and the policies of all methods. */
export const APPLY_OPTIONS = {
  ...FILE_OPTIONS,
  limit: CALL_OPTIONS.limit,
  run: text('ID', { help: 'the run whose evidence counts (default: the only one for this input)' }),
  evidence: EVIDENCE_OPTION,
  ...POLICY_OPTIONS,
  ...STAGE_OPTIONS,
}

export type FileValues = OptionValues<typeof FILE_OPTIONS>
export type CallValues = OptionValues<typeof CALL_OPTIONS>
