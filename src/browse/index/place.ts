// Where the index of a file is kept, and by what it is known to be of the files as they are now.
import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { cacheFolder } from '../../base/cache.ts'
import { sha256 } from '../../base/hash.ts'

/** Another form of the index is another version. */
const VERSION = 2

/** Returns the path of the index: beside the file, or in the cache if its folder may not be written. */
export function indexPath(rows: string): string {
  const beside = join(dirname(rows), '.winnow')
  const name = `${basename(rows)}.index.db`
  try {
    mkdirSync(beside, { recursive: true })
    accessSync(beside, constants.W_OK)
    return join(beside, name)
  } catch {
    const folder = join(cacheFolder('indexes'), 'studio')
    mkdirSync(folder, { recursive: true })
    return join(folder, `${sha256(resolve(rows), 16)}-${name}`)
  }
}

/** Describes files as they are now: an index of files of another description is built anew. */
export function stampOf(paths: readonly (string | undefined)[]): string {
  const files = paths.map((path) => {
    const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? null : [resolve(path as string), stats.size, stats.mtimeMs]
  })
  return JSON.stringify([VERSION, files])
}
