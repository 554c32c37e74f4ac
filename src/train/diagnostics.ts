// What generated negatives do to the gradient while training goes on: three figures of a step, by which a shortcut shows (CausalNeg,
// arXiv 2606.01304: the model tells negatives by where they come from, not by relevance). The formulas are in docs/diagnostics.md.
import { meanOrNull } from '../statistics/mean.ts'
import type { Numbers, ScoreBatch } from './losses/loss.ts'
import { logSumOf } from './losses/log-sum.ts'
import { ownNegatives } from './losses/own-negatives.ts'

/** A line of diagnostics.jsonl. The figures are null where nothing is divided by something. */
export interface StepDiagnostics {
  /** Counted from 1, over all epochs. */
  step: number
  epoch: number
  /** Queries of the step that have generated negatives: those that the figures are of. */
  rows: number
  /** Of those with mined ones, too: Σ p of generated over Σ p of mined negatives, p the softmax of InfoNCE, to which its gradient is proportional. */
  gradientShare: number | null
  /** The number of the former over that of the latter: what gradientShare is where all get the same. */
  evenShare: number | null
  /** Mean cosine between what the positive and what the generated negatives do to the query's vector; 1: they pull and push along one line. */
  cosine: number | null
  /** Mean share of generated negatives that are alive: with at least .1/(M+G) of the softmax over the query's M mined and G generated. */
  alive: number | null
}

export type StepFigures = Omit<StepDiagnostics, 'step' | 'epoch'>

/** A negative with less than this part of an even share of the softmax is dead. */
const ALIVE = 0.1

/**
 * The figures of one step. Nothing is changed.
 * @param gradient of InfoNCE alone, with respect to the scores
 * @param temperature of InfoNCE
 * @param cosineOf the cosine of two passages, by their columns
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
 * InfoNCE changes the query's vector by −(1 − p⁺) d⁺ of the positive and Σ p d of the generated, each over the temperature. The cosine between
 * (1 − p⁺) d⁺ and Σ p d: of the directions alone, from cosines of passages. Undefined where one of them is nothing.
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
