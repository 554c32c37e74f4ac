// The results of pruning: a verdict for each dataset, the effect of leaving it out on each evaluation set, and
// what the kept rows are worth together.
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

/** The choice and the effects on one half of the queries. */
export interface HalfReport {
  /** Whether this half chooses the dataset for pruning. */
  isChosen: boolean
  pHolm: number
  /** The effect on the queries of this half. */
  effect: Effect
  beyondRandom: Effect | null
}

/** The effect of leaving a dataset out. All effects are differences of the measure; above zero, training is better without it. */
export interface LeaveOutEffect {
  /** Mean over the sets and both halves of the queries. */
  effect: Effect
  /** Two-sided, adjusted for all datasets (Holm). */
  pHolm: number
  /** Effect on each evaluation set, over all its queries. */
  sets: { set: string; effect: Effect }[]
  /** The effect of leaving out as many random rows, and the dataset's difference from it. Null without controls. */
  random: { effect: Effect; beyond: Effect } | null
  halves: [HalfReport, HalfReport]
  /** For a pruned dataset, the effect on the queries that did not choose it, or the mean of both halves if both did; null for others. */
  reported: Effect | null
}

export interface DatasetReport extends DatasetJudgement {
  name: string
  /** Number of rows in the files. */
  rows: number
  trained: number
  /** Sampled rows without a query or a positive. */
  skipped: number
  /** Null if none of its rows can be used for training. */
  leftOut: LeaveOutEffect | null
}

/** Everything that one half chose, left out at once and measured on the other half, averaged over both directions. */
export interface TogetherReport {
  /** Names of the datasets chosen by the first and by the second half. */
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
  /** The arm trained on everything: the mean of each set, and over the sets. */
  everything: { rows: number; means: number[]; mean: number }
  datasets: DatasetReport[]
  /** Rows that name no dataset; they are in every training, and kept. */
  unnamed: { rows: number }
  /** Null if neither half chose anything. */
  together: TogetherReport | null
  /** Number of rows that are kept. */
  keptRows: number
  /** Written files by content. */
  outputs: Record<string, string> | null
  started: string
  seconds: number
}
