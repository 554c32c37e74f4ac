// What is known about a row's negatives without asking a model: copies of its positives, and positives of the same query elsewhere.
import { fold, foldedFinder } from '../likeness/fold.ts'
import { HashTable } from '../base/hash-table.ts'
import type { Qrels } from './qrels.ts'
import { contentOf, labelled, type Passage, type Row } from './row.ts'

/** A negative that the data itself shows to be positive. */
export interface KnownPositive {
  passage: Passage
  /**
   * `duplicate`: its text is that of one of the row's own positives. `known`: it is a positive of the same query in another row or in
   * qrels.
   */
  kind: 'duplicate' | 'known'
  reason: string
}

/** Returns the negatives of a row with the same text (exact or folded) as one of its positives. */
export function duplicatesIn(row: Row): KnownPositive[] {
  const positives = labelled(row, 'positive')
  const find = foldedFinder(positives.map(contentOf))
  const found: KnownPositive[] = []
  for (const passage of row.passages) {
    if (passage.label !== 'negative') continue
    const match = positives[find(contentOf(passage))]
    if (match) found.push({ passage, kind: 'duplicate', reason: `has the text of the positive ${match.id}` })
  }
  return found
}

/** Tells which negatives of a row are positives of its query elsewhere. */
export type KnownLookup = Pick<KnownPositives, 'knownIn'>

/** Records, in one pass, which texts are positives of which queries; about 16 bytes per query and per positive. */
export class KnownPositives {
  #queries = new HashTable()
  #positives = new HashTable()
  /** Whether any query occurs in several rows. Usually none does, and lookups can be skipped. */
  #hasRepeats = false
  readonly #qrels: Qrels | undefined
  #judgedRows = 0

  constructor(qrels?: Qrels) {
    this.#qrels = qrels
  }

  /** Records a row at `line`. */
  add(row: Row, line: number): void {
    const query = fold(row.query)
    if (this.#queries.count(query) > 1) this.#hasRepeats = true
    if (this.#qrels?.hasQuery(row.id)) this.#judgedRows += 1
    for (const passage of labelled(row, 'positive')) this.#positives.setIfNew(pairKey(query, passage), line)
  }

  /** Returns the number of rows so far whose id is a query in the qrels. */
  get judgedRows(): number {
    return this.#judgedRows
  }

  /** Returns how many rows so far have the same query, folded. */
  rowsAsking(row: Row): number {
    return this.#queries.get(fold(row.query))
  }

  /** Returns the row's negatives that are positives of its query elsewhere. Call it after all rows have been added. */
  knownIn(row: Row): KnownPositive[] {
    if (!this.#hasRepeats && this.#qrels === undefined) return []
    const query = fold(row.query)
    const repeated = this.#queries.get(query) > 1
    const judged = this.#qrels?.hasQuery(row.id) ?? false
    if (!repeated && !judged) return []
    const found: KnownPositive[] = []
    for (const passage of row.passages) {
      if (passage.label !== 'negative') continue
      const line = repeated ? this.#positives.get(pairKey(query, passage)) : 0
      if (line > 0) found.push({ passage, kind: 'known', reason: `a positive of the same query at line ${line}` })
      else if (judged && this.#qrels?.isRelevant(row.id, passage.id)) {
        found.push({ passage, kind: 'known', reason: `relevant in ${this.#qrels.path}` })
      }
    }
    return found
  }
}

function pairKey(foldedQuery: string, passage: Passage): string {
  return `${foldedQuery}\n${fold(contentOf(passage))}`
}
