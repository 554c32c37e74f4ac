// Encodes rows as Parquet, in the layout of a dataset on the Hugging Face hub where they are a folder.
import { join } from 'node:path'
import type { DecodedArray, KeyValue, SchemaTree } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { VERSION } from '../../base/version.ts'
import { columnOf } from './parquet-schema.ts'
import type { Shape } from './shape.ts'
import { shardOf, type Encoder, type Encoding } from './typed-sink.ts'

/** The columns of the file that rows come from, so that their types are kept. */
export interface ColumnsRead {
  children: readonly SchemaTree[]
  metadata: readonly KeyValue[]
}

export const parquetEncoding = (read?: ColumnsRead): Encoding => ({
  name: 'Parquet',
  encoder: async (fields) => encoderOf(fields, read),
  filesIn: (folder, count) =>
    Array.from({ length: count }, (_none, at) => join(folder, 'data', `train-${shardOf(at, count)}.parquet`)),
})

function encoderOf(fields: ReadonlyMap<string, Shape>, read: ColumnsRead | undefined): Encoder {
  const columns = [...fields].map(([name, shape]) => {
    const like = read?.children.find(({ element }) => element.name === name)
    return columnOf(name, shape, like)
  })
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(({ elements }) => elements)],
    statistics: false,
    kvMetadata: metadataFor(fields, read),
    createdBy: `winnow version ${VERSION}`,
  })
  const taken = () => {
    const copy = Buffer.from(bytes.getBytes())
    bytes.index = 0
    return copy
  }
  return {
    group(rows) {
      const columnData = columns.map(({ name, toValue }) => ({
        name,
        data: rows.map((row) => toValue(row[name])) as DecodedArray,
        offsetIndex: false,
      }))
      void writer.write({ columnData, rowGroupSize: rows.length })
      return taken()
    },
    end() {
      void writer.finish()
      return taken()
    },
  }
}

/** What a loader noted about the columns holds as long as they are the same. */
function metadataFor(fields: ReadonlyMap<string, Shape>, read: ColumnsRead | undefined): KeyValue[] {
  if (read === undefined || read.children.length !== fields.size) return []
  if (!read.children.every(({ element }) => fields.has(element.name))) return []
  return read.metadata.filter(({ key }) => key !== 'ARROW:schema')
}
