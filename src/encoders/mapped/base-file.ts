// The file that names the encoder whose vectors the map of a folder takes.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UsageError } from '../../base/errors.ts'
import { isObject } from '../../base/json.ts'

export const BASE = 'base.json'

/** Returns whether a folder holds a map over the vectors of a server. */
export const isServerFolder = (folder: string) => existsSync(join(folder, BASE))

/** Returns the encoder whose vectors the map takes. @throws UsageError if the file does not say */
export function baseIn(folder: string): string {
  const path = join(folder, BASE)
  try {
    const base: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isObject(base) && typeof base['encoder'] === 'string') return base['encoder']
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
  throw new UsageError(`${path}: "encoder" must name the model whose vectors are mapped`)
}
