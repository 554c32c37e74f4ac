// A row of one format written in another: mined negatives first, then the generated ones, and where each passage came from.
import type { RowFormat } from './formats/format.ts'
import { lineWith, losslessColumns, type RowLine } from './read.ts'
import { labelled, type Row } from './row.ts'

/** Lists that run parallel to the passages of the format that was read: they are written anew, or not at all. */
const BESIDE = /^(pos|neg|positive|negative)_/

/**
 * The bytes of a row in another format than its own. What has no place there is left out: ids and titles in BGE and ms-swift (a title
 * stands before its text). Scores are written where a passage has one; columns that are none of the format's are kept.
 * @param after the row as it is to be written: the one of `entry`, decided
 */
export function bytesIn(format: RowFormat, entry: RowLine, after: Row, from: RowFormat): Buffer {
  const negatives = labelled(after, 'negative')
  const passages = [
    ...labelled(after, 'positive'),
    ...negatives.filter(({ origin }) => origin !== 'generated'),
    ...negatives.filter(({ origin }) => origin === 'generated'),
  ]
  const { extra: _extra, ...bare } = { ...after, passages }
  const created = format.withOrigins(format.create(bare), bare)
  const isScored = passages.some(({ score }) => score !== undefined)
  const columns = isScored ? format.withScores(created, bare, true) : created
  const { extra = {} } = from.read(losslessColumns(entry, { format: from }), []) ?? {}
  const others = Object.entries(extra).filter(([name]) => !BESIDE.test(name) && !(name in columns))
  return lineWith(entry, { ...columns, ...Object.fromEntries(others) })
}
