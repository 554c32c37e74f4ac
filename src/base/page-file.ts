// Checks that a page for the browser can be written to its target.
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { messageOf, UsageError, writeFailure } from './errors.ts'

/** Checks the path before any work. @throws UsageError if the page would replace an input, or cannot be written */
export function assertPagePlace(html: string | undefined, read: readonly string[]): void {
  if (html === undefined) return
  if (read.some((path) => resolve(path) === resolve(html)))
    throw new UsageError(`--html ${html} is an input of this command`)
  if (statSync(html, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`cannot write ${html}: it is a folder`)
  makeFolder(dirname(resolve(html)))
}

export function writePage(path: string, page: string): void {
  try {
    writeFileSync(`${path}.part`, page)
    renameSync(`${path}.part`, path)
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${writeFailure(error)}`, { cause: error })
  }
}

export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
}
