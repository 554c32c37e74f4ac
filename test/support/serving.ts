// A process that runs commands for a program: `winnow serve`, as the Python package starts it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const BIN = join(import.meta.dirname, '../../bin/winnow.js')

export interface Answer {
  id: number
  note?: string
  progress?: { text: string; done?: number; total?: number }
  result?: { code: number; report: Record<string, unknown> }
  error?: { name: string; code: string; message: string; hint: string | null }
}

export function startServing(cwd: string) {
  const child = spawn(process.execPath, [BIN, 'serve'], { cwd, env: { PATH: process.env['PATH'], HOME: cwd } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    /** Sends a line: a request, or what is none. */
    send: (line: object | string) =>
      void child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
    /** Returns the answers up to the last one of a request. */
    async answers(): Promise<Answer[]> {
      const answers: Answer[] = []
      for (;;) {
        const { value, done } = await lines.next()
        if (done === true) throw new Error('the process ended without an answer')
        answers.push(JSON.parse(value) as Answer)
        if (answers.at(-1)?.result ?? answers.at(-1)?.error) return answers
      }
    },
    /** Ends its standard input. Returns the exit code. */
    async end(): Promise<number | null> {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
      return child.exitCode
    },
  }
}
