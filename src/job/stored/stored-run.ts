// A run made earlier, taken up again without its models: chosen, its options put together with those of now, and checked.
import type { OwnPolicy, Policy } from '../../policy/policy.ts'
import { UsageError } from '../../base/errors.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { RunRecord } from '../../llm/ledger/runs.ts'
import type { Figures, MethodDefinition, MethodPlan, Survey } from '../../methods/definition.ts'
import { METHODS } from '../../methods/index.ts'
import { flagOf, MODEL, readOptions, SCORER } from '../../options/options.ts'
import { FILE_OPTIONS } from '../options.ts'
import { assertReplaced, checkedPolicy } from '../program/program.ts'
import { runId, type RunSettings } from '../session.ts'

/** What must be known of a run to decide by its evidence. */
export interface StoredRun {
  id: string
  method: string
  settings: Pick<RunSettings, 'options' | 'identities' | 'limit'>
}

/** A run in the ledger, as it is needed to decide by it. */
export const storedRun = ({ id, method, settings }: RunRecord): StoredRun => ({
  id,
  method,
  settings: settings as unknown as RunSettings,
})

const knownMethod = (name: string) => METHODS.find((method) => method.name === name)

/** The method of a run. @throws UsageError for one that a program brought */
export function methodOf({ id, method }: Pick<StoredRun, 'id' | 'method'>): MethodDefinition {
  const known = knownMethod(method)
  if (known) return known
  const all = METHODS.map(({ name }) => name).join(', ')
  throw new UsageError(`run ${id} was made by the custom method "${method}"; built-in methods: ${all}`, {
    hint: 'Rerun that program to apply another policy; replies in the ledger are reused.',
  })
}

/**
 * The run over the input with this hash: the one that is named, or the only one there is.
 * @throws UsageError listing the runs when none is named and there are several
 */
export function chooseRun(ledger: Ledger, hash: string, input: string, id: string | undefined): RunRecord {
  const runs = ledger.runs.list(hash)
  if (id !== undefined) {
    const run = runs.find((candidate) => candidate.id === id)
    if (run) return run
    const other = ledger.runs.get(id)
    throw new UsageError(
      other
        ? `run ${id} is on another input: ${other.inputPath} at that time (SHA-256 ${short(other.inputHash)}), ` +
            `which differs from ${input} now (${short(hash)})`
        : `the ledger ${ledger.path} has no run ${id}`,
      { hint: listOf(runs) || 'List its runs with winnow ledger.' },
    )
  }
  const [run] = runs
  if (run === undefined) throw noRun(ledger, hash, input)
  if (runs.length === 1) return run
  throw new UsageError(`the ledger has ${runs.length} runs on ${input}; choose one with --run ID:\n${listOf(runs)}`)
}

function noRun(ledger: Ledger, hash: string, input: string): UsageError {
  const before = ledger.runs.list().find(({ inputPath }) => inputPath === input)
  const changed =
    before === undefined
      ? ''
      : `: the file has changed since run ${before.id} of ${day(before.updatedMs)} ` +
        `(SHA-256 ${short(before.inputHash)} then, ${short(hash)} now)`
  return new UsageError(`the ledger ${ledger.path} has no run on ${input} in its current state${changed}`, {
    hint: 'Run winnow clean or winnow grow on it first, or give another ledger with --ledger; winnow ledger lists the runs.',
  })
}

const DIGITS = 12
/** A hash as messages show it. */
export const short = (hash: string) => `${hash.slice(0, DIGITS)}…`
const day = (ms: number) => new Date(ms).toISOString().slice(0, 16)

function listOf(runs: RunRecord[]): string {
  return runs
    .map(({ id, method, settings, updatedMs, gathered }) => {
      const { identities, options } = settings as unknown as RunSettings
      const models = Object.entries(identities).map(([stage, model]) => `${stage} ${model}`)
      const others = Object.entries(options)
        .filter(([name]) => ![MODEL, SCORER].includes(knownMethod(method)?.gatherOptions[name]?.value ?? ''))
        .map(([name, value]) => `${name} ${String(value)}`)
      const state = gathered ? '' : ', not finished'
      return `  ${id}  ${day(updatedMs)}  ${method}: ${[...models, ...others].join(', ')}${state}`
    })
    .join('\n')
}

