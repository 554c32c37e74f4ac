// The results of `winnow judges` as one record: printed, drawn and returned to programs.
import type { BearableAction, Bounds } from '../../policy/bearable.ts'
import type { Figure, Figures } from '../../judging/figures.ts'
import type { PositionBias } from '../../judging/positions.ts'
import type { Share } from '../../statistics/share.ts'
import type { JudgeKind } from './names.ts'
import type { Effort } from './opinion.ts'
import type { LeftOut } from './read.ts'
import type { Threshold } from './verdicts.ts'

/** One verdict of a judge, and what may be done about it. */
export interface VerdictReport {
  verdict: string
  /** Sampled passages with this verdict. */
  passages: number
  precision: Figure
  action: BearableAction
}

export interface AsScreen {
  /** Of what is relevant, the share in rows that go on. */
  recall: Figure
  /** Share of the rows. */
  rowsSentOn: number
}

export interface JudgeReport extends Effort {
  /** Short, and different from those of the other judges. */
  name: string
  /** As it is named on the command line, without credentials. */
  model: string
  kind: JudgeKind
  /** Whether its answers were recorded elsewhere. */
  isRecorded: boolean
  figures: Figures
  /** Verdicts by which passages are called relevant. */
  verdicts: VerdictReport[]
  /** Sampled passages on which it gave no readable verdict. */
  unread: Share
  threshold: Threshold | null
  /** Null where passages are not shown together, or too few are called relevant. */
  positionBias: PositionBias | null
  /** As a screen: rows in which it calls something relevant go on. Null for other judges than chat models. */
  asScreen: AsScreen | null
}

/** How far two judges agree with each other. */
export interface PairReport {
  judges: [string, string]
  /** Passages that both read. */
  passages: number
  observed: number
  kappa: number | null
}

export interface Proposal {
  /** Names of judges; null where none can be recommended. */
  judge: string | null
  screen: string | null
  /** For each verdict of the judge. */
  policy: { verdict: string; action: BearableAction }[]
  /** The command that follows; null where there is none. */
  command: string | null
  /** Whole sentences. */
  reasons: string[]
}

export interface JudgesReport {
  winnow: string
  command: 'judges'
  /** Options as given: pass the report as `--recipe`. */
  options: Record<string, unknown>
  input: { path: string; sha256: string; rows: number }
  gold: {
    path: string
    labels: number
    assessors: string[]
    /** Ids that are in no row. */
    unmatched: { rows: number; passages: number }
    leftOut: LeftOut
    /** Passages that can be asked about. */
    passages: number
    relevant: number
    rows: number
  }
  sample: { passages: number; relevant: number; rows: number; seed: number }
  bounds: Bounds
  judges: JudgeReport[]
  pairs: PairReport[]
  proposal: Proposal
  started: string
  seconds: number
}
