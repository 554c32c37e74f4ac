// Presents the input of a run as a file that can be read several times; standard input is written to a temporary file first.
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Hooks } from '../base/hooks.ts'
import { UsageError, WinnowError, messageOf, readFailure, writing } from '../base/errors.ts'
import { isOnHub } from '../hub/names.ts'
import { filesOfRows } from './containers/files.ts'
import type { RowFormat } from './formats/format.ts'
import { formatNamed } from './formats/index.ts'
import { groupRecords } from './grouping.ts'
import { detectFormat, type RowFile } from './read.ts'

export interface Input extends RowFile {
  /** The user's argument: a path, or `-`; for rows of the hub, their name with the commit. */
  name: string
  /** @throws UsageError if the file has changed since it was opened */
  assertUnchanged(): Promise<void>
  close(): Promise<void>
}

/** Rows as files of this machine, whatever their format. */
export type InputFiles = Pick<Input, 'name' | 'path' | 'assertUnchanged' | 'close'>

/**
 * Opens a path, standard input for `-`, or rows of the hub, which are downloaded if they are not here.
 * @throws UsageError if it cannot be read
 */
export async function openFiles(given: string, hooks: Hooks = {}): Promise<InputFiles> {
  const spooled = given === '-' ? await spool(hooks.signal) : undefined
  const fetched = isOnHub(given) ? await (await import('../hub/rows.ts')).fetchRows(given, hooks) : undefined
  const path = spooled?.path ?? fetched?.path ?? given
  const name = fetched?.name ?? given
  const close = async () => spooled?.remove()
  try {
    const before = await stampOf(path, name)
    const assertUnchanged = async () => {
      if ((await stampOf(path, name)) === before) return
      throw new UsageError(`${name} changed while it was being read; nothing was written`, {
        hint: 'Run the same command again.',
      })
    }
    return { name, path, assertUnchanged, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Opens rows as `openFiles` does, and finds out their format.
 * @param wantsNegatives whether its rows may lack negatives, because they are yet to be found or not needed
 * @param documents path of the documents behind the ids of rows; default: the corpus beside them
 * @throws UsageError if it cannot be read or has no known format
 */
export async function openInput(
  given: string,
  format?: string,
  hooks: Hooks = {},
  wantsNegatives = false,
  documents?: string,
): Promise<Input> {
  const files = await openFiles(given, hooks)
  const { path } = files
  try {
    const rowFormat = format === undefined ? await detectFormat(path, wantsNegatives) : formatNamed(format)
    const grouping = await regrouped(path, rowFormat, documents, hooks.signal)
    const close = async () => {
      grouping?.close()
      await files.close()
    }
    return { ...files, format: rowFormat, wantsNegatives, lines: grouping?.lines, close }
  } catch (error) {
    await files.close()
    throw error
  }
}

/** Returns the lines of rows where they are not those of the file. */
async function regrouped(path: string, format: RowFormat, documents?: string, signal?: AbortSignal) {
  const grouping = format.groupOf && (await groupRecords(path, format, signal))
  if (format.idsOf === undefined) return grouping
  const { joinDocuments } = await import('./joining.ts')
  const joining = await joinDocuments(path, format, documents, signal, grouping?.lines)
  if (joining === undefined) return grouping
  const close = () => {
    joining.close()
    grouping?.close()
  }
  return { lines: joining.lines, close }
}

/** Returns what tells whether any file of the rows was changed. */
async function stampOf(path: string, name: string): Promise<string> {
  try {
    const files = await filesOfRows(path)
    const stats = await Promise.all(files.map((file) => statOf(file, file === path ? name : file)))
    return stats.map(({ size, mtimeMs, ino }) => `${size} ${mtimeMs} ${ino}`).join('; ')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`cannot read ${name}: ${readFailure(error)}`, { cause: error })
  }
}

async function statOf(file: string, name: string) {
  try {
    return await stat(file)
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${readFailure(error)}`, { cause: error })
  }
}

async function spool(signal?: AbortSignal): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-'))
  const path = join(folder, 'stdin')
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await writing(path, () => pipeline(process.stdin, createWriteStream(path), { ...(signal && { signal }) }))
  } catch (error) {
    await remove()
    signal?.throwIfAborted()
    if (error instanceof WinnowError) throw error
    throw new UsageError(`cannot read standard input: ${messageOf(error)}`, { cause: error })
  }
  return { path, remove }
}
