// Collects faults of several things into one error, so that a person can fix all of them at once.
import { UsageError, type WinnowError } from '../base/errors.ts'

/** Uses each of several items and reports everything that was wrong in one error. */
export async function everyFault<T>(items: readonly T[], use: (item: T) => Promise<void>): Promise<void> {
  const faults: WinnowError[] = []
  for (const item of items) {
    try {
      await use(item)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      faults.push(error)
    }
  }
  const [first] = faults
  if (first === undefined) return
  if (faults.length === 1) throw first
  throw new UsageError(
    faults.map(({ message }) => message).join('\n'),
    first.hint === undefined ? {} : { hint: first.hint },
  )
}
