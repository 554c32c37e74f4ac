// The entries of all texts of a training, one after the other: in memory while they are few, in a file when they are many.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { cannotWrite } from '../base/errors.ts'
import { GrowingArray } from './growing.ts'

/** Entries that stay in memory: 32 MB. */
const IN_MEMORY = 1 << 23
/** Entries that are written at once. */
const BUFFERED = 1 << 18

export class EntryStore {
  readonly #path: string
  readonly #inMemory: number
  /** The entries in memory, or those still to be written. */
  readonly #entries = new GrowingArray()
  /** Entries in the file. */
  #written = 0
  #file: number | undefined
  #bytes = new Uint8Array(1 << 12)

  /** @param path of the file, when one is needed */
  constructor(path: string, inMemory = IN_MEMORY) {
    this.#path = path
    this.#inMemory = inMemory
  }

  get length(): number {
    return this.#written + this.#entries.length
  }

  append(entries: Uint32Array): void {
    const most = this.#file === undefined ? this.#inMemory : BUFFERED
    if (this.#entries.length + entries.length > most) this.#write()
    this.#entries.append(entries)
  }

  /** Copies entries into `into` from `at`. What was appended at once is copied at once. */
  copy(start: number, count: number, into: Uint32Array, at: number): void {
    if (start < this.#written) this.#read(start, count, into, at)
    else into.set(this.#entries.numbers.subarray(start - this.#written, start - this.#written + count), at)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #write(): void {
    const { numbers } = this.#entries
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    try {
      this.#file ??= openSync(this.#path, 'w+')
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#file, bytes, done, bytes.length - done, this.#written * 4 + done)
      }
    } catch (error) {
      throw cannotWrite(this.#path, error)
    }
    this.#written += numbers.length
    this.#entries.clear()
  }

  #read(start: number, count: number, into: Uint32Array, at: number): void {
    const size = count * 4
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size * 2)
    for (let done = 0; done < size;) {
      const got = readSync(this.#file as number, this.#bytes, done, size - done, start * 4 + done)
      if (got === 0) throw new Error(`${this.#path} shrank while it was in use`)
      done += got
    }
    into.set(new Uint32Array(this.#bytes.buffer, 0, count), at)
  }
}
