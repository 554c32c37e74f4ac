// Counts, before anything is written, how many negatives and full rows remain at each share of the positive's score.
import type { ChosenNegatives } from './choose.ts'
import type { MiningRules } from './rules.ts'

/** Negatives and rows left by one threshold. */
export interface Threshold {
  /** Share of the bar; null for no threshold. */
  share: number | null
  /** Whether it is the threshold that was asked for. */
  isChosen: boolean
  negatives: number
  /** Rows with all wanted negatives, with some, with none. */
  full: number
  short: number
  none: number
}

const SHARES = [0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 1]

export class ThresholdTally {
  readonly #rules: MiningRules
  readonly #thresholds: Threshold[]

  constructor(rules: MiningRules) {
    this.#rules = rules
    const shares = [...new Set([...SHARES, ...(rules.share === undefined ? [] : [rules.share])])]
    this.#thresholds = [...shares.toSorted((one, other) => one - other), null].map((share) => ({
      share,
      isChosen: share === (rules.share ?? null),
      negatives: 0,
      full: 0,
      short: 0,
      none: 0,
    }))
  }

  /** Counts one row. */
  add(choose: (rules: MiningRules) => ChosenNegatives): void {
    for (const threshold of this.#thresholds) {
      const { length } = choose({ ...this.#rules, share: threshold.share ?? undefined }).negatives
      threshold.negatives += length
      threshold[length === this.#rules.negatives ? 'full' : length > 0 ? 'short' : 'none'] += 1
    }
  }

  /** Counts a row for which nothing can be mined. */
  addNone(): void {
    for (const threshold of this.#thresholds) threshold.none += 1
  }

  get thresholds(): Threshold[] {
    return this.#thresholds
  }
}
