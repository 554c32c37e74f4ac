// Values against what they cost as SVG: a point each with its interval, and a column of its own where the cost is unknown. Colours come from
// the page's style.
import { cut } from '../base/text.ts'
import { html, type Markup } from './markup.ts'
import { extentOf, scaleOf, tickText } from './scale.ts'

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

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT] = [640, 320, 48, 24, 28, 48]
/** Room at the right for points of unknown x. */
const UNKNOWN = 230
const LABEL_LETTERS = 26
const LETTER = 7
const LINE = 15
/** Between points that would stand on each other. */
const STEP = 12
/** Half of the room of a number on the axis. */
const TICK = 16
const number = (value: number) => Math.round(value * 100) / 100

/** The vertical axis is that of a share: 0 to 1, or what is taken of it. */
export function scatterChart(points: readonly ScatterPoint[], title: string, axes: ScatterAxes): Markup {
  const isUnknown = points.some(({ x }) => x === null)
  const right = WIDTH - RIGHT - (isUnknown ? UNKNOWN : 0)
  const bottom = HEIGHT - FOOT
  const known = points.flatMap(({ x }) => (x === null ? [] : [x]))
  const most = Math.max(0, ...known)
  const x = scaleOf([0, most === 0 ? 1 : most * 1.06], [LEFT + 14, right])
  // Where everything is free no other cost is told.
  const ticks = known.length === 0 ? [] : x.ticks.filter((tick) => tick <= most && x.at(tick) < right - TICK)
  const [low, high] = extentOf(points.flatMap((point) => [point.low, point.high]))
  const y = scaleOf([Math.max(0, low), Math.min(1, high)], [bottom, TOP])
  const placed = apart(
    points.map((point) => ({
      ...point,
      at: point.x === null ? right + 24 : x.at(point.x),
      height: y.at(point.y),
      end: point.x === null || !isUnknown ? WIDTH : right,
    })),
  )
  const labels = labelPlaces(placed)
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
    ${y.ticks.map((tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${number(y.at(tick))}" y2="${number(y.at(tick))}" /><text class="tick" text-anchor="end" x="${LEFT - 6}" y="${number(y.at(tick) + 4)}">${tickText(tick)}</text>`)}
    ${ticks.map((tick) => html`<text class="tick" text-anchor="middle" x="${number(x.at(tick))}" y="${bottom + 18}">${tickText(tick)}</text>`)}
    ${isUnknown ? html`<line class="zero" x1="${right + 6}" x2="${right + 6}" y1="${TOP}" y2="${bottom}" /><text class="tick" x="${right + 12}" y="${bottom + 18}">unknown</text>` : undefined}
    ${placed.map(
      ({ at, height, note, low: from, high: to }) =>
        html`<g class="arm"
          ><title>${note}</title
          ><line
            class="interval"
            x1="${number(at)}"
            x2="${number(at)}"
            y1="${number(y.at(from))}"
            y2="${number(y.at(to))}" /><circle cx="${number(at)}" cy="${number(height)}" r="5"
        /></g>`,
    )}
    ${placed.map(({ label }, index) => {
      const { left, base, anchor } = labels[index] as LabelPlace
      return html`<text class="label" text-anchor="${anchor}" x="${number(left)}" y="${number(base)}"
        >${cut(label, LABEL_LETTERS)}</text
      >`
    })}
    <text class="tick" x="0" y="14">${axes.y}</text>
    <text class="tick" text-anchor="end" x="${right}" y="${HEIGHT - 8}">${axes.x}</text>
  </svg>`
}

interface PlacedPoint {
  label: string
  at: number
  height: number
  /** Where the room for its label ends. */
  end: number
}

/** Points that would stand on each other stand side by side. */
function apart<P extends PlacedPoint>(points: readonly P[]): (P & { edge: number })[] {
  const columns = Map.groupBy(points, ({ at }) => Math.round(at / STEP))
  const moved = new Map<P, { at: number; edge: number }>()
  for (const column of columns.values()) {
    const first = Math.min(...column.map(({ at }) => at))
    const edge = first + (column.length - 1) * STEP
    column.forEach((point, index) => moved.set(point, { at: first + index * STEP, edge }))
  }
  return points.map((point) => ({ ...point, ...(moved.get(point) as { at: number; edge: number }) }))
}

interface LabelPlace {
  left: number
  base: number
  anchor: 'start' | 'end'
}

/** Labels stand right of their points, or left of those near the edge, and none on another: the lower one moves down. */
function labelPlaces(points: readonly (PlacedPoint & { edge: number })[]): LabelPlace[] {
  const taken: (LabelPlace & { from: number; to: number })[] = []
  const places = new Map<PlacedPoint, LabelPlace>()
  for (const point of points.toSorted((one, other) => one.height - other.height)) {
    const width = LETTER * Math.min(LABEL_LETTERS, point.label.length)
    const isRight = point.edge + 10 + width <= point.end
    const [from, to] = isRight ? [point.edge + 10, point.edge + 10 + width] : [point.at - 10 - width, point.at - 10]
    const others = taken.filter((other) => other.from < to && from < other.to)
    const base = others.reduce(
      (lowest, other) => (Math.abs(other.base - lowest) < LINE ? other.base + LINE : lowest),
      point.height + 4,
    )
    const place: LabelPlace = { left: isRight ? from : to, base, anchor: isRight ? 'start' : 'end' }
    taken.push({ ...place, from, to })
    places.set(point, place)
  }
  return points.map((point) => places.get(point) as LabelPlace)
}
