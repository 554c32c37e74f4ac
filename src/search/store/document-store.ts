// The documents of a corpus on disk: built once for its contents, found again by their hash.
import type { Hooks } from '../../base/hooks.ts'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { cacheFolder } from '../../base/cache.ts'
import type { Corpus, Document } from '../../collections/collection.ts'
import type { DocumentStore } from '../retriever.ts'
import { unpackBlock } from './blocks.ts'
import { buildFile } from './build-file.ts'
import { buildStore, STORE_VERSION } from './build.ts'
import { openReadOnly, readingFrom } from './damage.ts'
import { fingerprintOf } from './fingerprint.ts'
import { idPages } from './id-pages.ts'

const WHAT = 'store of documents'
const BATCH = 256
const DIGITS = 32

/**
 * Opens the store of a corpus, building it if its contents have none. A file with unchanged size and times is not read again.
 * @param folder where indexes are kept, one folder per corpus; default `~/.cache/winnow/indexes`
 * @throws UsageError if the corpus cannot be read, or changes meanwhile
 */
export async function openDocumentStore(
  corpus: Corpus,
  folder: string = cacheFolder('indexes'),
  hooks: Hooks = {},
): Promise<DocumentStore> {
  const fingerprint = await fingerprintOf(corpus, folder, hooks)
  const own = join(folder, fingerprint.hash.slice(0, DIGITS))
  const path = documentsPath(own)
  await buildFile(path, (temporary) => buildStore(temporary, corpus, fingerprint, hooks))
  return openStore(own)
}

const documentsPath = (folder: string) => join(folder, `documents-${STORE_VERSION}.db`)

/** Opens the store in its own folder. @throws UsageError if it is not a store */
function openStore(folder: string): DocumentStore {
  const path = documentsPath(folder)
  const reading = <T>(read: () => T) => readingFrom(path, WHAT, read)
  const db = openReadOnly(path, WHAT)
  try {
    return reading(() => storeIn(db, folder, reading))
  } catch (error) {
    db.close()
    throw error
  }
}

function storeIn(db: DatabaseSync, folder: string, reading: <T>(read: () => T) => T): DocumentStore {
  const about = db.prepare('SELECT hash, size FROM about').get() as { hash: string; size: number } | undefined
  if (about === undefined) throw new Error('it does not name its corpus')
  const { hash, size } = about
  const idAt = idPages(db)
  const selectOrdinal = db.prepare('SELECT ordinal FROM ids WHERE id = ?')
  const ordinalOf = (id: string) => reading(() => (selectOrdinal.get(id) as { ordinal: number } | undefined)?.ordinal)
  const selectBlock = db.prepare('SELECT first, documents FROM blocks WHERE first <= ? ORDER BY first DESC LIMIT 1')
  const blockOf = (ordinal: number) =>
    reading(() => {
      const { first, documents } = selectBlock.get(ordinal) as { first: number; documents: Uint8Array }
      const block = unpackBlock(documents).slice(ordinal - first)
      if (block.length === 0) throw new Error(`document ${ordinal} is missing`)
      return block
    })
  return {
    hash,
    size,
    folder,
    idOf(ordinal) {
      if (!(ordinal >= 0 && ordinal < size)) throw new RangeError(`no document ${ordinal}: the corpus has ${size}`)
      return reading(() => idAt(ordinal))
    },
    ordinalOf,
    document(id) {
      const ordinal = ordinalOf(id)
      return ordinal === undefined ? undefined : blockOf(ordinal)[0]
    },
    *batches(from = 0, batchSize = BATCH) {
      let batch: Document[] = []
      for (let ordinal = from; ordinal < size;) {
        const block = blockOf(ordinal)
        ordinal += block.length
        for (const document of block) {
          if (batch.push(document) < batchSize) continue
          yield batch
          batch = []
        }
      }
      if (batch.length > 0) yield batch
    },
    close: () => db.close(),
  }
}
