// Writes a row of one format anew in another.
import type { RowFormat } from './formats/format.ts'
import type { JsonObject } from './json.ts'
import { labelled, type Row } from './row.ts'

/**
 * The columns of a row in a format that it was not read in: with the scores, where it has any, and the origins of its passages. Columns
 * that neither format has a meaning for come along. Mined negatives stand before generated ones.
 */
export function convertedColumns(row: Row, from: RowFormat, to: RowFormat): JsonObject {
  const extra = Object.fromEntries(Object.entries(row.extra ?? {}).filter(([name]) => !isOf(from, name)))
  const negatives = labelled(row, 'negative')
  const passages = [
    ...labelled(row, 'positive'),
    ...negatives.filter(({ origin }) => origin !== 'generated'),
    ...negatives.filter(({ origin }) => origin === 'generated'),
  ]
  const converted = { ...row, passages, extra }
  const columns = to.create(converted)
  const isScored = passages.some(({ score }) => score !== undefined)
  return to.withOrigins(isScored ? to.withScores(columns, converted) : columns, converted)
}

/** Whether a column says in a format's own way what the row says, too. */
const isOf = ({ ownColumns }: RowFormat, name: string) => ownColumns.test(name)
