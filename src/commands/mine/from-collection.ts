// Creates rows from a collection: its queries, with the documents that its judgements call relevant as positives.
import type { Query } from '../../collections/collection.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import type { Reason } from '../../mining/rules.ts'
import type { DocumentStore } from '../../search/retriever.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { withMiners } from '../../rows/miners.ts'
import type { Row } from '../../rows/row.ts'
import type { QueryGrades } from './judged.ts'
import { readable, relevantIn } from '../../mining/kin.ts'
import { passageOf, type UnminableRow, type MineEntry, type MineSource } from '../../mining/entry.ts'

export interface FromCollectionOptions {
  format: RowFormat
  /** The least grade of a positive. */
  relevance: number
  /** How many queries to take, from the first. */
  limit: number
  judgedFor(query: Query): QueryGrades
  /** The files of judgements of every split. */
  judgements: readonly string[]
}

const BATCH = 64

export function fromCollection(
  collection: OpenedCollection,
  store: DocumentStore,
  { format, relevance, limit, judgedFor, judgements }: FromCollectionOptions,
): MineSource {
  const queries = collection.queries.slice(0, limit)
  const entry = (query: Query, written: Set<string>): MineEntry | UnminableRow => {
    const judged = judgedFor(query)
    const relevant = relevantIn(collection.grades.get(query.id) ?? new Map<string, number>(), relevance)
    const documents = readable(store, relevant)
    const hopeless = (reason: string) => ({ reason, record: { row: query.id, query: query.text, reason } })
    if (query.text.trim() === '') return hopeless('the query is empty')
    if (relevant.length === 0) return hopeless(`no document of grade ${relevance} or more`)
    if (documents.length === 0) return hopeless('no positive in the corpus')
    // Queries with the same text and other positives stay; with the same ones, a second row would only count twice in training.
    if (judged.alike.size > 0) {
      const same = JSON.stringify([query.text, documents.map(({ id }) => id).toSorted()])
      if (written.has(same)) return hopeless('same query and positives as an earlier row')
      written.add(same)
    }
    return {
      query,
      positives: documents.map((document) => ({ ...document, document: document.id })),
      kin: readable(store, kinIn(judged, relevant)),
      againstId: (id) => againstId(id, query, judged, collection.ignoresIdenticalIds),
      kept: 0,
      taken: [],
      bytes(scores, negatives, miners) {
        const positives = documents.map((document, index) => passageOf(document, 'positive', scores[index]))
        const passages = [...positives, ...negatives]
        const row: Row = { id: query.id, query: query.text, dataset: collection.name, passages }
        const scored = format.withScores(format.create(row), row)
        const columns = format.hasNoOrigins === true ? scored : withMiners(scored, miners)
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
    about: {
      collection: collection.name,
      split: collection.split,
      qrels: collection.qrels,
      judgements,
      queries: queries.length,
    },
    async *rows() {
      const written = new Set<string>()
      for (let start = 0; start < queries.length; start += BATCH) {
        yield queries.slice(start, start + BATCH).map((query) => entry(query, written))
      }
    },
    writeBad: () => Promise.resolve(),
  }
}

/**
 * Returns the other relevant documents (grade 1 or more, whatever the least grade of a positive), because their copies are not negatives
 * either.
 */
function kinIn({ own, alike }: QueryGrades, positives: readonly string[]): string[] {
  const kin = new Set([...relevantIn(own, 1), ...relevantIn(alike, 1)])
  for (const id of positives) kin.delete(id)
  return [...kin]
}

function againstId(
  id: string,
  query: Query,
  { own, alike }: QueryGrades,
  ignoresIdenticalIds: boolean,
): Reason | undefined {
  if (own.has(id)) return 'judged for the query'
  const grade = alike.get(id)
  if (grade !== undefined) return grade >= 1 ? 'positives of the same query elsewhere' : 'judged for the query'
  return ignoresIdenticalIds && id === query.id ? 'with the id of the query' : undefined
}
