// Similarities of different queries brought to one scale: each row by the mean and the spread of its own negatives.
import { meanOf } from '../../../statistics/mean.ts'
import type { Similarities } from './case.ts'

/** z = (s − mean) / standard deviation, both over the row's negatives of either source alike; 0 for all where they do not differ. */
export function standardised({ positives, mined, generated }: Similarities): Similarities {
  const negatives = [...mined, ...generated]
  const mean = meanOf(negatives)
  const variance = negatives.reduce((sum, value) => sum + (value - mean) ** 2, 0) / negatives.length
  const spread = Math.sqrt(variance)
  // Less than what rounding leaves of equal numbers is no spread.
  const isFlat = spread <= 1e-7 * Math.max(1e-7, Math.abs(mean))
  const each = (value: number) => (isFlat ? 0 : (value - mean) / spread)
  return { positives: positives.map(each), mined: mined.map(each), generated: generated.map(each) }
}
