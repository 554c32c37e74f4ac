// The layout of the memory that all threads share.
import { UsageError } from '../../base/errors.ts'
import { PASSAGE_TILE, QUERY_TILE, SLICE, SLICE_BYTES } from './sizes.ts'

/** The maximum size of one step. */
export interface Capacity {
  /** Number of vectors in the table. */
  tokens: number
  /** Length of a vector; it is padded to whole slices with zeros, which stay zeros. */
  dimensions: number
  queries: number
  passages: number
  /** Entries of all bags together. */
  entries: number
  /** Whether vectors will be trained, which takes three times the memory. */
  trains: boolean
  /** Whether passages may receive a gradient that queries do not, which takes a second matrix of coefficients. */
  setsPassagesApart?: boolean
}

/** Numbers that the threads read before a phase, as positions in the Int32Array at the start of the memory. */
export const CONTROL = {
  generation: 0,
  nextSlice: 1,
  slicesDone: 2,
  phase: 3,
  queries: 4,
  passages: 5,
  tokens: 6,
  /** Two floats. */
  rate: 7,
  secondScale: 8,
} as const
export const FORWARD = 1
export const BACKWARD = 2
export const STOP = 3

/** Byte addresses, and the bytes between slices for a region with one part per slice. */
export interface Layout {
  slices: number
  pages: number
  offsets: number
  entries: number
  tokens: number
  tokenOffsets: number
  tokenEntries: number
  scores: number
  coefficients: number
  /** Coefficients for the passages; the same address as those of the queries unless passages are set apart. */
  ofPassages: number
  inverseLengths: number
  own: number
  vectors: Region
  gradients: Region
  columns: Region
  partials: Region
  squares: Region
  table: Region
  first: Region
  second: Region
}

export interface Region {
  at: number
  perSlice: number
}

export const paddedQueries = (count: number) => Math.ceil(count / QUERY_TILE) * QUERY_TILE
export const paddedPassages = (count: number) => Math.ceil(count / PASSAGE_TILE) * PASSAGE_TILE
export const slicesOf = (dimensions: number) => Math.ceil(dimensions / SLICE)

const PAGE = 1 << 16
const MOST_PAGES = 1 << 16
const CONTROL_BYTES = 64

/** @throws UsageError when it does not fit into the four gigabytes that WebAssembly can address */
export function layoutOf({
  tokens,
  dimensions,
  queries,
  passages,
  entries,
  trains,
  setsPassagesApart = false,
}: Capacity): Layout {
  const slices = slicesOf(dimensions)
  const [n, p] = [paddedQueries(queries), paddedPassages(passages)]
  const bags = n + p
  const distinct = Math.min(entries, tokens)
  let end = CONTROL_BYTES
  const take = (size: number) => {
    const at = end
    end = Math.ceil((at + size) / 16) * 16
    return at
  }
  const region = (size: number): Region => {
    const perSlice = Math.ceil(size / 16) * 16
    return { at: take(perSlice * slices), perSlice }
  }
  const layout = {
    slices,
    offsets: take(4 * (bags + 1)),
    entries: take(4 * entries),
    tokens: take(4 * distinct),
    tokenOffsets: take(4 * (distinct + 1)),
    tokenEntries: take(4 * entries),
    scores: take(4 * n * p),
    coefficients: take(4 * n * p),
    ofPassages: take(setsPassagesApart ? 4 * n * p : 0),
    inverseLengths: take(4 * bags),
    own: take(4 * bags),
    vectors: region(SLICE_BYTES * bags),
    gradients: region(SLICE_BYTES * bags),
    columns: region(SLICE_BYTES * p),
    partials: region(4 * n * p),
    squares: region(4 * bags),
    table: region(SLICE_BYTES * tokens),
    first: region(trains ? SLICE_BYTES * tokens : 0),
    second: region(trains ? SLICE_BYTES * tokens : 0),
  }
  const pages = Math.ceil(end / PAGE)
  if (pages > MOST_PAGES) {
    throw new UsageError(
      `${tokens} tokens of ${dimensions} dimensions, and steps of ${queries} queries and ${passages} passages, take ${(end / 2 ** 30).toFixed(1)} GB of memory; allowed: 4`,
      { hint: 'Reduce --vocabulary, --dimensions, --batch or --negatives.' },
    )
  }
  return { ...layout, ofPassages: setsPassagesApart ? layout.ofPassages : layout.coefficients, pages }
}
