// Additional callbacks of a run of a method: its progress in rows, and the report of its pilot.
import type { Hooks } from '../base/hooks.ts'
import type { CallTotals } from './call-totals.ts'
import type { TellingChanges } from './changes/telling.ts'
import type { PilotReport } from './gather/pilot.ts'

export interface JobHooks extends Hooks {
  /** Called as rows are begun, until the first is done. The counts of calls go on growing while the models are asked. */
  onStart?: ((progress: RowProgress) => void) | undefined
  /** Called after each processed row. */
  onRow?: ((progress: RowProgress) => void) | undefined
  /** Called with the report of the pilot before the rest is paid for. */
  onPilot?: ((report: PilotReport) => void) | undefined
  /** Called with the changes that tell most, when the rows are written. */
  onChanges?: ((telling: TellingChanges) => void) | undefined
}

/** The progress of a run. */
export interface RowProgress {
  phase: 'check' | 'gather' | 'batch' | 'survey' | 'decide'
  /** While batch jobs are waited for, their requests are counted and not rows. */
  rowsDone: number
  rowsTotal: number
  calls: CallTotals
  /** The fewest calls that a row needs, on average over the rows begun so far; while models are asked. */
  callsPerRow?: number
  /** Counts so far: negatives found relevant, and rows that could not be read. */
  falseNegatives: number
  undecided: number
  /** Passages added so far, for a method that adds some. */
  added?: number | undefined
}
