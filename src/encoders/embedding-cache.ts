// Keeps vectors on disk, so that the same weights never encode a text twice: across rows, runs and processes.
import { hash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { cacheFolder, type Environment } from '../base/cache.ts'
import { UsageError, writeFailure } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { patiently } from '../base/sqlite.ts'
import type { Encoder, TextKind } from './encoder.ts'

export interface CachedEncoder extends Encoder {
  keepingNone: Encoder
  /** Vectors found in the cache and texts encoded so far. A repeated text counts for neither. */
  counts: Readonly<{ found: number; encoded: number }>
}

/**
 * Keeps the vectors of an encoder in the cache, unless they are made of vectors that are kept already. Closes the encoder if the cache
 * cannot be used.
 */
export async function keptEncoder(encoder: Encoder, env: Environment | undefined): Promise<Encoder> {
  if (encoder.keepingNone !== undefined) return encoder
  try {
    return cachedEncoder(encoder, cacheFolder('embeddings', env))
  } catch (error) {
    await encoder.close()
    throw error
  }
}

/** Texts encoded before they are written, so the most that a kill can lose. */
const CHUNK = 512

/**
 * Returns an encoder that looks in a cache first. Its file, one per identity, is a SQLite database that several processes may share; the
 * texts themselves are not stored. Closing it closes the encoder.
 * @param folder as `cacheFolder('embeddings')`; it is created
 * @throws UsageError if the file cannot be used, or holds vectors of another length
 */
export function cachedEncoder(encoder: Encoder, folder: string): CachedEncoder {
  const store = openStore(encoder, folder)
  const counts = { found: 0, encoded: 0 }
  const { name, identity, dimensions, prefixes } = encoder
  const about = { name, identity, dimensions, ...(prefixes && { prefixes }) }
  const encodeBy = (encodeMissing: EncodeMissing) => lookingUp(encoder, store, counts, encodeMissing)
  return {
    ...about,
    counts,
    encode: encodeBy(intoStore(encoder, store, counts)),
    keepingNone: { ...about, encode: encodeBy(intoMemory(encoder, counts)), close: () => Promise.resolve() },
    close: async () => {
      store.close()
      await encoder.close()
    },
  }
}

type Counts = Record<keyof CachedEncoder['counts'], number>
type FindVector = (key: string) => Float32Array | undefined
/** Encodes texts by key, and returns where their vectors are. */
type EncodeMissing = (texts: ReadonlyMap<string, string>, kind: TextKind, signal?: AbortSignal) => Promise<FindVector>

function lookingUp(encoder: Encoder, store: Store, counts: Counts, encodeMissing: EncodeMissing): Encoder['encode'] {
  const { dimensions } = encoder
  return async (texts, kind, signal) => {
    signal?.throwIfAborted()
    const vectors = new Float32Array(texts.length * dimensions)
    const places = placesOf(texts.map((text) => keyOf(encoder, text, kind)))
    const take = (find: FindVector) => {
      for (const [key, all] of places) {
        const found = find(key)
        if (found === undefined) continue
        for (const at of all) vectors.set(found, at * dimensions)
        places.delete(key)
      }
    }
    const asked = places.size
    take(store.read)
    counts.found += asked - places.size
    while (places.size > 0) {
      const missing = new Map([...places].map(([key, all]) => [key, texts[all[0] as number] as string]))
      take(await encodeMissing(missing, kind, signal))
      signal?.throwIfAborted()
    }
    return vectors
  }
}

function intoStore(encoder: Encoder, store: Store, counts: Counts): EncodeMissing {
  /** The texts being encoded, by key; settles once their vectors are in the store. */
  const pending = new Map<string, Promise<void>>()

  const encodeChunk = async (texts: string[], keys: string[], kind: TextKind, signal?: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const key of keys) pending.set(key, promise)
    try {
      const vectors = await encoder.encode(texts, kind, signal)
      store.add(keys, vectors)
      counts.encoded += texts.length
    } finally {
      for (const key of keys) pending.delete(key)
      resolve()
    }
  }

  // Encodes what no other call is encoding, and waits for the rest. Afterwards all vectors are there, unless another call failed.
  return async (missing, kind, signal) => {
    const others = new Set([...missing.keys()].flatMap((key) => pending.get(key) ?? []))
    const all = [...missing]
    for (let from = 0; from < all.length; from += CHUNK) {
      // Another call is encoding some of them, or has since the last chunk.
      const chunk = all.slice(from, from + CHUNK).filter(([key]) => !pending.has(key) && !store.has(key))
      const [keys, texts] = [chunk.map(([key]) => key), chunk.map(([, text]) => text)]
      if (chunk.length > 0) await encodeChunk(texts, keys, kind, signal)
    }
    await Promise.all(others)
    return store.read
  }
}

