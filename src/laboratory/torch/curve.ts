// The learning curve of a training with PyTorch, which reports the loss of some of its steps.
import { PARTS } from '../laboratory.ts'

export class Curve {
  readonly #steps: number
  readonly #sums = new Float64Array(PARTS)
  readonly #counts = new Float64Array(PARTS)

  constructor(steps: number) {
    this.#steps = steps
  }

  /** @param step from 1 */
  add(step: number, loss: number): void {
    const part = Math.min(PARTS - 1, Math.floor(((step - 1) / this.#steps) * PARTS))
    this.#sums[part] = (this.#sums[part] as number) + loss
    this.#counts[part] = (this.#counts[part] as number) + 1
  }

  /** Returns the mean of each twentieth of the steps; one without a report has that of the one before, or else of the first with one. */
  values(): number[] {
    const means = Array.from(this.#sums, (sum, part) => sum / (this.#counts[part] as number))
    let last = means.find(Number.isFinite)
    if (last === undefined) return []
    return means.map((mean) => (last = Number.isFinite(mean) ? mean : (last as number)))
  }
}
