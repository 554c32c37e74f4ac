// A table whose first column names its rows; numbers are at the right, words at the left.
import { html, type Content } from '../template.ts'
import { Scroller } from './scroller.ts'

export interface TableColumn {
  head: string
  /** Whether it holds words, not numbers. */
  isText?: boolean
}

export interface TableRow {
  name: string
  cells: readonly Content[]
  /** `head` begins a group; `sum` is what the rows above make. */
  kind?: 'head' | 'sum'
}

interface TableProps {
  /** What is in it, for those who cannot see it. */
  label: string
  /** The columns after the first. */
  columns: readonly (TableColumn | string)[]
  rows: readonly TableRow[]
}

export function Table({ label, columns, rows }: TableProps) {
  const described = columns.map((column) => (typeof column === 'string' ? { head: column } : column))
  const classOf = (index: number) => (described[index]?.isText ? 'text' : undefined)
  return Scroller({
    label,
    children: html`<table>
      <thead>
        <tr>
          <td></td>
          ${described.map(({ head }, index) => html`<th scope="col" class=${classOf(index)}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ name, cells, kind }) =>
            html`<tr class=${kind}>
              <th scope="row">${name}</th>
              ${cells.map((cell, index) => html`<td class=${classOf(index)}>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`,
  })
}
