// Reads a built index: lengths are held in memory, 4 bytes per document; lists are read on demand.
import type { DatabaseSync } from 'node:sqlite'
import { openReadOnly, readingFrom } from '../store/damage.ts'
import { cursorOf, type Cursor } from './postings.ts'
import { weightOf, type CorpusLengths } from './score.ts'

const WHAT = 'index'

/** Reads the lengths of all documents into memory that threads can share. */
export function readLengths(path: string): CorpusLengths {
  const db = openReadOnly(path, WHAT)
  try {
    return readingFrom(path, WHAT, () => lengthsIn(db))
  } finally {
    db.close()
  }
}

function lengthsIn(db: DatabaseSync): CorpusLengths {
  const { documents, tokens } = db.prepare('SELECT documents, tokens FROM about').get() as Record<string, number>
  const lengths = new Uint32Array(new SharedArrayBuffer((documents as number) * 4))
  let bytes = 0
  for (const row of db.prepare('SELECT first, numbers FROM lengths').iterate()) {
    const { first, numbers } = row as { first: number; numbers: Uint8Array }
    new Uint8Array(lengths.buffer).set(numbers, first * 4)
    bytes += numbers.length
  }
  if (bytes !== lengths.byteLength) throw new Error(`lengths of ${bytes / 4} documents, of ${documents}`)
  return { lengths, tokens: tokens as number }
}

/** Bytes of cached lists, because common terms are requested again and again. */
const KEPT_BYTES = 64 << 20

interface Postings {
  documents: number
  list: Uint8Array
}

export interface PostingsReader {
  /** Returns one cursor for each query term that occurs in the corpus. */
  cursors(terms: readonly string[]): Cursor[]
  close(): void
}

/** @param size number of documents in the corpus */
export function openPostings(path: string, size: number): PostingsReader {
  const db = openReadOnly(path, WHAT)
  const postingsOf = readingFrom(path, WHAT, () => keeper(db))
  return {
    cursors: (terms) =>
      terms.flatMap((term) => {
        const postings = readingFrom(path, WHAT, () => postingsOf(term))
        return postings === undefined ? [] : [cursorOf(postings.list, weightOf(postings.documents, size))]
      }),
    close: () => db.close(),
  }
}

/** Reads lists and caches the most recently used ones. */
function keeper(db: DatabaseSync): (term: string) => Postings | undefined {
  const select = db.prepare('SELECT documents, list FROM postings WHERE term = ?')
  const kept = new Map<string, Postings>()
  let bytes = 0
  return (term) => {
    const postings = kept.get(term) ?? (select.get(term) as Postings | undefined)
    if (postings === undefined) return undefined
    if (!kept.delete(term)) bytes += postings.list.length
    kept.set(term, postings)
    for (const [oldest, { list }] of kept) {
      if (bytes <= KEPT_BYTES) break
      kept.delete(oldest)
      bytes -= list.length
    }
    return postings
  }
}
