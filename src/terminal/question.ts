// A question to the person at the terminal.
import { createInterface } from 'node:readline/promises'

/** Whether somebody can see a question and answer it. */
export const canAnswer = () => process.stdin.isTTY && process.stderr.isTTY

/** Asks on standard error; anything but yes is no, and so is Ctrl-C. */
export async function askUser(question: string): Promise<boolean> {
  const asked = createInterface({ input: process.stdin, output: process.stderr })
  const interrupt = new AbortController()
  asked.on('SIGINT', () => interrupt.abort())
  try {
    const answer = await asked.question(`${question} [y/N] `, { signal: interrupt.signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (interrupt.signal.aborted) return false
    throw error
  } finally {
    asked.close()
  }
}
