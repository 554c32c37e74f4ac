// Values against what they cost: a point each with its interval, and a column of its own where the cost is unknown.
import type { Markish } from '@observablehq/plot'
import { cut } from '../../base/text.ts'
import { harmlessIn } from '../harmless-vnodes.ts'
import { extentOf } from './extent.ts'
import { labelPlaces, type LabelledPoint, type LabelPlace } from './label-places.ts'
import { GRID, AXIS, isWide, NEUTRAL, SIDE_AXIS, TEXT, ticksIn, type Picture, type PlotLibrary } from './picture.ts'

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
  return {
    title,
    optionsAt(plot, width) {
      const layout = layoutOf(points, width)
      return {
        height: HEIGHT,
        marginTop: TOP,
        marginBottom: FOOT,
        marginLeft: LEFT,
        marginRight: RIGHT,
        x: { range: [LEFT, width - RIGHT], domain: [LEFT, width - RIGHT] },
        y: { domain: layout.domain },
        marks: [...axisMarks(plot, layout, axes), ...pointMarks(plot, layout)],
      }
    },
  }
}

/** Where everything is, horizontally in pixels, vertically in values. */
interface Layout {
  /** Of the vertical axis. */
  domain: [number, number]
  /** Where the room for points of unknown x begins; null if there are none. */
  unknownFrom: number | null
  ticks: { at: number; value: number }[]
  labelled: (ScatterPoint & LabelPlace & { at: number; labelY: number })[]
}

function layoutOf(points: readonly ScatterPoint[], width: number): Layout {
  const known = points.flatMap(({ x }) => (x === null ? [] : [x]))
  const hasUnknown = known.length < points.length
  const most = Math.max(0, ...known) || 1
  const [low, high] = extentOf(points.flatMap((point) => [point.low, point.high]))
  const domain: [number, number] = [Math.max(0, low), Math.min(1, high)]
  const edge = LEFT + (width - LEFT - RIGHT) * (hasUnknown ? 1 - UNKNOWN : 1)
  const scale = (value: number) => LEFT + 14 + (value / (most * 1.06)) * (edge - LEFT - 14)
  const perPixel = (domain[1] - domain[0]) / (HEIGHT - FOOT - TOP)
  const placed = labelPlaces(
    points.map((point): ScatterPoint & LabelledPoint => ({
      ...point,
      note: harmlessIn(point.note),
      label: cut(harmlessIn(point.label), isWide(width) ? 26 : 16),
      at: point.x === null ? edge + 24 : scale(point.x),
      height: HEIGHT - FOOT - (point.y - domain[0]) / perPixel,
      end: point.x === null || !hasUnknown ? width - 6 : edge,
    })),
  )
  return {
    domain,
    unknownFrom: hasUnknown ? edge : null,
    ticks: known.length === 0 ? [] : roundTicks(most, ticksIn(edge)).map((value) => ({ at: scale(value), value })),
    labelled: placed.map((point) => ({ ...point, labelY: domain[0] + (HEIGHT - FOOT - point.base) * perPixel })),
  }
}

function axisMarks(plot: PlotLibrary, { ticks, unknownFrom: edge }: Layout, axes: ScatterAxes): Markish[] {
  const tickFormat = (_at: unknown, index: number) => String(ticks[index]?.value)
  return [
    plot.gridY({ ...GRID, ticks: 5 }),
    plot.axisY({ ...SIDE_AXIS, label: axes.y, ticks: 5 }),
    plot.axisX(
      ticks.map(({ at }) => at),
      { ...AXIS, label: axes.x, tickFormat },
    ),
    ...(edge === null
      ? []
      : [
          plot.ruleX([edge + 4], NEUTRAL),
          plot.text(['unknown'], {
            x: () => edge + 10,
            frameAnchor: 'bottom',
            dy: 14,
            textAnchor: 'start',
            fill: 'var(--pale)',
            fontSize: 12,
          }),
        ]),
  ]
}

function pointMarks(plot: PlotLibrary, { labelled }: Layout): Markish[] {
  const line = { stroke: 'var(--accent)', strokeWidth: 2.5, strokeLinecap: 'round', strokeOpacity: 0.6 } as const
  return [
    plot.ruleX(labelled, { ...line, x: 'at', y1: 'low', y2: 'high', title: 'note' }),
    plot.dot(labelled, { x: 'at', y: 'y', r: 5.5, fill: 'var(--accent)', title: 'note' }),
    ...(['start', 'end'] as const).map((textAnchor) =>
      plot.text(
        labelled.filter(({ anchor }) => anchor === textAnchor),
        { ...TEXT, x: 'left', y: 'labelY', text: 'label', textAnchor, title: 'note' },
      ),
    ),
  ]
}

/** Round numbers from 0. */
function roundTicks(most: number, wanted: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / wanted))
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => most / each <= wanted) ?? most
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}
