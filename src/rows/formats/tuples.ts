// sentence-transformers pairs, triplets and n-tuples: a query, a positive and any number of negatives, each a column of its own. Losses go
// by the order of the columns; names matter only for reading.
import { numberOf, type JsonObject } from '../../base/json.ts'
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

export const QUERY_NAMES = ['query', 'anchor', 'question'] as const
const POSITIVE_NAMES = ['positive', 'answer', 'passage', 'context', 'document'] as const
const NUMBERED = /^neg(ative)?s?[_-]?\d+$/
const LABELS = ['label', 'labels', 'score', 'scores']

/** Names of the columns of a record, in order. */
interface Names {
  query: string
  positive: string
  negatives: string[]
}

export const stPair = tuples({
  name: 'st-pair',
  title: 'sentence-transformers pairs',
  summary: 'sentence-transformers pairs: query, positive; records of one query are one row',
  wanted: [QUERY_NAMES, POSITIVE_NAMES],
  isOf: ({ negatives }) => negatives.length === 0,
})

export const stTriplet = tuples({
  name: 'st-triplet',
  title: 'sentence-transformers triplets',
  summary: 'sentence-transformers triplets: query, positive, negative; records of one query are one row',
  wanted: [QUERY_NAMES, POSITIVE_NAMES, ['negative']],
  isOf: ({ negatives }) => negatives.length === 1,
})

export const stNTuple = tuples({
  name: 'st-n-tuple',
  title: 'sentence-transformers n-tuples',
  summary: 'sentence-transformers n-tuples: query, positive, negative_1 to negative_n',
  wanted: [QUERY_NAMES, POSITIVE_NAMES, ['negative_1']],
  isOf: ({ negatives }) => negatives.length > 1 || NUMBERED.test(negatives[0] ?? ''),
})

type Spec = Pick<RowFormat, 'name' | 'title' | 'summary' | 'wanted'> & { isOf: (names: Names) => boolean }

function tuples({ isOf, ...about }: Spec): RowFormat {
  const { name } = about
  return {
    ...about,
    isClosed: true,
    hasNoOrigins: true,
    ownColumns: /^(scores?|labels?)$/,
    ...(name === 'st-pair' ? { hasNoScores: true, hasNoNegatives: true } : { scoreFields: 'scores' }),

    matches(columns) {
      const [first] = recordsIn(columns)
      const names = first && namesIn(first)
      return first !== undefined && names !== undefined && isOf(names) && !('label' in first) && !('labels' in first)
    },

    groupOf(columns) {
      const query = columns[(namesIn(columns) ?? byOrder(columns))?.query ?? '']
      return typeof query === 'string' ? query : undefined
    },

    read: (columns, faults) => read(columns, faults, about.title),

    relabel(columns, before, after) {
      const records = recordsIn(columns)
      const width = name === 'st-pair' ? 1 : Math.max(1, ...records.map((record) => namesOf(record).negatives.length))
      const scoreOf = scoresIn(records, after)
      return columnsOf(tuplesOf(records, listsOf(records, before, after), width, scoreOf))
    },

    create(row) {
      const [positives, negatives] = [labelled(row, 'positive'), labelled(row, 'negative')].map((passages) =>
        passages.map(titleAndText),
      )
      const width = name === 'st-triplet' ? 1 : Math.max(1, (negatives as string[]).length)
      const lists = (positives as string[]).map((positive) => ({
        positive,
        negatives: name === 'st-pair' ? [] : (negatives as string[]),
      }))
      return columnsOf(tuplesOf([templateFor(row.query, name, width)], lists, width))
    },

    withScores(columns, row) {
      if (name === 'st-pair') return columns
      const scoreOf = new Map(
        row.passages.map((passage) => [`${passage.label} ${titleAndText(passage)}`, passage.score]),
      )
      return columnsOf(
        recordsIn(columns).map((record) => {
          const { positive, negatives } = namesOf(record)
          const there = Array.isArray(record['scores']) ? (record['scores'] as unknown[]) : []
          const keys = [
            `positive ${String(record[positive])}`,
            ...negatives.map((each) => `negative ${String(record[each])}`),
          ]
          return { ...record, scores: keys.map((key, at) => scoreBeside(there[at], scoreOf.get(key))) }
        }),
      )
    },
    withoutScores: (columns) =>
      name === 'st-pair' ? columns : columnsOf(recordsIn(columns).map((record) => ({ ...record, scores: null }))),
    // A column of origins would be read as a passage.
    withOrigins: (columns) => columns,
  }
}

