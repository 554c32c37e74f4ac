// Measures how much the similarity of a negative reveals about its source, given the query, and how much chance alone would.
import { sumOf } from '../../../statistics/mean.ts'
import { againstChance, withinRows, type AgainstChance } from './permutation.ts'
import type { Similarities } from './case.ts'
import { standardised } from './standardise.ts'

export interface MutualInformation extends AgainstChance {
  /** Entropy of the source in bits: the upper bound of `observed`. */
  entropy: number
  bins: number
  permutations: number
}

export interface ChanceSettings {
  permutations: number
  seed: number
}

const MOST_BINS = 10
/** Minimum number of negatives per bin. */
const IN_A_BIN = 10

/**
 * I(S; B) = Σ n(s,b)/n · log₂( n(s,b) · n / (n(s) · n(b)) ) in bits, S the source and B the bin of the similarity, standardised within its
 * row. Bins hold equal numbers of negatives, and equal values always share a bin. The null permutes sources within rows.
 */
export function mutualInformation(
  rows: readonly Similarities[],
  { permutations, seed }: ChanceSettings,
): MutualInformation {
  const scales = rows.map(standardised)
  const values = Float64Array.from(scales.flatMap(({ mined, generated }) => [...generated, ...mined]))
  const shapes = rows.map(({ mined, generated }) => ({
    size: mined.length + generated.length,
    generated: generated.length,
  }))
  const { binOf, bins } = equalBins(values)
  const inBins = countsOf(binOf, bins)
  const informationOf = (visit: (take: (place: number) => void) => void) => {
    const counts = new Uint32Array(bins)
    visit((place) => (counts[binOf[place] as number] = (counts[binOf[place] as number] as number) + 1))
    return informationIn(counts, inBins)
  }
  const observed = informationOf((take) => visitGenerated(shapes, take))
  const permute = withinRows(shapes, seed)
  const permuted = Array.from({ length: permutations }, () => informationOf(permute))
  const generated = shapes.reduce((sum, shape) => sum + shape.generated, 0)
  return {
    ...againstChance(observed, permuted),
    entropy: entropyOf([generated, values.length - generated]),
    bins,
    permutations,
  }
}

/** Visits the generated negatives, which come first in their rows. */
export function visitGenerated(
  rows: readonly { size: number; generated: number }[],
  take: (place: number) => void,
): void {
  let start = 0
  for (const { size, generated } of rows) {
    for (let at = 0; at < generated; at++) take(start + at)
    start += size
  }
}

/** Returns the bin of each value. */
function equalBins(values: Float64Array): { binOf: Uint8Array; bins: number } {
  const bins = Math.max(2, Math.min(MOST_BINS, Math.floor(values.length / IN_A_BIN)))
  const sorted = values.toSorted()
  const edges = Array.from(
    { length: bins - 1 },
    (_, at) => sorted[Math.ceil(((at + 1) * sorted.length) / bins)] ?? Infinity,
  )
  return { binOf: Uint8Array.from(values, (value) => edges.filter((edge) => value >= edge).length), bins }
}

function countsOf(binOf: Uint8Array, bins: number): Uint32Array {
  const counts = new Uint32Array(bins)
  for (const bin of binOf) counts[bin] = (counts[bin] as number) + 1
  return counts
}

/** @param generated number of generated negatives per bin @param all number of all negatives per bin */
function informationIn(generated: Uint32Array, all: Uint32Array): number {
  const total = sumOf(all)
  const ofGenerated = sumOf(generated)
  let information = 0
  all.forEach((inBin, bin) => {
    const here = generated[bin] as number
    information += term(here, ofGenerated, inBin, total) + term(inBin - here, total - ofGenerated, inBin, total)
  })
  return Math.max(0, information)
}

const term = (both: number, source: number, bin: number, total: number) =>
  both === 0 ? 0 : (both / total) * Math.log2((both * total) / (source * bin))

function entropyOf(counts: readonly number[]): number {
  const total = sumOf(counts)
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log2(count / total)), 0)
}
