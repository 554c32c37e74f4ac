// Reads evidence from Parquet, one row group after another.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type FileMetaData } from 'hyparquet'
import type { JsonObject } from '../base/json.ts'
import { columnsOf, fromColumns } from './columns.ts'
import { notEvidence, placed, type EvidenceFile, type PlacedRecord } from './file.ts'
import { HEAD_KEY } from './parquet-sink.ts'
import { readHead, readRecord } from './record.ts'

/** @throws UsageError if it is damaged or not evidence */
export async function readParquet(path: string): Promise<EvidenceFile> {
  const metadata = await metadataOf(path)
  const head = placed(path, () => {
    const said = metadata.key_value_metadata?.find(({ key }) => key === HEAD_KEY)?.value
    return readHead(said === undefined ? undefined : JSON.parse(said))
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
  const requireColumns = columnCheck(metadata)
  let rowStart = 0
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows)
    const group = await parquetReadObjects({ file, metadata, rowStart, rowEnd }).catch((error: unknown) => {
      throw notEvidence(`${path}: records ${rowStart + 1} to ${rowEnd}`, error)
    })
    for (const [index, values] of (group as JsonObject[]).entries()) {
      const place = `${path}: record ${rowStart + index + 1}`
      requireColumns(place, values['kind'])
      yield { record: placed(place, () => readRecord(fromColumns(values))), place }
    }
    rowStart = rowEnd
  }
}

/** Checks that a file has the columns of the kinds in it. Columns of other kinds may be missing, as in files of an older Winnow. */
function columnCheck({ schema }: FileMetaData): (place: string, kind: unknown) => void {
  const columns = new Set(schema.map(({ name }) => name))
  const sound = new Set<unknown>()
  return (place, kind) => {
    if (sound.has(kind)) return
    const missing = columnsOf(kind).filter((name) => !columns.has(name))
    if (missing.length > 0) throw notEvidence(place, `it has no column ${missing.join(', ')}`)
    sound.add(kind)
  }
}
