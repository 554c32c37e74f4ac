// A line per value with its 95% interval, below its name.
import { GRID, AXIS, isWide, NEUTRAL, TEXT, ticksIn, type Picture } from './picture.ts'
import { harmlessIn } from '../harmless-vnodes.ts'
import { extentOf } from './extent.ts'

export interface IntervalRow {
  label: string
  mean: number
  low: number
  high: number
  /** Whether it is a control, or nothing is done about it; drawn paler. */
  isPale: boolean
  /** The value in words, at the right; what follows in brackets is left out on a phone. */
  value: string
  /** Shown when the pointer rests on it. */
  note: string
}

export interface IntervalAxis {
  /** Label below the axis. Default: points. */
  unit?: string
  /** The neutral value, which is marked. Default 0. */
  mark?: number
  /** The ends of the axis. Default: those of the intervals. */
  ends?: readonly [number, number]
}

const [EACH, TOP, FOOT, SIDE] = [48, 4, 44, 16]
const LETTER = 0.58

/** Draws one line per value, with its 95% interval. */
export function intervals(
  rows: readonly IntervalRow[],
  title: string,
  { unit = 'points', mark = 0, ends }: IntervalAxis = {},
): Picture {
  const domain = ends ?? extentOf([mark, ...rows.flatMap(({ low, high }) => [low, high])])
  return {
    title,
    optionsAt(plot, width) {
      const data = rowsAt(rows, width)
      const longest = Math.max(0, ...data.map(({ value }) => value.length)) * LETTER
      const text = { ...TEXT, y: 'index', dy: -17, lineAnchor: 'middle' } as const
      const opacity = { strokeOpacity: (row: IntervalRow) => (row.isPale ? 0.5 : 1) }
      return {
        height: rows.length * EACH + TOP + FOOT,
        marginTop: TOP,
        marginBottom: FOOT,
        marginLeft: SIDE,
        marginRight: SIDE,
        x: { domain: [...domain] },
        y: { domain: [-0.7, rows.length - 0.65], reverse: true, axis: null },
        marks: [
          plot.gridX({ ...GRID, ticks: ticksIn(width) }),
          plot.axisX({ ...AXIS, label: unit, ticks: ticksIn(width) }),
          plot.ruleX([mark], NEUTRAL),
          plot.ruleY(data, {
            y: 'index',
            x1: 'low',
            x2: 'high',
            stroke: 'var(--accent)',
            strokeWidth: 3,
            ...opacity,
            strokeLinecap: 'round',
            title: 'note',
          }),
          plot.dot(data, {
            x: 'mean',
            y: 'index',
            r: isWide(width) ? 5.5 : 5,
            fill: 'var(--accent)',
            fillOpacity: (row: IntervalRow) => (row.isPale ? 0.6 : 1),
            title: 'note',
          }),
          plot.text(data, {
            ...text,
            text: 'label',
            frameAnchor: 'left',
            dx: -SIDE,
            fontWeight: 500,
            lineWidth: Math.max(8, (width - 2 * SIDE) / 13 - longest - 1),
            textOverflow: 'ellipsis',
            title: 'label',
          }),
          plot.text(data, {
            ...text,
            text: 'value',
            frameAnchor: 'right',
            dx: SIDE,
            fill: 'var(--pale)',
            fontVariant: 'tabular-nums',
          }),
        ],
      }
    },
  }
}

const rowsAt = (rows: readonly IntervalRow[], width: number) =>
  rows.map((row, index) => {
    const value = isWide(width) ? row.value : row.value.replace(/ \(.*$/, '')
    return { ...row, index, note: harmlessIn(row.note), label: harmlessIn(row.label), value: harmlessIn(value) }
  })
