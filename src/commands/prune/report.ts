// What pruning comes to: of each dataset a verdict, what leaving it out does to each evaluation set, and what the kept rows are worth together.
import type { Effect } from '../../statistics/crossed.ts'
import type { DatasetJudgement } from './choose.ts'
import type { PlanReport } from '../../laboratory/hooks.ts'
import type { Scan } from '../../rows/scan.ts'

export interface InputReport {
  path: string
  sha256: string
  format: string
  rows: number
  badRows: number
  problems: Scan['problems']
}

/** One half of the queries: what it chose, and what it saw. */
export interface HalfReport {
  /** Whether this half chooses the dataset for pruning. */
  isChosen: boolean
  pHolm: number
  /** On the queries of this half. */
  effect: Effect
  beyondRandom: Effect | null
}

/** What leaving a dataset out does. All effects are differences of the measure; above zero the rest is better without it. */
export interface LeaveOutEffect {
  /** The mean over the sets, of both halves of the queries. */
  effect: Effect
  /** Two-sided, adjusted for all datasets (Holm). */
  pHolm: number
  /** Each evaluation set, all its queries. */
  sets: { set: string; effect: Effect }[]
  /** As many random rows left out: what that does, and how the dataset differs from it. Null without controls. */
  random: { effect: Effect; beyond: Effect } | null
  halves: [HalfReport, HalfReport]
  /** Of a dataset that is pruned: the effect on the queries that it was not chosen by, the mean of both where both chose it. */
  reported: Effect | null
}

export interface DatasetReport extends DatasetJudgement {
  name: string
  /** In the files. */
  rows: number
  trained: number
  /** Of the sample: rows without a query or a positive. */
  skipped: number
  /** Null where none of its rows can be trained on. */
  leftOut: LeaveOutEffect | null
}

/** Everything that one half chose left out at once, seen on the other half; swapped and averaged. */
export interface TogetherReport {
  /** Names of what the first and the second half chose. */
  choices: [string[], string[]]
  effect: Effect
  beyondRandom: Effect | null
}

export interface PruneReport {
  winnow: string
  command: 'prune'
  options: Record<string, unknown>
  inputs: InputReport[]
  measure: string
  seeds: number[]
  steps: number
  sets: { name: string; queries: number }[]
  /** The smallest effect is that of half of the queries. */
  plan: PlanReport
  /** The untrained vectors: mean over seeds and sets. */
  initial: number
  /** Trained on everything: the mean of each set, and over the sets. */
  everything: { rows: number; means: number[]; mean: number }
  datasets: DatasetReport[]
  /** Rows that name no dataset: in every training, and kept. */
  unnamed: { rows: number }
  /** Null where no half chose anything. */
  together: TogetherReport | null
  /** Rows of the files that are kept. */
  keptRows: number
  /** Files that were written, by what they hold. */
  outputs: Record<string, string> | null
  started: string
  seconds: number
}
