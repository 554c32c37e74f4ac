// What may be said of how an encoder or a reranker is opened.
import type { Hooks } from '../base/hooks.ts'
import { consentOf, type DownloadConsent } from '../hub/resolve.ts'
import type { SchedulerOptions } from '../llm/scheduler.ts'

/** How servers are called (calls at once, retries, time limit), and who is told what. */
export interface ModelOptions extends Partial<SchedulerOptions> {
  /** What is done about a model that must be downloaded; by default that is refused. */
  consent?: DownloadConsent | undefined
  /** Told of what a user should know: texts that were cut, settings that had to be guessed. Default: a warning of the process. */
  onNotice?: ((notice: string) => void) | undefined
  signal?: AbortSignal | undefined
  /** Whether the vectors of a scorer are kept in the embedding cache; default true. */
  cache?: boolean | undefined
}

/** The same, with somebody who is told. */
export type OpenOptions = ModelOptions & { onNotice: (notice: string) => void }

/** How a piece of work opens a model. @param values options that it has of models */
export function modelOptionsOf(
  { yes, maxRetries }: { yes?: boolean | undefined; maxRetries?: number | undefined },
  hooks: Hooks,
): ModelOptions {
  const { signal, onNotice } = hooks
  return { consent: consentOf({ yes }, hooks), signal, onNotice, ...(maxRetries !== undefined && { maxRetries }) }
}
