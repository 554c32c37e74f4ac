// Rules of FlagEmbedding: rows of query, pos and neg.
import { numberOf, type JsonObject } from '../../base/json.ts'
import { filtered, inLists, isAbsent, isText, kindOf, lacking, listOf, withCount, sayMissing } from './records.ts'
import { mendPerRecord, perRecord, type Rule } from '../rule.ts'

const DATASET = 'FlagEmbedding 1.4.2, abc/finetune/embedder/AbsDataset.py'
const LISTS = ['pos', 'neg'] as const

export const FLAGEMBEDDING: readonly Rule[] = [
  {
    code: 'FE101',
    severity: 'error',
    title: 'A column is missing',
    effect: 'Training stops: every row has a query, pos and neg.',
    source: `${DATASET}, __getitem__`,
    advice: 'winnow convert --to bge writes rows with these columns.',
    example: [{ query: 'q', positive: 'p', negative: 'n' }],
    check: perRecord((record) => {
      const missing = lacking(record, ['query', ...LISTS])
      return sayMissing(missing, record)
    }),
  },
  {
    code: 'FE102',
    severity: 'error',
    title: 'A text where a list is expected',
    effect: 'Training stops; with same_dataset_within_batch it takes single characters of the text for passages.',
    source: `${DATASET}, __getitem__ and _create_batch_data`,
    advice: 'Put the text in a list.',
    fix: 'puts the text in a list',
    example: [{ query: 'q', pos: 'water', neg: ['fire'] }],
    check: perRecord((record) => {
      const wrong = LISTS.find((name) => !isAbsent(record[name]) && !Array.isArray(record[name]))
      return wrong === undefined ? undefined : `${wrong} is ${kindOf(record[wrong])}`
    }),
    mend: mendPerRecord((record) => {
      const scores = LISTS.filter((name) => isText(record[name])).map((name) => `${name}_scores`)
      return inLists(
        inLists(record, scores, (value) => numberOf(value) !== undefined),
        LISTS,
        isText,
      )
    }),
  },
  {
    code: 'FE103',
    severity: 'error',
    title: 'No positive',
    effect: 'Training stops: a positive is drawn from an empty list.',
    source: `${DATASET}, __getitem__`,
    advice: 'Remove the row.',
    example: [{ query: 'q', pos: [], neg: ['n'] }],
    check: perRecord((record) => (listOf(record, 'pos')?.length === 0 ? 'pos is empty' : undefined)),
  },
  {
    code: 'FE104',
    severity: 'error',
    title: 'No negative',
    effect: 'Training stops with a division by zero, unless train_group_size is 1.',
    source: `${DATASET}, __getitem__`,
    advice: 'winnow mine ROWS --corpus CORPUS --add finds negatives.',
    example: [{ query: 'q', pos: ['p'], neg: [] }],
    check: perRecord((record) => (listOf(record, 'neg')?.length === 0 ? 'neg is empty' : undefined)),
  },
  {
    code: 'FE105',
    severity: 'error',
    title: 'A passage or the query is not a text',
    effect: 'The tokenizer stops when it is drawn.',
    source: `${DATASET}, AbsEmbedderCollator`,
    advice: 'Remove the passage.',
    fix: 'removes null and its score from the lists, if a passage is left',
    example: [{ query: 'q', pos: ['p'], neg: ['n', null] }],
    check: perRecord((record) => {
      if (!isAbsent(record['query']) && !isText(record['query'])) return `query is ${kindOf(record['query'])}`
      for (const name of LISTS) {
        const list = listOf(record, name) ?? []
        const at = list.findIndex((entry) => !isText(entry))
        if (at !== -1) return `${name} has ${kindOf(list[at])} at position ${at + 1}`
      }
      return undefined
    }),
    mend: mendPerRecord((record) =>
      LISTS.reduce((mended, name) => filtered(mended, name, `${name}_`, (entry) => !isAbsent(entry)), record),
    ),
  },
  {
    code: 'FE106',
    severity: 'error',
    losses: ['distill'],
    title: 'No scores to learn from',
    effect: 'Knowledge distillation stops without pos_scores and neg_scores.',
    source: `${DATASET}, _load_dataset`,
    advice: 'winnow clean --method percpos --write-scores writes the scores of a reranker.',
    example: [{ query: 'q', pos: ['p'], neg: ['n'] }],
    check: perRecord((record) => {
      const missing = lacking(record, ['pos_scores', 'neg_scores'])
      return missing.length === 0 ? undefined : `${missing.join(', ')} missing`
    }),
  },
  {
    code: 'FE107',
    severity: 'error',
    losses: ['distill'],
    title: 'There are more or fewer scores than passages',
    effect: 'Training stops if there are too few; if there are too many, scores go to the wrong passages.',
    source: `${DATASET}, __getitem__`,
    advice: 'Give each passage its score.',
    example: [{ query: 'q', pos: ['p'], neg: ['n', 'm'], pos_scores: [9], neg_scores: [1] }],
    check: perRecord((record) => {
      for (const name of LISTS) {
        const [list, scores] = [listOf(record, name), listOf(record, `${name}_scores`)]
        if (list && scores && list.length !== scores.length) {
          return `${name}_scores has ${scores.length} for ${list.length} passages`
        }
      }
      return undefined
    }),
  },
  {
    code: 'FE108',
    severity: 'error',
    losses: ['distill'],
    title: 'A score is not a number',
    effect: 'Training stops when the passage is drawn: pos_score or neg_score must be digit.',
    source: `${DATASET}, __getitem__`,
    advice: 'Score every passage.',
    example: [{ query: 'q', pos: ['p'], neg: ['n', 'm'], pos_scores: [9], neg_scores: [1, null] }],
    check: perRecord((record) => {
      const wrong = LISTS.find((name) =>
        listOf(record, `${name}_scores`)?.some((score) => numberOf(score) === undefined),
      )
      return wrong === undefined ? undefined : `${wrong}_scores holds something that is no number`
    }),
  },
  {
    code: 'FE109',
    severity: 'warning',
    title: 'Fewer negatives than training takes',
    effect: 'They are repeated until there are train_group_size - 1 of them.',
    source: `${DATASET}, __getitem__`,
    advice: 'Set train_group_size lower, or mine more with winnow mine ROWS --add.',
    fix: 'gives every row the number of negatives set with --negatives N: its first ones, repeated if it has fewer',
    example: [{ query: 'q', pos: ['p'], neg: ['n'] }],
    check:
      ({ negatives }) =>
      (record) => {
        const count = listOf(record, 'neg')?.length ?? negatives
        return count > 0 && count < negatives ? `${count} of ${negatives} negatives` : undefined
      },
    mend:
      ({ isFilled, negatives }) =>
      (record) =>
        isFilled ? withCount(record, 'neg', 'neg_', negatives) : record,
  },
  {
    code: 'FE110',
    severity: 'note',
    title: 'Several positives',
    effect: 'One is drawn at random each time: with few epochs, some are never used.',
    source: `${DATASET}, __getitem__`,
    advice: 'winnow convert --to bge --positives unroll writes a row for each.',
    example: [{ query: 'q', pos: ['p', 'o'], neg: ['n'] }],
    check: perRecord((record) => {
      const count = listOf(record, 'pos')?.length ?? 0
      return count > 1 ? `${count} positives` : undefined
    }),
  },
  {
    code: 'FE111',
    severity: 'error',
    losses: ['embedder', 'distill'],
    title: 'Only some rows have a prompt',
    effect: 'With an instruction for queries, the queries of the other rows get the word None in front.',
    source: `${DATASET}, __getitem__`,
    advice: 'Give every row a prompt, "" if it has none.',
    example: [
      { query: 'q', pos: ['p'], neg: ['n'], prompt: 'find: ' },
      { query: 'r', pos: ['p'], neg: ['n'] },
    ],
    check:
      ({ survey }) =>
      (record) =>
        survey.columns.has('prompt') && isAbsent(record['prompt']) ? 'prompt is missing' : undefined,
  },
  {
    code: 'FE112',
    severity: 'note',
    losses: ['embedder', 'distill'],
    title: 'Prompts may be left out',
    effect: 'They are read only if query_instruction_for_retrieval is set, too, or with same_dataset_within_batch.',
    source: `${DATASET}, __getitem__`,
    advice: 'Set query_instruction_for_retrieval; then each row gets its own prompt.',
    example: [{ query: 'q', pos: ['p'], neg: ['n'], prompt: 'find: ' }],
    table: ({ survey }) => (survey.columns.has('prompt') ? 'prompt' : undefined),
  },
  {
    code: 'FE113',
    severity: 'error',
    title: 'The file is skipped',
    effect: 'Files that do not end in .json or .jsonl are skipped silently.',
    source: `${DATASET}, __init__`,
    advice: 'winnow convert ROWS --out rows.jsonl writes such a file.',
    fix: 'writes the rows to --out FILE.jsonl',
    example: [],
    table: ({ file }) => (file === '-' || /\.jsonl?$/.test(file) || !/\.\w+$/.test(file) ? undefined : file),
  },
]

/** Returns the texts of a row. */
export function textsOfFlagEmbedding(record: JsonObject) {
  const [positives, negatives] = LISTS.map((name) => (listOf(record, name) ?? []).filter(isText)) as [
    string[],
    string[],
  ]
  return { query: isText(record['query']) ? record['query'] : undefined, positives, negatives }
}
