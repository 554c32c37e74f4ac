// Collects everything wrong with a file, so that a person sees all faults at once and not only the first.
import { UsageError } from './errors.ts'

const LISTED = 10

export class FaultList {
  readonly #listed: string[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  /** @param place file and line, such as `qrels/test.tsv:7` */
  add(place: string, message: string): void {
    this.#count += 1
    if (this.#listed.length < LISTED) this.#listed.push(`${place}: ${message}`)
  }

  /** @throws UsageError with the first ten faults and the number of the others, if there are any */
  throwIfAny(hint?: string): void {
    if (this.#count === 0) return
    const more = this.#count > LISTED ? [`… and ${this.#count - LISTED} more`] : []
    throw new UsageError([...this.#listed, ...more].join('\n'), hint === undefined ? {} : { hint })
  }
}
