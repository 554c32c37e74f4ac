// Plots as SVG: intervals, differences query by query, curves over the steps of training. Colours come from the page's style.
import { html, type Markup } from './markup.ts'
import { extentOf, scaleOf, tickText } from './scale.ts'

const WIDTH = 640
const number = (value: number) => Math.round(value * 100) / 100

export interface IntervalRow {
  label: string
  mean: number
  low: number
  high: number
  /** Whether it is a control, which is drawn paler. */
  isControl: boolean
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

/** Draws one line per value, with its 95% interval. */
export function intervalChart(
  rows: readonly IntervalRow[],
  title: string,
  { unit = 'points', mark = 0, ends }: IntervalAxis = {},
): Markup {
  const [left, right, top, each] = [16, 16, 8, 40]
  const height = top + rows.length * each + 34
  const extent = ends ?? extentOf([mark, ...rows.flatMap(({ low, high }) => [low, high])])
  const x = scaleOf(extent, [left, WIDTH - right])
  const bottom = top + rows.length * each
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
    ${x.ticks.map((tick) => html`<line class="grid" x1="${number(x.at(tick))}" x2="${number(x.at(tick))}" y1="${top}" y2="${bottom}" /><text class="tick" text-anchor="middle" x="${number(x.at(tick))}" y="${bottom + 16}">${tickText(tick)}</text>`)}
    <line class="zero" x1="${number(x.at(mark))}" x2="${number(x.at(mark))}" y1="${top}" y2="${bottom}" />
    ${rows.map((row, index) => {
      const y = top + index * each
      const line = y + 28
      return html`<g class="${row.isControl ? 'control' : 'arm'}"
        ><title>${row.note}</title><text class="label" x="${left}" y="${y + 14}">${row.label}</text
        ><line
          class="interval"
          x1="${number(x.at(row.low))}"
          x2="${number(x.at(row.high))}"
          y1="${line}"
          y2="${line}" /><circle cx="${number(x.at(row.mean))}" cy="${line}" r="5"
      /></g>`
    })}
    <text class="tick" text-anchor="end" x="${WIDTH - right}" y="${bottom + 30}">${unit}</text>
  </svg>`
}

/** The most bars. With more queries, neighbouring ones share a bar. */
const MOST_BARS = 320

/** Draws the differences of single queries, in points, from the largest gain to the largest loss. */
export function sortedChart(values: readonly number[], title: string): Markup {
  const [left, right, top, height] = [48, 12, 10, 200]
  const bottom = height - 26
  const sorted = values.toSorted((one, other) => other - one)
  const bars = gathered(sorted)
  const y = scaleOf(extentOf([0, ...bars]), [bottom, top])
  const width = (WIDTH - left - right) / bars.length
  const gap = width > 4 ? 1 : 0
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
    ${y.ticks.map((tick) => html`<line class="grid" x1="${left}" x2="${WIDTH - right}" y1="${number(y.at(tick))}" y2="${number(y.at(tick))}" /><text class="tick" text-anchor="end" x="${left - 6}" y="${number(y.at(tick) + 4)}">${tickText(tick)}</text>`)}
    ${bars.map((value, index) => {
      const [from, to] = [y.at(Math.max(0, value)), y.at(Math.min(0, value))]
      return value === 0
        ? undefined
        : html`<rect
            class="${value > 0 ? 'gain' : 'loss'}"
            x="${number(left + index * width)}"
            y="${number(from)}"
            width="${number(Math.max(0.5, width - gap))}"
            height="${number(Math.max(0.5, to - from))}"
          />`
    })}
    <line class="zero" x1="${left}" x2="${WIDTH - right}" y1="${number(y.at(0))}" y2="${number(y.at(0))}" />
    <text class="tick" text-anchor="end" x="${WIDTH - right}" y="${height - 6}">${values.length} queries, sorted</text>
  </svg>`
}

/** Reduces values to at most `MOST_BARS` means of neighbours. */
function gathered(sorted: readonly number[]): number[] {
  if (sorted.length <= MOST_BARS) return [...sorted]
  return Array.from({ length: MOST_BARS }, (_, bar) => {
    const part = sorted.slice(
      Math.floor((bar * sorted.length) / MOST_BARS),
      Math.floor(((bar + 1) * sorted.length) / MOST_BARS),
    )
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}

export interface Curve {
  label: string
  /** null for a missing value. */
  values: readonly (number | null)[]
  /** Whether it is a control, which is drawn dashed. */
  isControl: boolean
  /** Index of its colour; a control has the colour of its arm. Default: its position. */
  colour?: number
}

/** How many colours the page has. */
export const COLOURS = 6

/** Draws values over equal parts of the steps, one line per arm; the page has the legend below. @param what is drawn */
export function curveChart(curves: readonly Curve[], steps: number, title: string, what = ''): Markup {
  const [left, right, top, height] = [48, 12, 24, 254]
  const bottom = height - 36
  const all = curves.flatMap(({ values }) => values.filter((value) => value !== null))
  const y = scaleOf(extentOf(all), [bottom, top])
  const x = scaleOf([0, steps], [left, WIDTH - right])
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
    ${y.ticks.map((tick) => html`<line class="grid" x1="${left}" x2="${WIDTH - right}" y1="${number(y.at(tick))}" y2="${number(y.at(tick))}" /><text class="tick" text-anchor="end" x="${left - 6}" y="${number(y.at(tick) + 4)}">${tickText(tick)}</text>`)}
    ${x.ticks.map((tick) => html`<text class="tick" text-anchor="middle" x="${number(x.at(tick))}" y="${bottom + 16}">${tickText(tick)}</text>`)}
    ${curves.map(({ values, isControl, label, colour }, index) => {
      const places = values.flatMap((value, part) =>
        value === null ? [] : [`${number(x.at(((part + 0.5) / values.length) * steps))},${number(y.at(value))}`],
      )
      return html`<polyline
        class="curve c${(colour ?? index) % COLOURS} ${isControl ? 'dashed' : ''}"
        points="${places.join(' ')}"
        ><title>${label}</title></polyline
      >`
    })}
    <text class="tick" x="0" y="12">${what}</text>
    <text class="tick" text-anchor="end" x="${WIDTH - right}" y="${height - 4}">steps</text>
  </svg>`
}
