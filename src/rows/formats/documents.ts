// The texts of rows that hold only ids of documents: a column that is added where the rows are read and taken out where they are written.
import { isObject, type JsonObject } from '../../base/json.ts'
import { terminatorOf, textOf, type Line } from '../../base/lines.ts'
import type { Fault, RowDocument } from './format.ts'
import { labelled, titleAndText, type Row } from '../row.ts'

/** The added column. Between texts of JSON its name cannot occur otherwise, because quotes inside a text are escaped. */
export const DOCUMENTS = 'winnow documents'
const START = `,"${DOCUMENTS}":`

const tables = new WeakMap<JsonObject, ReadonlyMap<string, RowDocument>>()

/** Returns the documents of a row by their ids; undefined for a row that has not been joined with its corpus. */
function documentsIn(columns: JsonObject): ReadonlyMap<string, RowDocument> | undefined {
  const documents = columns[DOCUMENTS]
  if (!Array.isArray(documents)) return undefined
  let table = tables.get(columns)
  if (table === undefined) {
    table = new Map(documents.filter(isObject).map((each) => [String(each['docid']), each as unknown as RowDocument]))
    tables.set(columns, table)
  }
  return table
}

/** Returns the columns with the documents of the row's passages. */
export function withDocuments(columns: JsonObject, row: Row): JsonObject {
  const { [DOCUMENTS]: _before, ...rest } = columns
  const passages = [...labelled(row, 'positive'), ...labelled(row, 'negative')]
  const documents = passages.map((passage): RowDocument => ({ docid: passage.id, text: titleAndText(passage) }))
  return { ...rest, [DOCUMENTS]: [{ docid: queryIdOf(row.id), text: row.query }, ...documents] }
}

/** Queries are kept among the documents, where rows name them by ids, too. */
const QUERY = 'query:'
export const queryIdOf = (id: string) => QUERY + id

/** Returns the text of a query; undefined, with a fault, if it is not known. */
export function queryOf(id: string, columns: JsonObject, faults: Fault[]): string | undefined {
  const found = documentsIn(columns)?.get(queryIdOf(id))?.text
  if (found === undefined) {
    const message = `the query ${JSON.stringify(id)} has no text: there are no queries.tsv or queries.jsonl beside the rows that name it`
    faults.push({ code: 'no-query', message })
  }
  return found
}

/** Returns a line with its documents as its last column. */
export function joinedWith(line: Line, documents: readonly RowDocument[]): Line {
  const text = textOf(line)
  const end = text.lastIndexOf('}')
  return {
    ...line,
    bytes: Buffer.from(`${text.slice(0, end)}${START}${JSON.stringify(documents)}}${terminatorOf(line)}`),
  }
}

/** Returns a line as it belongs in a file, and its documents; queries are marked, and have the ids that rows name. */
export function partedFrom(line: Buffer | string): { record: string; documents: RowDocument[] } {
  const text = line.toString()
  const start = text.lastIndexOf(START)
  if (start === -1) return { record: text, documents: [] }
  const end = text.lastIndexOf('}')
  const documents = JSON.parse(text.slice(start + START.length, end)) as RowDocument[]
  return {
    record: `${text.slice(0, start)}${text.slice(end)}`,
    documents: documents.map((document) =>
      document.docid.startsWith(QUERY)
        ? { ...document, docid: document.docid.slice(QUERY.length), isQuery: true }
        : document,
    ),
  }
}

/** Returns the passage behind an id; undefined, with a fault, if its document is not known. */
export function textBehind(id: string, columns: JsonObject, where: () => string, faults: Fault[]) {
  const documents = documentsIn(columns)
  const found = documents?.get(id)
  if (found !== undefined) return { id, text: found.text, ...(found.title !== undefined && { title: found.title }) }
  const why = documents === undefined ? 'no corpus was found beside the rows' : 'the corpus has no such document'
  faults.push({ code: 'no-document', message: `${where()}: ${JSON.stringify(id)} has no text: ${why}` })
  return undefined
}

/** Returns the line of a document in a corpus of JSON lines, which has no queries. */
export const documentLine = ({ isQuery = false }: RowDocument, record: object): string | undefined =>
  isQuery ? undefined : `${JSON.stringify(record)}\n`
