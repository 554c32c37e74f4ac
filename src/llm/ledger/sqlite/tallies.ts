// Sums over one group of replies, by run and source, which are added to the ledger's tallies in the group's transaction.
import type { DatabaseSync } from 'node:sqlite'
import type { LedgerEntry } from '../entry.ts'

interface Sums {
  run: string
  source: number
  /** Replies, unpriced, cost, input, output, cached, reasoning. */
  values: [number, number, number, number, number, number, number]
}

const ADD = `
  INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (run, source) DO UPDATE SET
    replies = replies + excluded.replies, unpriced = unpriced + excluded.unpriced, cost = cost + excluded.cost,
    input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
    cached_tokens = cached_tokens + excluded.cached_tokens, reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens`

export class Tallies {
  #sums = new Map<string, Sums>()

  add({ run, reply: { usage }, cost }: LedgerEntry, source: number): void {
    const name = `${source} ${run}`
    let sums = this.#sums.get(name)
    if (sums === undefined) {
      sums = { run, source, values: [0, 0, 0, 0, 0, 0, 0] }
      this.#sums.set(name, sums)
    }
    const add = [1, cost === null ? 1 : 0, cost ?? 0, usage?.input, usage?.output, usage?.cached, usage?.reasoning]
    add.forEach((value, index) => ((sums.values[index] as number) += value ?? 0))
  }

  save(db: DatabaseSync): void {
    const statement = db.prepare(ADD)
    for (const { run, source, values } of this.#sums.values()) statement.run(run, source, ...values)
  }
}
