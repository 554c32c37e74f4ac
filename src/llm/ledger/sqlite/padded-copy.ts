// A ledger whose end is missing: SQLite opens none that is shorter than its header says, so a copy of it gets empty pages at its end.
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { cannotWrite } from '../../../base/errors.ts'

/** Places of numbers in the header of a SQLite file. */
const HEADER = { bytes: 100, pageSize: 16, pages: 28 }
/** How the header writes a page size that does not fit into 16 bits. */
const LARGEST_PAGE = { written: 1, bytes: 65_536 }

/** Returns the size that a file has by its header if it is shorter, else undefined. */
export function missingEnd(path: string): number | undefined {
  const header = Buffer.alloc(HEADER.bytes)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, header, 0, HEADER.bytes, 0) < HEADER.bytes) return undefined
  } finally {
    closeSync(file)
  }
  const written = header.readUInt16BE(HEADER.pageSize)
  const bytes = header.readUInt32BE(HEADER.pages) * (written === LARGEST_PAGE.written ? LARGEST_PAGE.bytes : written)
  return statSync(path).size < bytes ? bytes : undefined
}

/** Copies a ledger with its log, and makes the copy as long as `bytes`. @returns a function that removes the copy */
export function copyPadded(path: string, copy: string, bytes: number): () => void {
  const remove = () => ['', '-journal', '-wal', '-shm'].forEach((end) => rmSync(copy + end, { force: true }))
  remove()
  try {
    for (const end of ['', '-wal']) {
      if (existsSync(path + end)) copyFileSync(path + end, copy + end, constants.COPYFILE_FICLONE)
    }
    truncateSync(copy, bytes)
  } catch (error) {
    remove()
    throw cannotWrite(copy, error)
  }
  return remove
}
