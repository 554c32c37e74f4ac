// Reads evidence from Parquet, one row group after another.
import { columnsOf, fromColumns } from './columns.ts'
import { notEvidence, placed, type EvidenceFile, type PlacedRecord } from './file.ts'
import { ParquetDecoder } from './parquet-decoder.ts'
import { openParquetFile, type ParquetFile } from './parquet-file.ts'
import { HEAD_KEY } from './parquet-sink.ts'
import { readHead, readRecord } from './record.ts'
import { isSealed } from './seal.ts'

/** @throws UsageError if it is damaged or not evidence */
export async function readParquet(path: string): Promise<EvidenceFile> {
  const [isSound, file] = await opened(path)
  const head = placed(path, () => {
    const said = file.metadata[HEAD_KEY]
    return readHead(said === undefined ? undefined : JSON.parse(said))
  })
  return { path, head, records: () => (isSound ? recordsIn(path, file, file) : recordsOf(path, file)) }
}

async function opened(path: string): Promise<[isSealed: boolean, ParquetFile]> {
  try {
    return [await isSealed(path), await openParquetFile(path)]
  } catch (error) {
    throw notEvidence(path, error)
  }
}

/** Reads a file without a seal, as an older Winnow wrote them. */
async function* recordsOf(path: string, file: ParquetFile): AsyncGenerator<PlacedRecord> {
  const decoder = new ParquetDecoder(path)
  try {
    yield* recordsIn(path, file, decoder)
  } finally {
    await decoder.close()
  }
}

async function* recordsIn(
  path: string,
  { groups, columns }: ParquetFile,
  decoder: Pick<ParquetFile, 'records'>,
): AsyncGenerator<PlacedRecord> {
  const requireColumns = columnCheck(columns)
  let rowStart = 0
  for (const rows of groups) {
    const rowEnd = rowStart + rows
    const group = await decoder.records(rowStart, rowEnd).catch((error: unknown) => {
      throw notEvidence(`${path}: records ${rowStart + 1} to ${rowEnd}`, error)
    })
    for (const [index, values] of group.entries()) {
      const place = `${path}: record ${rowStart + index + 1}`
      requireColumns(place, values['kind'])
      yield { record: placed(place, () => readRecord(fromColumns(values))), place }
    }
    rowStart = rowEnd
  }
}

/** Checks that a file has the columns of the kinds in it. Columns of other kinds may be missing, as in files of an older Winnow. */
function columnCheck(given: readonly string[]): (place: string, kind: unknown) => void {
  const columns = new Set(given)
  const sound = new Set<unknown>()
  return (place, kind) => {
    if (sound.has(kind)) return
    const missing = columnsOf(kind).filter((name) => !columns.has(name))
    if (missing.length > 0) throw notEvidence(place, `it has no column ${missing.join(', ')}`)
    sound.add(kind)
  }
}
