// What a run of a method tells besides: how far it is in its rows, and what its pilot showed.
import type { Hooks } from '../base/hooks.ts'
import type { CallTotals } from './call-totals.ts'
import type { PilotReport } from './gather/pilot.ts'

export interface JobHooks extends Hooks {
  /** After each row that was gone through. */
  onRow?: ((progress: RowProgress) => void) | undefined
  /** What the pilot showed, before the rest is paid for. */
  onPilot?: ((report: PilotReport) => void) | undefined
}

/** Where a run stands. */
export interface RowProgress {
  phase: 'check' | 'gather' | 'survey' | 'decide'
  rowsDone: number
  rowsTotal: number
  calls: CallTotals
  /** So far: negatives found relevant, and rows that could not be read. */
  falseNegatives: number
  undecided: number
  /** So far: passages that were added, by a method that adds some. */
  added?: number | undefined
}
