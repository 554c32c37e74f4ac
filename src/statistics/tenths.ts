// Sums up shares in constant memory: their number, their mean, and how many are in each tenth.

/** Figures of shares from 0 to 1. */
export interface ShareFigures {
  passages: number
  /** null if there are none. */
  mean: number | null
  /** How many are in each tenth, the lowest first: below 10%, from 10% on, … */
  tenths: number[]
}

const TENTHS = 10

export class TenthTotals {
  #sum = 0
  #passages = 0
  readonly #tenths = Array.from({ length: TENTHS }, () => 0)

  add(share: number): void {
    this.#passages += 1
    this.#sum += share
    const tenth = Math.min(TENTHS - 1, Math.floor(share * TENTHS))
    this.#tenths[tenth] = (this.#tenths[tenth] as number) + 1
  }

  figures(): ShareFigures {
    const passages = this.#passages
    return { passages, mean: passages === 0 ? null : this.#sum / passages, tenths: [...this.#tenths] }
  }
}
