// An earlier run, resumed without its models: chosen, its options combined with those given now, and checked.
import type { CommonOptions } from '../../policy/changes.ts'
import { HUMAN_OPTIONS, withHumans, type HumanValues } from '../../policy/human.ts'
import type { OwnPolicy, Policy } from '../../policy/policy.ts'
import { UsageError } from '../../base/errors.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { RunRecord } from '../../llm/ledger/run-record.ts'
import type { Figures, MethodDefinition, MethodPlan, Survey } from '../../method/definition.ts'
import { commonPolicyOf, type COMMON_POLICY_OPTIONS } from '../../method/options.ts'
import { METHODS } from '../../methods/index.ts'
import { flagOf, MODEL, readOptions, SCORER, type OptionValues } from '../../options/options.ts'
import type { CheckReport } from '../../judging/check.ts'
import { PrecisionSurvey, Surveys } from '../../judging/precision-survey.ts'
import { isMeasured, type MeasuredValues } from '../../policy/measured.ts'
import { FILE_OPTIONS } from '../options.ts'
import { SCORE_OPTIONS } from '../scores.ts'
import { assertReplaced, checkedPolicy } from '../program/program.ts'
import { runId, type RunSettings } from '../session.ts'

/** The parts of a run that deciding by its evidence needs. */
export interface StoredRun {
  id: string
  method: string
  settings: Pick<RunSettings, 'options' | 'identities' | 'limit' | 'cascade'>
}

/** Converts a run in the ledger to the form that deciding needs. */
export const storedRun = ({ id, method, settings }: RunRecord): StoredRun => ({
  id,
  method,
  settings: settings as unknown as RunSettings,
})

/** Whether rows can be decided by a run: those that only asked, as of winnow judges, have no fingerprint of a method. */
const hasEvidence = ({ settings }: RunRecord) => 'fingerprint' in settings

const knownMethod = (name: string) => METHODS.find((method) => method.name === name)

/** Returns the method of a run. @throws UsageError if a program supplied it */
export function methodOf({ id, method }: Pick<StoredRun, 'id' | 'method'>): MethodDefinition {
  const known = knownMethod(method)
  if (known) return known
  const all = METHODS.map(({ name }) => name).join(', ')
  throw new UsageError(`run ${id} was made by the custom method "${method}"; built-in methods: ${all}`, {
    hint: 'Rerun that program to apply another policy; replies in the ledger are reused.',
  })
}

/**
 * Returns the run over the input with this hash: the named one, or the only one.
 * @throws UsageError listing the runs if none is named and there are several
 */
export async function chooseRun(
  ledger: Ledger,
  hash: string,
  input: string,
  id: string | undefined,
): Promise<RunRecord> {
  const runs = (await ledger.runs.list(hash)).filter(hasEvidence)
  if (id !== undefined) {
    const run = runs.find((candidate) => candidate.id === id)
    if (run) return run
    const other = await ledger.runs.get(id)
    throw new UsageError(
      other
        ? `run ${id} is on another input: ${other.inputPath} at that time (SHA-256 ${short(other.inputHash)}), ` +
            `which differs from ${input} now (${short(hash)})`
        : `the ledger ${ledger.path} has no run ${id}`,
      { hint: listOf(runs) || 'List its runs with winnow ledger.' },
    )
  }
  const [run] = runs
  if (run === undefined) throw await noRun(ledger, hash, input)
  if (runs.length === 1) return run
  throw new UsageError(`the ledger has ${runs.length} runs on ${input}; choose one with --run ID:\n${listOf(runs)}`)
}

