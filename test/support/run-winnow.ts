// Runs the command line in real child processes, under the Node that runs the tests.
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Order } from './command-server.ts'

const BIN = join(import.meta.dirname, '../../bin/winnow.js')
const SERVER = join(import.meta.dirname, 'command-server.ts')

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`the tests need Node 24 or newer, this is ${process.version}: start them with npx vitest`)
}

export interface ProcessResult {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

interface Surroundings {
  env?: Record<string, string>
  cwd?: string
}

export interface RunOptions extends Surroundings {
  stdin?: string
  /** The most files and sockets that the process may have open. */
  openFiles?: number
  /** A program with arguments that starts the command, given after them, under conditions of its own. */
  under?: readonly string[]
  /** Called with the process once it has started, for example to kill it. */
  onStart?: (child: ChildProcess) => void
}

/**
 * Runs one command line. A process that has loaded the code and ended its last command is taken again, which spares most of a second; a
 * command that gets standard input, or that a test does something to, has a process of its own. Variables about models or keys are not
 * passed on from the environment.
 */
export function runWinnow(args: string[], options: RunOptions = {}): Promise<ProcessResult> {
  const { stdin, openFiles, under, onStart, ...surroundings } = options
  const isOrdinary = [stdin, openFiles, under, onStart].every((each) => each === undefined)
  return isOrdinary ? runServed(args, surroundings) : runAlone(args, options)
}

/** Runs the command in a process of its own, started as a user starts it. */
export function runAlone(
  args: string[],
  { env = {}, cwd, stdin, openFiles, under = [], onStart }: RunOptions = {},
): Promise<ProcessResult> {
  const limit = openFiles === undefined ? [] : ['bash', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'bash']
  const [program = '', ...given] = [...under, ...limit, process.execPath, BIN, ...args]
  const child = spawn(program, given, { env: { ...inherited(), ...env }, cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  const text = collected(child)
  child.stdin.on('error', () => undefined).end(stdin ?? '')
  onStart?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...text }))
  })
}

const inherited = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => !/^(OPENAI|AZURE|NODE_OPTIONS|VITEST)/.test(entry[0]),
    ),
  )

function collected(child: ChildProcess): { stdout: string; stderr: string } {
  const text = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text.stdout += part))
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (text.stderr += part))
  return text
}

/** As for the processes of tests: see vitest.config.ts. */
const FLAGS = ['--external-memory-accounted-in-global-limit', '--initial-heap-size=300']

/** Processes that have ended their last command. They end with this one. */
const idle: CommandServer[] = []

async function runServed(args: string[], surroundings: Surroundings): Promise<ProcessResult> {
  const server = idle.pop() ?? new CommandServer()
  const result = await server.run(args, surroundings)
  if (server.isAlive) idle.push(server)
  return result
}

class CommandServer {
  readonly #child: ChildProcess
  readonly #text: { stdout: string; stderr: string }
  readonly #closed: Promise<ProcessResult>
  isAlive = true

  constructor() {
    const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }
    this.#child = spawn(process.execPath, [...FLAGS, SERVER], {
      env: { ...compiled, ...inherited() },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    })
    this.#child.stdin?.end()
    this.#text = collected(this.#child)
    this.#closed = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', (code, signal) => {
        this.isAlive = false
        resolve({ code, signal, ...this.#text })
      })
    })
  }

  /** Runs a command. A command that ends the process has the result that any process has. */
  run(args: string[], { env = {}, cwd = process.cwd() }: Surroundings): Promise<ProcessResult> {
    // What a command said after its end would be lost with it.
    if (!this.isAlive || this.#text.stdout + this.#text.stderr !== '') {
      throw new Error(`a command went on after its end:\n${this.#text.stdout}${this.#text.stderr}`)
    }
    const end = `\0${randomUUID()}\0`
    const order: Order = { args, env: { ...inherited(), ...env }, cwd, end }
    return Promise.race([this.#closed, this.#served(order)])
  }

  async #served(order: Order): Promise<ProcessResult> {
    const code = new Promise<number>((resolve) => this.#child.once('message', (given) => resolve(given as number)))
    this.#child.send(order)
    const given = await code
    const [stdout, stderr] = await Promise.all([this.#until('stdout', order.end), this.#until('stderr', order.end)])
    return { code: given, signal: null, stdout, stderr }
  }

  /** Takes what a stream holds before the end of the command. */
  #until(stream: 'stdout' | 'stderr', end: string): Promise<string> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.#text[stream].endsWith(end)) return
        this.#child[stream]?.off('data', look)
        const whole = this.#text[stream].slice(0, -end.length)
        this.#text[stream] = ''
        resolve(whole)
      }
      this.#child[stream]?.on('data', look)
      look()
    })
  }
}
