// Reads evidence from Parquet, one row group after another.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type FileMetaData } from 'hyparquet'
import type { JsonObject } from '../base/json.ts'
import { COLUMN_NAMES, fromColumns } from './columns.ts'
import { notEvidence, placed, type EvidenceFile, type PlacedRecord } from './file.ts'
import { HEAD_KEY } from './parquet-sink.ts'
import { readHead, readRecord } from './record.ts'

/** @throws UsageError when it is damaged or no evidence */
export async function readParquet(path: string): Promise<EvidenceFile> {
  const metadata = await metadataOf(path)
  const head = placed(path, () => {
    const said = metadata.key_value_metadata?.find(({ key }) => key === HEAD_KEY)?.value
    const columns = new Set(metadata.schema.map(({ name }) => name))
    const missing = COLUMN_NAMES.filter((name) => !columns.has(name))
    const read = readHead(said === undefined ? undefined : JSON.parse(said))
    if (missing.length > 0) throw new Error(`it has no column ${missing.join(', ')}`)
    return read
  })
  return { path, head, records: () => recordsIn(path, metadata) }
}

async function metadataOf(path: string): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(await asyncBufferFromFile(path))
  } catch (error) {
    throw notEvidence(path, error)
  }
}

async function* recordsIn(path: string, metadata: FileMetaData): AsyncGenerator<PlacedRecord> {
  const file = await asyncBufferFromFile(path)
  let rowStart = 0
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows)
    const group = await parquetReadObjects({ file, metadata, rowStart, rowEnd }).catch((error: unknown) => {
      throw notEvidence(`${path}: records ${rowStart + 1} to ${rowEnd}`, error)
    })
    for (const [index, values] of group.entries()) {
      const place = `${path}: record ${rowStart + index + 1}`
      yield { record: placed(place, () => readRecord(fromColumns(values as JsonObject))), place }
    }
    rowStart = rowEnd
  }
}
