// Columns of text: the first aligned left, the others right.
import { padEnd, padStart, widthOf } from '../base/text.ts'

export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const columns = (rows[0] ?? []).map((_cell, column) => column)
  const widths = columns.map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))))
  return rows.map((row) => {
    const cells = row.map((cell, column) => (column === 0 ? padEnd : padStart)(cell, widths[column] ?? 0))
    return `  ${cells.join('  ')}`.trimEnd()
  })
}
