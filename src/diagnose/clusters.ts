// Whether negatives gather by source: the share of the generated that stand in clusters of next to nothing but generated ones.
import { randomFrom } from '../random.ts'
import { againstChance, withinRows, type AgainstChance, type RowShape } from './permutation.ts'
import { visitGenerated, type ChanceSettings } from './mutual-information.ts'

/** Negatives a cluster, in the mean; there are at most so many clusters. */
const [IN_A_CLUSTER, MOST_CLUSTERS] = [50, 40]
/** A cluster is pure with so many members at least, and so large a share of generated ones. */
export const PURE = { members: 10, share: 0.95 } as const

const ROUNDS = 20

export interface PureClusters extends AgainstChance {
  clusters: number
  /** How many of them are pure. */
  pure: number
  /** Negatives that were clustered. */
  negatives: number
  permutations: number
}

/** Vectors of the negatives of rows, generated ones first in each row, [negatives × dimensions]. Changed by `centre`. */
export interface ClusterInput {
  vectors: Float32Array
  dimensions: number
  rows: readonly RowShape[]
}

/**
 * Takes the mean of each row's negatives off every one of them, so that what is left of a vector says nothing of the query; clusters what
 * is left (k-means, k-means++ starts by seed, at most 20 rounds); compares the share of generated negatives in pure clusters with
 * permutations of the sources within rows, to which the clusters are blind.
 */
export function pureClusters(input: ClusterInput, { permutations, seed }: ChanceSettings): PureClusters {
  centre(input)
  const { vectors, dimensions, rows } = input
  const negatives = vectors.length / dimensions
  const clusters = Math.max(2, Math.min(MOST_CLUSTERS, Math.floor(negatives / IN_A_CLUSTER)))
  const clusterOf = kMeans(vectors, dimensions, clusters, seed)
  const sizes = countOf(clusters, (take) => clusterOf.forEach((_, place) => take(place)), clusterOf)
  const all = rows.reduce((sum, { generated }) => sum + generated, 0)
  const pureIn = (visit: (take: (place: number) => void) => void) => {
    const counts = countOf(clusters, visit, clusterOf)
    const isPure = counts.map((count, at) => Number(isPureCluster(count, sizes[at] as number)))
    return {
      share: counts.reduce((sum, count, at) => sum + count * (isPure[at] as number), 0) / all,
      pure: isPure.reduce((sum, each) => sum + each, 0),
    }
  }
  const observed = pureIn((take) => visitGenerated(rows, take))
  const permute = withinRows(rows, seed)
  const permuted = Array.from({ length: permutations }, () => pureIn(permute).share)
  return { ...againstChance(observed.share, permuted), clusters, pure: observed.pure, negatives, permutations }
}

const isPureCluster = (generated: number, size: number) => size >= PURE.members && generated >= PURE.share * size

function countOf(
  clusters: number,
  visit: (take: (place: number) => void) => void,
  clusterOf: Uint16Array,
): Uint32Array {
  const counts = new Uint32Array(clusters)
  visit((place) => (counts[clusterOf[place] as number] = (counts[clusterOf[place] as number] as number) + 1))
  return counts
}

/** Subtracts from each vector the mean of its row, in place. */
function centre({ vectors, dimensions, rows }: ClusterInput): void {
  let start = 0
  for (const { size } of rows) {
    const row = vectors.subarray(start * dimensions, (start + size) * dimensions)
    for (let dimension = 0; dimension < dimensions; dimension++) {
      let sum = 0
      for (let at = dimension; at < row.length; at += dimensions) sum += row[at] as number
      const mean = sum / size
      for (let at = dimension; at < row.length; at += dimensions) row[at] = (row[at] as number) - mean
    }
    start += size
  }
}

/** The cluster of each vector. Lloyd's algorithm from a k-means++ start (Arthur and Vassilvitskii 2007); ends early when nothing moves. */
export function kMeans(vectors: Float32Array, dimensions: number, clusters: number, seed: number): Uint16Array {
  const count = vectors.length / dimensions
  const centres = spreadStart(vectors, dimensions, clusters, seed)
  const clusterOf = new Uint16Array(count)
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0
    for (let at = 0; at < count; at++) {
      const nearest = nearestOf(vectors, at * dimensions, centres, dimensions)
      if (nearest !== clusterOf[at] || round === 0) moved += 1
      clusterOf[at] = nearest
    }
    if (moved === 0) break
    moveCentres(vectors, clusterOf, centres, dimensions)
  }
  return clusterOf
}

/** Centres that are vectors, each drawn with a chance that grows with the square of its distance to those drawn before. */
function spreadStart(vectors: Float32Array, dimensions: number, clusters: number, seed: number): Float32Array {
  const random = randomFrom(seed)
  const count = vectors.length / dimensions
  const centres = new Float32Array(clusters * dimensions)
  const squares = new Float64Array(count).fill(Infinity)
  let chosen = Math.floor(random() * count)
  for (let cluster = 0; cluster < clusters; cluster++) {
    centres.set(vectors.subarray(chosen * dimensions, (chosen + 1) * dimensions), cluster * dimensions)
    let total = 0
    for (let at = 0; at < count; at++) {
      const square = distance(vectors, at * dimensions, centres, cluster * dimensions, dimensions)
      squares[at] = Math.min(squares[at] as number, square)
      total += squares[at] as number
    }
    let left = random() * total
    chosen = squares.findIndex((square) => (left -= square) < 0)
    // All vectors are centres already.
    if (chosen < 0) chosen = Math.floor(random() * count)
  }
  return centres
}

function nearestOf(vectors: Float32Array, start: number, centres: Float32Array, dimensions: number): number {
  let [nearest, least] = [0, Infinity]
  for (let centre = 0; centre * dimensions < centres.length; centre++) {
    const square = distance(vectors, start, centres, centre * dimensions, dimensions)
    if (square < least) [nearest, least] = [centre, square]
  }
  return nearest
}

/** Each centre becomes the mean of its vectors; one without vectors stays. */
function moveCentres(vectors: Float32Array, clusterOf: Uint16Array, centres: Float32Array, dimensions: number): void {
  const sums = new Float64Array(centres.length)
  const sizes = new Uint32Array(centres.length / dimensions)
  clusterOf.forEach((cluster, at) => {
    sizes[cluster] = (sizes[cluster] as number) + 1
    for (let dimension = 0; dimension < dimensions; dimension++) {
      const place = cluster * dimensions + dimension
      sums[place] = (sums[place] as number) + (vectors[at * dimensions + dimension] as number)
    }
  })
  for (let place = 0; place < centres.length; place++) {
    const size = sizes[Math.floor(place / dimensions)] as number
    if (size > 0) centres[place] = (sums[place] as number) / size
  }
}

/** The square of the distance of two vectors. */
function distance(one: Float32Array, from: number, other: Float32Array, start: number, dimensions: number): number {
  let sum = 0
  for (let at = 0; at < dimensions; at++) {
    const apart = (one[from + at] as number) - (other[start + at] as number)
    sum += apart * apart
  }
  return sum
}
