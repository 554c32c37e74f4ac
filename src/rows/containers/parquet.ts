// Reads the rows of a Parquet file, one row group at a time, with the codecs built into Node.
import { open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors, FileMetaData, KeyValue, SchemaTree } from 'hyparquet'
import { messageOf, readFailure, UsageError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'

/** Loads the library for the first Parquet file, because most files are not Parquet. */
const library = () => import('hyparquet')

const COMPRESSORS: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
}

/** Returns whether a file is Parquet, judged by its first bytes. */
export async function isParquet(path: string): Promise<boolean> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
      return bytesRead === 4 && buffer.toString('latin1') === 'PAR1'
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${readFailure(error)}`, { cause: error })
  }
}

/** Returns the top-level columns of a file. @throws UsageError if it is damaged */
export async function parquetColumns(path: string): Promise<string[]> {
  const { children } = await parquetSchema(path)
  return children.map(({ element }) => element.name)
}

/** Returns the tree of a file's columns, and the metadata of its writer. @throws UsageError if the file is damaged */
export async function parquetSchema(path: string): Promise<SchemaTree & { metadata: KeyValue[] }> {
  const { parquetSchema: treeOf } = await library()
  const metadata = await metadataOf(path)
  return { ...treeOf(metadata), metadata: metadata.key_value_metadata ?? [] }
}

/** Returns the number of a file's rows, and of their bytes before compression. @throws UsageError if the file is damaged */
export async function parquetCounts(path: string): Promise<{ rows: number; bytes: number }> {
  const { row_groups: groups } = await metadataOf(path)
  const columns = groups.flatMap((group) => group.columns)
  const bytes = columns.reduce((sum, { meta_data: column }) => sum + (column?.total_uncompressed_size ?? 0n), 0n)
  return { rows: Number(groups.reduce((sum, group) => sum + group.num_rows, 0n)), bytes: Number(bytes) }
}

/**
 * Yields the given columns of all rows, one row group at a time.
 * @throws UsageError if the file is damaged
 */
export async function* readParquetRows(path: string, columns: string[]): AsyncGenerator<JsonObject[]> {
  const { asyncBufferFromFile, parquetReadObjects } = await library()
  const metadata = await metadataOf(path)
  const file = await asyncBufferFromFile(path)
  let rowStart = 0
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows)
    try {
      yield await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors: COMPRESSORS })
    } catch (error) {
      throw new UsageError(`cannot read rows ${rowStart + 1} to ${rowEnd} of ${path}: ${messageOf(error)}`, {
        cause: error,
      })
    }
    rowStart = rowEnd
  }
}

async function metadataOf(path: string): Promise<FileMetaData> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await library()
  try {
    return await parquetMetadataAsync(await asyncBufferFromFile(path))
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
}
