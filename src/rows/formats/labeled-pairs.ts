// Pairs of a query and a passage with a label of 1 or 0, of sentence-transformers and of ms-swift: all pairs of a query are one row.
import { isObject, numberOf, type JsonObject } from '../../base/json.ts'
import { labelled, titleAndText, type Passage, type Row } from '../row.ts'
import {
  checkShape,
  describe,
  NO_NEGATIVE,
  scoreBeside,
  type Fault,
  type ParsedPassage,
  type ParsedRow,
  type RowFormat,
} from './format.ts'
import { columnsOf, recordsIn } from './group.ts'

/** Where a pair has its query and its passage. */
interface PairSpec extends Pick<RowFormat, 'name' | 'title' | 'summary' | 'wanted'> {
  isClosed: boolean
  matches(record: JsonObject): boolean
  queryIn(record: JsonObject): unknown
  passageIn(record: JsonObject): unknown
  /** Returns a new pair like another one of the row, or like none. */
  pair(query: string, passage: Passage, like: JsonObject | undefined): JsonObject
  /** Columns that are not extra. */
  own: readonly string[]
}

const QUERIES = ['query', 'anchor', 'question', 'sentence1', 'sentence_1', 'sentence_A'] as const
const PASSAGES = [
  'passage',
  'document',
  'text',
  'response',
  'answer',
  'positive',
  'context',
  'sentence2',
  'sentence_2',
  'sentence_B',
] as const

const nameIn = (record: JsonObject, names: readonly string[], place: number) =>
  names.find((name) => name in record) ??
  Object.keys(record).filter((name) => name !== 'label' && name !== 'score')[place] ??
  ''

export const stLabeledPair = pairs({
  name: 'st-labeled-pair',
  title: 'sentence-transformers labelled pairs',
  summary: 'sentence-transformers labelled pairs: query, passage, label of 1 or 0; pairs of one query are one row',
  wanted: [QUERIES, PASSAGES, ['label']],
  isClosed: true,
  own: [...QUERIES, ...PASSAGES],
  matches: (record) =>
    QUERIES.some((name) => name in record) && PASSAGES.some((name) => name in record) && 'label' in record,
  queryIn: (record) => record[nameIn(record, QUERIES, 0)],
  passageIn: (record) => record[nameIn(record, PASSAGES, 1)],
  pair(query, passage, like) {
    const text = titleAndText(passage)
    if (like === undefined) return { query, passage: text }
    return { ...like, [nameIn(like, PASSAGES, 1)]: text }
  },
})

const contentIn = (messages: unknown) => {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined
  return isObject(last) ? last['content'] : undefined
}

export const msSwiftPair = pairs({
  name: 'ms-swift-pair',
  title: 'ms-swift labelled pairs',
  summary: 'ms-swift labelled pairs: messages, positive_messages, label of 1 or 0; pairs of one query are one row',
  wanted: [['messages'], ['positive_messages'], ['label']],
  isClosed: false,
  own: ['messages', 'positive_messages'],
  matches: (record) => 'messages' in record && 'positive_messages' in record && 'label' in record,
  queryIn: (record) => contentIn(record['messages']),
  passageIn: ({ positive_messages: list }) =>
    Array.isArray(list) && list.length === 1 ? contentIn(list[0]) : undefined,
  pair(query, passage, like) {
    const content = titleAndText(passage)
    if (like === undefined) {
      return { messages: [{ role: 'user', content: query }], positive_messages: [[{ role: 'user', content }]] }
    }
    const [messages = [{ role: 'user' }]] = like['positive_messages'] as JsonObject[][]
    return { ...like, positive_messages: [[...messages.slice(0, -1), { ...messages.at(-1), content }]] }
  },
})

