// Reads and writes safetensors files as defined by Hugging Face: a length of eight bytes, a JSON header, the numbers.
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'

export interface Tensor {
  shape: number[]
  /** Row by row. */
  values: Float32Array
}

interface Entry {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

const TYPES: Record<string, { bytes: number; read(bytes: ArrayBuffer): ArrayLike<number> }> = {
  F32: { bytes: 4, read: (bytes) => new Float32Array(bytes) },
  F64: { bytes: 8, read: (bytes) => new Float64Array(bytes) },
  F16: { bytes: 2, read: (bytes) => Array.from(new Uint16Array(bytes), halfOf) },
  BF16: {
    bytes: 2,
    read: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer),
  },
  I8: { bytes: 1, read: (bytes) => new Int8Array(bytes) },
  U8: { bytes: 1, read: (bytes) => new Uint8Array(bytes) },
  I32: { bytes: 4, read: (bytes) => new Int32Array(bytes) },
  I64: { bytes: 8, read: (bytes) => Array.from(new BigInt64Array(bytes), Number) },
}

const MOST_HEADER = 100_000_000
const CHUNK = 1 << 28

/** Reads the tensors of a file as 32-bit floats, however they are stored. @throws UsageError if it is not such a file */
export function readSafetensors(path: string): Map<string, Tensor> {
  const file = openSync(path, 'r')
  try {
    const size = statSync(path).size
    const start = size < 8 ? 0 : Number(new DataView(read(file, 0, 8)).getBigUint64(0, true))
    if (start < 2 || start > MOST_HEADER || 8 + start > size) {
      throw new UsageError(`${path} is not a safetensors file: its header does not fit into its ${size} bytes`)
    }
    const header = headerOf(new TextDecoder().decode(read(file, 8, start)), path)
    return new Map(
      Object.entries(header)
        .filter(([name]) => name !== '__metadata__')
        .map(([name, entry]) => [name, tensorOf(file, path, name, entry, 8 + start, size)]),
    )
  } finally {
    closeSync(file)
  }
}

function headerOf(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // The error below covers this.
  }
  throw new UsageError(`${path} is not a safetensors file: its header is not a JSON object`)
}

function tensorOf(file: number, path: string, name: string, entry: unknown, start: number, size: number): Tensor {
  const { dtype, shape, data_offsets: offsets } = (isObject(entry) ? entry : {}) as Partial<Entry>
  const type = TYPES[dtype ?? '']
  if (type === undefined) {
    throw new UsageError(`${path}: tensor ${JSON.stringify(name)} has type ${JSON.stringify(dtype)}`, {
      hint: `Supported types: ${Object.keys(TYPES).join(', ')}.`,
    })
  }
  const [from, to] = offsets ?? [NaN, NaN]
  const count = (shape ?? [NaN]).reduce((product, length) => product * length, 1)
  if (!(from >= 0) || to - from !== count * type.bytes || start + to > size) {
    throw new UsageError(`${path}: tensor ${JSON.stringify(name)} does not fit: the file is truncated or damaged`)
  }
  const values = type.read(read(file, start + from, to - from))
  return { shape: shape as number[], values: values instanceof Float32Array ? values : Float32Array.from(values) }
}

function read(file: number, at: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < length;) {
    const got = readSync(file, bytes, done, Math.min(CHUNK, length - done), at + done)
    if (got === 0) throw new UsageError('a file shrank while it was read')
    done += got
  }
  return bytes.buffer
}

/** Reads an IEEE 754 half-precision number. */
function halfOf(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff]
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Writes tensors of 32-bit floats, in their order. */
export function writeSafetensors(path: string, tensors: Record<string, Tensor>): void {
  const all = Object.entries(tensors)
  let end = 0
  const entries = all.map(([name, { shape, values }]) => {
    const start = end
    end += values.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }]
  })
  const header = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) })
  // The numbers begin at a multiple of eight bytes.
  const padded = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  const file = openSync(path, 'w')
  try {
    for (const part of [length, padded]) writeSync(file, part)
    for (const [, { values }] of all) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      for (let at = 0; at < bytes.length; at += CHUNK) writeAll(file, bytes.subarray(at, at + CHUNK))
    }
  } finally {
    closeSync(file)
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}
