// The end of a run because a provider's batch API cannot be asked.
import { messageOf } from '../../base/errors.ts'
import { StopRun, type CallError } from '../errors.ts'

/** @param job the job that it is about, if it is about one */
export function stopFor(error: CallError, job?: string): StopRun {
  const place = job === undefined ? '' : `batch job ${job}: `
  return new StopRun(error.code, place + messageOf(error), {
    cause: error,
    hint: error.hint ?? 'Run the same command again: it finds the jobs that were submitted, and submits none twice.',
  })
}
