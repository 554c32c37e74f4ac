// Opens the database file of a ledger.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UsageError, messageOf } from '../../base/errors.ts'
import { patiently, WAIT_FOR_LOCK_MS } from '../../base/sqlite.ts'
import { assertLedger, migrate } from './schema.ts'

const CACHE_KIB = 16_384
/** Of a new file. About eight replies fit into a page, so that little of it stays empty. */
const PAGE_BYTES = 8_192
/** Pages that gather in the log before they are written to their places: a page that changed often is written there once. */
const CHECKPOINT_PAGES = 4_000

/**
 * Opens, and unless it must exist creates, the ledger at `path`, with its newest schema.
 * @throws UsageError when it is missing, no ledger, or cannot be opened
 */
export function openDatabase(path: string, mustExist: boolean): DatabaseSync {
  if (mustExist && !existsSync(path)) {
    throw new UsageError(`no ledger at ${path}`, { hint: 'Give the ledger of the run with --ledger FILE.' })
  }
  try {
    mkdirSync(dirname(path), { recursive: true })
    const db = new DatabaseSync(path, { timeout: WAIT_FOR_LOCK_MS, enableForeignKeyConstraints: false })
    assertLedger(db, path)
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
    // WAL with NORMAL survives any kill of the process; only a power cut can lose the last moments.
    patiently(() => db.exec('PRAGMA journal_mode = WAL'))
    db.exec(
      `PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    )
    migrate(db, path)
    return db
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`cannot open the ledger ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Give another file with --ledger.',
    })
  }
}
