// Writes the rows of a Parquet file as lines of JSON, from which its values can be written again exactly. Columns become bytes of JSON
// without objects or texts in between.
import { closeSync, openSync } from 'node:fs'
import type { ColumnMetaData, FileMetaData } from 'hyparquet'
import { messageOf, UsageError } from '../../base/errors.ts'
import { compressors, metadataOf } from './parquet.ts'
import { JsonBytes } from './json-bytes.ts'
import { Leaf } from './parquet-leaf.ts'
import { rowWriter } from './parquet-tree.ts'

/** The lines of a file's rows. */
export interface ParquetText {
  /** Returns the next lines, about a megabyte of them; undefined at the end. @throws UsageError if the file is damaged */
  next(): Buffer | undefined
  close(): void
}

/** Bytes of lines that are given on at once. */
const MOST_BYTES = 1 << 20

/** @throws UsageError if the file is damaged, or has a column of a type that cannot be read */
export async function openParquetText(path: string): Promise<ParquetText> {
  const [{ parquetSchema }, metadata, codecs] = await Promise.all([
    import('hyparquet'),
    metadataOf(path),
    compressors(),
  ])
  const leaves: Leaf[] = []
  const writeRow = columnsRead(path, () =>
    rowWriter(parquetSchema(metadata), (schemaPath, kind) => {
      const leaf = new Leaf(schemaPath, kind, codecs)
      leaves.push(leaf)
      return leaf
    }),
  )
  const file = openSync(path, 'r')
  const lines = linesOf(path, metadata, file, leaves, writeRow)
  return {
    next: () => {
      const { value, done } = lines.next()
      return done === true ? undefined : value
    },
    close: () => closeSync(file),
  }
}

function columnsRead<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
}

function* linesOf(
  path: string,
  { row_groups: groups }: FileMetaData,
  file: number,
  leaves: readonly Leaf[],
  writeRow: (out: JsonBytes) => void,
): Generator<Buffer, undefined> {
  const out = new JsonBytes()
  let number = 0
  for (const { num_rows: count, columns } of groups) {
    try {
      const byPath = new Map(columns.map(({ meta_data: column }) => [column?.path_in_schema.join('\0'), column]))
      for (const leaf of leaves) leaf.start(file, columnAt(leaf, byPath))
    } catch (error) {
      throw damaged(path, number, error)
    }
    for (let row = 0; row < count; row++) {
      try {
        writeRow(out)
      } catch (error) {
        throw damaged(path, number, error)
      }
      number += 1
      if (out.length >= MOST_BYTES) yield out.taken()
    }
  }
  if (out.length > 0) yield out.taken()
  return undefined
}

function columnAt(leaf: Leaf, columns: ReadonlyMap<string | undefined, ColumnMetaData | undefined>): ColumnMetaData {
  const column = columns.get(leaf.path.join('\0'))
  if (column === undefined) throw new Error(`a row group has no column ${leaf.path.join('.')}`)
  return column
}

const damaged = (path: string, rows: number, error: unknown) =>
  new UsageError(`cannot read row ${rows + 1} of ${path}: ${messageOf(error)}`, { cause: error })
