// Saves and restores training: a run that was killed resumes from the last save and ends with the same bits as an uninterrupted one.
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs'
import { isObject } from '../base/json.ts'
import type { Engine } from './engine/engine.ts'
import type { Position } from './trainer.ts'

interface Header {
  /** Hash of what decides the vectors: settings, rows, initial model. Training does not resume from a checkpoint with another one. */
  fingerprint: string
  position: Position
  /** Bytes of the engine's state, of the vectors of the best epoch, and of the negatives mined last. */
  sizes: [state: number, best: number, negatives: number]
}

export interface SavedState {
  position: Position
  best: Uint8Array | undefined
  negatives: Uint32Array | undefined
}

const LENGTH_BYTES = 8

/** Writes a checkpoint to a temporary file and renames it: a kill at any time leaves the last one intact. */
export function saveCheckpoint(
  path: string,
  fingerprint: string,
  { position, best, negatives }: SavedState,
  engine: Engine,
): void {
  const parts = [engine.state, best ?? new Uint8Array(), bytesOf(negatives ?? new Uint32Array())]
  const header: Header = { fingerprint, position, sizes: parts.map(({ length }) => length) as Header['sizes'] }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeBigUInt64LE(BigInt(text.length))
  const temporary = `${path}.part`
  const file = openSync(temporary, 'w')
  try {
    for (const part of [length, text, ...parts]) writeWhole(file, part)
    fsyncSync(file)
  } catch (error) {
    // The disk may be full; the partial checkpoint would take space that the encoder needs.
    ftruncateSync(file)
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}

/**
 * Restores the engine's saved state.
 * @returns undefined if there is no checkpoint; `other` if it belongs to other settings or rows, or cannot be read
 */
export function restoreCheckpoint(path: string, fingerprint: string, engine: Engine): SavedState | 'other' | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  if (size === undefined) return undefined
  const file = openSync(path, 'r')
  try {
    const { header, end: start } = readHeader(file, size) ?? {}
    if (header?.fingerprint !== fingerprint || start === undefined) return 'other'
    const [state, best, negatives] = header.sizes
    if (state !== engine.state.length || start + state + best + negatives !== size) return 'other'
    readWhole(file, start, engine.state)
    const mined = new Uint32Array(negatives / 4)
    readWhole(file, start + state + best, bytesOf(mined))
    return {
      position: header.position,
      best: best === 0 ? undefined : readWhole(file, start + state, new Uint8Array(best)),
      negatives: negatives === 0 ? undefined : mined,
    }
  } finally {
    closeSync(file)
  }
}

/** Returns the header and the position of its end. */
function readHeader(file: number, size: number): { header: Header; end: number } | undefined {
  if (size < LENGTH_BYTES) return undefined
  const length = Number(Buffer.from(readWhole(file, 0, new Uint8Array(LENGTH_BYTES))).readBigUInt64LE())
  const end = LENGTH_BYTES + length
  if (end > size) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(readWhole(file, LENGTH_BYTES, new Uint8Array(length))).toString())
    return isObject(value) && Array.isArray(value['sizes']) ? { header: value as unknown as Header, end } : undefined
  } catch {
    return undefined
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array) => new Uint8Array(buffer, byteOffset, byteLength)
/** Files are read and written in parts of this size, through copies, because not every call accepts shared memory. */
const PART = 1 << 24

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += PART) {
    const part = Uint8Array.from(bytes.subarray(at, at + PART))
    for (let done = 0; done < part.length;) done += writeSync(file, part, done)
  }
}

function readWhole(file: number, start: number, into: Uint8Array): Uint8Array {
  const part = new Uint8Array(Math.min(PART, into.length))
  for (let done = 0; done < into.length;) {
    const got = readSync(file, part, 0, Math.min(PART, into.length - done), start + done)
    if (got === 0) throw new Error('a checkpoint shrank while it was read')
    into.set(part.subarray(0, got), done)
    done += got
  }
  return into
}
