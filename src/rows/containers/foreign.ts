// Files that are no rows in any container, recognised by how they begin, so that the message can say what they are.
import { UsageError } from '../../base/errors.ts'

interface Foreign {
  is: string
  hint: string
  /** The first bytes, one character each; any of them. */
  begins: readonly string[] | RegExp
}

const UNPACK = 'Unpack it first.'
const FROM_PYTHON = 'Write it as JSON lines or Parquet from Python.'

const FOREIGN: readonly Foreign[] = [
  { begins: ['PK\x03\x04'], is: 'a zip archive', hint: UNPACK },
  {
    begins: ['BZh'],
    is: 'compressed with bzip2',
    hint: 'Unpack it first: bunzip2 FILE. Gzip and zstd are read as they are.',
  },
  {
    begins: ['\xfd7zXZ\0'],
    is: 'compressed with xz',
    hint: 'Unpack it first: unxz FILE. Gzip and zstd are read as they are.',
  },
  { begins: ['7z\xbc\xaf'], is: 'a 7z archive', hint: UNPACK },
  { begins: /^[^]{257}ustar/, is: 'a tar archive', hint: UNPACK },
  { begins: ['PARE'], is: 'an encrypted Parquet file', hint: 'Write it again without encryption.' },
  { begins: ['SQLite format 3\0'], is: 'an SQLite database', hint: 'Export the rows as JSON lines, Parquet or CSV.' },
  { begins: ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'], is: 'a Python pickle', hint: FROM_PYTHON },
  { begins: ['\x93NUMPY'], is: 'a NumPy array', hint: FROM_PYTHON },
  { begins: ['%PDF-'], is: 'a PDF document', hint: 'Rows are JSON lines, Parquet, Arrow, CSV or TSV.' },
  {
    begins: ['version https://git-lfs.github.com/'],
    is: 'a pointer of Git LFS, without the data',
    hint: 'Fetch the data: git lfs pull.',
  },
  { begins: /^\s*<(!doctype html|html)\b/i, is: 'a web page', hint: 'The download may have failed: look at the file.' },
]

/** What is inside gzip or zstd, and can only be read without them. */
const INSIDE: readonly Foreign[] = [
  {
    begins: ['PAR1'],
    is: 'a Parquet file inside gzip or zstd',
    hint: 'Unpack it first; Parquet is compressed by itself.',
  },
  { begins: ['ARROW1'], is: 'an Arrow file inside gzip or zstd', hint: UNPACK },
  { begins: ['\x1f\x8b', '(\xb5/\xfd'], is: 'compressed twice', hint: 'Unpack it once: gunzip or unzstd.' },
]

const UTF_16 = 'Write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.'

/**
 * @param first the first bytes of the file
 * @param head the first bytes of its contents, uncompressed
 * @throws UsageError naming what the file is, if that can hold no rows
 */
export function assertNotForeign(path: string, first: Buffer, head: Buffer): void {
  const isCompressed = !head.subarray(0, first.length).equals(first)
  const [outside, inside] = [first, head].map((bytes) => bytes.toString('latin1')) as [string, string]
  const found =
    foreignIn(FOREIGN, outside) ?? foreignIn(FOREIGN, inside) ?? (isCompressed ? foreignIn(INSIDE, inside) : undefined)
  if (found) throw new UsageError(`${path} is ${found.is}, not a file of rows`, { hint: found.hint })
  if (/^(\xff\xfe|\xfe\xff)/.test(inside)) throw new UsageError(`${path} is UTF-16, not UTF-8`, { hint: UTF_16 })
  if (hasZeroes(head)) {
    throw new UsageError(`${path} is UTF-16 or binary: every other byte is zero`, { hint: UTF_16 })
  }
}

const foreignIn = (all: readonly Foreign[], text: string) =>
  all.find(({ begins }) =>
    begins instanceof RegExp ? begins.test(text) : begins.some((each) => text.startsWith(each)),
  )

const ENOUGH = 8

/** Returns whether every other byte at the start is zero, as in UTF-16 of plain letters. */
function hasZeroes(head: Buffer): boolean {
  const pairs = Array.from({ length: ENOUGH }, (_all, at) => [head[2 * at], head[2 * at + 1]])
  return pairs.every(([, second]) => second === 0) || pairs.every(([one]) => one === 0)
}
