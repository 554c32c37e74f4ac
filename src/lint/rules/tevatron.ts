// Rules of Tevatron: rows of version 1 with their passages, rows of version 2 with ids of documents.
import { isObject, numberOf, type JsonObject } from '../../base/json.ts'
import { isAbsent, isText, kindOf, lacking, listOf, withCount, sayMissing } from './records.ts'
import { mendPerRecord, perRecord, type Rule } from '../rule.ts'

const DATASET = 'Tevatron, July 2026, retriever/dataset.py'
const LISTS = ['positive_passages', 'negative_passages'] as const
const IDS = ['positive_document_ids', 'negative_document_ids'] as const

/** Whether a record names documents by their ids. */
const isV2 = (record: JsonObject) => !('positive_passages' in record) && IDS.some((name) => name in record)
const namesOf = (record: JsonObject) => (isV2(record) ? IDS : LISTS)

/** Returns the first passage that a condition holds for, as a sentence. */
function passageWith(record: JsonObject, describe: (node: unknown) => string | undefined): string | undefined {
  for (const name of LISTS) {
    for (const [at, node] of (listOf(record, name) ?? []).entries()) {
      const found = describe(node)
      if (found !== undefined) return `${name} position ${at + 1}: ${found}`
    }
  }
  return undefined
}

/** Changes every passage that a condition holds for. */
function withPassages(record: JsonObject, change: (node: unknown) => unknown): JsonObject {
  const changed = LISTS.flatMap((name) => {
    const list = listOf(record, name)
    const nodes = list?.map(change)
    return list && nodes && nodes.some((node, at) => node !== list[at]) ? [[name, nodes] as const] : []
  })
  return changed.length === 0 ? record : { ...record, ...Object.fromEntries(changed) }
}

const passage = (docid: string, text: string) => ({ docid, title: '', text })
const row = (more: object) => ({
  query_id: '1',
  query: 'q',
  positive_passages: [passage('d1', 'p')],
  negative_passages: [passage('d2', 'n'), passage('d3', 'm')],
  ...more,
})