/** How a method decides by options. */
export interface Decider {
  /** @param surveyed what the survey found, where there was one */
  policy(surveyed?: Figures): Policy
  /** A new survey; undefined for methods that need none. */
  survey(): Survey | undefined
}

/**
 * @param gathered the options that the evidence was gathered with
 * @param own decides in place of the method's policy
 */
export function decidingWith(
  definition: MethodDefinition,
  options: Record<string, unknown>,
  gathered: Record<string, unknown>,
  own?: OwnPolicy,
): Decider {
  if (own) return { policy: () => checkedPolicy(own), survey: () => undefined }
  return {
    policy: (surveyed) => definition.policy(options, gathered, surveyed),
    survey: () => definition.survey?.(options),
  }
}

/** What a stored run comes to under the policy of now. */
export interface StoredDecider extends Decider {
  definition: MethodDefinition
  plan: MethodPlan
  /** Gather options of the run and policy options of now, with defaults. */
  options: Record<string, unknown>
}

/**
 * The plan of a run, and the policy that the options given now make.
 * @param given policy options, and whatever else the file options are
 * @param hash of the input
 * @param own decides in place of the method's policy
 * @throws UsageError when an option is none of this method, or prompts or tasks have changed since
 */
export function decidingBy(
  run: StoredRun,
  given: Record<string, unknown>,
  hash: string,
  own?: OwnPolicy,
): StoredDecider {
  const definition = methodOf(run)
  assertReplaced(own, Object.keys(definition.policyOptions), given)
  const options = optionsOf(definition, run.settings, given)
  const plan = definition.plan(options)
  assertSameEvidence(definition, plan, run, hash)
  const now = { ...options, ...redecided(definition, given) }
  // What was asked is the run's; what is counted goes by the policy.
  const { tally } = definition.plan(now)
  const deciding = decidingWith(definition, now, options, own)
  // Options that do not go with the evidence are told before anything is read.
  deciding.policy()
  return { ...deciding, definition, plan: { ...plan, ...(tally && { tally }) }, options: now }
}

/** The run's gather options and the policy options given now, with defaults. */
function optionsOf(
  definition: MethodDefinition,
  settings: StoredRun['settings'],
  given: Record<string, unknown>,
): Record<string, unknown> {
  const { gatherOptions, policyOptions, afterPolicy } = definition
  const schema = { ...FILE_OPTIONS, ...gatherOptions, ...policyOptions, ...afterPolicy?.options }
  const now = Object.entries(given).filter(
    ([name, value]) => value !== undefined && !definition.redecided.includes(name),
  )
  const foreign = now.filter(([name]) => !(name in schema)).map(([name]) => flagOf(name))
  if (foreign.length > 0) {
    throw new UsageError(`${foreign.join(', ')}: no effect on a run of ${definition.name}`)
  }
  return readOptions(schema, { ...settings.options, ...Object.fromEntries(now) })
}

/** The gather options given anew that only the policy looks at. */
function redecided({ redecided: names, gatherOptions }: MethodDefinition, given: Record<string, unknown>) {
  const values = names
    .filter((name) => given[name] !== undefined)
    .map((name) => [name, gatherOptions[name]?.read(given[name])])
  return Object.fromEntries(values) as Record<string, unknown>
}

/** Prompts and tasks that are files may have changed since: then the evidence is not found under their keys. */
function assertSameEvidence(definition: MethodDefinition, plan: MethodPlan, run: StoredRun, hash: string): void {
  if (runId(definition, plan, { hash }, run.settings.identities) === run.id) return
  throw new UsageError(`run ${run.id} was made with other prompts, tasks or options`, {
    hint: 'Restore the files of --prompts or --tasks and the value of --beyond, or run the method again.',
  })
}
