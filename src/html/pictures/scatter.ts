// Values against what they cost: a point each with its interval, and a column of its own where the cost is unknown.
import { cut } from '../../base/text.ts'
import { harmlessIn } from '../harmless-vnodes.ts'
import { extentOf } from './extent.ts'
import { labelPlaces, type LabelledPoint } from './label-places.ts'
import { GRID, AXIS, isWide, NEUTRAL, SIDE_AXIS, TEXT, ticksIn, type Picture } from './picture.ts'

export interface ScatterPoint {
  label: string
  /** Null where it is unknown. */
  x: number | null
  y: number
  low: number
  high: number
  /** Shown when the pointer rests on it. */
  note: string
}

export interface ScatterAxes {
  x: string
  y: string
}

const [HEIGHT, LEFT, RIGHT, TOP, FOOT] = [340, 48, 16, 30, 52]
/** The part of the width for points of unknown x. */
const UNKNOWN = 0.38

/** The vertical axis is that of a share: 0 to 1, or what is taken of it. */
export function scatter(points: readonly ScatterPoint[], title: string, axes: ScatterAxes): Picture {
  const known = points.flatMap(({ x }) => (x === null ? [] : [x]))
  const hasUnknown = known.length < points.length
  const most = Math.max(0, ...known) || 1
  const [low, high] = extentOf(points.flatMap((point) => [point.low, point.high]))
  const yDomain: [number, number] = [Math.max(0, low), Math.min(1, high)]
  return {
    title,
    optionsAt(plot, width) {
      const room = width - LEFT - RIGHT
      const edge = LEFT + room * (hasUnknown ? 1 - UNKNOWN : 1)
      const scale = (value: number) => LEFT + 14 + (value / (most * 1.06)) * (edge - LEFT - 14)
      const height = (value: number) =>
        HEIGHT - FOOT - ((value - yDomain[0]) / (yDomain[1] - yDomain[0])) * (HEIGHT - FOOT - TOP)
      const letters = isWide(width) ? 26 : 16
      const labelled = labelPlaces(
        points.map((point): ScatterPoint & LabelledPoint => ({
          ...point,
          note: harmlessIn(point.note),
          label: cut(harmlessIn(point.label), letters),
          at: point.x === null ? edge + 24 : scale(point.x),
          height: height(point.y),
          end: point.x === null || !hasUnknown ? width - 6 : edge,
        })),
      )
      const pixels = { range: [LEFT, width - RIGHT], domain: [LEFT, width - RIGHT] }
      const ticks = known.length === 0 ? [] : roundTicks(most, ticksIn(edge))
      return {
        height: HEIGHT,
        marginTop: TOP,
        marginBottom: FOOT,
        marginLeft: LEFT,
        marginRight: RIGHT,
        x: pixels,
        y: { domain: yDomain },
        marks: [
          plot.gridY({ ...GRID, ticks: 5 }),
          plot.axisY({ ...SIDE_AXIS, label: axes.y, ticks: 5 }),
          plot.axisX(ticks.map(scale), {
            ...AXIS,
            label: axes.x,
            tickFormat: (_at: unknown, index: number) => String(ticks[index]),
          }),
          ...(hasUnknown
            ? [
                plot.ruleX([edge + 4], NEUTRAL),
                plot.text(['unknown'], {
                  x: () => edge + 10,
                  frameAnchor: 'bottom',
                  dy: 14,
                  textAnchor: 'start',
                  fill: 'var(--pale)',
                  fontSize: 12,
                }),
              ]
            : []),
          plot.ruleX(labelled, {
            x: 'at',
            y1: 'low',
            y2: 'high',
            stroke: 'var(--accent)',
            strokeWidth: 2.5,
            strokeLinecap: 'round',
            strokeOpacity: 0.6,
            title: 'note',
          }),
          plot.dot(labelled, { x: 'at', y: 'y', r: 5.5, fill: 'var(--accent)', title: 'note' }),
          ...(['start', 'end'] as const).map((anchor) =>
            plot.text(
              labelled.filter((point) => point.anchor === anchor),
              {
                ...TEXT,
                x: 'left',
                frameAnchor: 'top',
                text: 'label',
                textAnchor: anchor,
                dy: 0,
                y: ({ base }: { base: number }) =>
                  yDomain[0] + ((HEIGHT - FOOT - base) / (HEIGHT - FOOT - TOP)) * (yDomain[1] - yDomain[0]),
                title: 'note',
              },
            ),
          ),
        ],
      }
    },
  }
}

/** Round numbers from 0. */
function roundTicks(most: number, wanted: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / wanted))
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => most / each <= wanted) ?? most
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}
