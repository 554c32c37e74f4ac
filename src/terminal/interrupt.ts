// Ctrl-C, or a program that asks to stop: the first lets calls in flight finish, the second abandons them.
import { StopRun } from '../llm/errors.ts'

export const INTERRUPTED = 130

const STOPPING = 'stopping after the calls in flight; press Ctrl-C again to quit immediately'
const GOES_ON = 'Run the same command again to resume; replies so far are in the ledger and are not paid for twice.'

/** What a person is told. */
export interface InterruptWords {
  /** What to do next, for the error that then ends the run. */
  hint?: string | undefined
  /** Said at the first interrupt. */
  stopping?: string | undefined
}

/**
 * @param listen registers what an interrupt calls, and returns what ends that; the default listens to signals
 */
export function onInterrupt(
  notice: (sentence: string) => void,
  { hint = GOES_ON, stopping = STOPPING }: InterruptWords = {},
  listen: (handle: () => void) => () => void = listenToSignals,
): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const handle = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED)
    notice(stopping)
    controller.abort(new StopRun('interrupted', 'interrupted', { hint }))
  }
  return { signal: controller.signal, release: listen(handle) }
}

function listenToSignals(handle: () => void): () => void {
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
  return () => {
    process.off('SIGINT', handle)
    process.off('SIGTERM', handle)
  }
}
