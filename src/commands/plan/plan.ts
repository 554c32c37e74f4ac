// Plans a run of clean or grow over the rows of one file or several.
import type { Environment } from '../../base/cache.ts'
import { eachOnce, type Hooks } from '../../base/hooks.ts'
import { UsageError } from '../../base/errors.ts'
import type { RunRequest } from '../../job/job.ts'
import { planRun } from '../../job/plan/plan.ts'
import type { RunPlan } from '../../job/plan/report.ts'
import type { PlanSettings } from '../../job/plan/settings.ts'
import { policyIn } from '../../job/program/program.ts'
import { CLEANING_METHODS, methodNamed } from '../../methods/index.ts'
import { readOptions } from '../../options/options.ts'
import { PLAN_ONLY_OPTIONS, type PlanInput } from './options.ts'

/**
 * Plans the run that `clean` or `grow` with these options would be over the rows of `inputs`. Only `pilot` asks for anything, and only its
 * replies are written.
 * @throws UsageError if it cannot start, StopRun if the pilot must stop
 */
export async function plan(
  inputs: readonly string[],
  options: PlanInput,
  hooks: Hooks = {},
  assumed: Pick<PlanSettings, 'assumesReplies'> = {},
): Promise<RunPlan> {
  if (inputs.length === 0) throw new UsageError('no rows to plan for', { hint: 'Give files of rows, or --papers.' })
  const own = Object.keys(PLAN_ONLY_OPTIONS)
  const values = readOptions(PLAN_ONLY_OPTIONS, Object.fromEntries(own.map((name) => [name, options[name]])))
  const ofRun = Object.fromEntries(Object.entries(options).filter(([name]) => !own.includes(name)))
  const { tokenizer: tokenizers, method, papers: _papers, ...settings } = values
  const { env, online: batchPlace } = await environment(settings.batch, settings.pilot > 0, hooks.env ?? process.env)
  const requests = inputs.map((input) => requestOf(input, method, ofRun))
  return planRun(
    requests,
    { ...settings, ...assumed, tokenizers, batchPlace },
    { ...hooks, env, onNotice: eachOnce(hooks.onNotice) },
  )
}

/**
 * Returns the environment in which models without an address are those of the provider of batches, as they are for `clean`, and their place.
 * @param asks whether its key is needed
 * @throws UsageError for a name that is no provider
 */
async function environment(
  batch: string | true | undefined,
  asks: boolean,
  env: Environment,
): Promise<{ env: Environment; online?: string }> {
  if (batch === undefined || batch === true || batch.startsWith('files:')) return { env }
  const { openProvider } = await import('../../llm/batch/providers/index.ts')
  const { PLACES } = await import('../../llm/batch/providers/places.ts')
  // The address of Azure is its user's own: without it, only the price is looked up.
  if (batch === 'azure' && !asks && !env['AZURE_OPENAI_ENDPOINT']) return { env }
  const keys = Object.hasOwn(PLACES, batch) ? (PLACES[batch]?.keys ?? []) : ['AZURE_OPENAI_API_KEY']
  const unneeded = asks ? {} : Object.fromEntries(keys.filter((key) => !env[key]).map((key) => [key, 'none']))
  return openProvider(batch, { ...env, ...unneeded })
}

/** The request that the command of the method makes, so that its run is the same. */
function requestOf(
  input: string,
  method: string,
  { policy: decidesBy, ...others }: Record<string, unknown>,
): RunRequest {
  const definition = methodNamed(method)
  if (!CLEANING_METHODS.includes(definition)) return { command: 'grow', input, definition, options: others }
  const { own, option } = policyIn(decidesBy as Parameters<typeof policyIn>[0])
  const chosen = { method: definition.name }
  return {
    command: 'clean',
    input,
    definition,
    chosen,
    policy: own,
    options: { ...others, ...option } as RunRequest['options'],
  }
}
