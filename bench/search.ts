// How fast a corpus is indexed and searched: BM25 over 100,000 documents, against FTS5's own ranking; exact search of 100,000 vectors from
// a file, against bare calls of usearch on an array.
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { exactSearch, MetricKind } from 'usearch'
import { bm25Retriever } from '../src/search/bm25/bm25.ts'
import { wordTables } from '../src/search/bm25/tokenizers.ts'
import { searchExactly } from '../src/search/dense/exact.ts'
import { buildGraph, openGraph } from '../src/search/dense/graph.ts'
import { openVectors, type VectorFile } from '../src/search/dense/vector-file.ts'
import type { DocumentStore } from '../src/search/retriever.ts'
import { openDocumentStore } from '../src/search/store/document-store.ts'
import { randomFrom } from '../test/support/random.ts'
import { atMost, counted, megabytes, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { madeUpCorpus, madeUpQueries } from './made-up-text.ts'
import { inTurns, median, medianRate, rateOf, type Turn } from './measure.ts'

const DOCUMENTS = 100_000
const BM25_QUERIES = 1000
const FTS5_QUERIES = 20
const DEPTH = 100
const VECTORS = 100_000
const DIMENSIONS = 384
const VECTOR_QUERIES = 1000
const TURNS = 5
/** Directions around which the vectors of texts cluster. */
const TOPICS = 500

export const search: Benchmark = {
  name: 'search',
  summary: 'BM25 over 100,000 documents; exact search of 1,000 queries over 100,000 vectors',
  run: (scale, note) =>
    inFolder(async (folder) => [
      ...(await searchTexts(folder, Math.round(DOCUMENTS * scale), note)),
      ...(await searchVectors(folder, Math.round(VECTORS * scale), note)),
    ]),
}

type Note = (text: string) => void

async function searchTexts(folder: string, size: number, note: Note): Promise<Figure[]> {
  const [store, storing] = await timed(() => openDocumentStore(madeUpCorpus(size), folder))
  note(`${counted(size)} documents stored`)
  const [searcher, indexing] = await timed(() => bm25Retriever().open(store))
  note('indexed')
  const queries = madeUpQueries(BM25_QUERIES)
  const runs: number[] = []
  for (let turn = 0; turn <= TURNS; turn++) {
    runs.push(await rateOf(async () => (await searcher.search(queries, DEPTH)).length))
  }
  // Before FTS5's own index is also built in this process.
  const memory = process.resourceUsage().maxRSS * 1024
  const [again, opening] = await timed(() => bm25Retriever().open(store))
  await Promise.all([searcher.close(), again.close()])
  note('searching by FTS5')
  const fts5 = rankByFts5(folder, store)
  store.close()
  return [
    { what: 'documents', value: counted(size) },
    { what: 'store built: read twice, compressed', value: seconds(storing) },
    { what: 'BM25 index built', value: seconds(indexing) },
    { what: 'opened again', value: seconds(opening) },
    { what: 'store on disk', value: megabytes(statSync(join(store.folder, 'documents-1.db')).size) },
    { what: 'index on disk', value: megabytes(statSync(join(store.folder, 'bm25-english-1.db')).size) },
    { what: 'peak resident memory of all that', value: megabytes(memory) },
    { what: `BM25, queries of 10 words, best ${DEPTH}`, value: perSecond(median(runs.slice(1))) },
    { what: 'FTS5, the same by ORDER BY rank LIMIT', value: perSecond(fts5) },
  ]
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now()
  const result = await work()
  return [result, performance.now() - started]
}

function rankByFts5(folder: string, store: DocumentStore): number {
  const db = new DatabaseSync(join(folder, 'fts5.db'))
  db.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; ${wordTables('english')} BEGIN`)
  const insert = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
  let ordinal = 0
  for (const batch of store.batches()) for (const { text } of batch) insert.run(ordinal++, text)
  db.exec('COMMIT')
  const select = db.prepare(`SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ${DEPTH}`)
  const started = performance.now()
  const queries = madeUpQueries(FTS5_QUERIES)
  for (const { text } of queries) select.all([...new Set(text.split(' '))].map((word) => `"${word}"`).join(' OR '))
  const rate = queries.length / ((performance.now() - started) / 1000)
  db.close()
  return rate
}

async function searchVectors(folder: string, size: number, note: Note): Promise<Figure[]> {
  const path = join(folder, 'vectors.f32')
  const topics = vectorsAround(undefined, randomFrom(1), TOPICS)
  const all = vectorsAround(topics, randomFrom(2), size)
  const queries = vectorsAround(topics, randomFrom(3), VECTOR_QUERIES)
  write(path, all)
  const vectors = openVectors(path, DIMENSIONS, size)
  const turns = await inTurns(TURNS, {
    bare: async () => {
      exactSearch(all, queries, DIMENSIONS, DEPTH, MetricKind.IP, 0)
      return VECTOR_QUERIES
    },
    file: async () => (await searchExactly(vectors, queries, DEPTH)).length,
  })
  note('graph')
  const graph = await searchGraph(folder, vectors, queries)
  vectors.close()
  const ratio = medianTime(turns.file) / medianTime(turns.bare)
  return [
    { what: 'vectors of 384 dimensions', value: counted(size) },
    { what: `usearch bare, an array in memory, best ${DEPTH}`, value: perSecond(medianRate(turns.bare)) },
    { what: 'exact search, from the file by blocks', value: perSecond(medianRate(turns.file)) },
    { what: 'exact / bare, medians of times', value: ratio.toFixed(2), target: atMost(ratio, 1.3) },
    ...graph,
  ]
}

const medianTime = (turns: Turn[]) => median(turns.map(({ rate }) => 1 / rate))

async function searchGraph(folder: string, vectors: VectorFile, queries: Float32Array): Promise<Figure[]> {
  const path = join(folder, 'graph.usearch')
  const [, building] = await timed(() => buildGraph(path, vectors, {}))
  const graph = await openGraph(path, vectors)
  await graph.search(queries, DEPTH)
  const [found, searching] = await timed(() => graph.search(queries, DEPTH))
  const exact = await searchExactly(vectors, queries, DEPTH)
  const shared = exact.reduce((sum, { ordinals }, at) => {
    const wanted = new Set(ordinals)
    return sum + (found[at]?.ordinals.filter((ordinal) => wanted.has(ordinal)).length ?? 0)
  }, 0)
  return [
    { what: 'graph (HNSW) built', value: seconds(building) },
    { what: 'graph on disk', value: megabytes(statSync(path).size) },
    { what: 'graph, best 100, scored again', value: perSecond(VECTOR_QUERIES / (searching / 1000)) },
    { what: 'graph: share of the exact best 100', value: (shared / (VECTOR_QUERIES * DEPTH)).toFixed(3) },
  ]
}

/** Returns vectors of length 1: mixtures of two topics and noise, or pure noise. */
function vectorsAround(topics: Float32Array | undefined, random: () => number, count: number): Float32Array {
  const vectors = new Float32Array(count * DIMENSIONS)
  const topicAt = () => Math.floor(random() * TOPICS) * DIMENSIONS
  for (let row = 0; row < count; row++) {
    const [one, other] = [topicAt(), topicAt()]
    const vector = vectors.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS)
    for (let at = 0; at < DIMENSIONS; at++) {
      const near = topics === undefined ? 0 : (topics[one + at] as number) + 0.7 * (topics[other + at] as number)
      vector[at] = near + (random() - 0.5) * (topics === undefined ? 1 : 0.1)
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    for (let at = 0; at < DIMENSIONS; at++) vector[at] = (vector[at] as number) / length
  }
  return vectors
}

function write(path: string, vectors: Float32Array): void {
  const file = openSync(path, 'w')
  const bytes = new Uint8Array(vectors.buffer)
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
  closeSync(file)
}
