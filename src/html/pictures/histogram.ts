// Overlaid distributions; the page has the legend below.
import { AXIS, GRID, SIDE_AXIS, ticksIn, type Picture } from './picture.ts'
import { harmlessIn } from '../harmless-vnodes.ts'
import { colourOf } from '../tokens.ts'

export interface Distribution {
  label: string
  /** The share in each bin. */
  shares: readonly number[]
  isDashed: boolean
}

export interface Bins {
  /** Where the first bin begins. */
  from: number
  width: number
  /** The unit of the values. */
  unit: string
}

/** Draws steps with filled areas, one colour each. */
export function histogram(
  distributions: readonly Distribution[],
  { from, width: bin, unit }: Bins,
  title: string,
): Picture {
  const count = Math.max(1, ...distributions.map(({ shares }) => shares.length))
  const most = Math.max(0.001, ...distributions.flatMap(({ shares }) => shares))
  const stepsOf = (shares: readonly number[]) =>
    shares.flatMap((share, index) => [index, index + 1].map((edge) => [from + edge * bin, share * 100] as const))
  return {
    title,
    optionsAt: (plot, width) => ({
      height: 290,
      marginTop: 10,
      marginBottom: 44,
      marginLeft: 48,
      marginRight: 14,
      x: { domain: [from, from + count * bin] },
      y: { domain: [0, most * 105] },
      marks: [
        plot.gridY({ ...GRID, ticks: 5 }),
        plot.axisY({ ...SIDE_AXIS, ticks: 5, tickFormat: (value: number) => `${value}%` }),
        plot.axisX({ ...AXIS, label: unit, ticks: ticksIn(width) }),
        ...distributions.flatMap(({ label, shares, isDashed }, index) => [
          plot.areaY(stepsOf(shares), { x: '0', y1: () => 0, y2: '1', fill: colourOf(index), fillOpacity: 0.14 }),
          plot.line(stepsOf(shares), {
            stroke: colourOf(index),
            strokeWidth: 2.25,
            ...(isDashed && { strokeDasharray: '5 4' }),
            title: () => harmlessIn(label),
          }),
        ]),
      ],
    }),
  }
}
