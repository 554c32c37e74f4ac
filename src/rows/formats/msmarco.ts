// Triples of ids as in MS MARCO: query, positive, negative, with queries.tsv and collection.tsv beside them. Triples of a query are one row.
import { textOfScalar, type JsonObject } from '../../base/json.ts'
import { titleAndText, type Label } from '../row.ts'
import { queryIdOf, queryOf, textBehind, withDocuments } from './documents.ts'
import { checkShape, NO_NEGATIVE, type Fault, type ParsedPassage, type ParsedRow, type RowFormat } from './format.ts'
import { columnsOf, recordsIn } from './group.ts'
import { recordsOfIds } from './tuples.ts'

const NAMES = ['query_id', 'positive_id', 'negative_id'] as const

export const msMarco: RowFormat = {
  name: 'msmarco',
  title: 'triples of ids',
  summary: 'MS MARCO triples of ids: query_id, positive_id, negative_id, with queries and a collection beside them',
  wanted: NAMES.map((name) => [name]),
  hasNoScores: true,
  hasNoOrigins: true,
  isClosed: true,
  ownColumns: /./,

  matches: (columns) => NAMES.every((name) => name in (recordsIn(columns)[0] as JsonObject)),
  groupOf: (columns) => textOfScalar(columns['query_id']),
  idsOf: (columns) =>
    recordsIn(columns).flatMap((record) => {
      const [query, ...documents] = NAMES.map((name) => textOfScalar(record[name]))
      return [...(query === undefined ? [] : [queryIdOf(query)]), ...documents.filter((id) => id !== undefined)]
    }),
  read,

  relabel: (columns, before, after) =>
    withDocuments(columnsOf(recordsOfIds(recordsIn(columns).map(asTexts), before, after)), after),

  create(row) {
    const template = { query_id: row.id, positive_id: null, negative_id: null }
    return withDocuments(columnsOf(recordsOfIds([template], { ...row, passages: [] }, row)), row)
  },

  withScores: (columns) => columns,
  withoutScores: (columns) => columns,
  withOrigins: (columns) => columns,

  hasNoHeader: true,
  corpus: {
    parts: [
      {
        place: (base) => `${base}.collection.tsv`,
        line: (document) => (document.isQuery === true ? undefined : tabbed(document.docid, titleAndText(document))),
      },
      {
        place: (base) => `${base}.queries.tsv`,
        line: (document) => (document.isQuery === true ? tabbed(document.docid, document.text) : undefined),
      },
    ],
  },
}

/** A line of a table cannot hold a tab or a line break, which are spaces to every tokenizer. */
const tabbed = (id: string, text: string) => `${id}\t${text.replace(/[\t\r\n]+/g, ' ')}\n`

const asTexts = (record: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, textOfScalar(value) ?? value]))

function read(columns: JsonObject, faults: Fault[]): ParsedRow | undefined {
  const records = recordsIn(columns).map(asTexts)
  const [first] = records as [JsonObject]
  const passages = (name: string, label: Label) => {
    const ids = new Set(records.map((record) => record[name]))
    return [...ids].flatMap((id): ParsedPassage[] => {
      // A row that has lost its negatives.
      if (label === 'negative' && (id === null || id === undefined || id === '')) return []
      const where = () => `"${name}"`
      if (typeof id !== 'string') {
        faults.push({ code: 'wrong-type', message: `${where()} must be an id` })
        return []
      }
      const passage = textBehind(id, columns, where, faults)
      return passage ? [{ ...passage, label, origin: 'given' }] : []
    })
  }
  const [positives, negatives] = [passages('positive_id', 'positive'), passages('negative_id', 'negative')]
  const id = first['query_id']
  const query = typeof id === 'string' ? queryOf(id, columns, faults) : undefined
  if (faults.length === 0) checkShape(query, positives, negatives, faults)
  if (typeof id !== 'string' || query === undefined || faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
  return { id, query, dataset: undefined, passages: [...positives, ...negatives], extra: {} }
}
