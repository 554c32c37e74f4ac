// Reads the record batches of an Arrow file (stream or file form) as lines of JSON, one batch at a time.
import { open, type FileHandle } from 'node:fs/promises'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Column, DataType, Table } from '@uwdata/flechette'
import { messageOf, UsageError } from '../../base/errors.ts'
import { bytesInJson, decimal } from '../../base/json.ts'
import type { Line } from '../../base/lines.ts'

/** Rows that are turned into text at once. */
const BATCH = 1_000

/** @throws UsageError if the file is damaged */
export async function* readArrow(path: string): AsyncGenerator<Line[]> {
  const { CompressionType, setCompressionCodec, tableFromIPC } = await import('@uwdata/flechette')
  setCompressionCodec(CompressionType.ZSTD, {
    encode: (bytes) => zstdCompressSync(bytes),
    decode: (bytes) => zstdDecompressSync(bytes),
  })
  const file = await open(path)
  let number = 0
  try {
    const before: Buffer[] = []
    for await (const { message, kind } of messagesOf(file)) {
      if (kind !== 'records') {
        before.push(message)
        continue
      }
      const table = tableFromIPC([...before, message], { useBigInt: true, useDate: false })
      for (const { data } of table.children) for (const batch of data) assertSound(batch)
      for (let start = 0; start < table.numRows; start += BATCH) {
        const end = Math.min(table.numRows, start + BATCH)
        yield linesOf(table, start, end).map((bytes) => ({ number: ++number, bytes }))
      }
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    if (messageOf(error).startsWith('Missing compression codec')) throw otherCodec(path, error)
    throw new UsageError(`cannot read ${path} after row ${number}: ${messageOf(error)}`, { cause: error })
  } finally {
    await file.close()
  }
}

type Batch = Column<unknown>['data'][number]

/** Binary, Utf8, List, Map, LargeBinary, LargeUtf8, LargeList. */
const HAS_OFFSETS = new Set([4, 5, 12, 17, 19, 20, 21])

/** @throws Error if a list or a text ends beyond what there is: a damaged one could be of any length, and would be read for ever */
function assertSound({ type, length, offsets, values, children = [] }: Batch): void {
  if (HAS_OFFSETS.has(type.typeId) && offsets !== undefined && length > 0) {
    const most = children[0]?.length ?? values?.length ?? 0
    let start = 0
    for (let row = 0; row <= length; row++) {
      const end = Number(offsets[row] ?? -1)
      if (end < start || end > most)
        throw new Error(`value ${row} of a column ends at ${end} of ${most}; it is damaged`)
      start = end
    }
  }
  for (const child of children) assertSound(child)
}

const otherCodec = (path: string, cause: unknown) =>
  new UsageError(`${path} is an Arrow file compressed with LZ4; those without compression or with ZSTD are read`, {
    cause,
    hint: "Write it again: pyarrow.feather.write_feather(table, file, compression='zstd').",
  })

function linesOf(table: Table, start: number, end: number): Buffer[] {
  const columns = table.schema.fields.map(({ name, type }, index) => {
    const column = table.getChildAt(index)
    const json = jsonOf(type)
    return { name, at: (row: number) => json(column.at(row)) }
  })
  const lines: Buffer[] = []
  for (let row = start; row < end; row++) {
    const record = Object.fromEntries(columns.map(({ name, at }) => [name, at(row)]))
    lines.push(Buffer.from(`${JSON.stringify(record)}\n`))
  }
  return lines
}

const FLOAT = 3

/** Returns how values of a type are written in JSON: whole numbers with all digits, decimal ones as such. */
function jsonOf(type: DataType): (value: unknown) => unknown {
  if (type.typeId === FLOAT) return (value) => decimal(value)
  const children = ('children' in type ? (type.children ?? []) : []) as { name: string; type: DataType }[]
  if (children.length === 0)
    return (value) => {
      if (value instanceof Uint8Array) return bytesInJson(value)
      return typeof value === 'bigint' ? JSON.rawJSON(String(value)) : (value ?? null)
    }
  const parts = children.map((child) => ({ name: child.name, json: jsonOf(child.type) }))
  return (value) => {
    if (value === null || value === undefined) return null
    if (isList(value)) return Array.from(value, (each) => parts[0]?.json(each))
    return Object.fromEntries(parts.map(({ name, json }) => [name, json((value as Record<string, unknown>)[name])]))
  }
}

const isList = (value: unknown): value is ArrayLike<unknown> & Iterable<unknown> =>
  Array.isArray(value) || ArrayBuffer.isView(value)

interface Message {
  message: Buffer
  kind: 'records' | 'other'
}

/** The magic bytes of the file form, padded; what follows is the stream form. */
const FILE_MAGIC = 'ARROW1\0\0'
const CONTINUES = 0xffffffff
const RECORD_BATCH = 3

const TRUNCATED = 'the file ends within a record batch; it is truncated'

/** Yields the messages of a file, each with its body. */
async function* messagesOf(file: FileHandle): AsyncGenerator<Message> {
  const start = (await bytesAt(file, 0, 8)).toString('latin1') === FILE_MAGIC ? 8 : 0
  const { size } = await file.stat()
  let at = start
  for (;;) {
    const head = await bytesAt(file, at, 8)
    if (head.length === 0 && at > start) return
    if (head.length < 8 || head.readUInt32LE(0) !== CONTINUES) {
      // The file form may go on with its footer at once.
      if (start > 0 && at > start) return
      throw new Error(`there is no message of Arrow at byte ${at}: it is damaged, or older than Arrow 0.15`)
    }
    const metadataLength = head.readUInt32LE(4)
    if (metadataLength === 0) return
    // Lengths are checked before they are believed: a damaged one could be of any size.
    if (at + 8 + metadataLength > size) throw new Error(TRUNCATED)
    const { kind, bodyLength } = headerOf(await bytesAt(file, at + 8, metadataLength))
    const length = 8 + metadataLength + bodyLength
    if (bodyLength < 0 || at + length > size) throw new Error(TRUNCATED)
    const message = await bytesAt(file, at, length)
    yield { message, kind: kind === RECORD_BATCH ? 'records' : 'other' }
    at += length
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/**
 * Reads two fields of a message's flatbuffer: its kind (field 1) and the length of its body (field 3).
 * @throws Error if a record batch (field 2) has a list of columns or of buffers that is longer than the message
 */
function headerOf(metadata: Buffer): { kind: number; bodyLength: number } {
  const message = metadata.readUInt32LE(0)
  const [kindAt, headerAt, lengthAt] = [1, 2, 3].map((field) => fieldAt(metadata, message, field)) as Three
  const kind = kindAt === 0 ? 0 : metadata.readUInt8(kindAt)
  if (kind === RECORD_BATCH && headerAt > 0) {
    const batch = headerAt + metadata.readUInt32LE(headerAt)
    for (const field of [NODES, BUFFERS]) {
      const at = fieldAt(metadata, batch, field)
      const count = at === 0 ? 0 : metadata.readUInt32LE(at + metadata.readUInt32LE(at))
      if (count * BYTES_OF_ENTRY > metadata.length)
        throw new Error(`a record batch lists ${count} parts; it is damaged`)
    }
  }
  return { kind, bodyLength: lengthAt === 0 ? 0 : Number(metadata.readBigInt64LE(lengthAt)) }
}

type Three = [number, number, number]
const [NODES, BUFFERS] = [1, 2]
const BYTES_OF_ENTRY = 16

/** Returns where a field of a table of the flatbuffer is; 0 if the table lacks it. */
function fieldAt(metadata: Buffer, table: number, field: number): number {
  const vtable = table - metadata.readInt32LE(table)
  const at = 4 + 2 * field
  const offset = at < metadata.readUInt16LE(vtable) ? metadata.readUInt16LE(vtable + at) : 0
  return offset === 0 ? 0 : table + offset
}
