// The texts of rows that hold only ids of documents: a column that is added where the rows are read and taken out where they are written.
import { isObject, type JsonObject } from '../../base/json.ts'
import { terminatorOf, textOf, type Line } from '../../base/lines.ts'
import type { Fault, RowDocument } from './format.ts'
import { labelled, titleAndText, type Row } from '../row.ts'

/** The added column. Between texts of JSON its name cannot occur otherwise, because quotes inside a text are escaped. */
const COLUMN = 'winnow documents'
const START = `,"${COLUMN}":`

const tables = new WeakMap<JsonObject, ReadonlyMap<string, RowDocument>>()

/** Returns the documents of a row by their ids; undefined for a row that has not been joined with its corpus. */
function documentsIn(columns: JsonObject): ReadonlyMap<string, RowDocument> | undefined {
  const documents = columns[COLUMN]
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
  const { [COLUMN]: _before, ...rest } = columns
  const passages = [...labelled(row, 'positive'), ...labelled(row, 'negative')]
  return { ...rest, [COLUMN]: passages.map((passage) => ({ docid: passage.id, text: titleAndText(passage) })) }
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

/** Returns a line as it belongs in a file, and its documents. */
export function partedFrom(line: Buffer | string): { record: string; documents: RowDocument[] } {
  const text = line.toString()
  const start = text.lastIndexOf(START)
  if (start === -1) return { record: text, documents: [] }
  const end = text.lastIndexOf('}')
  const documents = JSON.parse(text.slice(start + START.length, end)) as RowDocument[]
  return { record: `${text.slice(0, start)}${text.slice(end)}`, documents }
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
