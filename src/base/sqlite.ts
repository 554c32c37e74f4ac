// Waits for a database that another process has locked.
import { messageOf } from './errors.ts'

export const WAIT_FOR_LOCK_MS = 60_000
const LOCKED_MS = 20

/**
 * Retries `work` while the database is locked. SQLite itself does not wait for the lock that the change to WAL needs, and two processes may
 * be creating the same file.
 */
export function patiently(work: () => void): void {
  for (let waited = 0; ; waited += LOCKED_MS) {
    try {
      return work()
    } catch (error) {
      if (!messageOf(error).includes('locked') || waited > WAIT_FOR_LOCK_MS) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCKED_MS)
    }
  }
}
