// A job ready to run: options checked, models opened, the whole input read once.
import type { JobHooks } from './hooks.ts'
import { UsageError } from '../base/errors.ts'
import type { MethodDefinition, MethodPlan } from '../methods/definition.ts'
import { METHODS, type MethodOptions } from '../methods/index.ts'
import { flagOf, readOptions, type OptionInput, type OptionSchema } from '../options/options.ts'
import type { KnownPositives } from '../rows/known.ts'
import type { Row } from '../rows/row.ts'
import type { GROWTH_OPTIONS, GrowthValues } from './growth/options.ts'
import { openInput, type Input } from '../rows/input.ts'
import { openModels, type Models } from './models.ts'
import { runOptions, type CALL_OPTIONS, type CallValues, type FILE_OPTIONS, type FileValues } from './options.ts'
import { assertRefill, type RefillValues } from './refill.ts'
import { scan, type Scan } from '../rows/scan.ts'

/** A run that is asked for: by which command, over which rows (a path, or `-`), with which options of `runOptions`. */
export interface RunRequest {
  command: string
  input: string
  definition: MethodDefinition
  options: OptionInput<typeof FILE_OPTIONS> & OptionInput<typeof CALL_OPTIONS> & { corpus?: string | undefined }
}

/** What `clean` takes from a program; the same names, in camel case, as the flags. `method` defaults to `rlhn`. */
export type CleanOptions = OptionInput<typeof FILE_OPTIONS> &
  OptionInput<typeof CALL_OPTIONS> &
  MethodOptions & { method?: string | undefined }

/** What `grow` takes from a program; the same names, in camel case, as the flags. */
export type GrowOptions = OptionInput<typeof FILE_OPTIONS> &
  OptionInput<typeof CALL_OPTIONS> &
  OptionInput<typeof GROWTH_OPTIONS> &
  Partial<MethodOptions>

type RunValues = FileValues & CallValues & RefillValues & Partial<GrowthValues>

/** A run that is ready to start: options checked, models opened, the whole input read once. */
export interface MethodJob {
  command: string
  definition: MethodDefinition
  plan: MethodPlan
  /** Options as given, and with defaults. */
  given: Record<string, unknown>
  values: RunValues & Record<string, unknown>
  models: Models
  input: Input
  scan: Scan
  hooks: JobHooks
}

/** @throws UsageError when an option, a model or the input cannot be used. */
export async function openJob(
  { command, input: name, definition, options: given }: RunRequest,
  hooks: JobHooks,
  willSend: boolean,
): Promise<MethodJob> {
  const schema = runOptions(definition)
  assertOwn(definition, schema, given)
  const values = readOptions(schema, given) as MethodJob['values']
  assertRefill(values)
  const plan = definition.plan(values)
  const models = await openModels(plan, values, hooks, willSend)
  for (const notice of plan.noticesOf?.(models.identities) ?? []) hooks.onNotice?.(notice)
  const input = await openInput(name, values.format, hooks.signal, definition.adds)
  try {
    const refusal = (row: Row) => plan.refusal?.(row, models.named)
    const scanned = await scan(input, { ...values, ...(plan.refusal && { refusal }) }, hooks.signal)
    noticeUnused(scanned.known, values.known, name, hooks)
    return { command, definition, plan, given, values, models, input, scan: scanned, hooks }
  } catch (error) {
    await input.close()
    throw error
  }
}

/** Qrels name queries by id: rows without ids of their own, as BGE rows are, match none of them. */
export function noticeUnused(known: KnownPositives, qrels: string | undefined, rows: string, hooks: JobHooks): void {
  if (qrels === undefined || known.judgedRows > 0) return
  hooks.onNotice?.(`--known ${qrels}: no row of ${rows} has the id of a query in it, so nothing is known from it`)
}

/** @throws UsageError naming the options that another method has and this one has not */
function assertOwn({ name }: MethodDefinition, schema: OptionSchema, given: Record<string, unknown>): void {
  const foreign = Object.keys(given).filter((option) => given[option] !== undefined && !(option in schema))
  const others = METHODS.flatMap(({ gatherOptions, policyOptions }) =>
    Object.keys({ ...gatherOptions, ...policyOptions }),
  )
  const flags = foreign.filter((option) => others.includes(option)).map(flagOf)
  if (flags.length > 0) throw new UsageError(`${flags.join(', ')}: not for the method ${name}`)
}
