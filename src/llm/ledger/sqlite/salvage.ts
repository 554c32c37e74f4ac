// Copies everything that is sound in a damaged ledger into a new one, which then takes its place.
import { closeSync, copyFileSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { messageOf, UsageError, writing } from '../../../base/errors.ts'
import { patiently } from '../../../base/sqlite.ts'
import { assertFile, assertWritable, PAGE_BYTES } from './database.ts'
import { SqliteLedger } from './sqlite-ledger.ts'
import { copySound, type Dropped } from './salvage-copy.ts'
import { copyPadded, missingEnd } from './padded-copy.ts'
import { createNewest } from './schema.ts'
import { verify } from './verify.ts'

export interface Salvage {
  /** Where the damaged ledger is now. */
  damaged: string
  /** Replies in the new ledger. */
  replies: number
  dropped: Dropped
}

/**
 * Replaces a damaged ledger by one of everything in it that is sound. A kill at any time leaves either of them at `path`.
 * @returns undefined if it was sound, and nothing was done
 * @throws UsageError if another process has it open, or too little of it can be read
 */
export async function salvage(path: string): Promise<Salvage | undefined> {
  assertFile(path)
  assertWritable(path)
  if (await isSound(path)) return undefined
  const { source, leave } = openSource(path)
  const fresh = `${path}.salvaged`
  try {
    const copied = await writing(fresh, () => copyInto(fresh, source))
    const damaged = freeName(path)
    await writing(damaged, () => keepAs(damaged, path))
    await writing(path, () => renameSync(fresh, path))
    return { damaged, ...copied }
  } finally {
    leave()
    rmSync(fresh, { force: true })
  }
}

async function isSound(path: string): Promise<boolean> {
  try {
    const ledger = new SqliteLedger(path, { mustExist: true })
    try {
      return verify(ledger).length === 0
    } finally {
      await ledger.close()
    }
  } catch {
    return false
  }
}

/** Opens the damaged file, or a copy of it with empty pages where its end is missing. */
function openSource(path: string): { source: DatabaseSync; leave: () => void } {
  const bytes = missingEnd(path)
  const copy = `${path}.padded`
  const remove = bytes === undefined ? () => undefined : copyPadded(path, copy, bytes)
  try {
    const source = openAlone(bytes === undefined ? path : copy, path)
    const leave = () => {
      source.close()
      remove()
    }
    return { source, leave }
  } catch (error) {
    remove()
    throw error
  }
}

/** Opens the damaged file so that no other process can, and without a log: a log would be taken for one of the new file. */
function openAlone(file: string, path: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 1_000, enableForeignKeyConstraints: false })
  try {
    const { journal_mode: mode } = db.prepare('PRAGMA journal_mode = DELETE').get() as { journal_mode: string }
    if (mode !== 'delete') throw new Error(`its journal stays in mode ${mode}`)
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    return db
  } catch (error) {
    db.close()
    const why = messageOf(error)
    if (why.includes('locked')) {
      throw new UsageError(`another process has the ledger ${path} open`, {
        hint: 'Wait until it has ended, or end it, then run the same command again.',
      })
    }
    throw new UsageError(`cannot salvage ${path}: its header or its list of tables cannot be read (${why})`, {
      cause: error,
      hint: 'Take a copy of the ledger from before, or begin a new one: name another file with --ledger.',
    })
  }
}

function copyInto(fresh: string, source: DatabaseSync): { replies: number; dropped: Dropped } {
  // A kill may have left one.
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(fresh + end, { force: true })
  const target = new DatabaseSync(fresh, { enableForeignKeyConstraints: false })
  try {
    patiently(() =>
      target.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF`),
    )
    createNewest(target)
    const copied = copySound(source, target)
    return copied
  } finally {
    target.close()
    sync(fresh)
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

/** Returns a name for the damaged file: one that is free, or is this file's already, since a kill came between the two steps. */
function freeName(path: string): string {
  const { ino } = statSync(path)
  for (let number = 1; ; number++) {
    const name = `${path}.damaged${number === 1 ? '' : `-${number}`}`
    const found = statSync(name, { throwIfNoEntry: false })
    if (found === undefined || found.ino === ino) return name
  }
}

/** Gives the file a second name; copies it where files cannot have two. */
function keepAs(name: string, path: string): void {
  if (statSync(name, { throwIfNoEntry: false }) !== undefined) return
  try {
    linkSync(path, name)
  } catch {
    copyFileSync(path, `${name}.part`)
    renameSync(`${name}.part`, name)
  }
}