async function noRun(ledger: Ledger, hash: string, input: string): Promise<UsageError> {
  const before = (await ledger.runs.list()).find((run) => run.inputPath === input && hasEvidence(run))
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
/** Shortens a hash for messages. */
export const short = (hash: string) => `${hash.slice(0, DIGITS)}…`
const day = (ms: number) => new Date(ms).toISOString().slice(0, 16)

function listOf(runs: RunRecord[]): string {
  return runs
    .map(({ id, method, settings, updatedMs, gathered }) => {
      const { identities, options } = settings as unknown as RunSettings
      const models = Object.entries(identities).map(([stage, model]) => `${stage} ${model}`)
      const others = Object.entries(options)
        .filter(([name]) => ![MODEL, SCORER].includes(knownMethod(method)?.gatherOptions[name]?.value ?? ''))
        .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
      const state = gathered ? '' : ', not finished'
      return `  ${id}  ${day(updatedMs)}  ${method}: ${[...models, ...others].join(', ')}${state}`
    })
    .join('\n')
}

/** How a method decides by its options. */
export interface Decider {
  /** Gather and policy options, with defaults. */
  options: Record<string, unknown>
  /** @param surveyed what the survey found, if there was one */
  policy(surveyed?: Figures): Policy
  /**
   * Creates a survey; returns undefined where none is made.
   * @param check what the canaries of this run showed
   * @throws UsageError if actions are to follow from measured precision, and there is nothing to measure by
   */
  survey(check?: CheckReport): Survey | undefined
}

/**
 * @param gathered the options that the evidence was gathered with
 * @param own replaces the policy of the method
 */
export function decidingWith(
  definition: MethodDefinition,
  options: Record<string, unknown>,
  gathered: Record<string, unknown>,
  own?: OwnPolicy,
): Decider {
  if (own) return { options, policy: () => checkedPolicy(own), survey: () => undefined }
  return {
    options,
    policy: (surveyed) => definition.policy(options, gathered, surveyed),
    survey: (check) => surveyOf(definition, options, check),
  }
}

function surveyOf(
  definition: MethodDefinition,
  options: Record<string, unknown>,
  check: CheckReport | undefined,
): Survey | undefined {
  const own = definition.survey?.(options)
  const { finds } = definition
  if (finds === undefined || !isMeasured(options as MeasuredValues)) return own
  const precision = new PrecisionSurvey(finds, options as MeasuredValues & typeof options, check)
  return own === undefined ? precision : new Surveys([precision, own])
}

/** A stored run under the current policy. */
export interface StoredDecider extends Decider {
  definition: MethodDefinition
  plan: MethodPlan
}

/**
 * Returns the plan of a run, and the policy that the options given now make.
 * @param given policy options, among any other options
 * @param hash of the input
 * @param own replaces the policy of the method
 * @throws UsageError if an option does not belong to this method, or prompts or tasks have changed since
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
  // The run decides what was asked; the policy decides what is counted.
  const { tally } = definition.plan(now)
  const deciding = heeding(decidingWith(definition, now, options, own), now)
  // Reports options that do not suit the evidence before anything is read.
  deciding.policy()
  return { ...deciding, definition, plan: { ...plan, ...(tally && { tally }) } }
}

/** Lets the word of people win, if that was asked for. */
function heeding(deciding: Decider, options: Record<string, unknown>): Decider {
  const values = options as HumanValues & OptionValues<typeof COMMON_POLICY_OPTIONS> & Pick<CommonOptions, 'beyond'>
  if (values.human !== 'overrides') return deciding
  const { beyond } = values
  const common = { ...commonPolicyOf(values), beyond }
  return { ...deciding, policy: (surveyed) => withHumans(deciding.policy(surveyed), values, common) }
}

/** Returns the run's gather options and the policy options given now, with defaults. */
function optionsOf(
  definition: MethodDefinition,
  settings: StoredRun['settings'],
  given: Record<string, unknown>,
): Record<string, unknown> {
  const { gatherOptions, policyOptions, afterPolicy, scales } = definition
  const own = { ...gatherOptions, ...policyOptions, ...afterPolicy?.options }
  const schema = {
    ...FILE_OPTIONS,
    ...own,
    ...(scales && SCORE_OPTIONS),
    ...(afterPolicy === undefined && HUMAN_OPTIONS),
  }
  const now = Object.entries(given).filter(
    ([name, value]) => value !== undefined && !definition.redecided.includes(name),
  )
  const foreign = now.filter(([name]) => !(name in schema)).map(([name]) => flagOf(name))
  if (foreign.length > 0) {
    throw new UsageError(`${foreign.join(', ')}: no effect on a run of ${definition.name}`)
  }
  return readOptions(schema, { ...definition.before, ...settings.options, ...Object.fromEntries(now) })
}

/** Returns the gather options given again that only the policy uses. */
function redecided({ redecided: names, gatherOptions }: MethodDefinition, given: Record<string, unknown>) {
  const values = names
    .filter((name) => given[name] !== undefined)
    .map((name) => [name, gatherOptions[name]?.read(given[name])])
  return Object.fromEntries(values) as Record<string, unknown>
}

/** Prompts and tasks from files may have changed since; the evidence could then not be found under their keys. */
function assertSameEvidence(definition: MethodDefinition, plan: MethodPlan, run: StoredRun, hash: string): void {
  if (runId(definition, plan, { hash }, run.settings.identities) === run.id) return
  throw new UsageError(`run ${run.id} was made with other prompts, tasks or options`, {
    hint: 'Restore the files of --prompts or --tasks and the value of --beyond, or run the method again.',
  })
}
