// A Parquet file as evidence is read from it: its footer, and the records of one group at a time.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type FileMetaData } from 'hyparquet'
import type { JsonObject } from '../base/json.ts'

export interface ParquetFile {
  /** The metadata of its writer. */
  metadata: Record<string, string | undefined>
  columns: string[]
  /** The number of records in each group. */
  groups: number[]
  records(rowStart: number, rowEnd: number): Promise<JsonObject[]>
}

/** @throws Error if its footer cannot be that of a file of this size */
export async function openParquetFile(path: string): Promise<ParquetFile> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  assertPossible(metadata, file.byteLength)
  return {
    metadata: Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value])),
    columns: metadata.schema.map(({ name }) => name),
    groups: metadata.row_groups.map(({ num_rows: rows }) => Number(rows)),
    records: (rowStart, rowEnd) => parquetReadObjects({ file, metadata, rowStart, rowEnd }),
  }
}

/** @throws Error if counts or places cannot be those of a file of this size */
function assertPossible({ num_rows: rows, row_groups: groups }: FileMetaData, size: number): void {
  const counted = groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (counted !== rows || groups.some((group) => group.num_rows < 0n))
    throw new Error(`its groups hold ${counted} records and its footer says ${rows}`)
  for (const { meta_data: column } of groups.flatMap(({ columns }) => columns)) {
    const start = column?.dictionary_page_offset ?? column?.data_page_offset ?? -1n
    const bytes = column?.total_compressed_size ?? -1n
    if (start < 0n || bytes < 0n || start + bytes > BigInt(size))
      throw new Error(`a column of ${bytes} bytes from byte ${start} does not fit in its ${size} bytes`)
  }
}