/** Returns the columns of a record by their names; undefined if query or positive has no known one. */
function namesIn(record: JsonObject): Names | undefined {
  const names = Object.keys(record)
  const query = QUERY_NAMES.find((each) => each in record)
  const positive = POSITIVE_NAMES.find((each) => each in record)
  if (query === undefined || positive === undefined) return undefined
  const negatives = 'negative' in record ? ['negative'] : names.filter((each) => NUMBERED.test(each))
  return { query, positive, negatives }
}

/** Returns the columns of a record by their order; undefined if it has fewer than two. */
function byOrder(record: JsonObject): Names | undefined {
  const [query, positive, ...negatives] = Object.keys(record).filter((each) => !LABELS.includes(each))
  return query === undefined || positive === undefined ? undefined : { query, positive, negatives }
}

const namesOf = (record: JsonObject): Names =>
  namesIn(record) ?? byOrder(record) ?? { query: 'query', positive: 'positive', negatives: [] }

function read(columns: JsonObject, faults: Fault[], title: string): ParsedRow | undefined {
  const records = recordsIn(columns)
  const [first] = records as [JsonObject]
  const names = namesIn(first) ?? byOrder(first)
  if (names === undefined) {
    const message = `${title} need a query and a positive, found the columns ${Object.keys(first).join(', ')}`
    faults.push({ code: 'missing-column', message })
    return undefined
  }
  const passages = { positive: new Map<string, ParsedPassage>(), negative: new Map<string, ParsedPassage>() }
  for (const record of records) addPassages(record, passages, faults)
  const [positives, negatives] = [[...passages.positive.values()], [...passages.negative.values()]]
  const query = first[names.query]
  checkShape(query, positives, negatives, faults)
  if (typeof query !== 'string' || faults.some(({ code }) => code !== NO_NEGATIVE)) return undefined
  const own = new Set<string>([...Object.values(names).flat(), 'scores'])
  const extra = Object.fromEntries(Object.entries(first).filter(([name]) => !own.has(name)))
  return { id: undefined, query, dataset: undefined, passages: [...positives, ...negatives], extra }
}

function addPassages(
  record: JsonObject,
  passages: Record<'positive' | 'negative', Map<string, ParsedPassage>>,
  faults: Fault[],
): void {
  const names = namesOf(record)
  const scores = Array.isArray(record['scores']) ? (record['scores'] as unknown[]) : []
  const all = [names.positive, ...names.negatives]
  for (const [at, name] of all.entries()) {
    const text = record[name]
    const label = at === 0 ? 'positive' : 'negative'
    // Rows of a table with fewer negatives than columns.
    if (at > 0 && (text === null || text === undefined)) continue
    if (typeof text !== 'string') {
      faults.push({ code: 'wrong-type', message: `"${name}" must be a string, found ${describe(text)}` })
      continue
    }
    const score = numberOf(scores[at])
    const known = passages[label].get(text)
    if (known === undefined) {
      const passage: ParsedPassage = { id: undefined, text, label, origin: 'given' }
      if (score !== undefined) passage.score = score
      passages[label].set(text, passage)
    }
  }
}

/** Returns the scores of a row's passages by their texts, as the records have them where they do. */
function scoresIn(records: readonly JsonObject[], after: Row): (text: string) => unknown {
  const scores = new Map<string, unknown>(after.passages.map((passage) => [titleAndText(passage), passage.score]))
  for (const record of records) {
    const { positive, negatives } = namesOf(record)
    const there = Array.isArray(record['scores']) ? (record['scores'] as unknown[]) : []
    for (const [at, name] of [positive, ...negatives].entries())
      if (there[at] !== undefined) scores.set(String(record[name]), there[at])
  }
  return (text) => scores.get(text)
}

