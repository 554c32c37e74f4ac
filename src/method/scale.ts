// The scales on which a method scores the passages of a row, for trainers that distil a teacher's scores.
import type { Evidence } from '../evidence/evidence.ts'
import { labelled, type Row } from '../rows/row.ts'

export const SCALE_NAMES = ['scorer', 'rank', 'votes', 'verdict'] as const
export type ScaleName = (typeof SCALE_NAMES)[number]

/** Scores by passage id, higher is better; a passage that the evidence does not place on the scale is missing. */
export type PassageScores = ReadonlyMap<string, number>

export interface Scale {
  name: ScaleName
  /** Such as `0 to 3`. */
  range: string
  /** What a score means: for the summary, the manifest and the docs. */
  meaning: string
  /**
   * Returns what scores the passages of a row.
   * @param options of the policy, checked
   * @param surveyed what the survey found, if the method has one
   */
  scorer(
    options: Record<string, unknown>,
    surveyed?: Readonly<Record<string, number | null>>,
  ): (row: Row, evidence: Evidence[]) => PassageScores
}

/** The scale of verdicts: how a passage compares with the positives of its row. */
export const VERDICT_SCORES = { above: 3, positive: 2, below: 1, irrelevant: 0 } as const

/** Returns the scores of passages whose label is their verdict: the positives of the row, and its copies of known positives. */
export function positiveScores(row: Row, evidence: Evidence[]): [string, number][] {
  const known = evidence.filter((item) => item.kind === 'known').map(({ passage }) => passage)
  const positives = labelled(row, 'positive').map(({ id }) => id)
  return [...positives, ...known].map((id) => [id, VERDICT_SCORES.positive])
}
