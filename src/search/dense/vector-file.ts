// Vectors in a file: float32, little-endian, row by row. Reads go through the system's page cache into a reused buffer, so that a file of
// any size takes the memory of one block (docs/decisions/011).
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { UsageError } from '../../base/errors.ts'

export interface VectorFile {
  path: string
  dimensions: number
  /** Number of rows. */
  count: number
  /** Reads rows starting at `first` into `rows`, whose length is a multiple of the dimensions. Returns `rows`. */
  read(first: number, rows: Float32Array): Float32Array
  close(): void
}

const BYTES = Float32Array.BYTES_PER_ELEMENT

/** @throws UsageError if the file's length does not match `count` rows */
export function openVectors(path: string, dimensions: number, count: number): VectorFile {
  const file = openSync(path, 'r')
  const { size } = fstatSync(file)
  if (size !== count * dimensions * BYTES) {
    closeSync(file)
    throw new UsageError(
      `${path} has ${size} bytes, expected ${count * dimensions * BYTES} for ${count} vectors of ${dimensions} dimensions`,
      {
        hint: 'delete the file; it will be rebuilt',
      },
    )
  }
  return {
    path,
    dimensions,
    count,
    read(first, rows) {
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
      for (let done = 0; done < bytes.length;) {
        const read = readSync(file, bytes, done, bytes.length - done, first * dimensions * BYTES + done)
        if (read === 0) throw new UsageError(`${path} shrank while it was read`)
        done += read
      }
      return rows
    },
    close: () => closeSync(file),
  }
}

/** Returns `count` rows of `all`, starting at `first`. */
export function rowsOf(all: Float32Array, dimensions: number, first: number, count: number): Float32Array {
  return all.subarray(first * dimensions, (first + count) * dimensions)
}

/** Returns whether a row is all zeros, which marks a document without text. */
export function isBlank(rows: Float32Array, dimensions: number, row: number): boolean {
  for (let at = row * dimensions; at < (row + 1) * dimensions; at++) if (rows[at] !== 0) return false
  return true
}
