// Reads rows and passages for training: their words into a vocabulary, their texts into a set.
import { contentsOf, type Corpus } from '../collections/collection.ts'
import type { Hooks } from '../base/hooks.ts'
import { UsageError } from '../base/errors.ts'
import { digestOf } from '../base/hash-table.ts'
import { PagedHashTable } from '../base/paged-hash-table.ts'
import { WordCounter } from '../encoders/static/vocabulary.ts'
import type { Input } from '../rows/input.ts'
import { readRows } from '../rows/read.ts'
import type { Row } from '../rows/row.ts'
import { GrowingArray } from './growing.ts'
import { WAITING } from './texts.ts'
import type { TrainingSet } from './training-set.ts'

/** Message when bad rows stop a training. */
export const UNDONE = 'nothing was trained'

/** Counts the words of rows, each text once. */
export class RowWords {
  readonly counter: WordCounter
  readonly #seen = new PagedHashTable(digestOf)

  /** @param limit words of the vocabulary */
  constructor(limit: number) {
    this.counter = WordCounter.for(limit)
  }

  add({ query, passages }: Row): void {
    for (const text of [query, ...passages.map(contentsOf)]) {
      if (this.#seen.setIfNew(text, 1) === 0) this.counter.add(text)
    }
  }
}

/** Reads the rows of a file into a set. @throws UsageError when nothing can be learned from any row */
export async function readSet(rows: Input, set: TrainingSet, hooks: Hooks): Promise<TrainingSet> {
  let read = 0
  for await (const batch of readRows(rows)) {
    hooks.signal?.throwIfAborted()
    for (const entry of batch) {
      if (!('row' in entry)) continue
      set.add(entry.row)
      hooks.onProgress?.({ what: 'reading texts', done: ++read, total: 0 })
    }
    await set.texts.settle(hooks, WAITING)
  }
  if (set.size === 0) throw new UsageError(`${rows.name}: no row has a query and a positive: nothing to learn from`)
  await set.texts.settle(hooks)
  return set.seal()
}

/** Adds the documents of a corpus to the texts of a set. @returns their numbers, each once */
export async function readPassages(corpus: Corpus, set: TrainingSet, hooks: Hooks): Promise<Uint32Array> {
  const pool = new GrowingArray()
  for await (const documents of corpus.documents()) {
    hooks.signal?.throwIfAborted()
    for (const document of documents) pool.push(set.addPassage(contentsOf(document)))
    await set.texts.settle(hooks, WAITING)
  }
  await set.texts.settle(hooks)
  return Uint32Array.from(new Set(pool.numbers))
}
