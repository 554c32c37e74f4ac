// Describes a file's scores: which share of the positives' score its negatives reach, over a sample of its rows.
import { unitHash } from '../base/hash.ts'

const MOST_ROWS = 10_000
const MOST_NEGATIVES = 1_000_000

interface SampledRow {
  at: number
  reached: Float64Array
}

/**
 * A sample of rows drawn by their ids alone, so that their order does not matter. It holds at most 10,000 rows and a million negatives;
 * smaller files are used as a whole.
 */
export class RatioSample {
  #sample: SampledRow[] = []
  #negatives = 0
  /** Rows at or beyond this hash value are not drawn. */
  #end = 1
  rows = 0
  readonly #seed: string

  /** @param seed for drawing rows */
  constructor(seed: string) {
    this.#seed = seed
  }

  add(row: string, reached: readonly number[]): void {
    this.rows += 1
    const at = unitHash(`${this.#seed} ${row}`)
    if (at >= this.#end) return
    this.#sample.push({ at, reached: Float64Array.from(reached) })
    this.#negatives += reached.length
    if (this.#sample.length >= 2 * MOST_ROWS || this.#negatives >= 2 * MOST_NEGATIVES) this.#shrink()
  }

  /** Returns the number of drawn rows, and everything their negatives reach, in ascending order. */
  drawn(): { rows: number; reached: Float64Array } {
    this.#shrink()
    const reached = new Float64Array(this.#negatives)
    let at = 0
    for (const row of this.#sample) {
      reached.set(row.reached, at)
      at += row.reached.length
    }
    return { rows: this.#sample.length, reached: reached.sort() }
  }

  #shrink(): void {
    this.#sample.sort((a, b) => a.at - b.at)
    let negatives = 0
    let rows = 0
    for (const { reached } of this.#sample) {
      if (rows === MOST_ROWS || (rows > 0 && negatives + reached.length > MOST_NEGATIVES)) break
      rows += 1
      negatives += reached.length
    }
    this.#end = this.#sample[rows]?.at ?? this.#end
    this.#sample.length = rows
    this.#negatives = negatives
  }
}

/** Returns how many values of `sorted` are at or above `share`. */
export function reaching(sorted: Float64Array, share: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) >= share) high = middle
    else low = middle + 1
  }
  return sorted.length - low
}

/** Fine enough for cosines that are close together, and short enough to type. */
const DIGITS = 6

/**
 * Returns the lowest share that at most a `target` part of the values reach. It lies half-way between two neighbours, rounded to six
 * decimals if that keeps it between them; equal values are never split.
 */
export function fittedShare(sorted: Float64Array, target: number): number | undefined {
  const wanted = partOf(target, sorted.length)
  let index = sorted.length - wanted
  // Equal values either all reach a share or none do.
  while (index > 0 && index < sorted.length && sorted[index] === sorted[index - 1]) index += 1
  const below = sorted[index - 1]
  const above = sorted[index]
  if (below === undefined) return above
  if (above === undefined) return Number.isFinite(below) ? rounded(below + 10 ** -DIGITS, below, Infinity) : undefined
  if (!Number.isFinite(below)) return above
  if (!Number.isFinite(above)) return rounded(below + 10 ** -DIGITS, below, Infinity)
  return rounded(below + (above - below) / 2, below, above)
}

/** Returns how many a part of them is: 29 of 100, although 0.29 * 100 is less. */
export const partOf = (part: number, size: number) => Math.floor(part * size + 1e-9)

function rounded(value: number, below: number, above: number): number {
  const short = Number(value.toFixed(DIGITS))
  if (short > below && short <= above) return short
  return above === Infinity ? value : above
}
