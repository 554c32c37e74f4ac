// Overlaid distributions as SVG. Colours come from the page's style.
import { COLOURS } from './charts.ts'
import { html, type Markup } from './markup.ts'
import { scaleOf, tickText } from './scale.ts'

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

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT] = [640, 280, 48, 12, 10, 40]
const number = (value: number) => Math.round(value * 100) / 100

/** Draws steps with filled areas, one colour each; the page has the legend below. */
export function histogramChart(
  distributions: readonly Distribution[],
  { from, width, unit }: Bins,
  title: string,
): Markup {
  const bottom = HEIGHT - FOOT
  const bins = Math.max(1, ...distributions.map(({ shares }) => shares.length))
  const most = Math.max(0.001, ...distributions.flatMap(({ shares }) => shares))
  const x = scaleOf([from, from + bins * width], [LEFT, WIDTH - RIGHT], 8)
  const y = scaleOf([0, most * 1.05], [bottom, TOP])
  const stepsOf = (shares: readonly number[]) =>
    shares.flatMap((share, bin) =>
      [bin, bin + 1].map((edge) => `${number(x.at(from + edge * width))},${number(y.at(share))}`),
    )
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
    ${y.ticks.map((tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${number(y.at(tick))}" y2="${number(y.at(tick))}" /><text class="tick" text-anchor="end" x="${LEFT - 6}" y="${number(y.at(tick) + 4)}">${tickText(tick * 100)}%</text>`)}
    ${x.ticks.map((tick) => html`<text class="tick" text-anchor="middle" x="${number(x.at(tick))}" y="${bottom + 16}">${tickText(tick)}</text>`)}
    ${distributions.map(({ label, shares, isDashed }, index) => {
      const steps = stepsOf(shares)
      const [first, last] = [number(x.at(from)), number(x.at(from + shares.length * width))]
      const area = [`${first},${bottom}`, ...steps, `${last},${bottom}`]
      return html`<polygon class="area c${index % COLOURS}" points="${area.join(' ')}" /><polyline
          class="curve c${index % COLOURS} ${isDashed ? 'dashed' : ''}"
          points="${steps.join(' ')}"
          ><title>${label}</title></polyline
        >`
    })}
    <text class="tick" text-anchor="end" x="${WIDTH - RIGHT}" y="${HEIGHT - 6}">${unit}</text>
  </svg>`
}
