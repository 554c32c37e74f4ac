// A corpus in memory: its documents, and the bytes it would have.
import type { Corpus, Document } from '../../src/collections/collection.ts'

/** @param path of a file that does not exist, unless a test sets it */
export function corpusOf(documents: readonly Document[], path = 'made-up.jsonl', batch = 100): Corpus {
  return {
    path,
    async *documents(onBytes) {
      for (let start = 0; start < documents.length; start += batch) {
        const some = documents.slice(start, start + batch)
        onBytes?.(Buffer.from(some.map((document) => `${JSON.stringify(document)}\n`).join('')))
        yield some
      }
    },
  }
}
