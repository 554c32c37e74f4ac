// A job ready to run: options checked, models opened, the whole input read once.
import { definedIn } from '../base/defined.ts'
import { UsageError } from '../base/errors.ts'
import type { MethodDefinition, MethodPlan } from '../method/definition.ts'
import { METHODS, type MethodOptions } from '../methods/index.ts'
import type { HumanValues } from '../policy/human.ts'
import type { OwnPolicy } from '../policy/policy.ts'
import { flagOf, readOptions, type OptionInput, type OptionSchema } from '../options/options.ts'
import type { KnownPositives } from '../rows/known.ts'
import type { Row } from '../rows/row.ts'
import type { STAGE_OPTIONS, StageValues } from '../method/options.ts'
import { openInput, type Input } from '../rows/input.ts'
import { Draws } from './gather/calibrating.ts'
import { ShardRows } from './gather/shard.ts'
import type { JobHooks } from './hooks.ts'
import type { ProbeSample } from '../judging/canaries.ts'
import { openModels, type Models } from './models.ts'
import { probeSample } from './probe-sample.ts'
import { assertReplaced, programOf, type PolicyInput, type Program } from './program/program.ts'
import { runOptions, type CALL_OPTIONS, type CallValues, type FILE_OPTIONS, type FileValues } from './options.ts'
import { identifyRun, withoutCredentials, type RunIdentity } from './session.ts'
import { scoringOf, type SCORE_OPTIONS, type ScoreValues, type Scoring } from './scores.ts'
import { assertRefill, type RefillValues } from './stages/refill.ts'
import { decidingWith, type Decider, type StoredRun } from './stored/stored-run.ts'
import { scan, type Scan } from '../rows/scan.ts'

/** A request for a run: the command (default: one named after the method), the rows (a path, or `-`), and the options of `runOptions`. */
export interface RunRequest {
  command?: string
  input: string
  definition: MethodDefinition
  /** Further options of the command, by which it chose the method. */
  chosen?: Record<string, unknown>
  /** Replaces the policy of the method. */
  policy?: OwnPolicy | undefined
  options: OptionInput<typeof FILE_OPTIONS> & OptionInput<typeof CALL_OPTIONS> & { corpus?: string | undefined }
}

/** The options of `clean` for programs, named like the flags but in camel case. `method` defaults to `rlhn`. */
export type CleanOptions = OptionInput<typeof FILE_OPTIONS> &
  OptionInput<typeof CALL_OPTIONS> &
  OptionInput<typeof SCORE_OPTIONS> &
  Omit<MethodOptions, 'policy'> & { method?: string | undefined; policy?: PolicyInput | undefined }

/** The options of `grow` for programs, named like the flags but in camel case. */
export type GrowOptions = OptionInput<typeof FILE_OPTIONS> &
  OptionInput<typeof CALL_OPTIONS> &
  OptionInput<typeof STAGE_OPTIONS> &
  Omit<MethodOptions, 'policy'> & { policy?: OwnPolicy | undefined }

/** The options of every job, whatever its method. */
export type JobValues = FileValues &
  RefillValues &
  ScoreValues &
  Partial<StageValues & HumanValues> &
  Record<string, unknown>

type RunValues = JobValues & CallValues

/** A pass of a method over rows, the same for `clean`, `grow` and `apply`. Options are checked and the whole input is read once. */
export interface Job {
  command: string
  definition: MethodDefinition
  plan: MethodPlan
  /** Options with defaults. */
  values: JobValues
  /** The options that repeat the job, models without credentials. */
  recipe: Record<string, unknown>
  /** Parts that a program supplied, which a recipe cannot express. */
  program: Program
  input: Input
  scan: Scan
  /** Decides by the options. */
  deciding: Decider
  /** How passages are scored; undefined if no scores are to be written. */
  scoring: Scoring | undefined
  /** The run that the evidence belongs to; its limit is that of this pass. */
  run: StoredRun
  hooks: JobHooks
}

