// Reports files made by Winnow that can no longer be read: one sentence, and what to do.
import { DatabaseSync } from 'node:sqlite'
import { messageOf, UsageError, WinnowError } from '../../base/errors.ts'

/**
 * Runs `read` on a file of the index; any unexpected error means that the file is damaged.
 * @param what the file's description, such as `store of documents`
 * @throws UsageError naming the file; errors that Winnow throws on purpose stay as they are
 */
export function readingFrom<T>(path: string, what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof WinnowError) throw error
    throw new UsageError(`cannot read the ${what} ${path}: ${messageOf(error)}`, {
      hint: 'The file is damaged. Delete it; it will be rebuilt.',
      cause: error,
    })
  }
}

/** @throws UsageError if there is no such database */
export function openReadOnly(path: string, what: string): DatabaseSync {
  return readingFrom(path, what, () => {
    const db = new DatabaseSync(path, { readOnly: true })
    db.exec('SELECT count(*) FROM sqlite_master')
    return db
  })
}
