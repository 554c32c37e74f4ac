// Reads the rows of a Parquet file, one row group at a time, with the codecs built into Node.
import { open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors, FileMetaData, KeyValue, SchemaTree } from 'hyparquet'
import { messageOf, readFailure, UsageError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/json.ts'

/** Loads the library for the first Parquet file, because most files are not Parquet. */
const library = () => import('hyparquet')

/** Node's own codecs where it has them; Snappy and LZ4 in WebAssembly and JavaScript. */
export const compressors = async (): Promise<Compressors> => {
  const { compressors: others } = await import('hyparquet-compressors')
  return { ...others, ...NATIVE }
}

const NATIVE: Compressors = {
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

/** The rows of a file, by their numbers from 0. */
interface ParquetRows {
  groups: [rowStart: number, rowEnd: number][]
  /** @throws UsageError if the rows are damaged */
  rows(rowStart: number, rowEnd: number): Promise<JsonObject[]>
}

/**
 * Opens a file to read its rows a group at a time.
 * @param columns default: all
 * @throws UsageError if the file is damaged, or a group is too large to be read at once
 */
async function openParquetRows(path: string, columns?: string[]): Promise<ParquetRows> {
  const { asyncBufferFromFile, parquetReadObjects } = await library()
  const metadata = await metadataOf(path)
  const [file, codecs] = await Promise.all([asyncBufferFromFile(path), compressors()])
  let rowStart = 0
  const groups = metadata.row_groups.map(({ num_rows: rows, total_byte_size: size }): [number, number] => {
    if (size > MOST_BYTES) throw largeGroup(path, Number(rows), Number(size))
    const start = rowStart
    rowStart += Number(rows)
    return [start, rowStart]
  })
  return {
    groups,
    async rows(start, end) {
      try {
        const options = { file, metadata, rowStart: start, rowEnd: end, compressors: codecs }
        return await parquetReadObjects({ ...options, ...(columns && { columns }) })
      } catch (error) {
        throw new UsageError(`cannot read rows ${start + 1} to ${end} of ${path}: ${messageOf(error)}`, {
          cause: error,
        })
      }
    },
  }
}

/** Uncompressed bytes of a row group; its rows take several times as much in memory. */
const MOST_BYTES = 1_000_000_000n

const largeGroup = (path: string, rows: number, size: number) =>
  new UsageError(
    `${path} has a row group of ${rows} rows and ${Math.round(size / 1e6)} MB, which does not fit in memory`,
    {
      hint: 'Write it in smaller groups: pyarrow.parquet.write_table(table, file, row_group_size=2000).',
    },
  )

/**
 * Yields the given columns of all rows, one row group at a time.
 * @throws UsageError if the file is damaged
 */
export async function* readParquetRows(path: string, columns: string[]): AsyncGenerator<JsonObject[]> {
  const file = await openParquetRows(path, columns)
  for (const [rowStart, rowEnd] of file.groups) yield await file.rows(rowStart, rowEnd)
}

/** @throws UsageError if the file is damaged */
export async function metadataOf(path: string): Promise<FileMetaData> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await library()
  try {
    return await parquetMetadataAsync(await asyncBufferFromFile(path))
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${damageOf(error)}`, { cause: error })
  }
}

/** Returns what is wrong with a footer, in plain words where the library was not prepared for it. */
function damageOf(error: unknown): string {
  if (error instanceof RangeError || /footer/.test(messageOf(error))) {
    return 'it is cut off: a Parquet file ends with its footer'
  }
  return error instanceof TypeError ? 'its footer is damaged' : messageOf(error)
}
