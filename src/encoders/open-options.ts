// The options for opening an encoder or a reranker.
import type { Hooks } from '../base/hooks.ts'
import { consentOf, type DownloadConsent } from '../hub/consent.ts'
import type { SchedulerOptions } from '../llm/scheduler.ts'
import type { RetrievalTask } from './prompts.ts'

/** How servers are called (concurrent calls, retries, time limit), and the callbacks. */
export interface ModelOptions extends Partial<SchedulerOptions> {
  /** Decides about a model that must be downloaded; refused by default. */
  consent?: DownloadConsent | undefined
  /** Receives what a user should know: texts that were cut, settings that had to be guessed. Default: a process warning. */
  onNotice?: ((notice: string) => void) | undefined
  signal?: AbortSignal | undefined
  /** Whether the vectors of a scorer are kept in the embedding cache. Default true. */
  cache?: boolean | undefined
  /** What the model is used for, if it has a prompt for each task. */
  task?: RetrievalTask | undefined
}

/** ModelOptions with a required `onNotice`. */
export type OpenOptions = ModelOptions & { onNotice: (notice: string) => void }

/** Returns the options for opening a model during some work. @param values the model options of that work */
export function modelOptionsOf(
  { yes, maxRetries }: { yes?: boolean | undefined; maxRetries?: number | undefined },
  hooks: Hooks,
): ModelOptions {
  const { signal, onNotice } = hooks
  return { consent: consentOf({ yes }, hooks), signal, onNotice, ...(maxRetries !== undefined && { maxRetries }) }
}
