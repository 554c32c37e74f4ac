// The distribution of similarities by source, on one scale for all queries, as drawn in the plots.
import type { Similarities } from './case.ts'
import { standardised } from './standardise.ts'

export interface Histogram {
  /** Start of the first bin and width of each, in standard deviations of a row's negatives. */
  from: number
  width: number
  /** The share of the passages of each kind in each bin; the first and the last bin include what is beyond them. */
  mined: number[]
  generated: number[]
  positives: number[]
}

const WIDTH = 0.25
/** Share of all values at either end that may be beyond the bins; the bins at the ends count them. */
const BEYOND = 0.005
const [LEAST, MOST] = [-4, 16]

/** Bins the similarities, standardised within each row. */
export function histogramOf(rows: readonly Similarities[]): Histogram {
  const scales = rows.map(standardised)
  const values = {
    mined: scales.flatMap(({ mined }) => mined),
    generated: scales.flatMap(({ generated }) => generated),
    positives: scales.flatMap(({ positives }) => positives),
  }
  const ends = Object.values(values).map(endsOf)
  const from = Math.max(LEAST, Math.floor(Math.min(...ends.map(({ low }) => low)) / WIDTH) * WIDTH)
  const to = Math.min(MOST, (Math.floor(Math.max(...ends.map(({ high }) => high)) / WIDTH) + 1) * WIDTH)
  const bins = Math.round((to - from) / WIDTH)
  const sharesOf = (of: readonly number[]) => {
    const shares = Array.from({ length: bins }, () => 0)
    for (const value of of) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - from) / WIDTH)))
      shares[bin] = (shares[bin] as number) + 1 / of.length
    }
    return shares
  }
  return {
    from,
    width: WIDTH,
    mined: sharesOf(values.mined),
    generated: sharesOf(values.generated),
    positives: sharesOf(values.positives),
  }
}

function endsOf(values: readonly number[]): { low: number; high: number } {
  const sorted = Float64Array.from(values).sort()
  const beyond = Math.floor(BEYOND * sorted.length)
  return { low: sorted[beyond] ?? 0, high: sorted[sorted.length - 1 - beyond] ?? 0 }
}
