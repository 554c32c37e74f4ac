// Runs the command line as a real child process, under the Node that runs the tests.
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const BIN = join(import.meta.dirname, '../../bin/winnow.js')

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`the tests need Node 24 or newer, this is ${process.version}: start them with npx vitest`)
}

export interface ProcessResult {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  cwd?: string
  stdin?: string
  /** The most files and sockets that the process may have open. */
  openFiles?: number
  /** Called with the process once it has started, for example to kill it. */
  onStart?: (child: ChildProcess) => void
}

/** Runs the command until the process ends. Variables about models or keys are not passed on from the environment. */
export function runWinnow(
  args: string[],
  { env = {}, cwd, stdin, openFiles, onStart }: RunOptions = {},
): Promise<ProcessResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OPENAI|AZURE|NODE_OPTIONS|VITEST)/.test(name))
  const limit = openFiles === undefined ? [] : ['bash', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'bash']
  const [program = '', ...given] = [...limit, process.execPath, BIN, ...args]
  const child = spawn(program, given, {
    env: { ...Object.fromEntries(inherited), ...env },
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text.stdout += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.stderr += part))
  child.stdin.on('error', () => undefined).end(stdin ?? '')
  onStart?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...text }))
  })
}
