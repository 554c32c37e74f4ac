// Identifies a corpus by the hash of its bytes and its number of documents, remembered for files that have not changed.
import type { Hooks } from '../../base/hooks.ts'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Corpus } from '../../collections/collection.ts'
import { sha256 } from '../../base/hash.ts'
import { isObject } from '../../base/json.ts'

export interface Fingerprint {
  /** SHA-256 of the uncompressed bytes, hex. */
  hash: string
  /** Number of documents. */
  size: number
}

/** A file changed less than this before it was read, in milliseconds, may have changed again within one tick of the file system's clock. */
const SETTLED_MS = 2_000

/** Returns the fingerprint remembered in `folder` for files with these paths, sizes and times; otherwise reads the corpus once. */
export async function fingerprintOf(corpus: Corpus, folder: string, hooks: Hooks): Promise<Fingerprint> {
  const state = stateOf(corpus.files ?? [])
  const memory = join(folder, 'files', `${sha256(state?.paths.join('\n') ?? '', 32)}.json`)
  const remembered = state && recall(memory, state.times)
  if (remembered) return remembered
  const startedMs = Date.now()
  const fingerprint = await readThrough(corpus, hooks)
  if (state && startedMs - state.changedMs > SETTLED_MS) remember(memory, state, fingerprint)
  return fingerprint
}

async function readThrough(corpus: Corpus, { signal, onProgress }: Hooks): Promise<Fingerprint> {
  const bytes = createHash('sha256')
  let size = 0
  for await (const documents of corpus.documents((chunk) => bytes.update(chunk))) {
    signal?.throwIfAborted()
    size += documents.length
    onProgress?.({ what: 'reading documents', done: size, total: 0 })
  }
  return { hash: bytes.digest('hex'), size }
}

interface FileState {
  paths: string[]
  /** Time of the latest change of any kind to any of them. */
  changedMs: number
  /** Differs once a file has been changed. Git's index relies on the same data. */
  times: string
}

/** Returns undefined unless the corpus consists of plain files. */
function stateOf(files: readonly string[]): FileState | undefined {
  const stats = files.map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }))
  const times = stats.flatMap((stat) =>
    stat?.isFile() ? [[stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino, stat.dev].join(' ')] : [],
  )
  if (files.length === 0 || times.length < files.length) return undefined
  const changedMs = Math.max(...stats.map((stat) => Number(stat?.ctimeMs)))
  return { paths: files.map((file) => realpathSync(file)), changedMs, times: times.join(', ') }
}

function recall(memory: string, times: string): Fingerprint | undefined {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(memory, 'utf8'))
  } catch {
    return undefined
  }
  if (!isObject(value) || value['times'] !== times) return undefined
  const { hash, size } = value
  return typeof hash === 'string' && typeof size === 'number' ? { hash, size } : undefined
}

/** Remembers a fingerprint. If it cannot be written, as in another user's index, the corpus is read again next time. */
function remember(memory: string, { paths, times }: FileState, fingerprint: Fingerprint): void {
  try {
    mkdirSync(dirname(memory), { recursive: true })
    const temporary = `${memory}.${process.pid}`
    writeFileSync(temporary, JSON.stringify({ files: paths, times, ...fingerprint }))
    renameSync(temporary, memory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}
