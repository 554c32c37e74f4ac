// Opens the database file of a ledger.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { UsageError, WinnowError, writeFailure } from '../../../base/errors.ts'
import { patiently, WAIT_FOR_LOCK_MS } from '../../../base/sqlite.ts'
import type { OpenOptions } from '../ledger.ts'
import { defineChecksum, writeChecksums } from './checksum.ts'
import { assertLedger, assertNewest, migrate } from './schema.ts'

const CACHE_KIB = 16_384
/** The page size of a new file. About eight replies fit into a page, so that little of it stays empty. */
export const PAGE_BYTES = 8_192
/** Pages gathered in the log before they are written to their places: a page that changed often is written there once. */
const CHECKPOINT_PAGES = 4_000

/**
 * Opens the ledger at `path` and brings it to the newest schema.
 * @throws UsageError if it is missing, is no ledger, is damaged or cannot be opened
 */
export function openDatabase(path: string, { mustExist = false, orRead = false }: OpenOptions = {}): DatabaseSync {
  try {
    if (mustExist) assertFile(path)
    mkdirSync(dirname(path), { recursive: true })
    if (orRead && existsSync(path) && whyUnwritable(path) !== undefined) return openToRead(path)
    assertWritable(path)
    return openToWrite(path)
  } catch (error) {
    throw cannotOpen(path, error)
  }
}

function openToWrite(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: WAIT_FOR_LOCK_MS, enableForeignKeyConstraints: false })
  return orClose(db, () => {
    assertLedger(db, path)
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
    // WAL with NORMAL survives any kill of the process; only a power cut can lose the last moments.
    patiently(() => db.exec('PRAGMA journal_mode = WAL'))
    db.exec(
      `PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    )
    migrate(db, path)
    writeChecksums(db)
  })
}

/** Opens a ledger that may not be written. Without a log beside it nobody is writing it, and no lock is needed. */
function openToRead(path: string): DatabaseSync {
  const address = pathToFileURL(resolve(path))
  if (!existsSync(`${path}-wal`)) address.searchParams.set('immutable', '1')
  const db = new DatabaseSync(address, { timeout: WAIT_FOR_LOCK_MS, readOnly: true })
  return orClose(db, () => {
    assertLedger(db, path)
    assertNewest(db, path)
    defineChecksum(db)
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
  })
}

function orClose(db: DatabaseSync, work: () => void): DatabaseSync {
  try {
    work()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export function assertFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) {
    throw new UsageError(`no ledger at ${path}`, {
      hint: 'It is .winnow/ledger.db in the folder of the output of winnow clean or grow, or the file that --ledger named.',
    })
  }
  if (found.isDirectory()) {
    throw new UsageError(`cannot open the ledger ${path}: it is a folder`, {
      hint: `Name the file in it, such as ${path.replace(/\/$/, '')}/ledger.db.`,
    })
  }
  if (found.size > 0) return
  throw new UsageError(`cannot open the ledger ${path}: the file is empty`, {
    hint: 'Name another file, or take a copy of the ledger from before.',
  })
}

/** @throws UsageError if the file or its folder may not be written */
export function assertWritable(path: string): void {
  const unwritable = whyUnwritable(path)
  if (unwritable === undefined) return
  throw new UsageError(`cannot write to the ledger ${path}: ${unwritable}`, {
    hint: 'Copy it to where it may be written and name the copy with --ledger, or name another file.',
  })
}

/** Returns why the ledger cannot be written, or undefined if it can. */
function whyUnwritable(path: string): string | undefined {
  for (const [place, name] of [
    [path, 'the file'],
    [dirname(path), 'its folder'],
  ] as const) {
    try {
      if (existsSync(place)) accessSync(place, constants.W_OK)
    } catch (error) {
      return `${name} may not be written (${(error as NodeJS.ErrnoException).code})`
    }
  }
  return undefined
}

/** Creates the error of a ledger that cannot be written. */
export const cannotWriteTo = (path: string, why: string, cause?: unknown): WinnowError =>
  new WinnowError('ledger', `cannot write to the ledger ${path}: ${why}`, {
    cause,
    hint: 'Make room or wait for the lock, then run the same command again: it goes on where it stopped.',
  })

/** Runs work that writes to the ledger. @throws WinnowError that names it */
export function writingTo<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw cannotWriteTo(path, writeFailure(error), error)
  }
}

const IS_DAMAGED = 11
const IS_NO_DATABASE = 26
const CANNOT_OPEN = 14

export function cannotOpen(path: string, error: unknown): Error {
  if (error instanceof UsageError) return error
  const because = (why: string, hint: string) =>
    new UsageError(`cannot open the ledger ${path}: ${why}`, { cause: error, hint })
  // The primary code is the low byte.
  switch (((error as { errcode?: number }).errcode ?? 0) & 0xff) {
    case IS_NO_DATABASE:
      return because('it is no SQLite database', 'Name another file; if it was a ledger, take a copy from before.')
    case IS_DAMAGED:
      return because(
        `it is damaged or cut off (${writeFailure(error)})`,
        `winnow ledger ${path} --salvage copies everything sound into a new file.`,
      )
    case CANNOT_OPEN:
      if (!existsSync(`${path}-wal`)) break
      return because(
        `it may not be written, and replies in ${path}-wal are not yet in it`,
        `Copy it together with ${path}-wal to where it may be written, and name the copy.`,
      )
  }
  return because(writeFailure(error), 'Give another file with --ledger.')
}
