// What a caller may hook into any work that takes a while: to be told, to be asked, to stop it. Nothing here changes what is done.
import type { Environment } from './cache.ts'

export interface Hooks {
  /** Ends the work cleanly: what is in flight finishes, then the reason is thrown. */
  signal?: AbortSignal | undefined
  /** A sentence that a person should read. */
  onNotice?: ((sentence: string) => void) | undefined
  /** Asks the user before something large is downloaded; undefined where nobody can answer. */
  onQuestion?: ((question: string) => Promise<boolean>) | undefined
  /** How far the present step has come. */
  onProgress?: ((progress: Progress) => void) | undefined
  /** How far the download of a model has come. */
  onDownload?: ((progress: DownloadProgress) => void) | undefined
  /** Environment for keys, endpoints and the cache; default `process.env`. */
  env?: Environment | undefined
}

/** One step: `reading documents`, 640 of 809. */
export interface Progress {
  what: string
  done: number
  /** 0 while nobody knows it. */
  total: number
}

/** Bytes that are here, of all. */
export interface DownloadProgress {
  file: string
  received: number
  size: number
}
