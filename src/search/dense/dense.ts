// An encoder as a retriever: the documents' vectors are in a file beside them, searched exactly or through a graph.
import { join } from 'node:path'
import type { Query } from '../../collections/collection.ts'
import { UsageError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import type { Encoder } from '../../encoders/encoder.ts'
import { hitsOf, ordinalIn } from '../hits.ts'
import type { DocumentStore, Hit, Retriever, Searcher } from '../retriever.ts'
import { buildFile } from '../store/build-file.ts'
import type { Ranking } from '../top.ts'
import { embedDocuments, encodeTexts, firstFault } from './embed.ts'
import { scoresAt, searchExactly } from './exact.ts'
import { buildGraph, GRAPH_VERSION, openGraph } from './graph.ts'
import { loadUsearch } from './usearch.ts'
import { openVectors, type VectorFile } from './vector-file.ts'
import { writeFileSync } from 'node:fs'

/** How vectors are compared. `auto`: exactly below a million documents, through a graph from then on. */
export const DENSE_SEARCHES = ['auto', 'exact', 'hnsw'] as const
export type DenseSearch = (typeof DENSE_SEARCHES)[number]

const LARGE = 1_000_000
const VERSION = 1
/** Bytes of a corpus's vectors up to which they are kept in the cache, too, where training finds them (docs/decisions/041). */
const MOST_KEPT = 2 ** 30

/**
 * Searches by an encoder's vectors; a score is an inner product. Documents without text are never found. Closing the retriever closes the
 * encoder.
 */
export function denseRetriever(encoder: Encoder, search: DenseSearch = 'auto'): Retriever {
  return {
    name: encoder.name,
    identity: `dense-${VERSION} search=${search} ${encoder.identity}`,
    async open(store, hooks = {}) {
      const folder = join(store.folder, `vectors-${VERSION}-${sha256(`${encoder.dimensions} ${encoder.identity}`, 16)}`)
      const path = join(folder, 'vectors.f32')
      await embedDocuments(path, store, documentEncoder(encoder, store.size), hooks)
      await describeVectors(folder, store, encoder)
      const vectors = openVectors(path, encoder.dimensions, store.size)
      return searcherOver(store, encoder, vectors, await rankerOver(vectors, folder, search, hooks))
    },
    close: () => encoder.close(),
  }
}

/** Returns the encoder for the documents of a corpus: it looks in the cache of embeddings, and keeps new vectors there unless they are many. */
export function documentEncoder(encoder: Encoder, documents: number): Encoder {
  const bytes = documents * encoder.dimensions * Float32Array.BYTES_PER_ELEMENT
  return bytes > MOST_KEPT ? (encoder.keepingNone ?? encoder) : encoder
}

/** Describes the contents of the folder for people. */
async function describeVectors(folder: string, store: DocumentStore, encoder: Encoder): Promise<void> {
  const { name, identity, dimensions } = encoder
  const about = {
    encoder: name,
    identity,
    dimensions,
    documents: store.size,
    corpus: store.hash,
    numbers: 'float32, little-endian',
  }
  await buildFile(join(folder, 'about.json'), (temporary) =>
    writeFileSync(temporary, `${JSON.stringify(about, undefined, 2)}\n`),
  )
}

type Ranker = (queries: Float32Array, depth: number, signal?: AbortSignal) => Promise<Ranking[]>

async function rankerOver(
  vectors: VectorFile,
  folder: string,
  search: DenseSearch,
  hooks: Parameters<Retriever['open']>[1] = {},
): Promise<Ranker> {
  const isExact = search === 'exact' || (search === 'auto' && vectors.count < LARGE)
  if (isExact) return (queries, depth, signal) => searchExactly(vectors, queries, depth, signal)
  const path = join(folder, `graph-${GRAPH_VERSION}.usearch`)
  await buildGraph(path, vectors, hooks)
  return (await openGraph(path, vectors)).search
}

function searcherOver(store: DocumentStore, encoder: Encoder, vectors: VectorFile, rank: Ranker): Searcher {
  return {
    async search(queries, depth, signal) {
      const full = queries.filter(({ text }) => text.trim() !== '')
      const rankings = full.length === 0 ? [] : await rank(await encodeQueries(encoder, full, signal), depth, signal)
      const found = new Map(full.map((query, at) => [query, hitsOf(store, rankings[at] as Ranking)]))
      return queries.map((query): Hit[] => found.get(query) ?? [])
    },
    async scoresOf(query, ids, signal) {
      if (query.text.trim() === '' || ids.length === 0) return ids.map(() => 0)
      const vector = await encodeQueries(encoder, [query], signal)
      const ordinals = ids.map((id) => ordinalIn(store, id))
      return Array.from(scoresAt(loadUsearch(), vectors, vector, ordinals))
    },
    close: async () => vectors.close(),
  }
}

async function encodeQueries(
  encoder: Encoder,
  queries: readonly Query[],
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const texts = queries.map(({ text }) => text)
  const vectors = await encodeTexts(encoder, texts, 'query', signal)
  const fault = firstFault(vectors, encoder.dimensions)
  if (fault === undefined) return vectors
  throw new UsageError(
    `${encoder.name} returned a vector with ${fault.value} for query ${JSON.stringify(queries[fault.row]?.id)}`,
  )
}
