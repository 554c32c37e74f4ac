// Writes a file of lines beside its target and renames it once it is complete; gzip or zstd if the name says so.
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { basename, dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { hash } from 'node:crypto'
import { cannotWrite, writing } from './errors.ts'
import { HERE, isRunning } from './running.ts'
import { createGzip, createZstdCompress } from 'node:zlib'
import type { Transform, Writable } from 'node:stream'

const BUFFERED = 1 << 16
/** Bytes that may wait for writing while the next rows are decided. */
const AHEAD = 1 << 20

/** A target for lines: `write` returns a promise only if the caller must wait. */
export interface LineSink {
  write(bytes: Buffer | string): Promise<void> | undefined
  /** Completes the target and closes the sink. */
  commit(): Promise<void>
  /** Leaves the target as it was. */
  abort(): Promise<void>
}

let parts = 0

/** What parts of this machine begin with: process ids of another say nothing here. */
const MACHINE = hash('sha256', HERE, 'hex').slice(0, 8)
/** Of a file that waits beside its target, there may be one that is not finished either. */
const PART = new RegExp(`\\.${MACHINE}-(\\d+)-\\d+\\.part(?:\\.${MACHINE}-\\d+-\\d+\\.part)?$`)

/** Returns the name of a file that no other run writes, two of which may have one target. Removes those of processes that are gone. */
export async function partFor(path: string): Promise<string> {
  await removeAbandoned(dirname(path), `${basename(path)}.`)
  parts += 1
  return `${path}.${MACHINE}-${process.pid}-${parts}.part`
}

/** Removes the unfinished files of processes that are gone. @param begins the beginning of their names */
export async function removeAbandoned(folder: string, begins = ''): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(begins) ? PART.exec(name)?.[1] : undefined
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true })
  }
}

/** Opens a sink for a file. `path` does not exist before `commit`. */
export async function openSink(path: string): Promise<LineSink> {
  await writing(path, () => mkdir(dirname(path), { recursive: true }))
  const temporary = await partFor(path)
  const file = createWriteStream(temporary, { highWaterMark: AHEAD })
  const sink = new StreamSink(path, compressedInto(file, path), file)
  return {
    write: (bytes) => sink.write(bytes),
    commit: async () => {
      await sink.end()
      await writing(path, () => rename(temporary, path))
    },
    abort: async () => {
      await sink.destroy()
      await rm(temporary, { force: true })
    },
  }
}

/** Writes a text beside its target and renames it, completely or not at all. @throws WinnowError that names the file */
export async function writeText(path: string, text: string): Promise<void> {
  const temporary = await partFor(path)
  try {
    await writeFile(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw cannotWrite(path, error)
  }
}

/** Opens a sink for standard output, where writes cannot be undone. */
export function stdoutSink(): LineSink {
  let failed: Error | undefined
  const note = (error: Error) => (failed ??= cannotWrite('standard output', error))
  process.stdout.on('error', note)
  return {
    write: (bytes) => {
      if (failed) throw failed
      return process.stdout.write(bytes)
        ? undefined
        : once(process.stdout, 'drain').then(
            () => undefined,
            (error: Error) => {
              throw cannotWrite('standard output', error)
            },
          )
    },
    commit: async () => {
      if (failed) throw failed
    },
    abort: () => Promise.resolve(),
  }
}

function compressedInto(file: WriteStream, path: string): Writable {
  const compressor: Transform | undefined = path.endsWith('.gz')
    ? createGzip()
    : path.endsWith('.zst')
      ? createZstdCompress()
      : undefined
  compressor?.pipe(file)
  return compressor ?? file
}

/** Gathers small lines into larger writes and keeps the first error of the stream. */
class StreamSink {
  readonly #stream: Writable
  readonly #file: WriteStream
  #pending: (Buffer | string)[] = []
  #size = 0
  #error: Error | undefined

  constructor(path: string, stream: Writable, file: WriteStream) {
    this.#stream = stream
    this.#file = file
    for (const each of new Set([stream, file]))
      each.on('error', (error: Error) => {
        this.#error ??= cannotWrite(path, error)
        // What waits for the compressor to drain would wait for ever.
        stream.destroy(error)
      })
  }

  write(bytes: Buffer | string): Promise<void> | undefined {
    if (this.#error) throw this.#error
    this.#pending.push(bytes)
    this.#size += bytes.length
    return this.#size < BUFFERED ? undefined : this.#flush()
  }

  #flush(): Promise<void> | undefined {
    const block = Buffer.concat(this.#pending.map((bytes) => (typeof bytes === 'string' ? Buffer.from(bytes) : bytes)))
    this.#pending = []
    this.#size = 0
    if (this.#stream.write(block)) return undefined
    return once(this.#stream, 'drain').then(
      () => undefined,
      (error: Error) => this.#fail(error),
    )
  }

  async end(): Promise<void> {
    if (this.#error) throw this.#error
    await this.#flush()
    this.#stream.end()
    await finished(this.#file).catch((error: Error) => this.#fail(error))
  }

  #fail(error: Error): never {
    throw this.#error ?? error
  }

  async destroy(): Promise<void> {
    this.#stream.destroy()
    this.#file.destroy()
    await finished(this.#file).catch(() => undefined)
  }
}
