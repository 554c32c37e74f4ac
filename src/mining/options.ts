// The options of mining, and which of them conflict.
import { UsageError } from '../base/errors.ts'
import { idleOptions, RETRIEVER_OPTIONS } from '../search/options.ts'
import { DEFAULT_DEPTH, MINING_DEFAULTS, SAMPLES, TOO_FEW, type MiningRules } from './rules.ts'
import {
  choice,
  decimal,
  flag,
  flagOf,
  integer,
  MODEL,
  share,
  shareOrOff,
  text,
  type OptionInput,
  type OptionValues,
} from '../options/options.ts'
import { FORMAT_NAMES } from '../rows/formats/names.ts'
import { BARS } from './positive-bar.ts'

const PAPER = 'NV-Retriever'

export const MINE_OPTIONS = {
  out: text('ROWS', { help: 'where the rows go (.gz compresses, - is standard output)' }),
  report: text('DIR', {
    help: 'folder for the manifest and the list of dropped rows (default: beside --out)',
    rare: true,
  }),
  format: choice(FORMAT_NAMES, {
    help: 'format of the rows (default: tevatron for a collection, else that of the rows that go in)',
    default: undefined,
  }),
  split: text('NAME', { help: 'collection: which of its queries, as in train (default: test, or the only one)' }),
  subset: text('NAME', { help: 'collection: which of several datasets or languages in it', rare: true }),
  relevance: integer('GRADE', {
    help: 'collection: the least grade of a positive (default: 1)',
    default: undefined,
    min: 1,
    rare: true,
  }),
  corpus: text('CORPUS', { help: 'rows: the documents to mine from, a file or the folder of a collection' }),
  add: flag({ help: 'rows: keep the negatives that are there and mine others besides' }),
  known: text('QRELS', { help: 'rows: judgements (TREC or BEIR) of their ids; what is judged is never mined' }),
  retriever: text(MODEL, {
    help: 'what searches: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or several joined by +',
    default: 'bm25',
  }),
  ...RETRIEVER_OPTIONS,
  rescore: text(MODEL, { help: 'a reranker or encoder that scores what was found anew: hf:PATH, MODEL@URL/rerank' }),
  negatives: integer('N', { help: 'negatives for a row', default: MINING_DEFAULTS.negatives, min: 1 }),
  depth: integer('K', { help: 'how many documents are looked at for a row', default: DEFAULT_DEPTH, min: 1 }),
  skip: integer('N', { help: 'pass over the first N ranks', default: MINING_DEFAULTS.skip, min: 0 }),
  share: shareOrOff('SHARE', {
    help: "a negative scores less than this share of the positive's score",
    default: MINING_DEFAULTS.share as number,
    paper: PAPER,
  }),
  margin: decimal('SCORE', {
    help: 'a negative scores at least so much less than the positive',
    default: undefined,
    min: 0,
    paper: PAPER,
  }),
  maxScore: decimal('SCORE', { help: 'a negative scores at most this', default: undefined, paper: PAPER }),
  minScore: decimal('SCORE', { help: 'a negative scores at least this', default: undefined, rare: true }),
  bar: choice(BARS, {
    help: 'which of several positives is meant: the lowest score, the mean, the highest',
    default: MINING_DEFAULTS.bar,
  }),
  sample: choice(SAMPLES, {
    help: 'which of those left are taken: the best, or any, drawn by --seed',
    default: MINING_DEFAULTS.sample,
  }),
  nearDuplicate: share('SHARE', {
    help: 'how alike a near-duplicate is to a positive (Jaccard similarity of five-character pieces); 1 for copies only',
    default: MINING_DEFAULTS.nearDuplicate,
    rare: true,
  }),
  tooFew: choice(TOO_FEW, {
    help: 'rows with fewer negatives: keep them, drop them, or fill up with random documents',
    default: 'keep',
  }),
  seed: integer('SEED', { help: 'seed of every draw', default: MINING_DEFAULTS.seed }),
  limit: integer('N', { help: 'the first N rows or queries only', default: undefined, min: 1 }),
  onBadRow: choice(['stop', 'skip'], {
    help: 'rows: what to do about those that cannot be read: stop, or set them aside in OUT.bad.jsonl',
    default: 'stop',
    rare: true,
  }),
  maxRetries: integer('N', {
    help: 'further attempts after a failed call to a server',
    default: 8,
    min: 0,
    max: 100,
    rare: true,
  }),
  yes: flag({ help: 'download models without asking', rare: true }),
  dryRun: flag({ help: 'search, print how many negatives each threshold leaves, and write nothing' }),
}

/** What `mine` accepts from a program; the names are those of the flags, in camel case. */
export type MineOptions = OptionInput<typeof MINE_OPTIONS>
export type MineValues = OptionValues<typeof MINE_OPTIONS>

const ONLY_COLLECTION = ['split', 'subset', 'relevance'] as const
const ONLY_ROWS = ['corpus', 'add', 'known'] as const

/** @throws UsageError with all conflicts at once */
export function assertTogether(
  values: MineValues,
  given: MineOptions,
  isCollection: boolean,
  willWrite: boolean,
): void {
  const { skip, depth, negatives, minScore, maxScore, corpus, out, nearDuplicate } = values
  const foreign = (isCollection ? ONLY_ROWS : ONLY_COLLECTION).filter(
    (name) => values[name] !== undefined && values[name] !== false,
  )
  const kind = isCollection ? 'a collection, which is a folder' : 'a file of rows'
  const faults = [
    ...foreign.map((name) => `${flagOf(name)}: not for ${kind}`),
    ...idleOptions(values.retriever as string, given),
    ...(isCollection || corpus !== undefined ? [] : ['rows need the documents to mine from: name them with --corpus']),
    ...(skip + negatives > depth
      ? [
          `--depth ${depth} holds no ${negatives} negatives after the first ${skip} ranks: allowed: ${skip + negatives} or more`,
        ]
      : []),
    ...(minScore !== undefined && maxScore !== undefined && minScore > maxScore
      ? [`--min-score ${minScore} is above --max-score ${maxScore}`]
      : []),
    ...(values.share === 0 ? ['--share 0 leaves no negative: name a share such as 95%, or off for no threshold'] : []),
    ...(nearDuplicate === 0
      ? ['--near-duplicate 0 makes every document a near-duplicate: allowed: a share above 0, or 1 for copies only']
      : []),
    ...(willWrite && out === undefined ? ['where to write is not said: name it with --out'] : []),
  ]
  if (faults.length > 0) throw new UsageError(faults.join('; '))
}

export function rulesOf(values: MineValues): MiningRules {
  const { negatives, skip, minScore, maxScore, margin, bar, sample, seed, nearDuplicate } = values
  const threshold = values.share === 'off' ? undefined : values.share
  return { negatives, skip, minScore, maxScore, margin, share: threshold, bar, sample, seed, nearDuplicate }
}
