// The action that a judge can bear: what may be done about a verdict, by how precise it is at least.
import { share, type OptionValues } from '../options/options.ts'

/** Bounds of precision from which a finding is acted upon. docs/judges.md says why these. */
export const BEARABLE_OPTIONS = {
  relabelFrom: share('SHARE', {
    help: 'a finding becomes a positive where at least this share of such findings is right, with 97.5% confidence',
    default: 0.9,
  }),
  removeFrom: share('SHARE', {
    help: 'a finding leaves the negatives where at least this share of such findings is right, likewise',
    default: 0.3,
  }),
}

export type Bounds = OptionValues<typeof BEARABLE_OPTIONS>

/** What may be done about a finding, from the boldest to the most careful. */
export type BearableAction = 'relabel' | 'remove' | 'keep'

/** What is known of the precision of a verdict. */
export interface MeasuredPrecision {
  /** Lower end of its interval; null if it could not be measured. */
  low: number | null
}

/**
 * Returns the strongest action whose bound the precision reaches: relabel, else remove, else keep. What could not be measured is kept.
 * @param strongest what may be done at most: a verdict that puts a passage below the positives makes no positive of it
 */
export function bearableAction(
  { low }: MeasuredPrecision,
  { relabelFrom, removeFrom }: Bounds,
  strongest: BearableAction = 'relabel',
): BearableAction {
  if (low === null || strongest === 'keep') return 'keep'
  if (strongest === 'relabel' && low >= relabelFrom) return 'relabel'
  return low >= removeFrom ? 'remove' : 'keep'
}
