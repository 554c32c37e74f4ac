// Exact search: compares every query with every vector, one block of the file at a time, with usearch's exactSearch on all processors.
import { topOf, type Ranking, type TopList } from '../top.ts'
import { loadUsearch, type Usearch } from './usearch.ts'
import { isBlank, rowsOf, type VectorFile } from './vector-file.ts'

/** usearch needs 16 bytes for each pair of a query and a vector, so this is 64 MB at a time. */
const PAIRS = 1 << 22
/** Rows per block: 12 MB with 384 dimensions. */
const ROWS = 8192

/**
 * Returns the `depth` best vectors of each query by inner product, ties in the order of the file. Rows of zeros are never found.
 * @param queries [queries × dimensions]
 * @param threads of usearch; 0 for all processors
 */
export async function searchExactly(
  vectors: VectorFile,
  queries: Float32Array,
  depth: number,
  signal?: AbortSignal,
  threads = 0,
): Promise<Ranking[]> {
  const { dimensions, count } = vectors
  const usearch = loadUsearch()
  const wanted = Math.min(depth, count)
  const tops = Array.from({ length: queries.length / dimensions }, () => topOf(wanted))
  if (wanted === 0) return tops.map((top) => top.ranking())
  const buffer = new Float32Array(Math.min(ROWS, count) * dimensions)
  for (let first = 0; first < count; first += ROWS) {
    const block = vectors.read(first, rowsOf(buffer, dimensions, 0, Math.min(ROWS, count - first)))
    const search = blockSearch(usearch, block, dimensions, threads)
    const together = Math.max(1, Math.floor(PAIRS / ROWS))
    for (let query = 0; query < tops.length; query += together) {
      // Yield to other tasks: a block takes a tenth of a second.
      await new Promise((done) => setImmediate(done))
      signal?.throwIfAborted()
      search(rowsOf(queries, dimensions, query, together), wanted, tops.slice(query, query + together), first)
    }
  }
  return tops.map((top) => top.ranking())
}

/** Prepares the search of one block; its results go into `tops`, with ordinals starting at `first`. */
function blockSearch(usearch: Usearch, block: Float32Array, dimensions: number, threads: number) {
  const count = block.length / dimensions
  const blanks = new Set(
    Array.from({ length: count }, (_each, row) => row).filter((row) => isBlank(block, dimensions, row)),
  )

  /** Returns the nearest rows of each query as one flat list: `found` per query, by distance. */
  const nearest = (queries: Float32Array, found: number) => {
    // usearch reads a view from the start of its buffer, so each array must be the only view of its buffer.
    const own = queries.slice()
    const { keys, distances } = usearch.exactSearch(block, own, dimensions, found, usearch.MetricKind.IP, threads)
    // Reads the lower half of each 64-bit key.
    return { rows: new Uint32Array(keys.buffer, keys.byteOffset, keys.length * 2), distances }
  }

  const addTo = (top: TopList, found: [row: number, distance: number][], first: number) => {
    // Equal distances arrive in no particular order.
    found.sort((one, other) => one[1] - other[1] || one[0] - other[0])
    for (const [row, distance] of found) {
      const score = 1 - distance
      if (score <= top.bar) return
      if (!blanks.has(row)) top.add(first + row, score)
    }
  }

  return (queries: Float32Array, wanted: number, tops: readonly TopList[], first: number): void => {
    // One more than wanted shows whether the last place is tied.
    const found = Math.min(count, wanted + blanks.size + 1)
    const { rows, distances } = nearest(queries, found)
    tops.forEach((top, query) => {
      const start = query * found
      const last = distances[start + found - 1] as number
      const isTied = found < count && distances[start + found - 2] === last && 1 - last > top.bar
      if (!isTied) return addTo(top, pairsAt(rows, distances, start, found, 1 - top.bar), first)
      const all = nearest(rowsOf(queries, dimensions, query, 1), count)
      addTo(top, pairsAt(all.rows, all.distances, 0, count, 1 - top.bar), first)
    })
  }
}

/** Returns rows and distances from `start`, as long as they are below `limit`. */
function pairsAt(
  rows: Uint32Array,
  distances: Float32Array,
  start: number,
  count: number,
  limit: number,
): [row: number, distance: number][] {
  const pairs: [number, number][] = []
  for (let at = start; at < start + count && (distances[at] as number) < limit; at++) {
    pairs.push([rows[at * 2] as number, distances[at] as number])
  }
  return pairs
}

/** Returns the scores that exact search gives certain rows for one query, in order: exactly the same numbers. */
export function scoresAt(
  usearch: Usearch,
  vectors: VectorFile,
  query: Float32Array,
  ordinals: ArrayLike<number>,
): Float64Array {
  const { dimensions } = vectors
  const count = ordinals.length
  const scores = new Float64Array(count)
  if (count === 0) return scores
  const rows = new Float32Array(count * dimensions)
  for (let at = 0; at < count; at++) vectors.read(ordinals[at] as number, rowsOf(rows, dimensions, at, 1))
  const { keys, distances } = usearch.exactSearch(rows, query.slice(), dimensions, count, usearch.MetricKind.IP, 1)
  keys.forEach((key, at) => (scores[Number(key)] = 1 - (distances[at] as number)))
  return scores
}