/** Returns vectors without storing them. */
function intoMemory(encoder: Encoder, counts: Counts): EncodeMissing {
  const { dimensions } = encoder
  return async (missing, kind, signal) => {
    const vectors = await encoder.encode([...missing.values()], kind, signal)
    counts.encoded += missing.size
    const rows = new Map([...missing.keys()].map((key, row) => [key, row]))
    return (key) => {
      const row = rows.get(key)
      return row === undefined ? undefined : vectors.subarray(row * dimensions, (row + 1) * dimensions)
    }
  }
}

/** Returns the key of a text. Equal texts after equal prefixes share a vector, whatever their kind. */
function keyOf({ prefixes }: Encoder, text: string, kind: TextKind): string {
  const before = prefixes === undefined ? `kind ${kind}` : `prefix ${prefixes[kind]}`
  return hash('sha256', `${before.length} ${before}${text}`, 'hex').slice(0, 32)
}

function placesOf(keys: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  keys.forEach((key, at) => {
    const all = places.get(key)
    if (all) all.push(at)
    else places.set(key, [at])
  })
  return places
}

interface Store {
  has(key: string): boolean
  read(key: string): Float32Array | undefined
  /** @param vectors row by row, one per key */
  add(keys: readonly string[], vectors: Float32Array): void
  close(): void
}

// Vectors are appended. Only the narrow index is in random order, which stays fast as the file grows.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS encoder (identity TEXT NOT NULL, dimensions INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS keys (key BLOB PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`
const WAIT_FOR_LOCK_MS = 60_000
const CACHE_KIB = 16_384
const FLOAT_BYTES = 4

function openStore({ name, identity, dimensions }: Encoder, folder: string): Store {
  const path = join(folder, `${sha256(identity, 16)}.sqlite`)
  const hint = 'Delete the file, or set another folder with WINNOW_CACHE.'
  const guarded = <T>(what: string, work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (error instanceof UsageError) throw error
      throw new UsageError(`cannot ${what} the embedding cache ${path}: ${writeFailure(error)}`, { cause: error, hint })
    }
  }
  const db = guarded('open', () => open(path, folder))
  guarded('open', () => assertSame(db, { name, identity, dimensions, path }))
  const find = db.prepare('SELECT id FROM keys WHERE key = ?')
  const read = db.prepare('SELECT vector FROM keys JOIN vectors USING (id) WHERE key = ?')
  const addVector = db.prepare('INSERT INTO vectors (vector) VALUES (?)')
  const addKey = db.prepare('INSERT INTO keys (key, id) VALUES (?, ?)')
  const bytesOf = (key: string) => Buffer.from(key, 'hex')
  return {
    has: (key) => guarded('read', () => find.get(bytesOf(key)) !== undefined),
    read: (key) =>
      guarded('read', () => {
        const row = read.get(bytesOf(key)) as { vector: Uint8Array } | undefined
        if (row !== undefined && row.vector.length !== dimensions * FLOAT_BYTES) throw new Error('it is damaged')
        // Copied, because a view of 32-bit floats must be aligned.
        return row && new Float32Array(new Uint8Array(row.vector).buffer)
      }),
    add: (keys, vectors) =>
      guarded('write to', () =>
        inTransaction(db, () => {
          keys.forEach((key, at) => {
            // Another process may have stored it already.
            if (find.get(bytesOf(key)) !== undefined) return
            const vector = vectors.subarray(at * dimensions, (at + 1) * dimensions)
            const { lastInsertRowid } = addVector.run(
              new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
            )
            addKey.run(bytesOf(key), lastInsertRowid)
          })
        }),
      ),
    close: () => db.close(),
  }
}

function open(path: string, folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true })
  const db = new DatabaseSync(path, { timeout: WAIT_FOR_LOCK_MS })
  // WAL with NORMAL survives any kill of the process.
  patiently(() => db.exec('PRAGMA journal_mode = WAL'))
  db.exec(`PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`)
  inTransaction(db, () => db.exec(SCHEMA))
  return db
}

/** Checks the length of the vectors. A server's model is known only by its name, so this is all that can reveal another model behind it. */
function assertSame(
  db: DatabaseSync,
  { name, identity, dimensions, path }: { name: string; identity: string; dimensions: number; path: string },
): void {
  const known = inTransaction(db, () => {
    const found = db.prepare('SELECT dimensions FROM encoder').get() as { dimensions: number } | undefined
    if (found === undefined) db.prepare('INSERT INTO encoder VALUES (?, ?)').run(identity, dimensions)
    return found?.dimensions ?? dimensions
  })
  if (known === dimensions) return
  db.close()
  throw new UsageError(`${name} returns vectors of ${dimensions} dimensions, but those in ${path} have ${known}`, {
    hint: 'The name now refers to another model: use MODEL#TAG@BASE_URL to tell them apart, or delete the file.',
  })
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk may have rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
