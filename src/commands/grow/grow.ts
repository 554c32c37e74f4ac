// Growing: writes negatives for the rows of a file, each of which breaks one requirement of its query, and verifies them.
import type { Estimate } from '../../job/gather/estimate.ts'
import type { GrowOptions, RunRequest } from '../../job/job.ts'
import type { JobHooks } from '../../job/hooks.ts'
import type { Manifest } from '../../job/manifest.ts'
import { GROWING_METHOD } from './options.ts'
import { planMethod, runMethod } from '../../job/run-method.ts'

/**
 * Writes counterfactual hard negatives for the rows of `input` (a path, or `-`) and adds those that pass the gates and verification. The
 * rows are written to `options.out`; the manifest and the lists of added and discarded passages go beside it.
 * To resume after any stop, call it again with the same options: nothing that is in the ledger is asked again.
 * @throws UsageError when it cannot start, StopRun when it had to stop before the end; the outputs are then unchanged
 */
export function grow(input: string, options: GrowOptions, hooks: JobHooks = {}): Promise<Manifest> {
  return runMethod(requestOf(input, options), hooks)
}

/** Estimates what `grow` with these options would ask and might cost. Sends nothing and writes nothing. */
export function planGrow(input: string, options: GrowOptions, hooks: JobHooks = {}): Promise<Estimate> {
  return planMethod(requestOf(input, options), hooks)
}

function requestOf(input: string, { policy, ...options }: GrowOptions): RunRequest {
  return { command: 'grow', input, definition: GROWING_METHOD, policy, options }
}
