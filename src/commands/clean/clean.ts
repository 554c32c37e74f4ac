// The main job: finds false negatives in the rows of a file, and relabels or removes them.
import { CLEANING_METHODS, methodNamed } from '../../methods/index.ts'
import type { Estimate } from '../../job/gather/estimate.ts'
import type { CleanOptions, RunRequest } from '../../job/job.ts'
import type { JobHooks } from '../../job/hooks.ts'
import type { Manifest } from '../../job/manifest.ts'
import { policyIn } from '../../job/program/program.ts'
import { planMethod, runMethod } from '../../job/run-method.ts'

/**
 * Cleans the rows of `input` (a path, or `-`) and writes them to `options.out`, with the manifest and the lists of changes beside it. To
 * continue after any stop, call it again with the same options: nothing in the ledger is asked again.
 * @throws UsageError if it cannot start, StopRun if it must stop before the end; the outputs are then untouched
 */
export function clean(input: string, options: CleanOptions, hooks: JobHooks = {}): Promise<Manifest> {
  return runMethod(requestOf(input, options), hooks)
}

/** Returns what `clean` with these options would ask and might cost. Sends nothing and writes nothing. */
export function planClean(input: string, options: CleanOptions, hooks: JobHooks = {}): Promise<Estimate> {
  return planMethod(requestOf(input, options), hooks)
}

function requestOf(input: string, { method = 'rlhn', policy: decidesBy, ...others }: CleanOptions): RunRequest {
  const definition = methodNamed(method, CLEANING_METHODS)
  const { own: policy, option } = policyIn(decidesBy)
  const options = { ...others, ...option }
  return { command: 'clean', input, definition, chosen: { method: definition.name }, policy, options }
}
