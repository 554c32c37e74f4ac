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
import { TRAINER_OPTION } from '../trainers/options.ts'
import { BARS } from './positive-bar.ts'

const PAPER = 'NV-Retriever'

export const MINE_OPTIONS = {
  out: text('ROWS', {
    help: 'output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet files, - standard output)',
  }),
  report: text('DIR', {
    help: 'folder for the manifest and the list of dropped rows (default: next to --out)',
    rare: true,
  }),
  format: choice(FORMAT_NAMES, {
    help: 'output format (default: tevatron for a collection, the input format for rows)',
    default: undefined,
    value: 'FORMAT',
  }),
  trainer: TRAINER_OPTION,
  split: text('NAME', {
    help: 'collection: split of its queries (default: train, or the only one; test must be named explicitly)',
  }),
  subset: text('NAME', { help: 'collection: dataset or language, if it holds several', rare: true }),
  relevance: integer('GRADE', {
    help: 'collection: lowest grade of a positive (default: 1)',
    default: undefined,
    min: 1,
    rare: true,
  }),
  corpus: text('CORPUS', { help: 'rows: documents to mine from: a file or a collection folder' }),
  add: flag({ help: 'rows: keep the existing negatives and add mined ones' }),
  known: text('QRELS', { help: 'rows: judgements (TREC or BEIR) for their ids; judged documents are never mined' }),
  retriever: text(MODEL, {
    help: 'retriever: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or several joined by +',
    default: 'bm25',
  }),
  ...RETRIEVER_OPTIONS,
  rescore: text(MODEL, {
    help: 'rescore the retrieved documents with a reranker or encoder: hf:PATH, MODEL@URL/rerank',
  }),
  negatives: integer('N', { help: 'negatives per row', default: MINING_DEFAULTS.negatives, min: 1 }),
  depth: integer('K', { help: 'documents retrieved per row', default: DEFAULT_DEPTH, min: 1 }),
  skip: integer('N', { help: 'skip the first N ranks', default: MINING_DEFAULTS.skip, min: 0 }),
  share: shareOrOff('SHARE', {
    help: "a negative must score below this share of the positive's score",
    default: MINING_DEFAULTS.share as number,
    paper: PAPER,
  }),
  margin: decimal('SCORE', {
    help: 'a negative must score at least this much below the positive',
    default: undefined,
    min: 0,
    paper: PAPER,
  }),
  maxScore: decimal('SCORE', { help: 'maximum score of a negative', default: undefined, paper: PAPER }),
  minScore: decimal('SCORE', { help: 'minimum score of a negative', default: undefined, rare: true }),
  bar: choice(BARS, {
    help: 'if a row has several positives, the score to compare with: lowest, mean, or highest',
    default: MINING_DEFAULTS.bar,
  }),
  sample: choice(SAMPLES, {
    help: 'which remaining candidates to take: the top-ranked, or a random sample (see --seed)',
    default: MINING_DEFAULTS.sample,
  }),
  nearDuplicate: share('SHARE', {
    help: 'exclude documents at least this similar to a positive (Jaccard similarity of five-character shingles); 1 excludes only copies',
    default: MINING_DEFAULTS.nearDuplicate,
    rare: true,
  }),
  tooFew: choice(TOO_FEW, {
    help: 'rows with fewer negatives: fill up with random documents, keep what there is (rows with none are dropped), or drop them',
    default: 'fill',
  }),
  seed: integer('SEED', { help: 'random seed', default: MINING_DEFAULTS.seed }),
  limit: integer('N', { help: 'process only the first N rows or queries', default: undefined, min: 1 }),
  onBadRow: choice(['stop', 'skip'], {
    help: 'rows: unreadable rows: stop, or skip them and write them to OUT.bad.jsonl',
    default: 'stop',
    rare: true,
  }),
  maxRetries: integer('N', {
    help: 'maximum retries of a failed call to a server',
    default: 8,
    min: 0,
    max: 100,
    rare: true,
  }),
  yes: flag({ help: 'download models without asking', rare: true }),
  dryRun: flag({ help: 'search and print how many negatives each threshold leaves; write nothing' }),
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
    ...(isCollection || corpus !== undefined ? [] : ['rows need documents to mine from: give them with --corpus']),
    ...(skip + negatives > depth
      ? [
          `--depth ${depth} is too small for ${negatives} negatives after the first ${skip} ranks: allowed: ${skip + negatives} or more`,
        ]
      : []),
    ...(minScore !== undefined && maxScore !== undefined && minScore > maxScore
      ? [`--min-score ${minScore} is above --max-score ${maxScore}`]
      : []),
    ...(values.share === 0 ? ['--share 0 leaves no negative: give a share such as 95%, or off for no threshold'] : []),
    ...(nearDuplicate === 0
      ? ['--near-duplicate 0 makes every document a near-duplicate: allowed: a share above 0, or 1 for copies only']
      : []),
    ...(willWrite && out === undefined ? ['no output file: give one with --out'] : []),
  ]
  if (faults.length > 0) throw new UsageError(faults.join('; '))
}

export function rulesOf(values: MineValues): MiningRules {
  const { negatives, skip, minScore, maxScore, margin, bar, sample, seed, nearDuplicate } = values
  const threshold = values.share === 'off' ? undefined : values.share
  return { negatives, skip, minScore, maxScore, margin, share: threshold, bar, sample, seed, nearDuplicate }
}
