// Values over the steps of training, one line per arm; the page has the legend below.
import { AXIS, GRID, SIDE_AXIS, ticksIn, type Picture } from './picture.ts'
import { harmlessIn } from '../harmless-vnodes.ts'
import { colourOf } from '../tokens.ts'
import { extentOf } from './extent.ts'

export interface Curve {
  label: string
  /** null for a missing value. */
  values: readonly (number | null)[]
  /** Whether it is a control, which is drawn dashed. */
  isControl: boolean
  /** Index of its colour; a control has the colour of its arm. Default: its position. */
  colour?: number
}

/** Draws values over equal parts of the steps. @param what is drawn */
export function curves(lines: readonly Curve[], steps: number, title: string, what: string | null = null): Picture {
  const all = lines.flatMap(({ values }) => values.filter((value) => value !== null))
  return {
    title,
    optionsAt: (plot, width) => ({
      height: 270,
      marginTop: what === null ? 10 : 28,
      marginBottom: 44,
      marginLeft: 48,
      marginRight: 14,
      x: { domain: [0, steps] },
      y: { domain: extentOf(all) },
      marks: [
        plot.gridY({ ...GRID, ticks: 5 }),
        plot.axisY({ ...SIDE_AXIS, label: what, ticks: 5 }),
        plot.axisX({ ...AXIS, label: 'steps', ticks: ticksIn(width) }),
        ...lines.map(({ values, isControl, label, colour }, index) =>
          plot.line(
            values.flatMap((value, part) =>
              value === null ? [] : [[((part + 0.5) / values.length) * steps, value] as const],
            ),
            {
              stroke: colourOf(colour ?? index),
              strokeWidth: 2.25,
              ...(isControl && { strokeDasharray: '5 4' }),
              title: () => harmlessIn(label),
            },
          ),
        ),
      ],
    }),
  }
}
