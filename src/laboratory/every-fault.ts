// Faults of several things at once: a person mends all of them before the next try.
import { UsageError, type WinnowError } from '../base/errors.ts'

/** Does something with each of several things, and tells all that was wrong with them in one error. */
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
