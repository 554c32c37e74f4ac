// Approximate search with usearch: a graph (HNSW, Malkov and Yashunin 2016) in a file that is mapped, not loaded. Its vectors have half the
// precision, so results are rescored with the original vectors. One thread builds it: with several, the edges, and so the results, would
// depend on their timing.
import type { Hooks } from '../../base/hooks.ts'
import { messageOf, UsageError } from '../../base/errors.ts'
import { buildFile } from '../store/build-file.ts'
import { topOf, type Ranking } from '../top.ts'
import { scoresAt } from './exact.ts'
import { loadUsearch, type Usearch } from './usearch.ts'
import { isBlank, rowsOf, type VectorFile } from './vector-file.ts'

/** Edges per point, and how many candidates are considered when it is added and when it is searched. */
const GRAPH = { connectivity: 32, expansion_add: 128, expansion_search: 256 }
export const GRAPH_VERSION = 2
const ROWS = 4096
const ONE_THREAD = 1

/** At least this many are found; the best `depth` by the original vectors remain. */
const LEAST_FOUND = 64
/** Queries searched at a time. */
const QUERIES = 64

const newIndex = (usearch: Usearch, dimensions: number) =>
  new usearch.Index({
    dimensions,
    metric: usearch.MetricKind.IP,
    quantization: usearch.ScalarKind.F16,
    multi: false,
    ...GRAPH,
  })

/**
 * Builds the graph unless it exists. While it is built, it takes memory for half the size of the vectors and about 300 bytes per vector.
 */
export async function buildGraph(path: string, vectors: VectorFile, { signal, onProgress }: Hooks): Promise<void> {
  const { dimensions, count } = vectors
  const usearch = loadUsearch()
  await buildFile(path, async (temporary) => {
    const index = newIndex(usearch, dimensions)
    const buffer = new Float32Array(Math.min(ROWS, count) * dimensions)
    for (let first = 0; first < count; first += ROWS) {
      await new Promise((done) => setImmediate(done))
      signal?.throwIfAborted()
      const rows = Math.min(ROWS, count - first)
      const block = vectors.read(first, rowsOf(buffer, dimensions, 0, rows))
      const { keys, points } = pointsIn(block, dimensions, first)
      if (keys.length > 0) index.add(keys, points, ONE_THREAD)
      onProgress?.({ what: 'building the graph', done: first + rows, total: count })
    }
    index.save(temporary)
  })
}

/** Returns the rows that are not zeros, and their ordinals. */
function pointsIn(block: Float32Array, dimensions: number, first: number) {
  const rows = Array.from({ length: block.length / dimensions }, (_each, row) => row)
  const full = rows.filter((row) => !isBlank(block, dimensions, row))
  const keys = BigUint64Array.from(full, (row) => BigInt(first + row))
  if (full.length === rows.length) return { keys, points: block }
  const points = new Float32Array(full.length * dimensions)
  full.forEach((row, at) => points.set(rowsOf(block, dimensions, row, 1), at * dimensions))
  return { keys, points }
}

export interface Graph {
  search(queries: Float32Array, depth: number, signal?: AbortSignal): Promise<Ranking[]>
}

/** Opens a graph. Its scores equal those of exact search, but it may miss documents. */
export async function openGraph(path: string, vectors: VectorFile): Promise<Graph> {
  const usearch = loadUsearch()
  const { dimensions } = vectors
  const index = newIndex(usearch, dimensions)
  try {
    index.view(path)
  } catch (error) {
    throw new UsageError(`cannot open the graph ${path}: ${messageOf(error)}`, {
      hint: 'delete the file; it will be rebuilt',
      cause: error,
    })
  }
  const size = index.size()
  return {
    async search(queries, depth, signal) {
      const found = Math.min(size, Math.max(depth, LEAST_FOUND))
      const rankings: Ranking[] = []
      for (let first = 0; first < queries.length / dimensions; first += QUERIES) {
        await new Promise((done) => setImmediate(done))
        signal?.throwIfAborted()
        const some = rowsOf(queries, dimensions, first, QUERIES)
        const ordinals = ordinalsFound(index, some, found)
        ordinals.forEach((each, at) => {
          rankings.push(rescored(usearch, vectors, rowsOf(some, dimensions, at, 1), each, depth))
        })
      }
      return rankings
    },
  }
}

/** Returns what the graph finds for each query, in ascending order. */
function ordinalsFound(index: InstanceType<Usearch['Index']>, queries: Float32Array, found: number): Uint32Array[] {
  if (found === 0) return Array.from({ length: queries.length / index.dimensions() }, () => new Uint32Array())
  const matches = index.search(queries, found, 0)
  const counts = 'counts' in matches ? Array.from(matches.counts as BigUint64Array, Number) : [matches.keys.length]
  return counts.map((count, query) =>
    Uint32Array.from(matches.keys.subarray(query * found, query * found + count), Number).toSorted(),
  )
}

/** @param ordinals in ascending order */
function rescored(
  usearch: Usearch,
  vectors: VectorFile,
  query: Float32Array,
  ordinals: Uint32Array,
  depth: number,
): Ranking {
  const top = topOf(depth)
  const scores = scoresAt(usearch, vectors, query, ordinals)
  ordinals.forEach((ordinal, at) => {
    const score = scores[at] as number
    if (score > top.bar) top.add(ordinal, score)
  })
  return top.ranking()
}
