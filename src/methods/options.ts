// The options that methods share, each declared once.
import { COMMON_DEFAULTS, type CommonOptions } from '../policy/changes.ts'
import { UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import { isChatModel, type ChatModel } from '../llm/chat.ts'
import {
  choice,
  flag,
  integer,
  MODEL,
  optionalShareOrOff,
  SCORER,
  share,
  text,
  type OptionSpec,
  type OptionValues,
} from '../options/options.ts'
import { FORMAT_NAMES } from '../rows/formats/names.ts'
import { oneTask, tasksByDataset, type TaskChoice } from '../tasks/tasks.ts'

/** Names a model that writes; a program may give the model itself. */
export function chatModel(details: { help: string; paper?: string }): OptionSpec<string | ChatModel | undefined> {
  const named = text(MODEL, details)
  const read = (raw: unknown) => {
    if (isChatModel(raw)) return raw
    if (!isObject(raw) || typeof raw['complete'] !== 'function') return named.read(raw)
    throw new Error('a model has an identity and an endpoint, texts that are not empty')
  }
  return { ...named, read }
}

/** Options that decide what counts as relevant, and which negatives are shown at all. */
export const COMMON_GATHER_OPTIONS = {
  task: text('TASK', {
    help: 'what counts as relevant: a built-in task or a YAML/JSON file of your own; for every row',
  }),
  tasks: text('FILE', {
    help: 'which task each dataset has (YAML/JSON); without it, the datasets that Winnow knows',
    rare: true,
  }),
  keepDuplicates: flag({ help: "leave negatives that are copies of the row's own positives", rare: true }),
}

/** Options for a row that apply in addition to its verdicts. */
export const COMMON_POLICY_OPTIONS = {
  knownPositives: choice(['remove', 'relabel', 'keep'], {
    help: 'negatives that are positives of the same query elsewhere',
    default: COMMON_DEFAULTS.known,
  }),
  known: text('QRELS', { help: 'judgements (TREC or BEIR) whose relevant passages are known positives', rare: true }),
  whenNoNegativesLeft: choice(['drop', 'keep', 'refill'], {
    help: 'rows whose negatives are all gone: drop or keep them, or mine other negatives from --corpus',
    default: COMMON_DEFAULTS.whenNoNegativesLeft,
  }),
  corpus: text('CORPUS', {
    help: 'refill: the documents to mine from, a file or the folder of a collection',
    rare: true,
  }),
  refillRetriever: text(MODEL, {
    help: 'refill: what searches: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or several joined by + (default: bm25)',
    rare: true,
  }),
  refillNegatives: integer('N', {
    help: 'refill: negatives for a row (default: as many as it had)',
    default: undefined,
    min: 1,
    rare: true,
  }),
  refillShare: optionalShareOrOff('SHARE', {
    help: "refill: a negative scores less than this share of the positive's score (default: 95%)",
    rare: true,
  }),
  undecided: choice(['keep', 'drop'], {
    help: 'rows that could not be read: kept unchanged, or dropped',
    default: COMMON_DEFAULTS.undecided,
  }),
}

/** Options for measuring the hardness of added passages, and for the format of output rows. */
export const STAGE_OPTIONS = {
  hardnessModel: text(SCORER, {
    help: 'the encoder that tells how hard passages are: hf:PATH, MODEL@BASE_URL, a folder of winnow train; off for none (default: one trained on these rows)',
  }),
  minHardness: share<number | undefined>('SHARE', {
    help: "discard passages below this percentile of similarity to the query among the row's mined negatives, as in 10%",
    default: undefined,
  }),
  to: choice(FORMAT_NAMES, { help: 'write all rows anew in another format', default: undefined }),
}

export type StageValues = OptionValues<typeof STAGE_OPTIONS>

/** @throws UsageError when both options are given, or a task cannot be read */
export function tasksOf({ task, tasks }: OptionValues<typeof COMMON_GATHER_OPTIONS>): TaskChoice {
  if (task !== undefined && tasks !== undefined) {
    throw new UsageError('--task and --tasks exclude each other: one task for every row, or one by dataset')
  }
  return task === undefined ? tasksByDataset(tasks) : oneTask(task)
}

/** Returns the common policy options for these values. */
export function commonPolicyOf(values: OptionValues<typeof COMMON_POLICY_OPTIONS>): Omit<CommonOptions, 'beyond'> {
  const { knownPositives: known, whenNoNegativesLeft, refillNegatives, undecided } = values
  return { known, whenNoNegativesLeft, refillNegatives, undecided }
}
