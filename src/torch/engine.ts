// The process of the Python engine: JSON lines from its standard output, and what it said when it fails.
import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, openSync, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import type { Environment } from '../base/cache.ts'
import { cannotWrite, UsageError, WinnowError } from '../base/errors.ts'
import { objectIn, type JsonObject } from '../base/json.ts'
import type { Launcher } from './python.ts'

export type EngineEvent = JsonObject & { event: string }

/** A task of the engine: a process of its own, or one of the tasks of a worker. */
export interface EngineTask {
  /** Yields the events until the task ends. @throws UsageError with the engine's own sentence; WinnowError if it ends without one */
  events(): AsyncGenerator<EngineEvent>
  send(line: string): void
  /** Ends the task. */
  close(): Promise<void>
}

export interface EngineOptions {
  launcher: Launcher
  /** `train REQUEST`, `serve MODEL` or `work`. */
  args: readonly string[]
  env: Environment
  /** File for everything that the engine prints besides its events. */
  log?: string | undefined
}

/** Lines of standard error in the message of an engine that failed without saying why. */
const TAIL = 12

/** A started engine. It ends by itself when this process does: its standard input closes. */
export class TorchEngine implements EngineTask {
  readonly #child: ChildProcess
  readonly #tail: string[] = []
  readonly #log: WriteStream | undefined
  readonly #ended: Promise<void>

  /** @throws WinnowError if the log cannot be made */
  constructor({ launcher, args, env, log }: EngineOptions) {
    this.#log = log === undefined ? undefined : logAt(log)
    // Training goes on without its log: what fails later, such as a full disk, is the engine's to tell.
    this.#log?.on('error', (error) => this.#keepInTail(cannotWrite(log ?? '', error).message))
    // Away from the terminal's process group: Ctrl-C is for this process, which tells the engine to save first.
    this.#child = spawn(launcher.command, [...launcher.args, ...args], {
      env: { ...env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', WINNOW_ENGINE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child.stdin?.on('error', () => undefined)
    const errors = createInterface({ input: this.#child.stderr as NodeJS.ReadableStream })
    errors.on('line', (line) => this.#note(line))
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#note(error.message)
        resolve()
      })
      this.#child.on('close', () => resolve())
    })
  }

  async *events(): AsyncGenerator<EngineEvent> {
    const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })
    for await (const line of lines) {
      const event = eventIn(line)
      if (event === undefined) this.#note(line)
      else if (event.event === 'error') throw new UsageError(String(event['text']), { hint: String(event['hint']) })
      else yield event
    }
    await this.#ended
    if (this.#child.exitCode !== 0) throw this.#failure()
  }

  send(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** Ends the engine at once, with all its processes. */
  async close(): Promise<void> {
    this.#child.stdin?.end()
    if (this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL')
      } catch {
        // It has just ended.
      }
    }
    await this.#ended
    const log = this.#log
    if (log === undefined || log.destroyed) return
    log.end()
    // Until then the folder of the log is in use. Why it could not be written has been noted.
    await finished(log).catch(() => undefined)
  }

  #note(line: string): void {
    this.#log?.write(`${line}\n`)
    if (line.trim() !== '') this.#keepInTail(line)
  }

  #keepInTail(line: string): void {
    this.#tail.push(line.replaceAll(/.*\r/g, ''))
    if (this.#tail.length > TAIL) this.#tail.shift()
  }

  #failure(): WinnowError {
    const { exitCode, signalCode } = this.#child
    const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`
    const said = this.#tail.length === 0 ? '' : `; it said:\n${this.#tail.map((line) => `  ${line}`).join('\n')}`
    return new WinnowError('engine', `the torch engine ended ${how}${said}`, {
      hint:
        signalCode === 'SIGKILL'
          ? 'The system may have been out of memory: try a smaller --mini-batch.'
          : 'If a package is missing or too old, install the newest sentence-transformers in that Python.',
    })
  }
}

/** Opens the log at once: a stream opens its file later, when the folder may be gone. */
function logAt(path: string): WriteStream {
  try {
    return createWriteStream(path, { fd: openSync(path, 'w') })
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

function eventIn(line: string): EngineEvent | undefined {
  const value = line.startsWith('{') ? objectIn(line) : undefined
  return typeof value?.['event'] === 'string' ? { ...value, event: value['event'] } : undefined
}
