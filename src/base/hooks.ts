// Callbacks of any longer work, for messages, questions and cancellation. None of them changes the result.
import type { Environment } from './cache.ts'

export interface Hooks {
  /** Ends the work cleanly: calls in flight finish, then the reason is thrown. */
  signal?: AbortSignal | undefined
  /** Receives a sentence for the user. */
  onNotice?: ((sentence: string) => void) | undefined
  /** Asks the user before a large download; undefined if no one can answer. */
  onQuestion?: ((question: string) => Promise<boolean>) | undefined
  /** Receives the progress of the current step. */
  onProgress?: ((progress: Progress) => void) | undefined
  /** Receives the progress of a model's download. */
  onDownload?: ((progress: DownloadProgress) => void) | undefined
  /** The environment for keys, endpoints and the cache. Default `process.env`. */
  env?: Environment | undefined
}

/** The progress of one step: `reading documents`, 640 of 809. */
export interface Progress {
  what: string
  done: number
  /** 0 if unknown. */
  total: number
}

/** Bytes received so far, and the total. */
export interface DownloadProgress {
  file: string
  received: number
  size: number
}

/** Drops repeated notices: a model that is opened several times would say the same each time. @param said what was said before */
export function eachOnce(onNotice: Hooks['onNotice'], said = new Set<string>()): Hooks['onNotice'] {
  return (sentence) => {
    if (said.has(sentence)) return
    said.add(sentence)
    onNotice?.(sentence)
  }
}
