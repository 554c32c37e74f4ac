// A program that runs commands in this process, as the Python package does: what it gets in place of the terminal.
import type { ProgressLine } from './live-line.ts'

export interface Host {
  /** Gets the progress and the sentences that a person would see. */
  line: ProgressLine
  /** Registers what a request to stop calls: the same as Ctrl-C. @returns what ends that */
  onStop: (handle: () => void) => () => void
  /** Gets the report, as `--json` prints it. */
  report: (report: unknown) => void
}
