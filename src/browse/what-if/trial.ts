// Goes through all rows anew by another policy, from what the index holds, while the server goes on answering.
import type { Survey, SurveyOutcome } from '../../method/definition.ts'
import type { Policy } from '../../policy/policy.ts'
import type { IndexStore } from '../index/store.ts'
import type { Differences } from './differences.ts'
import { trialIn, type TrialRow } from './trial-row.ts'

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
  const decide = ({ row, evidence }: TrialRow, number: number) =>
    differences.add(number, was(row, evidence), is(row, evidence))
  await forEachTrial(store, decide, onProgress, signal)
}

/** Surveys the rows that a policy could decide in more than one way. */
export async function surveyTrials(store: IndexStore, survey: Survey, signal: AbortSignal): Promise<SurveyOutcome> {
  await survey.prepare?.()
  const add = ({ row, evidence }: TrialRow) => void (survey.isDone !== true && survey.add(row, evidence))
  if (survey.isDone !== true) await forEachTrial(store, add, () => undefined, signal)
  return survey.conclude()
}

async function forEachTrial(
  store: IndexStore,
  work: (trial: TrialRow, number: number) => void,
  onProgress: Trial['onProgress'],
  signal: AbortSignal,
): Promise<void> {
  const numbers = store.thatMatter()
  let until = Date.now() + AT_ONCE
  onProgress(0, numbers.length)
  for (const [done, number] of numbers.entries()) {
    work(trialIn(store.trialOf(number) as string), number)
    if (Date.now() < until) continue
    onProgress(done + 1, numbers.length)
    await new Promise(setImmediate)
    signal.throwIfAborted()
    until = Date.now() + AT_ONCE
  }
  onProgress(numbers.length, numbers.length)
}
