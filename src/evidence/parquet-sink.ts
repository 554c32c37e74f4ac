// Writes evidence as Parquet, one group at a time; memory never holds more than one group.
import type { DecodedArray } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Evidence } from './evidence.ts'
import type { LineSink } from '../base/sink.ts'
import type { JsonObject } from '../base/json.ts'
import { VERSION } from '../base/version.ts'
import { COLUMN_NAMES, SCHEMA, toColumns } from './columns.ts'
import type { EvidenceSink } from './file.ts'
import { recordOf, type EvidenceHead } from './record.ts'
import { SEAL_KEY, Sealer, UNSEALED } from './seal.ts'

/** The key of the head in the file's own key-value metadata. */
export const HEAD_KEY = 'winnow'

/** A group ends at whichever comes first: this many records, or this many characters of long model texts. */
const MOST_RECORDS = 8_000
const MOST_CHARACTERS = 8_000_000

/** The only column whose minimum and maximum help a reader to skip groups. */
const WITH_STATISTICS = 'line'

export function openParquetSink(file: LineSink, head: EvidenceHead): EvidenceSink {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: SCHEMA,
    kvMetadata: [
      { key: HEAD_KEY, value: JSON.stringify(head) },
      { key: SEAL_KEY, value: UNSEALED },
    ],
    createdBy: `winnow version ${VERSION}`,
  })
  let group: JsonObject[] = []
  let characters = 0

  const sealer = new Sealer()
  const written = (): Buffer => {
    const copy = Buffer.from(bytes.getBytes())
    bytes.index = 0
    return copy
  }
  const endGroup = (): Promise<void> | undefined => {
    const columnData = COLUMN_NAMES.map((name) => ({
      name,
      data: group.map((record) => record[name]) as DecodedArray,
      statistics: name === WITH_STATISTICS,
      offsetIndex: false,
    }))
    void writer.write({ columnData, rowGroupSize: group.length })
    group = []
    characters = 0
    const copy = written()
    sealer.add(copy)
    return file.write(copy)
  }
  return {
    write: ({ row, line }, evidence) => {
      for (const item of evidence) {
        group.push(toColumns(recordOf(row.id, line.number, item)))
        characters += lengthOf(item)
      }
      return group.length >= MOST_RECORDS || characters >= MOST_CHARACTERS ? endGroup() : undefined
    },
    commit: async () => {
      if (group.length > 0) await endGroup()
      void writer.finish()
      await file.write(sealer.seal(written()))
      await file.commit()
    },
    abort: () => file.abort(),
  }
}

/** Returns the number of characters in the fields that may be long. */
const lengthOf = (item: Evidence) =>
  ('raw' in item ? (item.raw?.length ?? 0) : 0) + ('reason' in item ? (item.reason?.length ?? 0) : 0)
