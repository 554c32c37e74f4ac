// Columns that only some rows have: loaders read the whole file as one table.
import type { Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Example, Report } from '../finding.ts'
import { exampleOf, LISTED } from '../tally.ts'
import { SCORE_COLUMNS } from './scores.ts'

/** Rows with the same columns besides those that the format requires. */
interface Layout {
  columns: string[]
  rows: number
  first: Example
}

const LAYOUTS = 200

export class UnequalColumns implements Check {
  #layouts = new Map<string, Layout>()
  #beyond = 0

  add(row: Row, line: number): void {
    // Inconsistent scores are a separate finding.
    const columns = Object.keys(row.extra ?? {}).filter((column) => !SCORE_COLUMNS.includes(column))
    const key = columns.sort().join('\n')
    const layout = this.#layouts.get(key)
    if (layout) layout.rows += 1
    else if (this.#layouts.size === LAYOUTS) this.#beyond += 1
    else this.#layouts.set(key, { columns, rows: 1, first: exampleOf(row, line, '') })
  }

  reports(): Report[] {
    const [common, ...others] = [...this.#layouts.values()].sort((one, other) => other.rows - one.rows)
    if (common === undefined || others.length === 0) return []
    const rows = others.reduce((sum, layout) => sum + layout.rows, this.#beyond)
    return [
      {
        code: 'unequal-columns',
        severity: 'breaks',
        title: 'Rows with other columns',
        noun: 'row',
        count: rows,
        rows,
        why: 'Loaders read a file as one table: they stop at a column that only later rows have, and fill a missing column with None.',
        advice: 'Give every row the same columns, or split the file by columns.',
        examples: others.slice(0, LISTED).map((layout) => ({ ...layout.first, note: differenceOf(layout, common) })),
      },
    ]
  }
}

function differenceOf({ columns, rows }: Layout, common: Layout): string {
  const lacking = common.columns.filter((column) => !columns.includes(column))
  const extra = columns.filter((column) => !common.columns.includes(column))
  const parts = [
    ...(lacking.length > 0 ? [`lacks ${lacking.join(', ')}`] : []),
    ...(extra.length > 0 ? [`has extra ${extra.join(', ')}`] : []),
  ]
  return `${parts.join('; ')}${rows > 1 ? `, as ${rows - 1} more` : ''}`
}
