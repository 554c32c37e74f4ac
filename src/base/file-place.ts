// Checks in advance that a file can be written to its target.
import { constants } from 'node:fs'
import { access, lstat, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, UsageError } from './errors.ts'

/** Creates the folder. @throws UsageError if no file can be written there, or something other than a file is in its place */
export async function assertFilePlace(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await access(dirname(path), constants.W_OK)
    const there = await lstat(path).catch(() => undefined)
    if (there && !there.isFile()) throw new Error(there.isDirectory() ? 'it is a folder' : 'it is not a regular file')
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
}
