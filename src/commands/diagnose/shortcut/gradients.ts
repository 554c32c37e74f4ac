// The effect of generated negatives on the gradient of InfoNCE, compared with mined ones and with the positive: the figures of the paper
// (CausalNeg, arXiv 2606.01304), for a finished model. `train --diagnose` computes the same figures during training.
import { meanOrNull } from '../../../statistics/mean.ts'
import type { BySource } from './case.ts'

/** Vectors of the passages of a row, each as long as the query's. */
export interface RowVectors extends BySource<Float32Array> {
  positive: Float32Array
}

/** The figures of one row. */
export interface RowGradient {
  /** Σ p over the negatives of each source, p the softmax of s/t over the row's positive and negatives. */
  generated: number
  mined: number
  /** Cosine between the positive's vector and Σ p d of the generated negatives; null if one of them is zero. */
  cosine: number | null
  /** The same for as many randomly drawn mined negatives. The number matters: a sum of more vectors is nearer to the mean of all. */
  minedCosine: number | null
  counts: { generated: number; mined: number }
}

export interface Gradients {
  /** Σ p of generated over Σ p of mined negatives, each sum over all rows. The derivative of InfoNCE by a similarity is p / t. */
  gradientShare: number
  /** Number of generated over number of mined negatives: the gradientShare if every negative had the same weight. */
  evenShare: number
  /** Mean over the rows. */
  cosine: number | null
  minedCosine: number | null
}

/**
 * @param similarities to the query, of the positive and of the negatives in the order of their vectors
 * @param temperature t
 * @param random draws the mined negatives that are compared with the generated ones
 */
export function gradientOf(
  similarities: BySource<number> & { positive: number },
  vectors: RowVectors,
  temperature: number,
  random: () => number,
): RowGradient {
  const { positive, mined, generated } = similarities
  const most = Math.max(positive, ...mined, ...generated)
  const weightOf = (similarity: number) => Math.exp((similarity - most) / temperature)
  const total = [positive, ...mined, ...generated].reduce((sum, each) => sum + weightOf(each), 0)
  const sumOf = (of: readonly number[]) => of.reduce((sum, each) => sum + weightOf(each) / total, 0)
  const drawn = drawnFrom(mined.length, Math.min(mined.length, generated.length), random)
  const pick = <T>(of: readonly T[]) => drawn.map((at) => of[at] as T)
  return {
    mined: sumOf(mined),
    generated: sumOf(generated),
    cosine: pullAndPush(vectors.positive, vectors.generated, generated, temperature),
    minedCosine: pullAndPush(vectors.positive, pick(vectors.mined), pick(mined), temperature),
    counts: { generated: generated.length, mined: mined.length },
  }
}

/** Draws distinct integers below `size`, in ascending order; returns all of them without a draw if all are wanted. */
function drawnFrom(size: number, wanted: number, random: () => number): number[] {
  const drawn: number[] = []
  for (let at = 0; at < size && drawn.length < wanted; at++) {
    const left = wanted - drawn.length
    if (left === size - at || random() * (size - at) < left) drawn.push(at)
  }
  return drawn
}

/**
 * Uses the softmax among the negatives of one source: it gives the same direction, and keeps its precision if other
 * passages have nearly all the weight.
 */
function pullAndPush(
  positive: Float32Array,
  negatives: readonly Float32Array[],
  scores: readonly number[],
  temperature: number,
): number | null {
  const most = Math.max(...scores)
  const push = new Float64Array(positive.length)
  negatives.forEach((vector, at) => {
    const weight = Math.exp(((scores[at] as number) - most) / temperature)
    for (let dimension = 0; dimension < push.length; dimension++) {
      push[dimension] = (push[dimension] as number) + weight * (vector[dimension] as number)
    }
  })
  let [along, pushSquare, pullSquare] = [0, 0, 0]
  push.forEach((value, dimension) => {
    const pull = positive[dimension] as number
    along += value * pull
    pushSquare += value * value
    pullSquare += pull * pull
  })
  const length = Math.sqrt(pushSquare * pullSquare)
  return length > 0 ? along / length : null
}

/** Combines the figures of several rows; null without rows. */
export function gradientsOf(rows: readonly RowGradient[]): Gradients | null {
  if (rows.length === 0) return null
  const sumOf = (valueOf: (row: RowGradient) => number) => rows.reduce((sum, row) => sum + valueOf(row), 0)
  const meanCosine = (key: 'cosine' | 'minedCosine') => {
    const cosines = rows.map((row) => row[key]).filter((cosine) => cosine !== null)
    return meanOrNull(cosines)
  }
  return {
    gradientShare: sumOf(({ generated }) => generated) / sumOf(({ mined }) => mined),
    evenShare: sumOf(({ counts }) => counts.generated) / sumOf(({ counts }) => counts.mined),
    cosine: meanCosine('cosine'),
    minedCosine: meanCosine('minedCosine'),
  }
}
