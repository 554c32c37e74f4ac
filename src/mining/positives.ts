// Finds the positives of rows in a corpus: by id if the document matches, else by text, in one pass over the corpus.
import type { Hooks } from '../base/hooks.ts'
import { setImmediate } from 'node:timers/promises'
import { contentsOf, type Document } from '../collections/collection.ts'
import type { DocumentStore, Searcher } from '../search/retriever.ts'
import { fold } from '../likeness/fold.ts'
import { HashTable } from '../base/hash-table.ts'
import { formsOf, type Passage, type Row } from '../rows/row.ts'
import type { QueryPositive } from './finder.ts'

type Words = Pick<Document, 'title' | 'text'>

/** First records positives, then finds them all; takes about 50 bytes for each that must be found by its text. */
export class PositiveFinder {
  readonly #store: DocumentStore
  readonly #wanted = new HashTable()
  readonly #ordinals = new HashTable()

  constructor(store: DocumentStore) {
    this.#store = store
  }

  /** Records the positives of a row. */
  add({ passages }: Row): void {
    for (const passage of passages) {
      if (passage.label !== 'positive' || this.#byId(passage) !== undefined) continue
      for (const form of foldedFormsOf(passage)) this.#wanted.setIfNew(form, 1)
    }
  }

  /** Reads the corpus once if anything must be found in it. */
  async find({ signal, onProgress }: Hooks): Promise<void> {
    if (this.#wanted.size === 0) return
    let ordinal = 0
    for (const documents of this.#store.batches()) {
      signal?.throwIfAborted()
      for (const document of documents) {
        ordinal += 1
        for (const form of foldedFormsOf(document))
          if (this.#wanted.get(form) > 0) this.#ordinals.setIfNew(form, ordinal)
      }
      onProgress?.({ what: 'finding positives in the corpus', done: ordinal, total: this.#store.size })
      // Ctrl-C is only noticed between two turns of the event loop.
      await setImmediate()
    }
  }

  /** Returns the id of a positive in the corpus; undefined if it is not in the corpus. */
  idOf(passage: Passage): string | undefined {
    const id = this.#byId(passage)
    if (id !== undefined) return id
    const ordinal = foldedFormsOf(passage)
      .map((form) => this.#ordinals.get(form))
      .find((each) => each > 0)
    return ordinal === undefined ? undefined : this.#store.idOf(ordinal - 1)
  }

  /** An id counts only if the text matches: rows of another corpus may have the same ids. */
  #byId(passage: Passage): string | undefined {
    const document = this.#store.document(passage.id)
    if (document === undefined) return undefined
    const forms = new Set(foldedFormsOf(document))
    return foldedFormsOf(passage).some((form) => forms.has(form)) ? passage.id : undefined
  }
}

/** Returns the folded texts in which rows may hold a document. */
const foldedFormsOf = (words: Words) =>
  formsOf(words)
    .map(fold)
    .filter((form) => form !== '')

/** Ranks within which a document must be found when searching for its own text. */
const NEAR_THE_TOP = 10

/** Finds a single positive in the corpus: by id if the document matches, else by searching for its own text. */
export async function located(passage: Passage, store: DocumentStore, searcher: Searcher): Promise<QueryPositive> {
  const forms = new Set(foldedFormsOf(passage))
  const reads = (id: string) => {
    const document = store.document(id)
    return document !== undefined && foldedFormsOf(document).some((form) => forms.has(form))
  }
  if (reads(passage.id)) return { ...passage, document: passage.id }
  const [hits = []] = await searcher.search([{ id: passage.id, text: contentsOf(passage) }], NEAR_THE_TOP)
  return { ...passage, document: hits.find(({ id }) => reads(id))?.id }
}
