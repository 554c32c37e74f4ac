// Embeds the documents of a store into a file of vectors, in order. A file left by a killed process is continued.
import type { Hooks } from '../../base/hooks.ts'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentsOf } from '../../collections/collection.ts'
import { UsageError, writing } from '../../base/errors.ts'
import { isRunning } from '../../base/running.ts'
import type { Encoder } from '../../encoders/encoder.ts'
import { makeFolder } from '../store/build-file.ts'
import type { DocumentStore } from '../retriever.ts'

/** Documents embedded at a time, so the most that a kill can lose unless the encoder has a cache. */
const BATCH = 512
const LOOK_AGAIN_MS = 500
const SUFFIX = 'part'

/** The files that this process is embedding. */
const underWay = new Map<string, Promise<void>>()

/**
 * Creates the file of vectors unless it exists. If another process on this machine is creating it, waits for that one.
 * @throws UsageError if the encoder gives vectors that cannot be compared
 */
export async function embedDocuments(
  path: string,
  store: DocumentStore,
  encoder: Encoder,
  hooks: Hooks,
): Promise<void> {
  const already = underWay.get(path)
  if (already !== undefined) return already
  const work = embedOrWait(path, store, encoder, hooks)
  underWay.set(path, work)
  try {
    await work
  } finally {
    underWay.delete(path)
  }
}

async function embedOrWait(path: string, store: DocumentStore, encoder: Encoder, hooks: Hooks): Promise<void> {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  const own = `${path}.${hostname()}.${process.pid}.${SUFFIX}`
  for (;;) {
    if (existsSync(path)) return
    const other = takeOver(path, own)
    if (other === undefined) break
    hooks.onProgress?.({
      what: `waiting for process ${other}, which is embedding the same documents`,
      done: 0,
      total: store.size,
    })
    await sleep(LOOK_AGAIN_MS, undefined, { ...(hooks.signal && { signal: hooks.signal }) })
  }
  await writing(path, () => append(own, store, encoder, hooks))
  renameSync(own, path)
}

/** Takes over a part of this file left by a process that has ended. Returns the id of a process that is still working on it. */
function takeOver(path: string, own: string): number | undefined {
  const start = `${basename(path)}.${hostname()}.`
  const parts = readdirSync(dirname(path)).filter((name) => name.startsWith(start) && name.endsWith(SUFFIX))
  const pids = parts.map((name) => Number(name.slice(start.length).split('.')[0]))
  const living = pids.find((pid) => pid !== process.pid && isRunning(pid))
  if (living !== undefined) return living
  const left = parts.find((_name, at) => pids[at] !== process.pid)
  try {
    if (left !== undefined && !existsSync(own)) renameSync(join(dirname(path), left), own)
  } catch (error) {
    // Another process was faster and is working on it now; the next look finds it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return takeOver(path, own)
    throw error
  }
  return undefined
}

async function append(path: string, store: DocumentStore, encoder: Encoder, hooks: Hooks): Promise<void> {
  const { signal, onProgress } = hooks
  const rowBytes = encoder.dimensions * Float32Array.BYTES_PER_ELEMENT
  const file = openSync(path, existsSync(path) ? 'r+' : 'w+')
  try {
    let done = Math.min(store.size, Math.floor(fstatSync(file).size / rowBytes))
    ftruncateSync(file, done * rowBytes)
    const say = () => onProgress?.({ what: 'embedding documents', done, total: store.size })
    // The first batch may take a minute.
    if (done < store.size) say()
    for (const documents of store.batches(done, BATCH)) {
      signal?.throwIfAborted()
      const vectors = await embed(documents.map(contentsOf), encoder, signal)
      const fault = firstFault(vectors, encoder.dimensions)
      if (fault !== undefined) {
        throw new UsageError(
          `${encoder.name} returned a vector with ${fault.value} for document ${JSON.stringify(documents[fault.row]?.id)}`,
        )
      }
      writeAll(file, vectors, done * rowBytes)
      done += documents.length
      say()
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Embeds texts. Blank ones get zeros and are not sent. */
async function embed(texts: string[], encoder: Encoder, signal: AbortSignal | undefined): Promise<Float32Array> {
  const { dimensions } = encoder
  const full = texts.flatMap((text, at) => (text.trim() === '' ? [] : [at]))
  const encoded =
    full.length === 0
      ? new Float32Array()
      : await encodeTexts(
          encoder,
          full.map((at) => texts[at] as string),
          'passage',
          signal,
        )
  if (full.length === texts.length) return encoded
  const vectors = new Float32Array(texts.length * dimensions)
  full.forEach((at, row) => vectors.set(encoded.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions))
  return vectors
}

/** Encodes texts, and checks that the encoder returned one vector per text. */
export async function encodeTexts(
  encoder: Encoder,
  texts: string[],
  kind: 'query' | 'passage',
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const vectors = await encoder.encode(texts, kind, signal)
  if (vectors.length === texts.length * encoder.dimensions) return vectors
  throw new UsageError(
    `${encoder.name} returned ${vectors.length} numbers for ${texts.length} texts, expected ${texts.length * encoder.dimensions} (${encoder.dimensions} dimensions each)`,
  )
}

/** Returns the first value that cannot be compared because it is not finite. */
export function firstFault(vectors: Float32Array, dimensions: number): { row: number; value: number } | undefined {
  const at = vectors.findIndex((value) => !Number.isFinite(value))
  return at === -1 ? undefined : { row: Math.floor(at / dimensions), value: vectors[at] as number }
}

function writeAll(file: number, vectors: Float32Array, position: number): void {
  const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength)
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done)
}
