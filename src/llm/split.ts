// Handles a request that is longer than its model's context: asks about each half of it.
import { CallError } from './errors.ts'

/**
 * Runs `work` on all items at once; if they are too long for the model, on each half, and so on.
 * @param tooLong returns the result for a single item that is too long
 * @param part names the request, for example `1`; its halves are `1a` and `1b`
 */
export async function splitting<T, R>(
  items: T[],
  part: string,
  work: (items: T[], part: string) => Promise<R[]>,
  tooLong: (items: T[], error: CallError) => R[],
): Promise<R[]> {
  try {
    return await work(items, part)
  } catch (error) {
    if (!isTooLong(error)) throw error
    if (items.length <= 1) return tooLong(items, error)
    const middle = Math.ceil(items.length / 2)
    const halves = [
      splitting(items.slice(0, middle), `${part}a`, work, tooLong),
      splitting(items.slice(middle), `${part}b`, work, tooLong),
    ]
    return (await Promise.all(halves)).flat()
  }
}

export const isTooLong = (error: unknown): error is CallError =>
  error instanceof CallError && error.details.remedy === 'split'
