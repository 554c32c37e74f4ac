// What an evaluation tells while it goes on, and whom it asks.
import type { Environment } from '../../base/cache.ts'
import type { DownloadProgress } from '../../hub/download.ts'
import type { SearchHooks } from '../../search/retriever.ts'

export interface EvalHooks extends SearchHooks {
  /** Sentences that a person should read: what is wrong with the collection, what was left out. */
  onNotice?: ((sentence: string) => void) | undefined
  /** Asks the user before something large is downloaded; undefined where nobody can answer. */
  onQuestion?: ((question: string) => Promise<boolean>) | undefined
  /** How far the download of a model has come. */
  onDownload?: ((progress: DownloadProgress) => void) | undefined
  /** Environment for keys, endpoints and the cache; default `process.env`. */
  env?: Environment | undefined
}
