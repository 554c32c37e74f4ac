// A nameless file for what does not fit into memory: the system frees it when it is closed, or when the process ends, however it ends.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cannotWrite } from './errors.ts'

export class ScratchFile {
  readonly #path: string
  readonly #descriptor: number

  /** @throws WinnowError when the folder for temporary files cannot be written to */
  constructor() {
    const folder = tmpdir()
    try {
      const own = mkdtempSync(join(folder, 'winnow-'))
      this.#path = join(own, 'scratch')
      this.#descriptor = openSync(this.#path, 'wx+')
      rmSync(own, { recursive: true })
    } catch (error) {
      throw cannotWrite(folder, error)
    }
  }

  write(bytes: Uint8Array, at: number): void {
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, at + done)
      }
    } catch (error) {
      throw cannotWrite(this.#path, error)
    }
  }

  /** Fills `into` with what was written at a place. */
  fill(into: Uint8Array, at: number): void {
    for (let done = 0; done < into.length;) {
      const got = readSync(this.#descriptor, into, done, into.length - done, at + done)
      if (got === 0) throw new Error(`${this.#path} shrank while it was in use`)
      done += got
    }
  }

  read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    this.fill(bytes, at)
    return bytes
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}
