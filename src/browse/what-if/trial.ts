// Decides about all rows anew by another policy, from what the index holds, while the server goes on answering.
import type { Policy } from '../../policy/policy.ts'
import type { IndexStore } from '../index/store.ts'
import type { Differences } from './differences.ts'
import { trialIn } from './trial-row.ts'

/** Milliseconds of work between two looks at other requests. */
const AT_ONCE = 8

export interface Trial {
  store: IndexStore
  /** The policy by which the file was decided, and the one to try. */
  was: Policy
  is: Policy
  differences: Differences
  /** @param done of the rows that matter */
  onProgress(done: number, all: number): void
  signal: AbortSignal
}

/** @throws the reason of the signal if it is aborted; any error of a policy */
export async function tryPolicy({ store, was, is, differences, onProgress, signal }: Trial): Promise<void> {
  const numbers = store.thatMatter()
  let until = Date.now() + AT_ONCE
  onProgress(0, numbers.length)
  for (const [done, number] of numbers.entries()) {
    const { row, evidence } = trialIn(store.trialOf(number) as string)
    differences.add(number, was(row, evidence), is(row, evidence))
    if (Date.now() < until) continue
    onProgress(done + 1, numbers.length)
    await new Promise(setImmediate)
    signal.throwIfAborted()
    until = Date.now() + AT_ONCE
  }
  onProgress(numbers.length, numbers.length)
}
