// The options of judges, declared once: which judges, against which gold, on how much of it; and how models are asked, as clean has it.
import { HTML_OPTION } from '../../options/html-option.ts'
import { BEARABLE_OPTIONS } from '../../policy/bearable.ts'
import { CALL_OPTIONS, FILE_OPTIONS } from '../../job/options.ts'
import { COMMON_GATHER_OPTIONS } from '../../method/options.ts'
import { RLHN_GATHER_OPTIONS } from '../../methods/rlhn/options.ts'
import {
  choice,
  decimal,
  flag,
  integer,
  LEDGER,
  text,
  texts,
  type OptionInput,
  type OptionValues,
} from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

const { maxUsd, price, concurrency, maxRetries, timeout, threads, yes, retryUndecided } = CALL_OPTIONS
const { prompts, promptSet, maxPassages, shuffle, maxTokens, temperature } = RLHN_GATHER_OPTIONS

export const JUDGES_OPTIONS = {
  judge: texts('JUDGE', {
    help: 'a judge, given once for each: a chat model as clean has it, hf:PATH or MODEL@URL/rerank, bm25, run:FILE (scores of a TREC run), labels:FILE (recorded labels)',
  }),
  scorer: texts('SCORER', {
    help: 'a judge that scores and whose name alone would be taken for a chat model, as embeddings@http://HOST/v1',
  }),
  gold: text('FILE', { help: 'what people say of passages: gold.jsonl, or qrels whose queries are the rows' }),
  n: integer('N', { help: 'gold passages to ask about, in whole rows', default: 500, min: 1 }),
  html: HTML_OPTION,
  relevanceLevel: integer('N', {
    help: 'the lowest grade of gold and of recorded labels that counts as relevant',
    default: 1,
  }),
  stage: choice(['judge', 'screen'], { help: 'which prompt of rlhn chat models are asked with', default: 'judge' }),
  threshold: decimal('SCORE', {
    help: 'the score from which a scorer calls a passage relevant (default: the best F1 on one half of the rows, for the other half)',
    default: undefined,
  }),
  positives: flag({ help: "also ask about the rows' own positives; for scorers and recorded labels only" }),
  ...BEARABLE_OPTIONS,
  dryRun: flag({ help: 'say what each judge would be asked and might cost; send nothing, write nothing' }),
  maxUsd,
  price,
  task: COMMON_GATHER_OPTIONS.task,
  tasks: COMMON_GATHER_OPTIONS.tasks,
  tasksFrom: COMMON_GATHER_OPTIONS.tasksFrom,
  ledger: text(LEDGER, {
    help: 'store of replies (default: .winnow/ledger.db beside the rows); what clean asked is in it',
  }),
  seed: integer('SEED', { help: 'seed of the sample and of the halves', default: 1, rare: true }),
  keepDuplicates: COMMON_GATHER_OPTIONS.keepDuplicates,
  prompts,
  promptSet,
  maxPassages,
  shuffle,
  maxTokens,
  temperature,
  concurrency,
  maxRetries,
  timeout,
  threads,
  yes,
  retryUndecided,
  format: FILE_OPTIONS.format,
  onBadRow: ROW_OPTIONS.onBadRow,
}

/** What `judges` accepts from a program; the names are those of the flags, in camel case. */
export type JudgesInput = OptionInput<typeof JUDGES_OPTIONS>
export type JudgesValues = OptionValues<typeof JUDGES_OPTIONS>