export const TEVATRON: readonly Rule[] = [
  {
    code: 'TV101',
    severity: 'error',
    title: 'A column is missing',
    effect:
      'Training stops: rows have query, positive_passages and negative_passages, or the ids of documents and a query_id.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'winnow convert --to tevatron writes rows with these columns.',
    example: [{ query: 'q', pos: ['p'], neg: ['n'] }],
    check: perRecord((record) => {
      const missing = lacking(record, isV2(record) ? ['query_id', ...IDS] : ['query', ...LISTS])
      return sayMissing(missing, record)
    }),
  },
  {
    code: 'TV102',
    severity: 'error',
    title: 'No positive',
    effect: 'Training stops with a division by zero.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'Remove the row.',
    example: [row({ positive_passages: [] })],
    check: perRecord((record) => empty(record, 0)),
  },
  {
    code: 'TV103',
    severity: 'error',
    title: 'No negative',
    effect: 'Training stops: it draws from an empty list, unless train_group_size is 1.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'winnow mine ROWS --corpus CORPUS --add finds negatives.',
    example: [row({ negative_passages: [] })],
    check: perRecord((record) => empty(record, 1)),
  },
  {
    code: 'TV104',
    severity: 'error',
    title: 'A passage is not an object',
    effect: 'Training stops: a passage has a title and a text.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'winnow convert --to tevatron writes rows with these columns.',
    fix: 'writes a text as a passage without a title',
    example: [row({ positive_passages: ['p'], negative_passages: ['n', 'm'] })],
    check: perRecord((record) => passageWith(record, (each) => (isObject(each) ? undefined : kindOf(each)))),
    mend: mendPerRecord((record) =>
      withPassages(record, (each) => (isText(each) ? { docid: '', title: '', text: each } : each)),
    ),
  },
  {
    code: 'TV105',
    severity: 'error',
    title: 'The title of a passage is null',
    effect: 'Training stops: it puts the title before the text. (If no passage has a title, none is read.)',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'Write "" for the title.',
    fix: 'writes "" for the title',
    example: [row({ negative_passages: [{ docid: 'd2', title: null, text: 'n' }, passage('d3', 'm')] })],
    check: perRecord((record) =>
      passageWith(record, (each) =>
        isObject(each) && 'title' in each && !isText(each['title']) ? `title is ${kindOf(each['title'])}` : undefined,
      ),
    ),
    mend:
      ({ survey }) =>
      (record) =>
        survey.hasTitles ? titled(record) : record,
  },
  {
    code: 'TV106',
    severity: 'error',
    title: 'A passage has no text',
    effect: 'Training stops when it reaches the passage.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'Remove the passage.',
    example: [row({ negative_passages: [{ docid: 'd2', title: '', text: null }, passage('d3', 'm')] })],
    check: perRecord((record) =>
      passageWith(record, (each) =>
        isObject(each) && !isText(each['text']) ? `text is ${kindOf(each['text'])}` : undefined,
      ),
    ),
  },
  {
    code: 'TV107',
    severity: 'error',
    losses: ['distil'],
    title: 'No score to learn from',
    effect: 'Training stops: a passage without a score gets an exception object as its score.',
    source: `${DATASET}, DistilTrainDataset.__getitem__`,
    advice: 'winnow clean --method percpos --write-scores writes the scores of a reranker.',
    example: [row({})],
    check: perRecord((record) =>
      passageWith(record, (each) =>
        isObject(each) && numberOf(each['score']) === undefined ? `score is ${kindOf(each['score'])}` : undefined,
      ),
    ),
  },
  {
    code: 'TV108',
    severity: 'warning',
    title: 'Fewer negatives than training takes',
    effect: 'They are drawn with replacement until there are train_group_size - 1 of them.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'Set train_group_size lower, or mine more with winnow mine ROWS --add.',
    fix: 'gives every row the number of negatives set with --negatives N: its first ones, repeated if it has fewer',
    example: [row({ negative_passages: [passage('d2', 'n')] })],
    check:
      ({ negatives }) =>
      (record) => {
        const count = listOf(record, namesOf(record)[1])?.length ?? negatives
        return count > 0 && count < negatives ? `${count} of ${negatives} negatives` : undefined
      },
    mend:
      ({ isFilled, negatives }) =>
      (record) =>
        isFilled ? withCount(record, namesOf(record)[1], 'negative_passage_', negatives) : record,
  },
  {
    code: 'TV109',
    severity: 'note',
    title: 'Several positives',
    effect: 'Each epoch takes the next one: with fewer epochs than positives, some are never used.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'winnow convert --to tevatron --positives unroll writes a row for each.',
    example: [row({ positive_passages: [passage('d1', 'p'), passage('d4', 'o')] })],
    check: perRecord((record) => {
      const count = listOf(record, namesOf(record)[0])?.length ?? 0
      return count > 1 ? `${count} positives` : undefined
    }),
  },
  {
    code: 'TV110',
    severity: 'error',
    losses: ['reranker'],
    title: 'No passage has a title',
    effect: 'The reranker stops: it reads the title of every passage.',
    source: 'Tevatron, July 2026, reranker/dataset.py, RerankerTrainDataset.__getitem__',
    advice: 'Write "" for the title.',
    fix: 'writes "" for the title',
    example: [
      row({ positive_passages: [{ docid: 'd1', text: 'p' }], negative_passages: [{ docid: 'd2', text: 'n' }] }),
    ],
    check:
      ({ survey }) =>
      (record) =>
        survey.hasTitles ? undefined : passageWith(record, (each) => untitled(each)),
    mend: mendPerRecord(titled),
  },
  {
    code: 'TV111',
    severity: 'error',
    losses: ['distil', 'reranker'],
    title: 'Rows with document ids',
    effect:
      'Distillation stops (it unpacks two of the four parts of a document), and the reranker reads only passages.',
    source: `${DATASET}, DistilTrainDataset.__getitem__`,
    advice: 'winnow convert --to tevatron puts the texts into the rows.',
    example: [{ query_id: '1', query_text: 'q', positive_document_ids: ['1'], negative_document_ids: ['2', '3'] }],
    check: perRecord((record) => (isV2(record) ? 'the row names documents by their ids' : undefined)),
  },
  {
    code: 'TV112',
    severity: 'error',
    losses: ['contrastive', 'distil'],
    title: 'The query is not a text',
    effect: 'Training stops.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'Write a text.',
    example: [row({ query: 5 })],
    check: perRecord((record) => {
      const { query } = record
      return isV2(record) || isAbsent(query) || isText(query) ? undefined : `query is ${kindOf(query)}`
    }),
  },
  {
    code: 'TV113',
    severity: 'warning',
    losses: ['contrastive'],
    title: 'A query without a text',
    effect: 'Training uses an empty text for it.',
    source: `${DATASET}, TrainDataset.__getitem__`,
    advice: 'Give the query its text, or remove the row; a query may also be an image.',
    example: [
      {
        query_id: '1',
        query_text: null,
        query_image: null,
        positive_document_ids: ['1'],
        negative_document_ids: ['2', '3'],
      },
    ],
    check: perRecord((record) =>
      isV2(record) && isAbsent(record['query_text']) && isAbsent(record['query_image'])
        ? `query_text is ${kindOf(record['query_text'])}`
        : undefined,
    ),
  },
]

function empty(record: JsonObject, at: 0 | 1): string | undefined {
  const name = namesOf(record)[at]
  return listOf(record, name)?.length === 0 ? `${name} is empty` : undefined
}

const untitled = (node: unknown) =>
  isObject(node) && !isText(node['title']) ? `title is ${kindOf(node['title'])}` : undefined

function titled(record: JsonObject): JsonObject {
  return withPassages(record, (node) => (isObject(node) && isAbsent(node['title']) ? { ...node, title: '' } : node))
}

/** Returns the texts of a row; undefined if it names documents by their ids. */
export function textsOfTevatron(record: JsonObject) {
  if (isV2(record)) return undefined
  const [positives, negatives] = LISTS.map((name) =>
    (listOf(record, name) ?? []).flatMap((node) => (isObject(node) && isText(node['text']) ? [node['text']] : [])),
  ) as [string[], string[]]
  return { query: isText(record['query']) ? record['query'] : undefined, positives, negatives }
}
