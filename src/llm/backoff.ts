// How long to wait before a call that failed in a way that passes is made again.

const FIRST_MS = 500
const MOST_MS = 30_000
/** The longest that a server's own word is followed. */
export const WAIT_MAX_MS = 600_000

/**
 * Returns the milliseconds to wait: longer with each attempt, by chance, so that not all come at once, and no less than the server asks for.
 * @param attempt from 0
 */
export function backoffMs(attempt: number, retryAfterMs = 0): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** attempt)
  return Math.max(Math.min(retryAfterMs, WAIT_MAX_MS), ceiling * (0.5 + Math.random() / 2))
}
