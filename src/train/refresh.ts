// Mines new negatives during training: searches the corpus with the current vectors, under the positive-aware rules of mining.
import { againstScore } from '../mining/against.ts'
import { barFor, DEFAULT_DEPTH, MINING_DEFAULTS, type MiningRules } from '../mining/rules.ts'
import type { NegativeLookup } from './batch.ts'
import { bestOf } from './development.ts'
import type { Engine } from './engine/engine.ts'
import type { TrainingSet } from './training-set.ts'

/** Fills the place of a missing negative. */
const NONE = 0xffffffff

export interface RefreshReport {
  /** How often negatives were mined. */
  times: number
  /** Negatives of all rows together at the last mining. */
  negatives: number
  /** Rows for which the last mining found nothing below the bar of their positives; they kept their own negatives. */
  rowsWithout: number
}

export class MinedNegatives {
  /** Numbers of texts [rows × negatives], as stored in a checkpoint. Undefined before the first mining. */
  mined: Uint32Array | undefined
  readonly #set: TrainingSet
  readonly #rows: Uint32Array
  readonly #pool: Uint32Array
  readonly #rules: MiningRules
  readonly #every: number

  /**
   * @param rows numbers of the rows used for training
   * @param pool numbers of the texts of the corpus
   * @param every steps from one mining to the next
   */
  constructor(set: TrainingSet, rows: Uint32Array, pool: Uint32Array, negatives: number, every: number) {
    this.#set = set
    this.#rows = rows
    this.#pool = pool.filter((text) => !set.texts.isEmpty(text))
    this.#rules = { ...MINING_DEFAULTS, negatives }
    this.#every = every
  }

  /** Mines when it is due. A row without mined negatives uses its own. */
  async before(step: number, engine: Engine, signal?: AbortSignal): Promise<NegativeLookup> {
    if (step > 0 && step % this.#every === 0) await this.#mine(engine, signal)
    return (row) => this.#of(row)
  }

  /** Describes the last mining. @param steps of the whole training */
  report(steps: number): RefreshReport {
    const found = Array.from(this.#rows, (row) => this.#of(row)?.length ?? 0)
    return {
      times: Math.floor((steps - 1) / this.#every),
      negatives: found.reduce((sum, count) => sum + count, 0),
      rowsWithout: found.filter((count) => count === 0).length,
    }
  }

  #of(row: number): Uint32Array | undefined {
    const { negatives } = this.#rules
    const all = this.mined?.subarray(row * negatives, (row + 1) * negatives)
    const count = all?.indexOf(NONE) ?? 0
    return count === 0 ? undefined : all?.subarray(0, count < 0 ? negatives : count)
  }

  async #mine(engine: Engine, signal?: AbortSignal): Promise<void> {
    const { negatives } = this.#rules
    const mined = new Uint32Array(this.#set.size * negatives).fill(NONE)
    const size = engine.capacity.queries
    for (let from = 0; from < this.#rows.length; from += size) {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      const rows = this.#rows.subarray(from, from + size)
      const queries = rows.map((row) => this.#set.queryOf(row))
      const bars = this.#bars(rows, queries, engine)
      bestOf(engine, this.#set.texts, queries, this.#pool, DEFAULT_DEPTH).forEach(({ ordinals, scores }, at) => {
        const known = new Set(this.#set.knownPositives(queries[at] as number))
        let place = (rows[at] as number) * negatives
        const end = place + negatives
        for (let rank = 1; rank <= ordinals.length && place < end; rank++) {
          const text = this.#pool[ordinals[rank - 1] as number] as number
          const candidate = { id: '', rank, score: scores[rank - 1] as number }
          if (known.has(text) || againstScore(candidate, bars[at], this.#rules) !== undefined) continue
          mined[place++] = text
        }
      })
    }
    this.mined = mined
  }

  /** Returns the bar that each row's positives set for the scores of its negatives. */
  #bars(rows: Uint32Array, queries: Uint32Array, engine: Engine): (number | undefined)[] {
    const pairs = Array.from(rows, (row, at) => Array.from(this.#set.positivesOf(row), (text) => ({ at, text }))).flat()
    const found: number[][] = Array.from(rows, () => [])
    for (let from = 0; from < pairs.length; from += engine.capacity.passages) {
      const some = pairs.slice(from, from + engine.capacity.passages)
      engine.place(queries.length, some.length, (bag, into, at) => {
        const text = bag < queries.length ? queries[bag] : some[bag - queries.length]?.text
        return this.#set.texts.copy(text as number, into, at)
      })
      const { values, stride } = engine.score()
      some.forEach(({ at }, column) => found[at]?.push(values[at * stride + column] as number))
    }
    return found.map((scores) => barFor(scores, this.#rules.bar))
  }
}
