// What a run of a method tells and asks while it goes on.
import type { DownloadProgress } from '../hub/download.ts'
import type { CallTotals } from './call-totals.ts'
import type { PilotReport } from './gather/pilot.ts'

/** What a caller may hook into. Nothing here changes what is done. */
export interface RunHooks {
  /** Ends the run cleanly: calls in flight finish, then the reason is thrown. Its reason should be a StopRun. */
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** What the pilot showed, before the rest is paid for. */
  onPilot?: (report: PilotReport) => void
  /** A sentence that the user should see before money is spent. */
  onNotice?: (notice: string) => void
  /** Asks the user before something large is downloaded; undefined where nobody can answer. */
  onQuestion?: (question: string) => Promise<boolean>
  /** How far a step has come that is not about rows: indexing, for instance. */
  onStep?: (progress: { what: string; done: number; total: number }) => void
  /** How far the download of a model has come. */
  onDownload?: (progress: DownloadProgress) => void
  /** Environment for keys and endpoints; default `process.env`. */
  env?: Record<string, string | undefined>
}

/** Where a run stands. */
export interface Progress {
  phase: 'gather' | 'survey' | 'decide'
  rowsDone: number
  rowsTotal: number
  calls: CallTotals
  /** So far: negatives found relevant, and rows that could not be read. */
  falseNegatives: number
  undecided: number
  /** So far: passages that were added, by a method that adds some. */
  added?: number | undefined
}
