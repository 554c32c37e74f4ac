// What trainers do with the example of each rule of winnow lint, as their own code answers in lint_trainers.py.
import type { JsonObject } from '../../src/base/json.ts'
import type { LintTrainer } from '../../src/lint/targets.ts'

/** What came of a file: an error, or what the trainer read. */
export interface Answer {
  error?: string
  /** The error that it came from. */
  cause?: string
  columns: unknown[]
  rows: unknown[]
  tokens: number[][]
  labels: number[]
  loss?: number
  lossError?: string
  texts: string[][]
  /** Rows that were loaded, and that could be encoded. */
  loaded: number
  encoded: number
}

export interface TrainerCase {
  id: string
  loss: string
  records: readonly object[]
  /** Another reader than the trainer's: that of `datasets` alone. */
  runner?: 'datasets'
  /** Bytes that the reader takes at once. */
  chunk?: number
  settings?: object
  /** Batches of one data set, as FlagEmbedding makes them with same_dataset_within_batch. */
  same?: boolean
  corpus?: readonly object[]
  /** What the file has after its records. */
  after?: string
  /** The name of the file. */
  file?: string
}

interface Fact {
  /** The error with which the trainer stops. */
  stops?: RegExp
  /** Whether the trainer did what the rule says. @param without what came of the records in `without` */
  answers?(answer: Answer, without: Answer): boolean
  /** Whether the mended file is read as it should be; that it stops nothing is checked of all. */
  fixed?(answer: Answer): boolean
  /** The loss to try; default: the first of the rule. */
  loss?: Partial<Record<LintTrainer, string>>
  more?: Partial<TrainerCase>
  /** The file in place of the example of the rule. */
  records?: readonly object[]
  /** A file to compare with: the example without its fault. */
  without?: readonly object[]
}

const isRead = ({ error }: Answer) => error === undefined
const ranking = { 'cross-encoder': 'mnrl' }
const same = ({ loss }: Answer, without: Answer) => loss !== undefined && loss === without.loss
const rowOf = ({ rows = [] }: Answer, at = 0) => rows[at] as [string, string[]]
/** The loss of a draw between two, as lint_trainers.py rounds it. */
const DRAW = Number(Math.LN2.toFixed(4))
const CORPUS = ['1', '2', '3'].map((docid) => ({ docid, text: `text ${docid}` }))
const inBlocks = { runner: 'datasets', chunk: 60 } as const

