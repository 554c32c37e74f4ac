// What generated negatives do to the gradient of InfoNCE, next to mined ones and next to the positive: the figures of the paper (CausalNeg,
// arXiv 2606.01304), for a model as it is. `train --diagnose` takes the same figures while a model is trained.
import { meanOf } from './auc.ts'
import type { Sources } from './case.ts'

/** Vectors of the passages of a row, each as long as the query's. */
export interface RowVectors extends Sources<Float32Array> {
  positive: Float32Array
}

/** Of one row. */
export interface RowGradient {
  /** Σ p over the negatives of each source, p the softmax of s/t over the row's positive and negatives. */
  generated: number
  mined: number
  /** Cosine between the positive's vector and Σ p d of the generated; null where one of them is zero. */
  cosine: number | null
}

export interface Gradients {
  /** Σ p of generated over Σ p of mined negatives, each sum over all rows: the derivative of InfoNCE by a similarity is p / t. */
  gradientShare: number
  /** Generated negatives over mined ones: what gradientShare is where all get the same. */
  evenShare: number
  /** Mean over the rows. */
  cosine: number | null
}

/**
 * @param similarities to the query, of the positive and of the negatives in the order of their vectors
 * @param temperature t
 */
export function gradientOf(
  similarities: Sources<number> & { positive: number },
  vectors: RowVectors,
  temperature: number,
): RowGradient {
  const { positive, mined, generated } = similarities
  const most = Math.max(positive, ...mined, ...generated)
  const weightOf = (similarity: number) => Math.exp((similarity - most) / temperature)
  const total = [positive, ...mined, ...generated].reduce((sum, each) => sum + weightOf(each), 0)
  const sumOf = (of: readonly number[]) => of.reduce((sum, each) => sum + weightOf(each) / total, 0)
  return { mined: sumOf(mined), generated: sumOf(generated), cosine: pullAndPush(generated, vectors, temperature) }
}

/** The softmax among the generated alone gives the same direction, and none of it is lost where others have nearly all. */
function pullAndPush(scores: readonly number[], vectors: RowVectors, temperature: number): number | null {
  const most = Math.max(...scores)
  const push = new Float64Array(vectors.positive.length)
  vectors.generated.forEach((vector, at) => {
    const weight = Math.exp(((scores[at] as number) - most) / temperature)
    for (let dimension = 0; dimension < push.length; dimension++) {
      push[dimension] = (push[dimension] as number) + weight * (vector[dimension] as number)
    }
  })
  let [along, pushSquare, pullSquare] = [0, 0, 0]
  push.forEach((value, dimension) => {
    const pull = vectors.positive[dimension] as number
    along += value * pull
    pushSquare += value * value
    pullSquare += pull * pull
  })
  const length = Math.sqrt(pushSquare * pullSquare)
  return length > 0 ? along / length : null
}

/** @param shapes how many negatives of each source the rows have */
export function gradientsOf(
  rows: readonly RowGradient[],
  shapes: readonly { mined: number; generated: number }[],
): Gradients | null {
  if (rows.length === 0) return null
  const sum = (of: readonly number[]) => of.reduce((all, value) => all + value, 0)
  const cosines = rows.map(({ cosine }) => cosine).filter((cosine) => cosine !== null)
  return {
    gradientShare: sum(rows.map(({ generated }) => generated)) / sum(rows.map(({ mined }) => mined)),
    evenShare: sum(shapes.map(({ generated }) => generated)) / sum(shapes.map(({ mined }) => mined)),
    cosine: cosines.length === 0 ? null : meanOf(cosines),
  }
}