/** Returns the records of a decided row whose passages are ids, one for each pair of a positive and a negative. */
export const recordsOfIds = (records: readonly JsonObject[], before: Row, after: Row): JsonObject[] =>
  tuplesOf(
    records,
    listsOf(records, before, after, ({ id }) => id),
    1,
  )

/** A positive, and the negatives that records pair it with. */
interface Paired {
  positive: string
  negatives: string[]
}

/**
 * Returns which negatives every positive of the decided row is paired with: those of its records, and new ones. A new positive is paired
 * with all of them.
 */
function listsOf(
  records: readonly JsonObject[],
  before: Row,
  after: Row,
  valueOf: (passage: Passage) => string = titleAndText,
): Paired[] {
  const texts = (row: Row, label: 'positive' | 'negative') => new Set(labelled(row, label).map(valueOf))
  const [were, are] = [texts(before, 'negative'), texts(after, 'negative')]
  const added = [...are].filter((text) => !were.has(text))
  const pairs = new Map<string, Set<string>>()
  for (const record of records) {
    const { positive, negatives } = namesOf(record)
    const paired = pairs.get(String(record[positive])) ?? new Set<string>()
    for (const name of negatives) if (are.has(String(record[name]))) paired.add(String(record[name]))
    pairs.set(String(record[positive]), paired)
  }
  const lists = [...texts(after, 'positive')].map((positive) => {
    const paired = pairs.get(positive) ?? new Set<string>()
    return { positive, negatives: paired.size === 0 ? [...are] : [...new Set([...paired, ...added])] }
  })
  const paired = new Set(lists.flatMap(({ negatives }) => negatives))
  lists[0]?.negatives.push(...[...are].filter((text) => !paired.has(text)))
  return lists
}

/**
 * Returns the records of a row: as many for each positive as its negatives need. Where a record is as it was, it is the same one.
 * @param width the number of negatives in a record; the last one may have fewer, and null in the columns left
 */
function tuplesOf(
  records: readonly JsonObject[],
  lists: readonly Paired[],
  width: number,
  scoreOf?: (text: string) => unknown,
): JsonObject[] {
  const [template] = records as [JsonObject]
  const there = new Map(records.map((record) => [keyOf(record), record]))
  const made: JsonObject[] = []
  for (const { positive, negatives } of lists) {
    for (let start = 0; start === 0 || start < negatives.length; start += width) {
      const part = negatives.slice(start, start + width)
      const tuple = tupleLike(template, positive, part, width)
      const scores = 'scores' in template && { scores: [positive, ...part].map((text) => scoreOf?.(text) ?? null) }
      made.push(there.get(keyOf(tuple)) ?? { ...tuple, ...scores })
    }
  }
  return made
}

function keyOf(record: JsonObject): string {
  const { positive, negatives } = namesOf(record)
  return JSON.stringify([record[positive], ...negatives.map((name) => record[name] ?? null)])
}

function tupleLike(template: JsonObject, positive: string, negatives: readonly string[], width: number): JsonObject {
  const names = namesOf(template)
  const places = names.negatives.length > 0 || negatives.length === 0 ? names.negatives : negativeNames(width)
  return {
    ...template,
    [names.positive]: positive,
    ...Object.fromEntries(places.map((name, at) => [name, negatives[at] ?? null])),
  }
}

const negativeNames = (width: number) =>
  width === 1 ? ['negative'] : Array.from({ length: width }, (_none, at) => `negative_${at + 1}`)

function templateFor(query: string, name: string, width: number): JsonObject {
  const negatives =
    name === 'st-pair' ? [] : name === 'st-n-tuple' ? negativeNames(Math.max(2, width)).slice(0, width) : ['negative']
  return { query, positive: null, ...Object.fromEntries(negatives.map((each) => [each, null])) }
}
