// What generated negatives do to the gradient of InfoNCE, next to mined ones and next to the positive: the figures of the paper (CausalNeg,
// arXiv 2606.01304), for a model as it is. `train --diagnose` takes the same figures while a model is trained.
import { meanOrNull } from '../../../statistics/mean.ts'
import type { BySource } from './case.ts'

/** Vectors of the passages of a row, each as long as the query's. */
export interface RowVectors extends BySource<Float32Array> {
  positive: Float32Array
}

/** Of one row. */
export interface RowGradient {
  /** Σ p over the negatives of each source, p the softmax of s/t over the row's positive and negatives. */
  generated: number
  mined: number
  /** Cosine between the positive's vector and Σ p d of the generated; null where one of them is zero. */
  cosine: number | null
  /** The same of as many mined negatives, drawn: a sum of more vectors lies nearer to the middle of all. */
  minedCosine: number | null
  counts: { generated: number; mined: number }
}

export interface Gradients {
  /** Σ p of generated over Σ p of mined negatives, each sum over all rows: the derivative of InfoNCE by a similarity is p / t. */
  gradientShare: number
  /** Generated negatives over mined ones: what gradientShare is where all get the same. */
  evenShare: number
  /** Means over the rows. */
  cosine: number | null
  minedCosine: number | null
}

/**
 * @param similarities to the query, of the positive and of the negatives in the order of their vectors
 * @param temperature t
 * @param random draws the mined negatives that are compared with the generated
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

/** So many different numbers below `size`, in ascending order; all of them without a draw. */
function drawnFrom(size: number, wanted: number, random: () => number): number[] {
  const drawn: number[] = []
  for (let at = 0; at < size && drawn.length < wanted; at++) {
    const left = wanted - drawn.length
    if (left === size - at || random() * (size - at) < left) drawn.push(at)
  }
  return drawn
}

/** The softmax among the negatives of one source gives the same direction, and none of it is lost where others have nearly all. */
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

/** The figures of several rows; null where there is none. */
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
