// Tevatron v1 rows, as published by RLHN: {"query_id", "query", "positive_passages": [{docid, title, text}], "negative_passages",
// "subset"?}
import { isObject, numberOf, type JsonObject } from '../../base/json.ts'
import { labelled, type Label, type Passage, type Row } from '../row.ts'
import {
  checkShape,
  describe,
  idIn,
  listIn,
  moveColumns,
  movesOf,
  NO_NEGATIVE,
  scoreBeside,
  type Fault,
  type ParsedPassage,
  type ParsedRow,
  type RowFormat,
} from './format.ts'
import { originFields, ORIGIN_FIELDS, statedIn } from './origins.ts'

export const tevatron: RowFormat = {
  name: 'tevatron',
  summary: 'Tevatron v1 (RLHN): query_id, query, positive_passages, negative_passages, and optional subset',
  title: 'Tevatron rows',
  wanted: [['query'], ['positive_passages'], ['negative_passages']],
  negativesColumn: 'negative_passages',
  scoreFields: 'score of each passage',
  ownColumns: /^(dataset|(positive|negative)_passage_ids)$/,

  matches: (columns) => 'query' in columns && 'positive_passages' in columns && 'negative_passages' in columns,

  read(columns, faults): ParsedRow | undefined {
    const { query_id, query, positive_passages: _p, negative_passages: _n, subset, ...extra } = columns
    const id = idIn(query_id, () => '"query_id"', faults)
    const pos = listIn(columns, 'positive_passages', faults)
    const neg = listIn(columns, 'negative_passages', faults)
    checkShape(query, pos, neg, faults)
    if (pos === undefined || neg === undefined || typeof query !== 'string') return undefined
    const positives = pos.map((node, index) => passageOf(node, 'positive', index, faults))
    const negatives = neg.map((node, index) => passageOf(node, 'negative', index, faults))
    if (faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
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
    const nodes = LISTS.flatMap((list) => (Array.isArray(columns[list]) ? (columns[list] as unknown[]) : []))
    const has = (name: string) => nodes.some((node) => isObject(node) && name in node)
    const [hasScores, fields] = [has('score'), ORIGIN_FIELDS.filter(has)]
    const nodeOf = (passage: Passage) => {
      const stated = originFields(passage)
      return {
        ...newNode(passage),
        ...(hasScores && { score: passage.score ?? null }),
        ...Object.fromEntries(fields.map((field) => [field, stated[field]])),
      }
    }
    moveColumns(moved, LISTS, before, moves, nodeOf)
    moveColumns(moved, ['positive_passage_ids', 'negative_passage_ids'], before, moves, ({ id }) => id)
    return moved
  },

  create(row) {
    return {
      query_id: row.id,
      query: row.query,
      positive_passages: labelled(row, 'positive').map(newNode),
      negative_passages: labelled(row, 'negative').map(newNode),
      ...(row.dataset !== undefined && { subset: row.dataset }),
      ...row.extra,
    }
  },

  withScores: (columns, row) =>
    eachNode(columns, row, (node, { score, origin }) => ({
      ...node,
      score: scoreBeside(node['score'], score),
      ...(origin !== 'given' && { origin }),
    })),

  withoutScores: (columns) => ({
    ...columns,
    ...Object.fromEntries(
      LISTS.map((list) => [list, (columns[list] as JsonObject[]).map((node) => ({ ...node, score: null }))]),
    ),
  }),

  withOrigins: (columns, row) =>
    eachNode(columns, row, (node, passage) => ({ ...node, ...originFields(passage, node) })),
}

const LISTS: ['positive_passages', 'negative_passages'] = ['positive_passages', 'negative_passages']

/** Maps the passage objects in the columns; the row's passages are those of the columns, in order. */
function eachNode(
  columns: JsonObject,
  row: Row,
  nodeOf: (node: JsonObject, passage: Passage) => JsonObject,
): JsonObject {
  const nodes = (list: (typeof LISTS)[number], label: Label) => {
    const passages = labelled(row, label)
    return (columns[list] as JsonObject[]).map((node, index) => nodeOf(node, passages[index] as Passage))
  }
  return {
    ...columns,
    positive_passages: nodes('positive_passages', 'positive'),
    negative_passages: nodes('negative_passages', 'negative'),
  }
}

const newNode = ({ id, title, text }: Passage): JsonObject => ({ docid: id, title: title ?? '', text })

function passageOf(node: unknown, label: 'positive' | 'negative', index: number, faults: Fault[]): ParsedPassage {
  // Formatted only on an error, because there are millions of passages.
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
  const stated = statedIn(columns, (field) => `${where()}: "${field}"`, faults)
  const passage: ParsedPassage = { id, text: String(text), label, ...(stated ?? { origin: 'given' }) }
  if (typeof title === 'string' && title !== '') passage.title = title
  const scored = numberOf(score)
  if (scored !== undefined) passage.score = scored
  return passage
}
