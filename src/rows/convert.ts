// Writes a row of one format in another: mined negatives first, then the generated ones, with the origin of each passage.
import type { JsonObject } from '../base/json.ts'
import type { RowFormat } from './formats/format.ts'
import { recordsIn, withColumns } from './formats/group.ts'
import { lineWith, losslessColumns, type RowFile, type RowLine } from './read.ts'
import { labelled, type Row } from './row.ts'

/** Columns that every row of a file has, or none. */
interface Written {
  /** Whether rows say where their passages came from. Default: they do. */
  isTold?: boolean
  /** Whether rows have scores, null in a row without. Default: those that have some. */
  isScored?: boolean
  /** Further columns. */
  added?: object
}

/**
 * Returns the bytes of a row in another format. What that format cannot express is left out: BGE and ms-swift have no ids and titles (a
 * title goes before its text). Scores are written for passages that have one; columns that neither format knows are kept.
 * @param after the row to write: the decided row of `entry`
 * @param file where `entry` comes from
 * @param written what all rows of the new file have
 */
export function bytesIn(
  format: RowFormat,
  entry: RowLine,
  after: Row,
  file: Omit<RowFile, 'path'>,
  { isTold = true, isScored, added = {} }: Written = {},
): Buffer {
  const negatives = labelled(after, 'negative')
  const passages = [
    ...labelled(after, 'positive'),
    ...negatives.filter(({ origin }) => origin !== 'generated'),
    ...negatives.filter(({ origin }) => origin === 'generated'),
  ]
  const { extra: _extra, ...bare } = { ...after, passages }
  const created = isTold ? format.withOrigins(format.create(bare), bare) : format.create(bare)
  const columns = format.hasNoScores === true ? created : withScores(format, created, bare, isScored)
  if (format.isClosed === true) return lineWith(entry, columns)
  // Read again, so that numbers keep their source text.
  const { extra = {} } = file.format.read(losslessColumns(entry, file), []) ?? {}
  const [first = {}] = recordsIn(columns)
  const others = Object.entries(extra).filter(([name]) => !file.format.ownColumns.test(name) && !(name in first))
  return lineWith(entry, withColumns(columns, { ...Object.fromEntries(others), ...added }))
}

function withScores(format: RowFormat, columns: JsonObject, row: Row, isScored: boolean | undefined): JsonObject {
  if (row.passages.some(({ score }) => score !== undefined)) return format.withScores(columns, row)
  return isScored === true ? format.withoutScores(columns) : columns
}
