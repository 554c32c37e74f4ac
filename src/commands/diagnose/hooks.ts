// What a diagnosis tells and asks while it goes on.
import type { DownloadProgress } from '../../hub/download.ts'
import type { DownloadConsent } from '../../hub/resolve.ts'

export interface DiagnoseHooks {
  /** Ends the work: its reason is thrown, and no page is written. */
  signal?: AbortSignal | undefined
  /** A total of 0: unknown. */
  onProgress?: ((progress: { what: string; done: number; total: number }) => void) | undefined
  onNotice?: ((sentence: string) => void) | undefined
  /** Asked before a model is downloaded, and told of it. */
  onQuestion?: DownloadConsent['confirm'] | undefined
  onDownload?: ((progress: DownloadProgress) => void) | undefined
  /** For servers' keys and the cache; default that of the process. */
  env?: Record<string, string | undefined> | undefined
}
