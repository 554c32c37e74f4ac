// Reads rows and passages for training: their words into a vocabulary, their texts into a set.
import { contentsOf, type Corpus } from '../collections/collection.ts'
import type { Hooks } from '../base/hooks.ts'
import { UsageError } from '../base/errors.ts'
import { HashTable } from '../base/hash-table.ts'
import { WordCounter } from '../encoders/static/vocabulary.ts'
import type { Input } from '../rows/input.ts'
import { readRows } from '../rows/read.ts'
import type { Row } from '../rows/row.ts'
import { GrowingArray } from './growing.ts'
import type { TrainingSet } from './training-set.ts'

/** Message when bad rows stop a training. */
export const UNDONE = 'nothing was trained'

/** Counts the words of rows, each text once. */
export class RowWords {
  readonly counter = new WordCounter()
  readonly #seen = new HashTable()

  add({ query, passages }: Row): void {
    for (const text of [query, ...passages.map(contentsOf)]) {
      if (this.#seen.setIfNew(text, 1) === 0) this.counter.add(text)
    }
  }
}

/** Reads the rows of a file into a set. @throws UsageError when nothing can be learned from any row */
export async function readSet(rows: Input, set: TrainingSet, { signal, onProgress }: Hooks): Promise<TrainingSet> {
  let read = 0
  for await (const batch of readRows(rows)) {
    signal?.throwIfAborted()
    for (const entry of batch) {
      if (!('row' in entry)) continue
      set.add(entry.row)
      onProgress?.({ what: 'cutting texts into tokens', done: ++read, total: 0 })
    }
  }
  if (set.size === 0) throw new UsageError(`${rows.name}: no row has a query and a positive: nothing to learn from`)
  return set.seal()
}

/** Adds the documents of a corpus to the texts of a set. @returns their numbers, each once */
export async function readPassages(corpus: Corpus, set: TrainingSet, signal?: AbortSignal): Promise<Uint32Array> {
  const pool = new GrowingArray()
  for await (const documents of corpus.documents()) {
    signal?.throwIfAborted()
    for (const document of documents) pool.push(set.addPassage(contentsOf(document)))
  }
  return Uint32Array.from(new Set(pool.numbers))
}
