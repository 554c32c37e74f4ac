// Puts similarities of different queries on one scale, using the mean and the spread of each row's negatives.
import { meanOf } from '../../../statistics/mean.ts'
import type { Similarities } from './case.ts'

/** z = (s − mean) / standard deviation, both over all negatives of the row; 0 for all if they do not differ. */
export function standardised({ positives, mined, generated }: Similarities): Similarities {
  const negatives = [...mined, ...generated]
  const mean = meanOf(negatives)
  const variance = negatives.reduce((sum, value) => sum + (value - mean) ** 2, 0) / negatives.length
  const spread = Math.sqrt(variance)
  // A spread below the rounding error of equal numbers counts as none.
  const isFlat = spread <= 1e-7 * Math.max(1e-7, Math.abs(mean))
  const each = (value: number) => (isFlat ? 0 : (value - mean) / spread)
  return { positives: positives.map(each), mined: mined.map(each), generated: generated.map(each) }
}
