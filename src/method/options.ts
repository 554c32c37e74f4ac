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
import { oneTask, tasksByDataset, tasksOfRows, type TaskChoice } from '../tasks/tasks.ts'

/** Names a model that writes; a program may give the model itself. */
export function chatModel(details: { help: string; paper?: string }): OptionSpec<string | ChatModel | undefined> {
  const named = text(MODEL, details)
  const read = (raw: unknown) => {
    if (isChatModel(raw)) return raw
    if (!isObject(raw) || typeof raw['complete'] !== 'function') return named.read(raw)
    throw new Error('a model needs an identity and an endpoint, both non-empty strings')
  }
  return { ...named, read }
}

const TASKS_FROM = ['data', 'names'] as const

/** The values with which runs were stored before there was a choice, and the value that is stored from now on. */
export const TASKS_BEFORE = { tasksFrom: 'names' } as const
export const chosenTasks = ({ tasksFrom = 'data' }: { tasksFrom?: (typeof TASKS_FROM)[number] | undefined }) => ({
  tasksFrom,
})

/** Options that decide what counts as relevant, and which negatives are shown at all. */
export const COMMON_GATHER_OPTIONS = {
  task: text('TASK', {
    help: 'what counts as relevant, for every row: a built-in task or your own YAML/JSON file',
  }),
  tasks: text('FILE', {
    help: 'tasks by dataset, type or prompt, as a YAML/JSON file; it comes before what rows say themselves',
    rare: true,
  }),
  tasksFrom: choice(TASKS_FROM, {
    help: 'what rows choose their task by: dataset, type and prompt (data), or the dataset alone as before there were the others (names) (default: data)',
    default: undefined,
    rare: true,
  }),
  keepDuplicates: flag({ help: "keep negatives that are copies of the row's own positives", rare: true }),
}

/** Options for a row that apply in addition to its verdicts. */
export const COMMON_POLICY_OPTIONS = {
  knownPositives: choice(['remove', 'relabel', 'keep'], {
    help: 'negatives known to be positives of the same query, from other rows or --known',
    default: COMMON_DEFAULTS.known,
  }),
  known: text('QRELS', { help: 'judgements (TREC or BEIR); their relevant passages are known positives', rare: true }),
  whenNoNegativesLeft: choice(['drop', 'keep', 'refill'], {
    help: 'rows that lose all negatives: drop, keep, or refill by mining new ones from --corpus',
    default: COMMON_DEFAULTS.whenNoNegativesLeft,
  }),
  corpus: text('CORPUS', {
    help: 'refill: documents to mine from: a file or a collection folder',
    rare: true,
  }),
  refillRetriever: text(MODEL, {
    help: 'refill: retriever: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or several joined by + (default: bm25)',
    rare: true,
  }),
  refillNegatives: integer('N', {
    help: 'refill: negatives per row (default: as many as it had)',
    default: undefined,
    min: 1,
    rare: true,
  }),
  refillShare: optionalShareOrOff('SHARE', {
    help: "refill: a negative must score below this share of the positive's score (default: 95%)",
    rare: true,
  }),
  undecided: choice(['keep', 'drop'], {
    help: 'rows without a readable reply: keep them unchanged, or drop them',
    default: COMMON_DEFAULTS.undecided,
  }),
}

/** Options for measuring the hardness of added passages. */
export const STAGE_OPTIONS = {
  hardnessModel: text(SCORER, {
    help: 'encoder that measures hardness: hf:PATH, MODEL@BASE_URL, or a folder of winnow train; off for none (default: one trained on these rows)',
  }),
  minHardness: share<number | undefined>('SHARE', {
    help: "discard passages whose similarity to the query is below this percentile of the row's mined negatives, such as 10%",
    default: undefined,
  }),
}

export type StageValues = OptionValues<typeof STAGE_OPTIONS>

/** @throws UsageError when both options are given, or a task cannot be read */
export function tasksOf({ task, tasks, tasksFrom }: OptionValues<typeof COMMON_GATHER_OPTIONS>): TaskChoice {
  if (task !== undefined && tasks !== undefined) {
    throw new UsageError('--task and --tasks exclude each other: give one task for every row, or one per dataset')
  }
  if (task !== undefined) return oneTask(task)
  return tasksFrom === 'names' ? tasksByDataset(tasks) : tasksOfRows(tasks)
}

/** Returns the common policy options for these values. */
export function commonPolicyOf(values: OptionValues<typeof COMMON_POLICY_OPTIONS>): Omit<CommonOptions, 'beyond'> {
  const { knownPositives: known, whenNoNegativesLeft, refillNegatives, undecided } = values
  return { known, whenNoNegativesLeft, refillNegatives, undecided }
}
