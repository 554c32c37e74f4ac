// The results of a comparison: arms, differences with their intervals, and the queries that moved most.
import type { ChangeCounts } from '../../laboratory/row-changes.ts'
import type { Effect } from '../../statistics/crossed.ts'
import type { SeedsAlone } from '../../statistics/seeds-alone.ts'
import type { Arm } from '../../laboratory/arm.ts'
import type { PlanReport } from '../../laboratory/hooks.ts'

export interface ArmReport {
  name: string
  kind: Arm['kind']
  /** For a control, the arm that it belongs to. */
  of?: string
  path?: string
  /** The earlier arm with the same rows, if this one was not trained because of it. */
  identicalTo?: string
  /** Number of rows; for a control, with its first seed. */
  rows: number
  skipped: number
  /** Its changes to the baseline; null for the baseline. */
  changes: ChangeCounts | null
  /** Number of passes over its rows in the steps that all arms share. */
  epochs: number
  /** Mean over queries and seeds of each set, and over the sets. */
  means: number[]
  mean: number
  /** For each seed, the mean over the sets. */
  bySeed: number[]
  /** Mean loss over the seeds, for each twentieth of the steps. */
  losses: number[]
}

export interface SetDifference extends Effect {
  set: string
  /** Number of queries whose mean over the seeds rose, stayed the same or fell. */
  wins: number
  ties: number
  losses: number
  /** The mean over the seeds of each query, in the order of the set. */
  perQuery: number[]
}

/** One arm minus another. */
export interface Difference extends Effect {
  arm: string
  against: string
  /** Adjusted for all comparisons of files with the baseline (Holm); null for those with controls. */
  pHolm: number | null
  sets: SetDifference[]
  /** The same difference if the queries are given and only the seeds could have been others. */
  theseQueries: SeedsAlone
  /** The smallest effect that these trainings could detect, given their spread. */
  smallestEffect: number
}

/** A changed training row near a query. */
export interface NearRow {
  id: string
  query: string
  /** Whether it shares a relevant document with the query, or only words. */
  shares: 'document' | 'words'
  /** The kind of each change, and the beginning of the passage. */
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

/** A document in a ranking. */
export interface RankedDocument {
  id: string
  /** Its grade for the query; null if it was not judged. */
  grade: number | null
}

/** The first documents of a query, best first, with the first seed. */
export interface QueryRankings {
  set: string
  /** Its id and its text. */
  query: string
  text: string
  before: RankedDocument[]
  after: RankedDocument[]
}

export interface CompareReport {
  winnow: string
  command: 'compare'
  options: Record<string, unknown>
  measure: string
  seeds: number[]
  steps: number
  sets: { name: string; queries: number; queryIds: string[] }[]
  /** Null if nothing was trained because all files hold the same rows. */
  plan: PlanReport | null
  /** The trained models, unless they are those of Winnow's own engine: `rerankers fine-tuned with PyTorch from BASE`. */
  trained?: string
  /** The ranking that rerankers reorder, with its mean over queries on each set. */
  firstStage?: { retriever: string; depth: number; means: number[] }
  /** For each set, the mean over queries and seeds of what all arms start with. */
  initial: number[] | null
  arms: ArmReport[]
  differences: Difference[]
  /** For each arm, the queries that moved most against the baseline. */
  movers: { arm: string; queries: Mover[] }[]
  /** For each arm, the rankings of the queries that moved, at most 100 of each set, the largest differences first. */
  rankings: { arm: string; queries: QueryRankings[] }[]
  /** The beginnings of the documents in these rankings, by set and id. */
  documents: Record<string, Record<string, string>>
  started: string
  seconds: number
}
