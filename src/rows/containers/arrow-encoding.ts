// Encodes rows as Arrow: as one file in stream form, or as the folder that `datasets.load_from_disk` reads.
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  bool,
  columnFromArray,
  field,
  float64,
  int64,
  list,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
  type DataType,
} from '@uwdata/flechette'
import { hash } from 'node:crypto'
import { numberOf, textOfScalar, type JsonObject } from '../../base/json.ts'
import { writeText } from '../../base/sink.ts'
import type { Shape } from './shape.ts'
import { shardOf, type Encoder, type Encoding } from './typed-sink.ts'

export function arrowEncoding(): Encoding {
  let features: Record<string, unknown> = {}
  return {
    name: 'Arrow',
    encoder: async (fields) => {
      features = Object.fromEntries([...fields].map(([name, shape]) => [name, featureOf(shape)]))
      return encoderOf(fields)
    },
    filesIn: (folder, count) =>
      Array.from({ length: count }, (_none, at) => join(folder, `data-${shardOf(at, count)}.arrow`)),
    finish: (folder, files) => finish(folder, files, features),
  }
}

function encoderOf(fields: ReadonlyMap<string, Shape>): Encoder {
  const columns = [...fields].map(([name, shape]) => ({ name, type: typeOf(name, shape), toValue: valueOf(shape) }))
  let isFirst = true
  const encode = (rows: readonly JsonObject[]) => {
    const table = tableFromColumns(
      columns.map(({ name, type, toValue }) => [
        name,
        columnFromArray(
          rows.map((row) => toValue(row[name])),
          type,
        ),
      ]),
    )
    return Buffer.from(tableToIPC(table, { format: 'stream' }) as Uint8Array)
  }
  // Every group is encoded as a whole stream, of which the schema counts once and the end not yet.
  const taken = (bytes: Buffer) => {
    const start = isFirst ? 0 : 8 + bytes.readUInt32LE(4)
    isFirst = false
    return bytes.subarray(start, bytes.length - END.length)
  }
  return {
    group: (rows) => taken(encode(rows)),
    end: () => (isFirst ? Buffer.concat([taken(encode([])), END]) : END),
  }
}

/** Ends a stream: the continuation marker, and a message of no length. */
const END = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])

/** @throws Error if a record has no fields at all */
function typeOf(name: string, shape: Shape): DataType {
  if (shape.kind === 'list') return list(typeOf(name, shape.of))
  if (shape.kind === 'struct') {
    if (shape.fields.size === 0) throw new Error(`the column ${name} holds empty objects, which have no type`)
    return struct([...shape.fields].map(([each, of]) => field(each, typeOf(each, of))))
  }
  return { boolean: bool, whole: int64, decimal: float64, text: utf8, null: utf8 }[shape.kind]()
}

function valueOf(shape: Shape): (value: unknown) => unknown {
  if (shape.kind === 'list') {
    const item = valueOf(shape.of)
    return (value) => (Array.isArray(value) ? value.map(item) : null)
  }
  if (shape.kind === 'struct') {
    const parts = [...shape.fields].map(([name, of]) => [name, valueOf(of)] as const)
    return (value) => {
      if (value === null || value === undefined) return null
      return Object.fromEntries(parts.map(([name, toValue]) => [name, toValue((value as JsonObject)[name])]))
    }
  }
  if (shape.kind === 'whole') {
    return (value) => {
      const digits = textOfScalar(value)
      return digits === undefined ? null : BigInt(digits)
    }
  }
  return shape.kind === 'decimal' ? (value) => numberOf(value) ?? null : (value) => value ?? null
}

/** Describes a column as `datasets` does. */
function featureOf(shape: Shape): unknown {
  if (shape.kind === 'list') return { feature: featureOf(shape.of), _type: 'List' }
  if (shape.kind === 'struct') return Object.fromEntries([...shape.fields].map(([name, of]) => [name, featureOf(of)]))
  const dtype = { boolean: 'bool', whole: 'int64', decimal: 'float64', text: 'string', null: 'string' }[shape.kind]
  return { dtype, _type: 'Value' }
}

async function finish(folder: string, files: readonly string[], features: Record<string, unknown>): Promise<void> {
  await mkdir(folder, { recursive: true })
  const fingerprint = hash('sha256', JSON.stringify([features, files.length])).slice(0, 16)
  const state = {
    _data_files: files.map((file) => ({ filename: basename(file) })),
    _fingerprint: fingerprint,
    _format_columns: null,
    _format_kwargs: {},
    _format_type: null,
    _output_all_columns: false,
    _split: null,
  }
  const info = { citation: '', description: '', features, homepage: '', license: '' }
  await writeText(join(folder, 'state.json'), `${JSON.stringify(state, undefined, 2)}\n`)
  await writeText(join(folder, 'dataset_info.json'), `${JSON.stringify(info, undefined, 2)}\n`)
}
