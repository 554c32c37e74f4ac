// The contents of one step: queries, the passages of all of them (each text once), and the role of every passage for every query.
import { shareOfBar } from '../mining/positive-bar.ts'
import { oneOf, someOf, type Draw } from './draws.ts'
import { paddedPassages } from './engine/layout.ts'
import { ROLE, type ScoreBatch } from './losses/loss.ts'
import { isGenerated, textOf, type TrainingSet } from './training-set.ts'

export interface BatchSettings {
  /** Rows per step. */
  batch: number
  /** Negatives drawn per row, without those that a model wrote. */
  negatives: number
  /**
   * Negatives written by a model that are drawn per row in addition. They replace no others, and a row
   * without any has the same draws as before.
   */
  generated: number
}

/** Returns the mined negatives of a row; undefined if it uses its own. */
export type NegativeLookup = (row: number) => Uint32Array | undefined

/** Filled again for each step, in the same arrays. */
export class Batch {
  queryCount = 0
  passageCount = 0
  /** Numbers of texts. */
  readonly queries: Uint32Array
  readonly passages: Uint32Array
  /** One of ROLE [queries × stride]. */
  readonly roles: Uint8Array
  /** The column of each query's positive. */
  readonly positives: Uint32Array
  readonly #set: TrainingSet
  readonly #settings: BatchSettings
  /** Column of each text of the step. */
  readonly #columns = new Map<number, number>()
  readonly #drawn: { passages: Uint32Array; keys: Uint32Array }
  /** Columns of each query's own negatives [queries × drawn negatives]. */
  readonly #own: Uint32Array
  readonly #ownCount: Uint32Array

  constructor(set: TrainingSet, settings: BatchSettings) {
    const { batch, negatives, generated } = settings
    const most = batch * (1 + negatives + generated)
    this.#set = set
    this.#settings = settings
    this.queries = new Uint32Array(batch)
    this.passages = new Uint32Array(most)
    this.roles = new Uint8Array(batch * paddedPassages(most))
    this.positives = new Uint32Array(batch)
    const width = Math.max(negatives, generated)
    this.#drawn = { passages: new Uint32Array(width), keys: new Uint32Array(width) }
    this.#own = new Uint32Array(batch * (negatives + generated))
    this.#ownCount = new Uint32Array(batch)
  }

  get stride(): number {
    return paddedPassages(this.passageCount)
  }

  /** @param rows numbers of rows, at most the batch size */
  fill(rows: Uint32Array, draw: Draw, negativesOf?: NegativeLookup): void {
    this.queryCount = rows.length
    this.passageCount = 0
    for (let query = 0; query < rows.length; query++) this.#drawPositive(query, rows[query] as number, draw)
    for (let query = 0; query < rows.length; query++)
      this.#drawNegatives(query, rows[query] as number, draw, negativesOf)
    this.#assignRoles()
    this.#columns.clear()
  }

  /** Copies the bag of a query or, after those, of a passage. */
  readonly copy = (bag: number, into: Uint32Array, at: number): number => {
    const text = bag < this.queryCount ? this.queries[bag] : this.passages[bag - this.queryCount]
    return this.#set.texts.copy(text as number, into, at)
  }

  #drawPositive(query: number, row: number, draw: Draw): void {
    this.queries[query] = this.#set.queryOf(row)
    const positives = this.#set.positivesOf(row)
    const chosen = positives[oneOf(positives.length, this.#set.codeOf(row), draw)] as number
    this.positives[query] = this.#columnOf(chosen)
  }

  #drawNegatives(query: number, row: number, draw: Draw, negativesOf?: NegativeLookup): void {
    const { negatives, generated } = this.#settings
    const own = this.#set.negativesOf(row)
    const hasGenerated = own.some(isGenerated)
    const mined = negativesOf?.(row) ?? (hasGenerated ? own.filter((passage) => !isGenerated(passage)) : own)
    this.#ownCount[query] = 0
    this.#drawOwn(query, row, mined, negatives, draw)
    if (hasGenerated) this.#drawOwn(query, row, own.filter(isGenerated), generated, draw)
  }

  #drawOwn(query: number, row: number, list: Uint32Array, wanted: number, draw: Draw): void {
    const { texts } = this.#set
    const { negatives, generated } = this.#settings
    const code = (passage: number) => texts.codeOf(textOf(passage))
    const count = someOf(list, code, this.#set.codeOf(row), draw, wanted, this.#drawn)
    const start = query * (negatives + generated) + (this.#ownCount[query] as number)
    this.#ownCount[query] = (this.#ownCount[query] as number) + count
    for (let at = 0; at < count; at++) {
      const passage = this.#drawn.passages[at] as number
      const column = this.#columnOf(textOf(passage))
      this.#own[start + at] = isGenerated(passage) ? column + GENERATED_COLUMN : column
    }
  }

  #columnOf(text: number): number {
    const before = this.#columns.get(text)
    if (before !== undefined) return before
    this.passages[this.passageCount] = text
    this.#columns.set(text, this.passageCount)
    return this.passageCount++
  }

  /**
   * Assigns the query's own negatives, then masks all its known positives, even those that are another row's
   * negatives, then sets the drawn positive.
   */
  #assignRoles(): void {
    const { stride, roles } = this
    const width = this.#settings.negatives + this.#settings.generated
    roles.fill(ROLE.other, 0, this.queryCount * stride)
    for (let query = 0; query < this.queryCount; query++) {
      const start = query * stride
      for (let at = 0; at < (this.#ownCount[query] as number); at++) {
        const column = this.#own[query * width + at] as number
        if (column >= GENERATED_COLUMN) roles[start + column - GENERATED_COLUMN] = ROLE.generated
        else roles[start + column] = ROLE.negative
      }
      for (const text of this.#set.knownPositives(this.queries[query] as number)) {
        const column = this.#columns.get(text)
        if (column !== undefined) roles[start + column] = ROLE.masked
      }
      roles[start + (this.positives[query] as number)] = ROLE.positive
    }
  }
}

const GENERATED_COLUMN = 2 ** 30

/**
 * Masks the passages of other queries that score at least this share of the query's positive: they are
 * probably positives that no one marked.
 */
export function maskLikelyPositives(
  { scores, queries, passages, stride, roles, positives }: ScoreBatch,
  share: number,
): void {
  for (let query = 0; query < queries; query++) {
    const start = query * stride
    const bar = shareOfBar(scores[start + (positives[query] as number)] as number, share)
    for (let at = start; at < start + passages; at++) {
      if (roles[at] === ROLE.other && (scores[at] as number) >= bar) roles[at] = ROLE.masked
    }
  }
}
