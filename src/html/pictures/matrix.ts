// Intervals in a matrix: one row per dataset, one column per evaluation set, one scale for all. Where there is no room for the columns, one interval below the other.
import { cut } from '../../base/text.ts'
import { harmlessIn } from '../harmless-vnodes.ts'
import { extentOf } from './extent.ts'
import { intervals, type IntervalRow } from './intervals.ts'
import { AXIS, GRID, NEUTRAL, SIDE_AXIS, type Picture } from './picture.ts'

export type MatrixCell = Pick<IntervalRow, 'mean' | 'low' | 'high' | 'value' | 'note'>

export interface MatrixRow {
  label: string
  /** Drawn paler, for rows that are left unchanged. */
  isPale: boolean
  /** One cell per column; undefined if nothing is known. */
  cells: readonly (MatrixCell | undefined)[]
}

/** Pixels of the labels, of a column at least, and of a row. */
const [LABELS, COLUMN, EACH] = [168, 124, 52]
const LETTERS = 23

/** @param unit the unit of the values */
export function matrix(columns: readonly string[], rows: readonly MatrixRow[], unit: string, title: string): Picture {
  const cells = rows.flatMap(({ label, isPale, cells: own }, row) =>
    own.flatMap((cell, column) =>
      cell === undefined ? [] : [{ ...cell, note: harmlessIn(cell.note), isPale, label, row, column }],
    ),
  )
  const listed = columns.flatMap((name, column) =>
    cells
      .filter((cell) => cell.column === column)
      .map((cell) => ({ ...cell, label: columns.length > 1 ? `${cell.label}, ${name}` : cell.label })),
  )
  const ends = extentOf([0, ...cells.flatMap(({ low, high }) => [low, high])])
  const list = intervals(listed, title, { unit, ends })
  return {
    title,
    optionsAt(plot, width) {
      if (columns.length < 2 || width < LABELS + columns.length * COLUMN) return list.optionsAt(plot, width)
      const names = rows.map(({ label }, row) => ({ label: cut(harmlessIn(label), LETTERS), row }))
      const heads = columns.map((column, index) => ({ column: index, text: harmlessIn(column) }))
      const [line, point] = [(cell: MatrixRow) => (cell.isPale ? 0.5 : 1), (cell: MatrixRow) => (cell.isPale ? 0.6 : 1)]
      const at = { fx: 'column', y: 'row' } as const
      return {
        height: rows.length * EACH + 76,
        marginTop: 32,
        marginBottom: 44,
        marginLeft: LABELS,
        marginRight: 8,
        x: { domain: ends },
        fx: { domain: heads.map(({ column }) => column), padding: 0.12, axis: null },
        y: { domain: [-0.6, rows.length - 0.4], reverse: true, axis: null },
        marks: [
          plot.gridX({ ...GRID, ticks: 3 }),
          plot.axisX({ ...AXIS, label: unit, ticks: 3 }),
          plot.ruleX([0], NEUTRAL),
          plot.text(heads, {
            fx: 'column',
            text: 'text',
            frameAnchor: 'top-left',
            dy: -24,
            fill: 'var(--pale)',
            fontSize: 12,
            lineWidth: 12,
            textOverflow: 'ellipsis',
            title: 'text',
          }),
          plot.axisY(
            names.map(({ row }) => row),
            { ...SIDE_AXIS, color: 'var(--ink)', fontSize: 13, tickFormat: (row: number) => names[row]?.label ?? '' },
          ),
          plot.ruleY(cells, {
            ...at,
            x1: 'low',
            x2: 'high',
            stroke: 'var(--accent)',
            strokeWidth: 3,
            strokeOpacity: line,
            strokeLinecap: 'round',
            title: 'note',
          }),
          plot.dot(cells, { ...at, x: 'mean', r: 5, fill: 'var(--accent)', fillOpacity: point, title: 'note' }),
          plot.text(cells, {
            ...at,
            text: 'value',
            frameAnchor: 'right',
            dy: -14,
            fill: 'var(--pale)',
            fontSize: 11,
            stroke: 'var(--paper)',
            strokeWidth: 4,
          }),
        ],
      }
    },
  }
}
