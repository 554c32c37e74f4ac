// A matrix of intervals as SVG: one row per dataset, one column per evaluation set, one scale for all. Colours come from the page's style.
import { cut } from '../base/text.ts'
import { html, type Markup } from './markup.ts'
import { extentOf, scaleOf, tickText } from './scale.ts'

export interface MatrixCell {
  mean: number
  low: number
  high: number
  /** Shown when the pointer rests on it. */
  note: string
}

export interface MatrixRow {
  label: string
  /** Drawn paler, for rows that are left unchanged. */
  isPale: boolean
  /** One cell per column; undefined if nothing is known. */
  cells: readonly (MatrixCell | undefined)[]
}

const [LABELS, COLUMN, GAP, TOP, EACH] = [170, 150, 18, 30, 30]
const LABEL_LETTERS = 24
const COLUMN_LETTERS = 20
const number = (value: number) => Math.round(value * 100) / 100

/** @param unit the unit of the values */
export function intervalMatrix(
  columns: readonly string[],
  rows: readonly MatrixRow[],
  unit: string,
  title: string,
): Markup {
  const width = LABELS + columns.length * (COLUMN + GAP)
  const bottom = TOP + rows.length * EACH
  const values = rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell ? [cell.low, cell.high] : [])))
  const extent = extentOf([0, ...values])
  const cellOf = (cell: MatrixCell | undefined, column: number, y: number) => {
    if (cell === undefined) return undefined
    const left = LABELS + column * (COLUMN + GAP)
    const { at } = scaleOf(extent, [left, left + COLUMN])
    return html`<g
      ><title>${cell.note}</title
      ><line class="interval" x1="${number(at(cell.low))}" x2="${number(at(cell.high))}" y1="${y}" y2="${y}" /><circle
        cx="${number(at(cell.mean))}"
        cy="${y}"
        r="4.5"
    /></g>`
  }
  return html`<svg viewBox="0 0 ${width} ${bottom + 38}" role="img" aria-label="${title}">
    ${columns.map((column, index) => {
      const left = LABELS + index * (COLUMN + GAP)
      const { at, ticks } = scaleOf(extent, [left, left + COLUMN], 3)
      return html`<text class="tick" x="${left}" y="${TOP - 14}"
          ><title>${column}</title>${cut(column, COLUMN_LETTERS)}</text
        >
        ${ticks.map((tick) => html`<line class="grid" x1="${number(at(tick))}" x2="${number(at(tick))}" y1="${TOP}" y2="${bottom}" /><text class="tick" text-anchor="middle" x="${number(at(tick))}" y="${bottom + 16}">${tickText(tick)}</text>`)}
        <line class="zero" x1="${number(at(0))}" x2="${number(at(0))}" y1="${TOP}" y2="${bottom}" />`
    })}
    ${rows.map(({ label, isPale, cells }, index) => {
      const y = TOP + index * EACH + EACH / 2
      return html`<g class="${isPale ? 'control' : 'arm'}"
        ><text class="label" x="0" y="${y + 4}"><title>${label}</title>${cut(label, LABEL_LETTERS)}</text
        >${cells.map((cell, column) => cellOf(cell, column, y))}</g
      >`
    })}
    <text class="tick" text-anchor="end" x="${width - GAP}" y="${bottom + 34}">${unit}</text>
  </svg>`
}
