// Writes a row of one format in another: mined negatives first, then the generated ones, with the origin of each passage.
import type { RowFormat } from './formats/format.ts'
import { lineWith, losslessColumns, type RowFile, type RowLine } from './read.ts'
import { labelled, type Row } from './row.ts'

/**
 * Returns the bytes of a row in another format. What that format cannot express is left out: BGE and ms-swift have no ids and titles (a
 * title goes before its text). Scores are written for passages that have one; columns that neither format knows are kept.
 * @param after the row to write: the decided row of `entry`
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
