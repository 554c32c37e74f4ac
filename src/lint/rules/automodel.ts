// Rules of NeMo Automodel: rows of query, pos_doc and neg_doc with their texts in place.
import { isObject, type JsonObject } from '../../base/json.ts'
import { filtered, isAbsent, isText, kindOf, withCount, sayMissing } from './records.ts'
import { mendPerRecord, perRecord, type Rule } from '../rule.ts'

const DATASET = 'nemo_automodel 0.7.0, components/datasets/llm/retrieval_dataset_inline.py'
const LISTS = ['pos_doc', 'neg_doc'] as const

/** Whether a record names documents by their ids, as in a file with a corpus: its loader reads nothing else of them. */
const isOfIds = ({ corpus_id: corpus }: JsonObject) => !isAbsent(corpus) && corpus !== '__inline__'

/** A passage that stands alone is a list of one. */
const docsOf = (record: JsonObject, name: string): unknown[] | undefined => {
  const value = record[name]
  if (isAbsent(value)) return value === null ? [] : undefined
  return Array.isArray(value) ? value : [value]
}

export const AUTOMODEL: readonly Rule[] = [
  {
    code: 'AM101',
    severity: 'error',
    title: 'A column is missing',
    effect: 'Loading stops: every row has query or question, pos_doc and neg_doc.',
    source: `${DATASET}, load_datasets`,
    advice: 'winnow convert --to nemo-inline writes rows in this form.',
    example: [{ query: 'q', pos: ['p'], neg: ['n'] }],
    check: perRecord((record) => {
      const missing = [
        ...(isAbsent('query' in record ? record['query'] : record['question']) ? ['query'] : []),
        ...LISTS.filter((name) => !(name in record)),
      ]
      return sayMissing(missing, record)
    }),
  },
  {
    code: 'AM102',
    severity: 'error',
    title: 'No positive',
    effect: 'Loading stops: pos_doc cannot be empty.',
    source: `${DATASET}, load_datasets`,
    advice: 'Remove the row.',
    example: [{ query: 'q', pos_doc: [], neg_doc: ['n'] }],
    check: perRecord((record) => (docsOf(record, 'pos_doc')?.length === 0 ? 'pos_doc is empty' : undefined)),
  },
  {
    code: 'AM103',
    severity: 'error',
    title: 'No negative',
    effect: 'Training stops at the row, unless n_passages is 1.',
    source: `${DATASET}, _retrieval_transform_func`,
    advice: 'winnow mine ROWS --corpus CORPUS --add finds negatives.',
    example: [{ query: 'q', pos_doc: ['p'], neg_doc: [] }],
    check: perRecord((record) => (docsOf(record, 'neg_doc')?.length === 0 ? 'neg_doc is empty' : undefined)),
  },
  {
    code: 'AM104',
    severity: 'error',
    title: 'A passage is null',
    effect: 'Training uses the word None for it.',
    source: `${DATASET}, _normalize_inline_doc`,
    advice: 'Remove the passage.',
    fix: 'removes it if a passage is left',
    example: [{ query: 'q', pos_doc: ['p'], neg_doc: ['n', null] }],
    check: perRecord((record) => docWith(record, (doc) => (doc === null ? 'null' : undefined))),
    mend: mendPerRecord((record) =>
      LISTS.reduce((mended, name) => filtered(mended, name, `${name}_`, (doc) => doc !== null), record),
    ),
  },
  {
    code: 'AM105',
    severity: 'error',
    title: 'A passage is an object without a text',
    effect: 'Loading stops: an inline document has a text. Documents named by ids belong in a file with a corpus.',
    source: `${DATASET}, _normalize_inline_doc`,
    advice: 'winnow convert --to nemo-inline writes rows in this form.',
    example: [{ query: 'q', pos_doc: [{ id: 'd1' }], neg_doc: ['n'] }],
    check: perRecord((record) =>
      docWith(record, (doc) =>
        isObject(doc) && !('text' in doc) ? `an object with ${Object.keys(doc).join(', ')}` : undefined,
      ),
    ),
  },
  {
    code: 'AM106',
    severity: 'warning',
    title: 'A passage is not a text',
    effect: 'Training uses what Python prints for it: a number, a list with its brackets, an empty text for null.',
    source: `${DATASET}, _normalize_inline_doc`,
    advice: 'Write a text.',
    example: [{ query: 'q', pos_doc: ['p'], neg_doc: [['n', 'm']] }],
    check: perRecord((record) =>
      docWith(record, (doc) => {
        const text = isObject(doc) ? doc['text'] : doc
        return doc === null || isText(text) || (isObject(doc) && !('text' in doc)) ? undefined : kindOf(text)
      }),
    ),
  },
  {
    code: 'AM107',
    severity: 'warning',
    title: 'Positives after the first',
    effect: 'Training takes the first positive of a row and ignores the others.',
    source: `${DATASET}, _retrieval_transform_func`,
    advice:
      'winnow convert --to nemo-inline --positives unroll writes a row for each, best keeps the one with the highest score.',
    example: [{ query: 'q', pos_doc: ['p', 'o'], neg_doc: ['n', 'm'] }],
    check: perRecord((record) => {
      const count = docsOf(record, 'pos_doc')?.length ?? 0
      return count > 1 ? `${count} positives` : undefined
    }),
  },
  {
    code: 'AM108',
    severity: 'warning',
    title: 'Fewer negatives than training takes',
    effect: 'They are repeated in order until there are n_passages - 1 of them.',
    source: `${DATASET}, _retrieval_transform_func`,
    advice: 'Set n_passages lower, or mine more with winnow mine ROWS --add.',
    fix: 'gives every row the number of negatives set with --negatives N: its first ones, repeated if it has fewer',
    example: [{ query: 'q', pos_doc: ['p'], neg_doc: ['n'] }],
    check:
      ({ negatives }) =>
      (record) => {
        const count = docsOf(record, 'neg_doc')?.length ?? negatives
        return count > 0 && count < negatives ? `${count} of ${negatives} negatives` : undefined
      },
    mend:
      ({ isFilled, negatives }) =>
      (record) =>
        isFilled ? withCount(record, 'neg_doc', 'neg_doc_', negatives) : record,
  },
  {
    code: 'AM109',
    severity: 'note',
    title: 'More negatives than training takes',
    effect: 'It takes the first n_passages - 1 of them in every epoch, and never the others.',
    source: `${DATASET}, _retrieval_transform_func`,
    advice: 'Set n_passages higher, or shuffle the negatives of each row.',
    example: [{ query: 'q', pos_doc: ['p'], neg_doc: ['a', 'b', 'c', 'd', 'e', 'f'] }],
    check:
      ({ negatives }) =>
      (record) => {
        const count = docsOf(record, 'neg_doc')?.length ?? 0
        return count > negatives ? `${count} for ${negatives}` : undefined
      },
  },
]

function docWith(record: JsonObject, describe: (doc: unknown) => string | undefined): string | undefined {
  if (isOfIds(record)) return undefined
  for (const name of LISTS) {
    for (const [at, doc] of (docsOf(record, name) ?? []).entries()) {
      const found = describe(doc)
      if (found !== undefined) return `${name} position ${at + 1} is ${found}`
    }
  }
  return undefined
}

/** Returns the texts of a row. */
export function textsOfAutomodel(record: JsonObject) {
  if (isOfIds(record)) return undefined
  const query = record['query'] ?? record['question']
  const [positives, negatives] = LISTS.map((name) =>
    (docsOf(record, name) ?? []).flatMap((doc) => {
      const text = isObject(doc) ? doc['text'] : doc
      return isText(text) ? [text] : []
    }),
  ) as [string[], string[]]
  return { query: isText(query) ? query : undefined, positives, negatives }
}
