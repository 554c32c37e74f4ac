// Rows out of a collection: its queries, and as positives the documents that its judgements call relevant.
import type { Document, Query } from '../../collections/collection.ts'
import { contentsOf } from '../../collections/collection.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import type { Reason } from '../../retrieval/mining/rules.ts'
import type { DocumentStore } from '../../retrieval/retriever.ts'
import { fold } from '../../rows/fold.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { HashTable } from '../../rows/hash-table.ts'
import { withMiners } from '../../rows/miners.ts'
import type { Row } from '../../rows/row.ts'
import { passageOf, type Hopeless, type MineEntry, type MineSource } from './entry.ts'

export interface FromCollectionOptions {
  format: RowFormat
  /** The least grade of a positive. */
  relevance: number
  /** Queries to take, from the first. */
  limit: number
}

const BATCH = 64

export function fromCollection(
  collection: OpenedCollection,
  store: DocumentStore,
  { format, relevance, limit }: FromCollectionOptions,
): MineSource {
  const queries = collection.queries.slice(0, limit)
  const kinOf = sameQueries(collection, relevance)
  const judgedFor = ({ id }: Query) => collection.grades.get(id) ?? new Map<string, number>()

  const entry = (query: Query): MineEntry | Hopeless => {
    const judged = judgedFor(query)
    const documents = relevantIn(judged, relevance).flatMap((id) => readable(store, id))
    const hopeless = (reason: string) => ({ reason, record: { row: query.id, query: query.text, reason } })
    if (query.text.trim() === '') return hopeless('the query is empty')
    if (documents.length === 0) return hopeless('no positive in the corpus')
    const kin = kinOf(query)
    return {
      query,
      positives: documents.map((document) => ({ ...document, document: document.id })),
      kin: [...kin].flatMap((id) => readable(store, id)),
      againstId: (id) => againstId(id, query, judged, kin, collection.ignoresIdenticalIds),
      kept: 0,
      taken: [],
      bytes(scores, negatives, miners) {
        const positives = documents.map((document, index) => passageOf(document, 'positive', scores[index]))
        const passages = [...positives, ...negatives]
        const row: Row = { id: query.id, query: query.text, dataset: collection.name, passages }
        const columns = withMiners(format.withScores(format.create(row), row), miners)
        return Buffer.from(`${JSON.stringify(columns)}\n`)
      },
      dropped: (reason) => ({
        row: query.id,
        query: query.text,
        positives: documents.map(({ id }) => id),
        reason,
      }),
    }
  }
  return {
    name: collection.name,
    format,
    total: queries.length,
    badRows: 0,
    about: { collection: collection.name, split: collection.split, qrels: collection.qrels, queries: queries.length },
    async *rows() {
      for (let start = 0; start < queries.length; start += BATCH) {
        yield queries.slice(start, start + BATCH).map(entry)
      }
    },
    writeBad: () => Promise.resolve(),
  }
}

const relevantIn = (judged: ReadonlyMap<string, number>, relevance: number) =>
  [...judged].filter(([, grade]) => grade >= relevance).map(([id]) => id)

/** A document that says something; judgements may name others. */
function readable(store: DocumentStore, id: string): Document[] {
  const document = store.document(id)
  return document === undefined || contentsOf(document).trim() === '' ? [] : [document]
}

function againstId(
  id: string,
  query: Query,
  judged: ReadonlyMap<string, number>,
  kin: ReadonlySet<string>,
  ignoresIdenticalIds: boolean,
): Reason | undefined {
  if (judged.has(id)) return 'judged for the query'
  if (kin.has(id)) return 'positives of the same query elsewhere'
  return ignoresIdenticalIds && id === query.id ? 'with the id of the query' : undefined
}

const NOBODY: ReadonlySet<string> = new Set()

/** For each query the positives of others that read the same, folded. */
function sameQueries({ queries, grades }: OpenedCollection, relevance: number): (query: Query) => ReadonlySet<string> {
  const times = new HashTable()
  for (const { text } of queries) times.count(fold(text))
  const positives = new Map<string, Set<string>>()
  for (const { id, text } of queries) {
    const folded = fold(text)
    if (times.get(folded) < 2) continue
    let ids = positives.get(folded)
    if (ids === undefined) positives.set(folded, (ids = new Set()))
    for (const each of relevantIn(grades.get(id) ?? new Map<string, number>(), relevance)) ids.add(each)
  }
  return ({ text }) => (positives.size === 0 ? NOBODY : (positives.get(fold(text)) ?? NOBODY))
}
