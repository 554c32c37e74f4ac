// What mining tells while it goes on, and whom it asks.
import type { Environment } from '../base/cache.ts'
import type { DownloadProgress } from '../hub/download.ts'
import type { SearchHooks } from '../search/retriever.ts'

/** What a caller may hook into. Nothing here changes what is done. */
export interface MineHooks extends SearchHooks {
  /** A sentence that the user should see. */
  onNotice?: ((notice: string) => void) | undefined
  /** Asks the user before something large is downloaded; undefined where nobody can answer. */
  onQuestion?: ((question: string) => Promise<boolean>) | undefined
  /** How far the download of a model has come. */
  onDownload?: ((progress: DownloadProgress) => void) | undefined
  /** Environment for keys, endpoints and the cache; default `process.env`. */
  env?: Environment | undefined
}
