// Clusters vectors with k-means; the same seed gives the same clusters.
import { randomFrom } from '../../../base/random.ts'

const ROUNDS = 20

/**
 * Returns the cluster of each vector. Lloyd's algorithm from a k-means++ start (Arthur and Vassilvitskii 2007); stops
 * early when no vector changes its cluster.
 */
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

/** Draws vectors as centres, each with a probability proportional to the square of its distance to those drawn before. */
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
    // Every vector coincides with a centre.
    if (chosen < 0) chosen = Math.floor(random() * count)
  }
  return centres
}

function nearestOf(vectors: Float32Array, start: number, centres: Float32Array, dimensions: number): number {
  let [nearest, least] = [0, Infinity]
  for (let cluster = 0; cluster * dimensions < centres.length; cluster++) {
    const square = distance(vectors, start, centres, cluster * dimensions, dimensions)
    if (square < least) [nearest, least] = [cluster, square]
  }
  return nearest
}

/** Moves each centre to the mean of its vectors; one without vectors stays. */
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

/** Returns the squared distance of two vectors. */
function distance(one: Float32Array, from: number, other: Float32Array, start: number, dimensions: number): number {
  let sum = 0
  for (let at = 0; at < dimensions; at++) {
    const apart = (one[from + at] as number) - (other[start + at] as number)
    sum += apart * apart
  }
  return sum
}
