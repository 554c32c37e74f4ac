// Runs commands for a program, one after another: requests come as JSON lines on standard input, and answers go as JSON lines to standard
// output. docs/python.md describes both.
import { createInterface } from 'node:readline'
import { messageOf, WinnowError } from '../base/errors.ts'
import { withoutLogins } from '../base/url.ts'
import type { ListedCommand } from './command.ts'
import { ERRORS, OUTPUT, print, shown } from './door.ts'
import type { Host } from './host.ts'
import type { Amount, ProgressLine } from './live-line.ts'
import { withRecipe } from './recipe.ts'
import { applySurroundings, commandOf, readRequest, type CommandRequest } from './request.ts'

/** A line of an answer. A result or an error is the last one. */
type Answer =
  | { note: string }
  | { progress: { text: string } & Partial<Amount> }
  | { result: { code: number; report: unknown } }
  | { error: { name: string; code: string; message: string; hint: string | null; isRetryable: boolean } }

type Send = (id: number, answer: Answer) => void

/** The shortest time between two lines of progress. */
const PROGRESS_MS = 100

const COULD_NOT_RUN = 2

/** Serves until standard input ends; the command that is running then is stopped. */
export async function serve(commands: readonly ListedCommand[]): Promise<void> {
  const write = OUTPUT.write.bind(OUTPUT)
  // Whatever else is printed would be taken for an answer.
  OUTPUT.write = ERRORS.write.bind(ERRORS)
  const send: Send = (id, answer) => void write(`${JSON.stringify({ id, ...answer })}\n`)
  let current = new ServedCommand(0, send)
  process.on('uncaughtException', (error) => {
    current.fail(error)
    process.exit(COULD_NOT_RUN)
  })
  let last = Promise.resolve()
  const start = async (request: CommandRequest) => {
    current = new ServedCommand(request.id, send)
    await current.run(request, commands)
  }
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    try {
      const request = readRequest(line)
      if (!('stop' in request)) last = last.then(() => start(request))
      else if (request.stop === current.id) current.stop()
    } catch (error) {
      new ServedCommand(0, send).fail(error)
    }
  }
  current.stop()
  await last
}

/** A command that runs for a program. */
class ServedCommand {
  readonly id: number
  readonly #send: (answer: Answer) => void
  #isStopped = false
  #handle: (() => void) | undefined

  constructor(id: number, send: Send) {
    this.id = id
    this.#send = (answer) => send(id, answer)
  }

  /** Ends the command as Ctrl-C does, at once or as soon as it listens. */
  stop(): void {
    this.#isStopped = true
    this.#handle?.()
  }

  async run(request: CommandRequest, commands: readonly ListedCommand[]): Promise<void> {
    const { args, options: given, quiet } = request
    let report: unknown = null
    const host: Host = {
      line: servedLine(this.#send),
      onStop: (handle) => this.#listen(handle),
      report: (value) => (report = value),
    }
    try {
      applySurroundings(request)
      const spec = await commandOf(request, commands)
      const { recipe, ...options } = given
      const { work } = await spec.load()
      const code = await work(args, await withRecipe(spec, options, recipe), { json: true, quiet, commands, host })
      this.#send({ result: { code, report } })
    } catch (error) {
      this.fail(error, [...args, ...Object.values(given).flat().map(String)])
    }
  }

  /** @param given what was given with the request, and may hold credentials */
  fail(error: unknown, given: readonly string[] = []): void {
    const own = error instanceof WinnowError ? error : undefined
    const { name = 'Error', code = 'unexpected', hint = null, isRetryable = false } = own ?? {}
    const safe = (text: string) => shown(withoutLogins(text, given))
    if (own === undefined && error instanceof Error) print(withoutLogins(error.stack ?? '', given), ERRORS)
    this.#send({
      error: { name, code, message: safe(messageOf(error)), hint: hint === null ? null : safe(hint), isRetryable },
    })
  }

  #listen(handle: () => void): () => void {
    this.#handle = handle
    if (this.#isStopped) handle()
    return () => (this.#handle = undefined)
  }
}

/** Sends what a live line would show. */
function servedLine(send: (answer: Answer) => void): ProgressLine {
  let last = -Infinity
  return {
    show: (textOf, isLast = false, amount = undefined) => {
      if (performance.now() - last < PROGRESS_MS && !isLast) return
      last = performance.now()
      send({ progress: { text: shown(textOf()), ...(amount && { done: amount.done, total: amount.total }) } })
    },
    note: (sentence) => send({ note: shown(sentence) }),
    clear: () => undefined,
  }
}
