// Which corpus it is: the hash of its bytes and how many documents it has, remembered for a file that has not changed since.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Corpus } from '../../collections/collection.ts'
import { sha256 } from '../../hash.ts'
import { isObject } from '../../rows/json.ts'
import type { SearchHooks } from '../retriever.ts'

export interface Fingerprint {
  /** SHA-256 of the uncompressed bytes, hex. */
  hash: string
  /** Number of documents. */
  size: number
}

/** A file that was changed less than this before it was read may have been changed again within one tick of its clock. */
const SETTLED_MS = 2_000

/** Takes what is remembered in `folder` of a file with this path, size and times; else reads the corpus once. */
export async function fingerprintOf(corpus: Corpus, folder: string, hooks: SearchHooks): Promise<Fingerprint> {
  const state = stateOf(corpus.path)
  const memory = join(folder, 'files', `${sha256(state?.path ?? '', 32)}.json`)
  const remembered = state && recall(memory, state.times)
  if (remembered) return remembered
  const startedMs = Date.now()
  const fingerprint = await readThrough(corpus, hooks)
  if (state && startedMs - state.changedMs > SETTLED_MS) remember(memory, state, fingerprint)
  return fingerprint
}

async function readThrough(corpus: Corpus, { signal, onProgress }: SearchHooks): Promise<Fingerprint> {
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
  path: string
  /** Of its last change of any kind. */
  changedMs: number
  /** What is another when the file has been changed: git's index trusts the same. */
  times: string
}

/** Undefined where the corpus is not one plain file. */
function stateOf(path: string): FileState | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (!stat?.isFile()) return undefined
  const times = [stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino, stat.dev].join(' ')
  return { path: realpathSync(path), changedMs: Number(stat.ctimeMs), times }
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

function remember(memory: string, { path, times }: FileState, fingerprint: Fingerprint): void {
  mkdirSync(join(memory, '..'), { recursive: true })
  const temporary = `${memory}.${process.pid}`
  writeFileSync(temporary, JSON.stringify({ file: path, times, ...fingerprint }))
  renameSync(temporary, memory)
}
