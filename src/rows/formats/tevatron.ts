// Tevatron v1 rows, as RLHN publishes them: {"query_id", "query", "positive_passages": [{docid, title, text}], "negative_passages", "subset"?}
import { isObject, numberOf, type JsonObject } from '../json.ts'
import {
  checkShape,
  describe,
  idIn,
  listIn,
  moveColumns,
  movesOf,
  type Fault,
  type ReadPassage,
  type ReadRow,
  type RowFormat,
} from './format.ts'

export const tevatron: RowFormat = {
  name: 'tevatron',
  summary: 'Tevatron v1 (RLHN): query_id, query, positive_passages, negative_passages, and optional subset',

  matches: (columns) => 'query' in columns && 'positive_passages' in columns && 'negative_passages' in columns,

  read(columns, faults): ReadRow | undefined {
    const { query_id, query, positive_passages: _p, negative_passages: _n, subset, ...extra } = columns
    const id = idIn(query_id, () => '"query_id"', faults)
    const pos = listIn(columns, 'positive_passages', faults)
    const neg = listIn(columns, 'negative_passages', faults)
    checkShape(query, pos, neg, faults)
    if (pos === undefined || neg === undefined || typeof query !== 'string') return undefined
    const positives = pos.map((node, index) => passageOf(node, 'positive', index, faults))
    const negatives = neg.map((node, index) => passageOf(node, 'negative', index, faults))
    if (faults.length > 0) return undefined
    const dataset = subset ?? columns['dataset']
    return {
      id,
      query,
      dataset: typeof dataset === 'string' && dataset !== '' ? dataset : undefined,
      passages: positives.concat(negatives),
      extra,
    }
  },

  relabel(columns, before, after) {
    const moves = movesOf(before, after)
    const moved = { ...columns }
    moveColumns(moved, ['positive_passages', 'negative_passages'], before, moves)
    moveColumns(moved, ['positive_passage_ids', 'negative_passage_ids'], before, moves)
    return moved
  },
}

function passageOf(node: unknown, label: 'positive' | 'negative', index: number, faults: Fault[]): ReadPassage {
  // Put into words only when something is wrong: there are millions of passages.
  const where = () => `"${label}_passages" position ${index + 1}`
  const wrong = (message: string) => faults.push({ code: 'wrong-type', message: where() + message })
  const columns: JsonObject = isObject(node) ? node : {}
  const { text, title, docid, score } = columns
  if (!isObject(node)) wrong(` must be an object with docid and text, found ${describe(node)}`)
  else if (typeof text !== 'string') wrong(`: "text" must be a string, found ${describe(text)}`)
  if (title !== undefined && title !== null && typeof title !== 'string') {
    wrong(`: "title" must be a string, found ${describe(title)}`)
  }
  const id = idIn(docid, () => `${where()}: "docid"`, faults)
  const passage: ReadPassage = { id, text: String(text), label, origin: 'given' }
  if (typeof title === 'string' && title !== '') passage.title = title
  const scored = numberOf(score)
  if (scored !== undefined) passage.score = scored
  return passage
}
