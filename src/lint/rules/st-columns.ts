// Which columns of a file sentence-transformers reads as what: by their order, whatever their names say.
import type { JsonObject } from '../../base/json.ts'
import type { Context } from '../rule.ts'
import type { Texts } from './texts.ts'

/** The first of these that a file has holds the labels. */
export const LABEL_COLUMNS = ['label', 'labels', 'score', 'scores']
/** Names that the trainer keeps for itself. */
export const RESERVED = ['dataset_name', 'return_loss']

const QUERIES = ['query', 'anchor', 'question', 'sentence1', 'sentence_1', 'sentence_A', 'premise']
const POSITIVES = [
  'positive',
  'answer',
  'response',
  'passage',
  'context',
  'document',
  'docs',
  'documents',
  'passages',
  'sentence2',
  'sentence_2',
  'sentence_B',
  'entailment',
]
const NEGATIVE = /^(neg(ative)?s?[_-]?\d*|contradiction)$/

export const isId = (name: string) => name === 'id' || /(_id|_ids|_idx)$/.test(name)

/** Returns the column of the labels. */
export const labelColumn = (names: readonly string[]) => LABEL_COLUMNS.find((name) => names.includes(name))

/** Returns the columns that are read as texts, in order. */
export function inputsOf(names: readonly string[]): string[] {
  const label = labelColumn(names)
  return names.filter((name) => name !== label && name !== 'dataset_name')
}

/** Returns the place that a name stands for: 0 for queries, 1 for positives, 2 for negatives; undefined for any other. */
function placeOf(name: string): number | undefined {
  if (QUERIES.includes(name)) return 0
  if (POSITIVES.includes(name)) return 1
  return NEGATIVE.test(name) ? 2 : undefined
}

/** Returns the columns whose names say that they are neither a query nor a passage, if there are one of each besides. */
export function furtherColumns(names: readonly string[]): string[] {
  const places = new Set(names.map(placeOf))
  if (!places.has(0) || !places.has(1)) return []
  return inputsOf(names).filter((name) => placeOf(name) === undefined && !isId(name) && !isOfTrainer(name))
}

/** Columns that rules of their own are about. */
const isOfTrainer = (name: string) => LABEL_COLUMNS.includes(name) || RESERVED.includes(name)

/** Returns the columns of texts in the order that their names ask for; the same order if they ask for none. */
export const inOrder = (inputs: readonly string[]): string[] =>
  inputs.every((name) => placeOf(name) !== undefined)
    ? inputs.toSorted((one, other) => (placeOf(one) as number) - (placeOf(other) as number))
    : [...inputs]

/** Returns the columns of negatives. */
export const negativesOf = ({ survey }: Context) => survey.names.filter((name) => placeOf(name) === 2)

/** Returns a record with its columns in another order; those that are not named come last. */
export function reordered(record: JsonObject, names: readonly string[]): JsonObject {
  const there = names.filter((name) => name in record)
  return { ...Object.fromEntries(there.map((name) => [name, record[name]])), ...record }
}

/** Returns the texts of a record by the order of its columns. */
export function textsOfSentenceTransformers(record: JsonObject): Texts | undefined {
  const names = Object.keys(record)
  const [query = '', ...passages] = inputsOf(names).filter(
    (name) => !furtherColumns(names).includes(name) && !isId(name),
  )
  const texts = passages.map((name) => record[name])
  if (texts.some(Array.isArray)) return textsOfList(record, query, texts)
  const [positive, ...negatives] = texts.map((text) => (typeof text === 'string' ? [text] : []))
  const first = record[query]
  return {
    query: typeof first === 'string' ? first : undefined,
    positives: positive ?? [],
    negatives: negatives.flat(),
  }
}

/** Returns the texts of a labelled list. */
function textsOfList(record: JsonObject, query: string, [docs]: unknown[]): Texts {
  const labels = record[labelColumn(Object.keys(record)) ?? '']
  const texts = (Array.isArray(docs) ? docs : []).map((text, at) => ({
    text: String(text),
    isPositive: Array.isArray(labels) && Number(labels[at]) > 0,
  }))
  const first = record[query]
  return {
    query: typeof first === 'string' ? first : undefined,
    positives: texts.filter(({ isPositive }) => isPositive).map(({ text }) => text),
    negatives: texts.filter(({ isPositive }) => !isPositive).map(({ text }) => text),
  }
}
