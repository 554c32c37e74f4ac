// The differences of single queries, from the largest gain to the largest loss.
import { AXIS, GRID, NEUTRAL, SIDE_AXIS, type Picture } from './picture.ts'
import { harmlessIn } from '../harmless-vnodes.ts'
import { extentOf } from './extent.ts'

export interface SortedValue {
  value: number
  /** Shown when the pointer rests on it. */
  note?: string
}

/** The most bars. With more queries, neighbouring ones share a bar. */
const MOST_BARS = 320

/** @param unit the unit of the values */
export function sortedBars(values: readonly SortedValue[], title: string, unit = 'points'): Picture {
  const sorted = values.toSorted((one, other) => other.value - one.value)
  const bars = gathered(sorted)
  const each = values.length / Math.max(1, bars.length)
  const data = bars.map(({ value, note }, index) => {
    return { value, from: index * each, to: (index + 1) * each, note: harmlessIn(note ?? '') }
  })
  return {
    title,
    optionsAt: (plot, width) => ({
      height: 230,
      marginTop: 26,
      marginBottom: 40,
      marginLeft: 48,
      marginRight: 12,
      x: { domain: [0, Math.max(1, values.length)] },
      y: { domain: extentOf([0, ...bars.map(({ value }) => value)]), nice: true },
      marks: [
        plot.gridY(GRID),
        plot.axisY({ ...SIDE_AXIS, label: unit, ticks: 5 }),
        plot.axisX({
          ...AXIS,
          labelOffset: 32,
          label: `${values.length.toLocaleString('en-US')} queries, sorted`,
          ticks: width / 110,
        }),
        plot.rectY(
          data.filter(({ value }) => value !== 0),
          {
            x1: 'from',
            x2: 'to',
            y1: 0,
            y2: 'value',
            fill: ({ value }: { value: number }) => (value > 0 ? 'var(--positive)' : 'var(--removed)'),
            insetLeft: width / bars.length > 5 ? 0.5 : 0,
            insetRight: width / bars.length > 5 ? 0.5 : 0,
            ...(values.some(({ note }) => note !== undefined) && { title: 'note' }),
          },
        ),
        plot.ruleY([0], NEUTRAL),
      ],
    }),
  }
}

/** Reduces values to at most `MOST_BARS` means of neighbours. */
function gathered(sorted: readonly SortedValue[]): SortedValue[] {
  if (sorted.length <= MOST_BARS) return [...sorted]
  return Array.from({ length: MOST_BARS }, (_, bar) => {
    const part = sorted.slice(
      Math.floor((bar * sorted.length) / MOST_BARS),
      Math.floor(((bar + 1) * sorted.length) / MOST_BARS),
    )
    return { value: part.reduce((sum, { value }) => sum + value, 0) / part.length }
  })
}