/** By the code of the rule, or by trainer and code where trainers differ. */
const TRAINER_FACTS: Readonly<Record<string, Fact>> = {
  DT101: {
    stops: /JSON parse error/,
    records: [{ query: 'q' }],
    more: { runner: 'datasets', after: '{"query": \n' },
  },
  'automodel DT101': { stops: /Failed to parse JSONL/, records: [{ query: 'q' }], more: { after: '{"query": \n' } },
  DT102: { answers: ({ rows }) => (rows[0] as JsonObject)['source'] === null, more: { runner: 'datasets' } },
  DT103: { stops: /Failed to parse string: 'b' as a scalar of type int64/, more: inBlocks },
  DT104: { stops: /0\.5\d* was truncated converting to int64/, more: inBlocks },
  DT105: { stops: /column names don't match/, more: inBlocks },

  ST101: { stops: /column names are invalid in your dataset: \['dataset_name'\]/, loss: ranking },
  ST102: {
    answers: ({ columns }) => JSON.stringify(columns).includes('d1'),
    fixed: ({ columns }) => columns.length === 2,
    loss: ranking,
  },
  ST103: {
    answers: ({ columns }) => JSON.stringify(columns) === '[["q"],["p"],["web"]]',
    fixed: ({ columns }) => columns.length === 2,
    loss: ranking,
  },
  'sentence-transformers ST104': { stops: /Unsupported input type: float/ },
  'cross-encoder ST104': { stops: /expects a dataset with two non-label columns/ },
  ST105: {
    answers: ({ columns }) => JSON.stringify(columns) === '[["p"],["q"],["n"]]',
    fixed: ({ columns }) => JSON.stringify(columns) === '[["q"],["p"],["n"]]',
    loss: ranking,
  },
  ST106: { stops: /Expected at least 2 embeddings|expects a dataset with two non-label columns/ },
  ST107: {
    answers: same,
    without: [
      { query: 'q', positive: 'p', score: 1 },
      { query: 'r', positive: 'p', score: 0.2 },
    ],
  },
  ST108: { stops: /Unsupported input type: NoneType/, loss: ranking },
  'sentence-transformers ST109': { answers: ({ columns, tokens }) => columns.length === 2 && tokens.length === 2 },
  'cross-encoder ST109': { stops: /is not supported by this Transformer/ },
  ST110: { answers: ({ columns }) => JSON.stringify(columns) === '[["q"],["pn"]]' },
  ST111: { stops: /Unsupported input type: NoneType/ },
  ST201: { stops: /'NoneType' object has no attribute '(numel|shape)'/ },
  ST202: {
    answers: same,
    without: [
      { query: 'q', passage: 'p' },
      { query: 'r', passage: 'n' },
    ],
  },
  ST203: { answers: same, without: [{ query: 'q', positive: 'p', negative: 'n' }] },
  ST204: { stops: /Could not infer dtype of NoneType/ },
  ST205: { answers: ({ loss }) => loss === 0, loss: { 'sentence-transformers': 'online-contrastive' } },
  // With labels from -1 to 1 it is 4 at most.
  'sentence-transformers ST206': { answers: ({ loss = 0 }) => loss > 4 },
  'cross-encoder ST206': { answers: isRead },
  ST207: { stops: /expected target dtype to be Long/ },
  ST208: { stops: /does not match expected shape/ },
  ST209: { stops: /does not match number of labels per query/ },

  'sentence-transformers TX101': { answers: ({ columns }) => sameTexts(columns) },
  TX101: { answers: isRead, loss: ranking },
  // No training can bring the loss below that of a draw between two equal texts.
  'sentence-transformers TX102': { answers: ({ loss }) => loss === DRAW },
  TX102: { answers: isRead, loss: ranking },
  'sentence-transformers TX103': { answers: ({ loss = 0 }) => loss >= DRAW },
  TX103: { answers: isRead },
  // Beginning and end.
  'sentence-transformers TX104': { answers: ({ tokens }) => tokens[2]?.[0] === 2 },
  TX104: { answers: isRead, loss: ranking },

  FE101: { stops: /KeyError: 'pos'/ },
  FE102: { stops: /AssertionError/ },
  FE103: { stops: /Cannot choose from an empty sequence/ },
  FE104: { stops: /ZeroDivisionError/ },
  FE105: { stops: /TextEncodeInput must be/ },
  FE106: { stops: /`pos_scores` and `neg_scores` not found/ },
  FE107: { stops: /list index out of range/ },
  FE108: { stops: /must be digit/ },
  FE109: { answers: (answer) => rowOf(answer)[1].join() === 'p,n,n' },
  FE110: { answers: (answer) => rowOf(answer)[1].length === 3 },
  FE111: {
    answers: (answer) => rowOf(answer)[0].startsWith('find: ') && rowOf(answer, 1)[0].startsWith('None'),
    more: { settings: { query_instruction_for_retrieval: 'ask: ', query_instruction_format: '{}{}' } },
  },
  FE112: { answers: (answer) => rowOf(answer)[0] === 'q' },
  FE113: {
    stops: /concatenate|empty/i,
    records: [{ query: 'q', pos: ['p'], neg: ['n'] }],
    more: { file: 'rows.txt' },
  },

  TV101: { stops: /KeyError: 'query_id'/ },
  TV102: { stops: /ZeroDivisionError/ },
  TV103: { stops: /IndexError: list index out of range/ },
  TV104: { stops: /string indices must be integers/ },
  TV105: { stops: /unsupported operand|can only concatenate/ },
  TV106: { stops: /can only concatenate/ },
  TV107: { stops: /ValueError|must be real number|infer dtype/ },
  TV108: {
    answers: (answer) =>
      rowOf(answer)[1]
        .map((text) => text.trim())
        .join() === 'p,n,n',
  },
  TV109: { answers: (answer) => rowOf(answer)[1].length === 3 },
  TV110: { stops: /KeyError: 'title'/ },
  TV111: { stops: /too many values to unpack/, more: { corpus: CORPUS } },
  TV112: { stops: /can only concatenate str/ },
  TV113: { answers: (answer) => rowOf(answer)[0] === '', more: { corpus: CORPUS } },

  SW101: { answers: ({ encoded }) => encoded === 0 },
  SW102: { answers: ({ loaded }) => loaded === 1 },
  SW103: { answers: ({ loaded, encoded }) => loaded === 2 && encoded === 1 },
  SW104: { answers: ({ encoded }) => encoded === 0, fixed: ({ encoded }) => encoded === 1 },
  // Two rows, of which one begins a query.
  SW105: { answers: ({ labels, texts }) => texts.length === 4 && labels.filter((label) => label !== 0).length === 1 },
  SW106: { answers: ({ lossError = '' }) => /size of tensor|shape of the mask/.test(lossError) },
  SW107: { answers: ({ labels }) => labels.join() === '1,1' },
  SW108: { answers: ({ texts }) => texts.join() === 'q,p,n,m' },
  SW109: { answers: ({ columns }) => !columns.includes('source') },
  SW110: { answers: ({ labels }) => labels.join() === '1,0,0' },
  SW111: { answers: ({ loss }) => loss === 0, loss: { 'ms-swift': 'listwise-reranker' } },

  AM101: { stops: /must include 'pos_doc'/ },
  AM102: { stops: /pos_doc cannot be empty/ },
  AM103: { stops: /neg_doc must contain at least 1 document/ },
  AM104: {
    answers: (answer) => rowOf(answer)[1].join() === 'p,n,None',
    fixed: (answer) => rowOf(answer)[1].join() === 'p,n,n',
  },
  AM105: { stops: /must include 'text'/ },
  AM106: { answers: (answer) => rowOf(answer)[1][1] === "['n', 'm']" },
  AM107: { answers: (answer) => rowOf(answer)[1].join() === 'p,n,m' },
  AM108: { answers: (answer) => rowOf(answer)[1].join() === 'p,n,n' },
  AM109: { answers: (answer) => rowOf(answer)[1].join() === 'p,a,b' },
}

export const factOf = (trainer: LintTrainer, code: string): Fact | undefined =>
  TRAINER_FACTS[`${trainer} ${code}`] ?? TRAINER_FACTS[code]

/** Whether query and positive are the same texts. */
const sameTexts = ([queries, positives]: unknown[]) => JSON.stringify(queries) === JSON.stringify(positives)
