// What a comparison comes to: arms, differences with their intervals, and the queries that moved most.
import type { ChangeCounts } from '../../laboratory/row-changes.ts'
import type { Effect } from '../../statistics/crossed.ts'
import type { Arm } from '../../laboratory/arm.ts'
import type { PlanReport } from '../../laboratory/hooks.ts'

export interface ArmReport {
  name: string
  kind: Arm['kind']
  /** Of a control: the arm beside which it stands. */
  of?: string
  path?: string
  /** Of the arm before it that holds the same rows: it was not trained. */
  identicalTo?: string
  /** Of a control with its first seed. */
  rows: number
  skipped: number
  /** What it changed in the baseline; null for the baseline. */
  changes: ChangeCounts | null
  /** How often all its rows were gone through in the steps that all arms have. */
  epochs: number
  /** The mean over queries and seeds of each set, and over the sets. */
  means: number[]
  mean: number
  /** Of each seed, the mean over the sets. */
  bySeed: number[]
  /** The mean loss over the seeds of each twentieth of the steps. */
  losses: number[]
}

export interface SetDifference extends Effect {
  set: string
  /** Queries whose mean over the seeds rose, stayed and fell. */
  wins: number
  ties: number
  losses: number
  /** Of each query the mean over the seeds, in the order of the set. */
  perQuery: number[]
}

/** One arm less another. */
export interface Difference extends Effect {
  arm: string
  against: string
  /** Adjusted for all comparisons of files with the baseline (Holm); null for those with controls. */
  pHolm: number | null
  sets: SetDifference[]
  /** The smallest effect that these trainings could see, by the spread that they showed. */
  smallestEffect: number
}

/** A training row that changed and is near a query. */
export interface NearRow {
  id: string
  query: string
  /** Whether it shares a document that is relevant to the query, or only words. */
  shares: 'document' | 'words'
  /** What changed: the kind, and the beginning of the passage. */
  changes: { kind: string; text: string }[]
}

export interface Mover {
  set: string
  id: string
  text: string
  before: number
  after: number
  rows: NearRow[]
}

export interface CompareReport {
  winnow: string
  command: 'compare'
  options: Record<string, unknown>
  measure: string
  seeds: number[]
  steps: number
  sets: { name: string; queries: number; queryIds: string[] }[]
  /** Null where nothing was trained: all files hold the same rows. */
  plan: PlanReport | null
  /** Of each set, the mean over queries and seeds of the vectors that all arms start from. */
  initial: number[] | null
  arms: ArmReport[]
  differences: Difference[]
  /** By arm, the queries that moved most against the baseline. */
  movers: { arm: string; queries: Mover[] }[]
  started: string
  seconds: number
}
