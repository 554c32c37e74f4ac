// Vectors in a file: float32, little-endian, row by row. What is read goes through the system's cache of pages into a buffer that
// is used again, so that a file of any size takes the memory of one block (docs/decisions/011).
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { UsageError } from '../../base/errors.ts'

export interface VectorFile {
  path: string
  dimensions: number
  /** Number of rows. */
  count: number
  /** Reads rows from `first` on into `rows`, whose length is a multiple of the dimensions. Returns `rows`. */
  read(first: number, rows: Float32Array): Float32Array
  close(): void
}

const BYTES = Float32Array.BYTES_PER_ELEMENT

/** @throws UsageError when the file is not as long as `count` rows are */
export function openVectors(path: string, dimensions: number, count: number): VectorFile {
  const file = openSync(path, 'r')
  const { size } = fstatSync(file)
  if (size !== count * dimensions * BYTES) {
    closeSync(file)
    throw new UsageError(
      `${path} has ${size} bytes; ${count} vectors of ${dimensions} dimensions have ${count * dimensions * BYTES}`,
      {
        hint: 'remove the file: it is made again',
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
        if (read === 0) throw new UsageError(`${path} became shorter while it was read`)
        done += read
      }
      return rows
    },
    close: () => closeSync(file),
  }
}

/** Rows of `all`, from `first` on. */
export function rowsOf(all: Float32Array, dimensions: number, first: number, count: number): Float32Array {
  return all.subarray(first * dimensions, (first + count) * dimensions)
}

/** Whether a row is all zeros, which is what stands for a document without text. */
export function isBlank(rows: Float32Array, dimensions: number, row: number): boolean {
  for (let at = row * dimensions; at < (row + 1) * dimensions; at++) if (rows[at] !== 0) return false
  return true
}
