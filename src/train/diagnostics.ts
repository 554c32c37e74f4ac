// Shows how generated negatives affect the gradient during training: figures of a step that reveal a shortcut (CausalNeg, arXiv 2606.01304:
// the model tells negatives by their origin, not by relevance). The formulas are in docs/diagnostics.md.
import { meanOrNull } from '../statistics/mean.ts'
import type { Numbers, ScoreBatch } from './losses/loss.ts'
import { logSumOf } from './losses/log-sum.ts'
import { ownNegatives } from './losses/own-negatives.ts'

/** A line of diagnostics.jsonl. A figure is null if it is undefined for the step. */
export interface StepDiagnostics {
  /** From 1, over all epochs. */
  step: number
  epoch: number
  /** Queries of the step that have generated negatives; the figures cover these. */
  rows: number
  /**
   * Over the queries that also have mined negatives: Σ p of generated over Σ p of mined negatives. p is the softmax of InfoNCE,
   * to which its gradient is proportional.
   */
  gradientShare: number | null
  /** Number of generated over number of mined negatives: the gradientShare if every negative had the same weight. */
  evenShare: number | null
  /**
   * Mean cosine between the effects of the positive and of the generated negatives on the query's vector;
   * 1: they pull and push along one line.
   */
  cosine: number | null
  /**
   * Mean share of generated negatives that are alive: with at least 0.1/(M+G) of the softmax over the query's M mined and G generated ones.
   */
  alive: number | null
}

export type StepFigures = Omit<StepDiagnostics, 'step' | 'epoch'>

/** A negative with less than this fraction of an even share of the softmax is dead. */
const ALIVE = 0.1

/**
 * Computes the figures of one step without changing anything.
 * @param gradient of InfoNCE alone, with respect to the scores
 * @param temperature of InfoNCE
 * @param cosineOf returns the cosine of two passages, by their columns
 */
export function diagnoseStep(
  batch: ScoreBatch,
  gradient: Numbers,
  temperature: number,
  cosineOf: (column: number, other: number) => number,
): StepFigures {
  const sums = { generated: 0, mined: 0, generatedCount: 0, minedCount: 0 }
  const [cosines, alive]: [number[], number[]] = [[], []]
  let rows = 0
  for (let query = 0; query < batch.queries; query++) {
    const { mined, generated } = ownNegatives(batch, query)
    if (generated.length === 0) continue
    rows += 1
    const start = query * batch.stride
    const pushOf = (columns: number[]) => columns.reduce((sum, column) => sum + (gradient[start + column] as number), 0)
    if (mined.length > 0) {
      sums.generated += pushOf(generated)
      sums.mined += pushOf(mined)
      sums.generatedCount += generated.length
      sums.minedCount += mined.length
    }
    const scoresOf = (columns: number[]) => columns.map((column) => batch.scores[start + column] as number)
    const scores = scoresOf(generated)
    const together = logSumOf([...scoresOf(mined), ...scores], temperature)
    const bar = ALIVE / (mined.length + generated.length)
    alive.push(scores.filter((score) => Math.exp(score / temperature - together) >= bar).length / generated.length)
    const shares = softmaxOf(scores, temperature)
    const cosine = pullAndPush(batch.positives[query] as number, generated, shares, cosineOf)
    if (cosine !== undefined) cosines.push(cosine)
  }
  return {
    rows,
    gradientShare: ratio(sums.generated, sums.mined),
    evenShare: ratio(sums.generatedCount, sums.minedCount),
    cosine: meanOrNull(cosines),
    alive: meanOrNull(alive),
  }
}

/**
 * InfoNCE changes the query's vector by −(1 − p⁺) d⁺ for the positive and Σ p d for the generated negatives, each over the temperature.
 * Returns the cosine between (1 − p⁺) d⁺ and Σ p d, which depends on their directions alone, from cosines of
 * passages. Undefined if one of them is zero.
 */
function pullAndPush(
  positive: number,
  generated: readonly number[],
  shares: readonly number[],
  cosineOf: (column: number, other: number) => number,
): number | undefined {
  let [along, square] = [0, 0]
  generated.forEach((column, at) => {
    const share = shares[at] as number
    along += share * cosineOf(positive, column)
    generated.forEach((other, place) => (square += share * (shares[place] as number) * cosineOf(column, other)))
  })
  const length = Math.sqrt(Math.max(0, square) * cosineOf(positive, positive))
  return length > 0 ? along / length : undefined
}

function softmaxOf(scores: readonly number[], temperature: number): number[] {
  const all = logSumOf(scores, temperature)
  return scores.map((score) => Math.exp(score / temperature - all))
}

const ratio = (one: number, other: number) => (other > 0 ? one / other : null)
