// A distribution of whole numbers in bounded memory: exact up to 127, then in buckets no wider than 1/64 of their value.

const EXACT_BITS = 7
const STEP_BITS = 6
const EXACT = 1 << EXACT_BITS
const STEPS = 1 << STEP_BITS

export class Histogram {
  #buckets = new Float64Array(EXACT)
  count = 0
  sum = 0
  min = Infinity
  max = -Infinity

  add(value: number): void {
    const bucket = bucketOf(value)
    if (bucket >= this.#buckets.length) {
      const grown = new Float64Array(bucket + STEPS)
      grown.set(this.#buckets)
      this.#buckets = grown
    }
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1
    this.count += 1
    this.sum += value
    this.min = Math.min(this.min, value)
    this.max = Math.max(this.max, value)
  }

  /** Returns the value that a share of all values does not exceed, to 1/64; 0 if there are none. */
  quantile(share: number): number {
    if (this.count === 0) return 0
    const rank = Math.max(1, Math.ceil(share * this.count))
    let seen = 0
    for (const [bucket, count] of this.#buckets.entries()) {
      seen += count
      if (seen >= rank) return Math.min(this.max, Math.max(this.min, startOf(bucket)))
    }
    return this.max
  }

  /** Returns how many values are at least `limit`. Exact if `limit` is the start of a bucket, as returned by `edge`. */
  countFrom(limit: number): number {
    if (limit > this.max) return 0
    let total = 0
    for (let bucket = bucketOf(limit); bucket < this.#buckets.length; bucket++) total += this.#buckets[bucket] as number
    return total
  }
}

/** Returns the largest start of a bucket that is not above `value`. */
export function edge(value: number): number {
  return startOf(bucketOf(value))
}

function bucketOf(value: number): number {
  if (value < EXACT) return value
  const octave = Math.floor(Math.log2(value)) - EXACT_BITS
  const width = 2 ** (octave + EXACT_BITS - STEP_BITS)
  return EXACT + octave * STEPS + Math.floor(value / width) - STEPS
}

function startOf(bucket: number): number {
  if (bucket < EXACT) return bucket
  const octave = Math.floor((bucket - EXACT) / STEPS)
  return (STEPS + ((bucket - EXACT) % STEPS)) * 2 ** (octave + EXACT_BITS - STEP_BITS)
}
