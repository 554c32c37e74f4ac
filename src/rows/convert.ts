// A row of one format written in another: mined negatives first, then the generated ones, and where each passage came from.
import type { RowFormat } from './formats/format.ts'
import { lineWith, losslessColumns, type RowFile, type RowLine } from './read.ts'
import { labelled, type Row } from './row.ts'

/**
 * The bytes of a row in another format than its own. What has no place there is left out: ids and titles in BGE and ms-swift (a title
 * stands before its text). Scores are written where a passage has one; columns that neither format has a meaning for come along.
 * @param after the row as it is to be written: the one of `entry`, decided
 * @param file where `entry` comes from
 */
export function bytesIn(format: RowFormat, entry: RowLine, after: Row, file: Omit<RowFile, 'path'>): Buffer {
  const negatives = labelled(after, 'negative')
  const passages = [
    ...labelled(after, 'positive'),
    ...negatives.filter(({ origin }) => origin !== 'generated'),
    ...negatives.filter(({ origin }) => origin === 'generated'),
  ]
  const { extra: _extra, ...bare } = { ...after, passages }
  const created = format.withOrigins(format.create(bare), bare)
  const isScored = passages.some(({ score }) => score !== undefined)
  const columns = isScored ? format.withScores(created, bare) : created
  // Read again, so that numbers keep their source text.
  const { extra = {} } = file.format.read(losslessColumns(entry, file), []) ?? {}
  const others = Object.entries(extra).filter(([name]) => !file.format.ownColumns.test(name) && !(name in columns))
  return lineWith(entry, { ...columns, ...Object.fromEntries(others) })
}
