// Asks the person at the terminal a question.
import { createInterface } from 'node:readline/promises'
import { ERRORS, shown } from './door.ts'

/** Returns whether a person can see and answer a question. */
export const canAnswer = () => process.stdin.isTTY && ERRORS.isTTY

/** Asks on standard error. Anything but yes means no, and so does Ctrl-C. */
export async function askUser(question: string): Promise<boolean> {
  const asked = createInterface({ input: process.stdin, output: ERRORS })
  const interrupt = new AbortController()
  asked.on('SIGINT', () => interrupt.abort())
  try {
    const answer = await asked.question(`${shown(question)} [y/N] `, { signal: interrupt.signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    if (interrupt.signal.aborted) return false
    throw error
  } finally {
    asked.close()
  }
}
