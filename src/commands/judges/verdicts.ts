// Turns opinions into verdicts on the sampled passages: scores by a threshold, words as they are.
import type { JudgedPassage } from '../../judging/figures.ts'
import type { SampledRow } from '../../judging/sample.ts'
import { bestThreshold, halves, type ScoredPassage } from '../../judging/thresholds.ts'
import { isCalledRelevant, type Opinion, type Opinions } from './opinion.ts'
import type { AskedRow } from './read.ts'

/** A sampled passage with what gold and the judge say of it. */
export interface JudgedOpinion extends JudgedPassage {
  /** Undefined if the reply could not be read. */
  verdict: string | undefined
  position: number | undefined
}

/** The scores from which passages are called relevant. */
export interface Threshold {
  /** For use: as given, or the best on all rows. Null without a relevant passage. */
  value: number | null
  isGiven: boolean
  /** For the rows of each half, the best on the other half. */
  halves: [number | null, number | null]
}

export interface Verdicts {
  /** In the order of the sample. */
  passages: JudgedOpinion[]
  /** Null for a judge that gives no scores. */
  threshold: Threshold | null
}

interface SampledPassage extends ScoredPassage {
  row: number
  id: string
  opinion: Opinion
}

export function verdictsOf(
  sample: readonly SampledRow<AskedRow>[],
  { rows }: Opinions,
  given: number | undefined,
  seed: number,
): Verdicts {
  const all = sample.flatMap(({ id: row, weight, passages }, index): SampledPassage[] =>
    passages.map(({ id, isRelevant }) => {
      const opinion = rows.get(row)?.get(id) ?? {}
      return { row: index, id: row, weight, isRelevant, opinion, score: opinion.score ?? NaN }
    }),
  )
  const scored = all.filter(({ score }) => !Number.isNaN(score))
  const halfOf = halves(
    sample.map(({ id }) => id),
    seed,
  )
  const threshold = scored.length === 0 ? null : thresholdOf(scored, halfOf, given)
  const verdictOf = ({ opinion, score, id }: SampledPassage): string | undefined => {
    if (threshold === null || Number.isNaN(score)) return opinion.verdict
    const from = threshold.isGiven ? threshold.value : threshold.halves[halfOf.get(id) as 0 | 1]
    return from !== null && score >= from ? 'relevant' : 'irrelevant'
  }
  const passages = all.map((passage): JudgedOpinion => {
    const verdict = verdictOf(passage)
    const { row, weight, isRelevant, opinion } = passage
    const call = verdict === undefined ? undefined : isCalledRelevant(verdict)
    return { row, weight, isRelevant, isCalledRelevant: call, verdict, position: opinion.position }
  })
  return { passages, threshold }
}

function thresholdOf(
  scored: readonly SampledPassage[],
  halfOf: ReadonlyMap<string, 0 | 1>,
  given: number | undefined,
): Threshold {
  if (given !== undefined) return { value: given, isGiven: true, halves: [given, given] }
  const bestFor = (half: 0 | 1) => bestThreshold(scored.filter(({ id }) => halfOf.get(id) !== half)) ?? null
  return { value: bestThreshold(scored) ?? null, isGiven: false, halves: [bestFor(0), bestFor(1)] }
}
