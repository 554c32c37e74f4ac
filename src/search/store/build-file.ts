// Creates a file that is either complete or absent: built under another name, synced, renamed. A killed build leaves only the other name.
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { messageOf, UsageError, writing } from '../../base/errors.ts'
import { isRunning } from '../../base/running.ts'

const SUFFIX = 'building'
let builds = 0

/**
 * Builds a file unless it exists. Two processes that build it at once both do the work, and one of the two equal files remains.
 * @param build writes the file to the given path, and has closed it when it returns
 * @throws UsageError if its folder cannot be written to
 */
export async function buildFile(path: string, build: (temporary: string) => Promise<void> | void): Promise<void> {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  removeLeftovers(path)
  const temporary = `${path}.${hostname()}.${process.pid}.${(builds += 1)}.${SUFFIX}`
  try {
    await writing(path, async () => {
      await build(temporary)
      sync(temporary)
    })
    moveInto(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** @throws UsageError if the folder cannot be written to */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (error) {
    throw new UsageError(`cannot keep an index in ${folder}: ${messageOf(error)}`, {
      hint: 'Give another folder with --index DIR, or set WINNOW_CACHE for all caches.',
      cause: error,
    })
  }
}

/** Removes parts of this file left by processes that no longer run. */
function removeLeftovers(path: string): void {
  const start = `${basename(path)}.${hostname()}.`
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(start) || !name.endsWith(SUFFIX)) continue
    const pid = Number(name.slice(start.length).split('.')[0])
    if (!isRunning(pid)) rmSync(join(dirname(path), name), { force: true })
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function moveInto(temporary: string, path: string): void {
  try {
    renameSync(temporary, path)
  } catch (error) {
    // Some systems cannot replace a file that another process has open; the existing file is equally good.
    if (!existsSync(path)) throw error
  }
}
