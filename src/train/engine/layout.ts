// The layout of the memory that all threads share.
import { UsageError } from '../../base/errors.ts'
import { PASSAGE_TILE, QUERY_TILE, SLICE, SLICE_BYTES } from './sizes.ts'

/** A linear map over vectors that texts come as: the identity at first, or the identity plus a product of two narrow matrices. */
export interface MapShape {
  /** 1: one map for all texts; 2: one for queries and one for passages. */
  sides: 1 | 2
  /** Columns of the first of two matrices whose product is learnt; 0 for a whole matrix. */
  rank: number
}

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
  /** What the table is if texts come as vectors, each of `dimensions` entries, instead of bags of tokens. */
  map?: MapShape | undefined
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
  decay: 9,
  /** Slices of the phase. */
  slices: 10,
} as const
export const FORWARD = 1
export const BACKWARD = 2
export const STOP = 3
/** The first of two narrow matrices: before FORWARD, and after BACKWARD. */
export const FORWARD_NARROW = 4
export const BACKWARD_NARROW = 5

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
  map: MapLayout | undefined
}

/** What a map needs besides. Inputs are where bags would be: one row of `width` bytes per text. */
export interface MapLayout {
  sides: 1 | 2
  /** Entries of a text's vector, and the bytes that they take, padded to whole slices. */
  inputs: number
  width: number
  /** Rows of the table of one side. */
  rows: number
  /** Undefined for a whole matrix. */
  narrow: NarrowLayout | undefined
}

/** The first of two narrow matrices, its slices being those of the rank. */
export interface NarrowLayout {
  slices: number
  /** Bytes of a row of `inner` and of its gradient. */
  width: number
  /** Texts times the first matrix, row by row, and the gradient of that. */
  inner: number
  gradient: number
  /** As many ones as there are texts or columns. */
  ones: number
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

/** Rows of the table: tokens, or the rows of the maps of all sides. */
function rowsOf({ tokens, dimensions, map }: Capacity): number {
  if (map === undefined) return tokens
  return map.sides * (map.rank === 0 ? dimensions : slicesOf(map.rank) * SLICE)
}

/** @throws UsageError when it does not fit into the four gigabytes that WebAssembly can address */
export function layoutOf(capacity: Capacity): Layout {
  const { tokens, dimensions, entries, trains, setsPassagesApart = false, map } = capacity
  const slices = slicesOf(dimensions)
  const [n, p] = [paddedQueries(capacity.queries), paddedPassages(capacity.passages)]
  const bags = n + p
  const distinct = Math.min(entries, tokens)
  const rows = rowsOf(capacity)
  const rank = slicesOf(map?.rank ?? 0)
  const place = new Placer()
  const table = (count: number, of: number) => place.region(SLICE_BYTES * count, of)
  const layout = {
    slices,
    offsets: place.take(4 * (bags + 1)),
    entries: place.take(map ? slices * SLICE_BYTES * bags : 4 * entries),
    tokens: place.take(4 * distinct),
    tokenOffsets: place.take(4 * (distinct + 1)),
    tokenEntries: place.take(map ? 0 : 4 * entries),
    scores: place.take(4 * n * p),
    coefficients: place.take(4 * n * p),
    ofPassages: place.take(setsPassagesApart ? 4 * n * p : 0),
    inverseLengths: place.take(4 * bags),
    own: place.take(4 * bags),
    vectors: table(bags, slices),
    gradients: table(bags, slices),
    columns: table(Math.max(p, rank * SLICE), slices),
    partials: place.region(Math.max(4 * n * p, rank * SLICE_BYTES * bags), slices),
    squares: place.region(4 * bags, Math.max(slices, rank)),
  }
  const narrow = {
    slices: rank,
    width: rank * SLICE_BYTES,
    inner: place.take(rank * SLICE_BYTES * bags),
    gradient: place.take(rank * SLICE_BYTES * bags),
    ones: place.take(rank > 0 ? 4 * Math.max(bags, rank * SLICE) : 0),
  }
  const narrowRows = (map?.sides ?? 0) * dimensions
  const tables = { table: table(rows, slices), narrow: table(narrowRows, rank) }
  const moments = () => ({ table: table(trains ? rows : 0, slices), narrow: table(trains ? narrowRows : 0, rank) })
  const [first, second] = [moments(), moments()]
  assertFits(place.end, capacity)
  return {
    ...layout,
    ofPassages: setsPassagesApart ? layout.ofPassages : layout.coefficients,
    pages: Math.ceil(place.end / PAGE),
    table: tables.table,
    first: first.table,
    second: second.table,
    map: map && {
      sides: map.sides,
      inputs: dimensions,
      width: slices * SLICE_BYTES,
      rows: rows / map.sides,
      narrow: rank === 0 ? undefined : { ...narrow, table: tables.narrow, first: first.narrow, second: second.narrow },
    },
  }
}

/** Hands out addresses, each a multiple of 16. */
class Placer {
  end = CONTROL_BYTES

  take(size: number): number {
    const at = this.end
    this.end = Math.ceil((at + size) / 16) * 16
    return at
  }

  region(size: number, slices: number): Region {
    const perSlice = Math.ceil(size / 16) * 16
    return { at: this.take(perSlice * slices), perSlice }
  }
}

function assertFits(end: number, { tokens, dimensions, queries, passages, map }: Capacity): void {
  if (Math.ceil(end / PAGE) <= MOST_PAGES) return
  const what = map ? 'vectors' : `${tokens} tokens`
  throw new UsageError(
    `${what} of ${dimensions} dimensions, and steps of ${queries} queries and ${passages} passages, take ${(end / 2 ** 30).toFixed(1)} GB of memory; allowed: 4`,
    { hint: map ? 'Reduce --batch or --negatives.' : 'Reduce --vocabulary, --dimensions, --batch or --negatives.' },
  )
}
