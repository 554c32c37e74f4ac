// Measures whether negatives cluster by source: the share of generated negatives in clusters that hold almost only generated ones.
import { kMeans } from './k-means.ts'
import { againstChance, withinRows, type AgainstChance, type RowShape } from './permutation.ts'
import { visitGenerated, type ChanceSettings } from './mutual-information.ts'

/** Mean number of negatives per cluster, and the maximum number of clusters. */
const [IN_A_CLUSTER, MOST_CLUSTERS] = [50, 40]
/** A cluster is pure if it has at least this many members and this share of generated ones. */
export const PURE = { members: 10, share: 0.95 } as const

export interface PureClusters extends AgainstChance {
  clusters: number
  /** Number of pure clusters. */
  pure: number
  /** Negatives that were clustered. */
  negatives: number
  permutations: number
}

/** Vectors of the negatives of rows, generated ones first in each row, [negatives × dimensions]. `centre` changes them in place. */
export interface ClusterInput {
  vectors: Float32Array
  dimensions: number
  rows: readonly RowShape[]
}

/**
 * Subtracts the mean of each row's negatives from each of them, so that the rest of a vector does not depend on the query. Clusters the
 * rest (k-means with a seeded k-means++ start, at most 20 rounds). Compares the share of generated negatives in pure clusters with
 * permutations of the sources within rows; the clusters do not depend on the sources.
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
