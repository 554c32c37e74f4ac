// The page of winnow convert: what was written, and what the target does not hold.
import { counted, plural } from '../../base/format.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import { formatNamed } from '../../rows/formats/index.ts'
import type { ConvertReport } from './convert.ts'

export function convertPage(report: ConvertReport, style: PageStyle): string[] {
  const { input, output } = report
  const bad = input.badRows > 0 ? `; ${plural(input.badRows, 'bad row')} set aside` : ''
  const head = `${output.path}: ${plural(output.rows, 'row')}, ${output.format} format in ${output.container}`
  const from = `from ${input.path}: ${plural(input.rows, 'row')}, ${input.format} format${bad}`
  return [style.heading(head), `  ${from}`, ...notes(report).flatMap((note) => hanging('  ', note, style.width))]
}

function notes({ input, output, left, unscored }: ConvertReport): string[] {
  const { format } = output
  return [
    left.ignoredPositives > 0 &&
      `! trainers on ${format} rows use the first positive of a row: ${plural(left.ignoredPositives, 'other positive')} would be ignored without a word (--positives unroll writes a row for each, best keeps the one with the highest score)`,
    left.positives > 0 &&
      `! ${plural(left.positives, 'positive')} left out: each row keeps one (--positives unroll writes a row for each)`,
    unscored > 0 && `! in ${plural(unscored, 'row')} no positive has a score: the first one was kept`,
    left.negatives > 0 &&
      `! ${plural(left.negatives, 'negative')} left out: ${format === 'st-pair' ? 'pairs hold none' : 'beyond the number of negatives in a row'}`,
    left.rows > 0 &&
      `! ${plural(left.rows, 'row')} of ${counted(input.rows)} left out: too few negatives for ${format}`,
    ...Object.entries(left.values).map(([column, count]) => valuesNote(column, count, format)),
  ].filter((note) => note !== false)
}

const valuesNote = (column: string, count: number, format: string) =>
  formatNamed(format).isClosed === true
    ? `! ${plural(count, 'value')} of the column ${column} left out: rows of ${format} have no other columns`
    : `! ${plural(count, 'value')} of the column ${column} left out: ${count === 1 ? 'it differs' : 'they differ'} from the first one of the same row, which is kept`