/** A job that can ask its models: one of `clean` or `grow`. */
export interface AskingJob extends Job {
  values: RunValues
  models: Models
  run: RunIdentity
  /** Rows to check the models with; undefined where they are not checked. */
  sample: ProbeSample | undefined
  /** Which rows a cascade has judged first; undefined without one. */
  draws: Draws | undefined
  /** The rows to ask about; undefined for all. */
  shard: ShardRows | undefined
}

/** Returns the number of rows to process, from the first. */
export const limitOf = ({ run }: Pick<Job, 'run'>): number => run.settings.limit ?? Infinity

/** Returns the number of rows that the job processes. */
export const rowsOf = (job: Pick<Job, 'run' | 'scan'>): number => Math.min(job.scan.rows, limitOf(job))

/** @throws UsageError if an option, a model or the input cannot be used */
export async function openJob(request: RunRequest, hooks: JobHooks, willSend: boolean): Promise<AskingJob> {
  const { input: name, definition, options: given, command = definition.name } = request
  const schema = runOptions(definition)
  assertOwn(definition, schema, given)
  assertReplaced(request.policy, Object.keys(definition.policyOptions), given)
  const program = programOf(request)
  const read = readOptions(schema, given)
  const chosen = definition.choose?.(read, request.policy !== undefined) ?? {}
  const values = { ...read, ...chosen } as RunValues
  assertRefill(values)
  const plan = definition.plan(values)
  const models = await openModels(plan, values, hooks, willSend)
  for (const notice of plan.noticesOf?.(models.identities) ?? []) hooks.onNotice?.(notice)
  const input = await openInput(name, values.format, hooks, definition.mayLackNegatives)
  try {
    const scoring = scoringOf(definition, values, input.format)
    const refusal = (row: Row) => plan.refusal?.(row, models.named)
    const sample = probeSample(definition, plan, models, values)
    const draws = plan.cascade && new Draws(plan.cascade)
    const shard = values.shard && new ShardRows(values.shard)
    const watched = {
      ...values,
      ...(plan.refusal && { refusal }),
      onRow: (row: Row) => {
        sample?.add(row)
        draws?.add(row)
        shard?.add(row)
      },
    }
    const scanned = await scan(input, watched, hooks.signal)
    noticeUnused(scanned.known, values.known, name, hooks)
    const run = identifyRun(definition, plan, scanned, models.identities, { ...given, ...chosen }, values.limit)
    const deciding = decidingWith(definition, values, values, request.policy)
    // Reports options that do not fit together before anything is asked.
    deciding.policy()
    const recipe = recipeOf(request)
    const asked = { command, definition, plan, values, recipe, program }
    return { ...asked, models, input, scan: scanned, deciding, scoring, run, sample, draws, shard, hooks }
  } catch (error) {
    await input.close()
    throw error
  }
}

/** Returns the options as given, models without credentials: enough to repeat the run. */
function recipeOf({ input, chosen, definition, options }: RunRequest): Record<string, unknown> {
  // What the last shard writes are all rows.
  const { shard: _shard, ...whole } = definedIn(options)
  return { rows: input, ...chosen, ...withoutCredentials(runOptions(definition), whole) }
}

/** Notes that qrels match no row. They name queries by id, so rows without ids of their own, such as BGE rows, match none. */
export function noticeUnused(known: KnownPositives, qrels: string | undefined, rows: string, hooks: JobHooks): void {
  if (qrels === undefined || known.judgedRows > 0) return
  hooks.onNotice?.(`--known ${qrels}: no row of ${rows} has the id of a query in it, so it has no effect`)
}

/** @throws UsageError naming the options that belong to another method */
function assertOwn({ name }: MethodDefinition, schema: OptionSchema, given: Record<string, unknown>): void {
  const foreign = Object.keys(given).filter((option) => given[option] !== undefined && !(option in schema))
  const others = METHODS.flatMap(({ gatherOptions, policyOptions }) =>
    Object.keys({ ...gatherOptions, ...policyOptions }),
  )
  const flags = foreign.filter((option) => others.includes(option)).map(flagOf)
  if (flags.length > 0) throw new UsageError(`${flags.join(', ')}: not an option of the method ${name}`)
}
