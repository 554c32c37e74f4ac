// Growing: negatives are written for the rows of a file, each to break one requirement of its query, and verified.
import type { Estimate } from '../../job/gather/estimate.ts'
import type { GrowOptions, RunRequest } from '../../job/job.ts'
import type { JobHooks } from '../../job/hooks.ts'
import type { Manifest } from '../../job/manifest.ts'
import { GROWING_METHOD } from './options.ts'
import { planMethod, runMethod } from '../../job/run-method.ts'

/**
 * Writes counterfactual hard negatives for the rows of `input` (a path, or `-`) and puts those that stand up to gates and verification
 * into them; the rows go to `options.out`, the manifest and the lists of what was added and discarded beside it.
 * To go on after any stop, call it again with the same options: what is in the ledger is not asked again.
 * @throws UsageError when it cannot start, StopRun when it had to stop before the end; the outputs are then untouched
 */
export function grow(input: string, options: GrowOptions, hooks: JobHooks = {}): Promise<Manifest> {
  return runMethod(requestOf(input, options), hooks)
}

/** What `grow` with these options would ask and might cost. Sends nothing and writes nothing. */
export function planGrow(input: string, options: GrowOptions, hooks: JobHooks = {}): Promise<Estimate> {
  return planMethod(requestOf(input, options), hooks)
}

function requestOf(input: string, { policy, ...options }: GrowOptions): RunRequest {
  return { command: 'grow', input, definition: GROWING_METHOD, policy, options }
}
