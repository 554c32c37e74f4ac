// The options of plan: those of clean and grow, and what a plan needs besides.
import { CALL_OPTIONS, FILE_OPTIONS, runOptions } from '../../job/options.ts'
import { METHODS } from '../../methods/index.ts'
import {
  choice,
  decimal,
  flag,
  integer,
  MODEL,
  SCORER,
  texts,
  type OptionInput,
  type OptionSchema,
  type OptionSpec,
} from '../../options/options.ts'
import { mergedSchemas } from '../../options/merged.ts'

const BATCH: OptionSpec<string | true | undefined> = {
  ...CALL_OPTIONS.batch,
  help: 'also the price in batch, at this provider (default: the one that serves the models)',
  isValueOptional: true,
  kinds: [{ literal: 'true' }, ...CALL_OPTIONS.batch.kinds],
  read: (raw) => (raw === true ? true : CALL_OPTIONS.batch.read(raw)),
}

/** What a plan takes besides the options of the run that it plans. */
export const PLAN_ONLY_OPTIONS = {
  method: choice(
    METHODS.map(({ name }) => name),
    {
      help: `the method to plan: ${METHODS.map(({ name, summary }) => `${name}: ${summary}`).join('; ')}`,
      default: 'rlhn',
    },
  ),
  pilot: integer('N', {
    help: 'really ask about N rows spread over the files first, and measure with them; replies are kept in the ledger',
    default: 0,
    min: 0,
  }),
  batch: BATCH,
  papers: flag({ help: "recompute the costs of RLHN's seven datasets and compare them with its table" }),
  tokenizer: texts('[MODEL=]PATH', {
    help: 'tokenizer.json, the folder of a model that holds one, or hf://OWNER/NAME, to count tokens with',
  }),
  rpm: integer('N', { help: 'calls a minute that the provider allows for each model', default: undefined, min: 1 }),
  tpm: integer('N', { help: 'tokens a minute that the provider allows for each model', default: undefined, min: 1 }),
  tokensPerSecond: decimal('N', {
    help: 'tokens of prompts and replies together that a server of yours does a second, for hours of GPUs (default: as measured by --pilot)',
    default: undefined,
    min: 0.001,
  }),
  gpus: integer('N', { help: 'GPUs of that server', default: 1, min: 1 }),
  count: integer('N', {
    help: 'count the tokens of at most N rows; of more rows, N are drawn at random',
    default: 10_000,
    min: 100,
    rare: true,
  }),
}

const ofRuns = Object.entries(
  mergedSchemas(Object.fromEntries(METHODS.map((method) => [method.name, runOptions(method)]))),
)

const namesModel = ([, { value }]: [string, OptionSpec]) => value === MODEL || value === SCORER
const READ = ['format', 'ledger', 'onBadRow']
/** Only the run writes the others; they are taken, so that its command can be planned as it is. */
const isOfOutput = (name: string) => name in FILE_OPTIONS && !READ.includes(name)
const { method, ...ofPlan } = PLAN_ONLY_OPTIONS

/** What a plan is made from comes first, what only its run needs last. */
export const PLAN_OPTIONS: OptionSchema = {
  method,
  ...Object.fromEntries(ofRuns.filter(namesModel)),
  ...ofPlan,
  ...Object.fromEntries(ofRuns.filter(([name]) => !(name in PLAN_ONLY_OPTIONS) && !isOfOutput(name))),
  ...Object.fromEntries(
    ofRuns.filter(([name]) => isOfOutput(name)).map(([name, spec]) => [name, { ...spec, isRare: true }]),
  ),
}

export type PlanInput = OptionInput<typeof PLAN_ONLY_OPTIONS> & Record<string, unknown>
