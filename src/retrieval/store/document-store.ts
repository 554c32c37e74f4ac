// The documents of a corpus on disk: built once for its contents, found again by their hash.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { cacheFolder } from '../../cache.ts'
import type { Corpus, Document } from '../../collections/collection.ts'
import { UsageError } from '../../errors.ts'
import type { DocumentStore, SearchHooks } from '../retriever.ts'
import { unpackBlock } from './blocks.ts'
import { buildFile } from './build-file.ts'
import { buildStore, STORE_VERSION } from './build.ts'
import { fingerprintOf } from './fingerprint.ts'

const BATCH = 256
const DIGITS = 32

/**
 * Opens the store of a corpus, and builds it when its contents have none.
 * A file that has not changed since is not read again, which its size and times tell.
 * @param folder where indexes are kept, a folder for each corpus; default `~/.cache/winnow/indexes`
 * @throws UsageError when the corpus cannot be read, or changes while it is
 */
export async function openDocumentStore(
  corpus: Corpus,
  folder: string = cacheFolder('indexes'),
  hooks: SearchHooks = {},
): Promise<DocumentStore> {
  const fingerprint = await fingerprintOf(corpus, folder, hooks)
  const own = join(folder, fingerprint.hash.slice(0, DIGITS))
  const path = documentsPath(own)
  await buildFile(path, (temporary) => buildStore(temporary, corpus, fingerprint, hooks))
  return openStore(own)
}

const documentsPath = (folder: string) => join(folder, `documents-${STORE_VERSION}.db`)

/** Opens the store that stands in a folder of its own. @throws UsageError when it is no store */
function openStore(folder: string): DocumentStore {
  const db = openReadOnly(documentsPath(folder), 'store of documents')
  const { hash, size } = db.prepare('SELECT hash, size FROM about').get() as { hash: string; size: number }
  const selectId = db.prepare('SELECT id FROM ids WHERE ordinal = ?')
  selectId.setReturnArrays(true)
  const selectOrdinal = db.prepare('SELECT ordinal FROM ids WHERE id = ?')
  const ordinalOf = (id: string) => (selectOrdinal.get(id) as { ordinal: number } | undefined)?.ordinal
  const selectBlock = db.prepare('SELECT first, documents FROM blocks WHERE first <= ? ORDER BY first DESC LIMIT 1')
  const blockOf = (ordinal: number) => {
    const { first, documents } = selectBlock.get(ordinal) as { first: number; documents: Uint8Array }
    return unpackBlock(documents).slice(ordinal - first)
  }
  return {
    hash,
    size,
    folder,
    idOf(ordinal) {
      const row = selectId.get(ordinal) as unknown as [string] | undefined
      if (row === undefined) throw new RangeError(`no document ${ordinal}: there are ${size}`)
      return row[0]
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

/** @throws UsageError when there is no such database */
export function openReadOnly(path: string, what: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    db.exec('SELECT count(*) FROM sqlite_master')
    return db
  } catch (error) {
    throw new UsageError(`cannot open the ${what} ${path}: ${(error as Error).message}`, {
      hint: 'remove the file: it is made again',
      cause: error,
    })
  }
}
