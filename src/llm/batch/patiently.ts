// Asks a provider's batch API again what failed in a way that passes.
import { setTimeout as sleep } from 'node:timers/promises'
import { CallError } from '../errors.ts'
import { stopFor } from './stop.ts'

/** The codes of a job that the provider knows no more, and below it of several that may be the one that is looked for. */
export const GONE = 'gone'
const UNDECIDED = 'undecided'

export interface Patience {
  /** The most time between two questions about a job. */
  pollMs: number
  /** Further attempts of a question that failed. */
  maxRetries: number
  signal: AbortSignal
}

/** Repeats a question that failed in a way that passes. @throws StopRun if it does not pass, CallError if the job is gone */
export async function patiently<T>({ pollMs, maxRetries, signal }: Patience, question: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await question()
    } catch (error) {
      throwIfAborted(signal)
      if (!(error instanceof CallError) || error.code === GONE) throw error
      if ((error.details.remedy !== 'retry' && error.code !== UNDECIDED) || attempt >= maxRetries) throw stopFor(error)
      await pauseFor(Math.max(pollMs, error.details.retryAfterMs ?? 0), signal)
    }
  }
}

/** @throws the reason of the signal if it is aborted */
export async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined)
  throwIfAborted(signal)
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason as Error
}