function pairs({ matches, queryIn, passageIn, pair, own, ...about }: PairSpec): RowFormat {
  const textOf = (record: JsonObject) => String(passageIn(record))
  return {
    ...about,
    hasNoOrigins: true,
    ownColumns: /^(labels?|scores?)$/,
    scoreFields: 'score',

    matches: (columns) => matches(recordsIn(columns)[0] as JsonObject),

    groupOf(columns) {
      const query = queryIn(columns)
      return typeof query === 'string' ? query : undefined
    },

    read(columns, faults): ParsedRow | undefined {
      const records = recordsIn(columns)
      const [first] = records as [JsonObject]
      const parsed = records.flatMap((record) => passageOf(passageIn(record), record, about.title, faults) ?? [])
      const passages = [...new Map(parsed.map((passage) => [keyOf(passage), passage])).values()]
      const [positives, negatives] = [passages.filter(isPositive), passages.filter((passage) => !isPositive(passage))]
      const query = queryIn(first)
      // A pair that cannot be read says nothing about the row's other ones.
      if (faults.length === 0) checkShape(query, positives, negatives, faults)
      if (typeof query !== 'string' || faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
      const extra = Object.fromEntries(
        Object.entries(first).filter(([name]) => !own.includes(name) && name !== 'label' && name !== 'score'),
      )
      return { id: undefined, query, dataset: undefined, passages: [...positives, ...negatives], extra }
    },

    relabel(columns, before, after) {
      const records = recordsIn(columns)
      const [first] = records as [JsonObject]
      const written = after.passages.filter(({ label }) => label !== 'ignored')
      const wanted = new Map(written.map((passage) => [titleAndText(passage), passage]))
      const labels = new Set(written.map(keyOfPassage))
      const were = new Set(before.passages.map(keyOfPassage))
      const kept = records.flatMap((record) => {
        const passage = wanted.get(textOf(record))
        if (passage === undefined) return []
        const [asLabelled, otherwise] = [isRelevant(record), !isRelevant(record)].map((is) =>
          keyOfText(is, textOf(record)),
        )
        if (labels.has(asLabelled as string)) return [record]
        // Of a passage with both labels, the pair with the wrong one goes: there is one with the right one already.
        return were.has(otherwise as string) ? [] : [withLabel(record, passage)]
      })
      const there = new Set(before.passages.map(titleAndText))
      const added = [...wanted.values()].filter((passage) => !there.has(titleAndText(passage)))
      return columnsOf([
        ...kept,
        ...added.map((passage) => withLabel(scored(pair(before.query, passage, first), passage), passage)),
      ])
    },

    create: (row) =>
      columnsOf(
        written(row).map((passage) => ({
          ...pair(row.query, passage, undefined),
          label: labelOf(passage),
          ...(!about.isClosed && row.extra),
        })),
      ),

    withScores(columns, row) {
      const scoreOf = new Map(row.passages.map((passage) => [titleAndText(passage), passage.score]))
      return columnsOf(
        recordsIn(columns).map((record) => ({
          ...record,
          score: scoreBeside(record['score'], scoreOf.get(textOf(record))),
        })),
      )
    },
    withoutScores: (columns) => columnsOf(recordsIn(columns).map((record) => ({ ...record, score: null }))),
    withOrigins: (columns) => columns,
  }
}

const scored = (record: JsonObject, { score }: Passage) =>
  'score' in record ? { ...record, score: score ?? null } : record
const isPositive = ({ label }: ParsedPassage) => label === 'positive'
const isRelevant = (record: JsonObject) => binaryIn(record['label']) === 1
const keyOfText = (is: boolean, text: string) => `${is ? 'positive' : 'negative'} ${text}`
const keyOfPassage = (passage: Passage) => `${passage.label} ${titleAndText(passage)}`
const keyOf = ({ label, text }: ParsedPassage) => `${label} ${text}`
const written = (row: Row) => [...labelled(row, 'positive'), ...labelled(row, 'negative')]
const labelOf = ({ label }: Passage) => (label === 'positive' ? 1 : 0)

/** Keeps the label as it is written (`1.0`, `true`) if it is right. */
function withLabel(record: JsonObject, passage: Passage): JsonObject {
  const label = labelOf(passage)
  return binaryIn(record['label']) === label ? record : { ...record, label: sameType(record['label'], label) }
}

function sameType(before: unknown, label: 0 | 1): unknown {
  if (typeof before === 'boolean') return label === 1
  const isDecimal = isObject(before) && String(before['rawJSON']).includes('.')
  return isDecimal ? JSON.rawJSON(`${label}.0`) : label
}

/** Returns a label of 1 or 0 in any form; undefined for anything else. */
export function binaryIn(value: unknown): 0 | 1 | undefined {
  const number = typeof value === 'boolean' ? Number(value) : numberOf(value)
  return number === 0 || number === 1 ? number : undefined
}

function passageOf(text: unknown, record: JsonObject, title: string, faults: Fault[]): ParsedPassage | undefined {
  const label = binaryIn(record['label'])
  if (typeof text !== 'string') {
    faults.push({ code: 'wrong-type', message: `${title} have one text as their passage, found ${describe(text)}` })
    return undefined
  }
  if (label === undefined) {
    const graded =
      numberOf(record['label']) === undefined
        ? ''
        : '; graded pairs (similarity of sentences) have no relevant and irrelevant passages'
    faults.push({
      code: 'graded-label',
      message: `"label" must be 1 or 0, found ${describe(record['label'])}${graded}`,
    })
    return undefined
  }
  const passage: ParsedPassage = { id: undefined, text, label: label === 1 ? 'positive' : 'negative', origin: 'given' }
  const score = numberOf(record['score'])
  if (score !== undefined) passage.score = score
  return passage
}
