// Takes the folders of this machine out of what is published.
import { basename } from 'node:path'
import type { JsonObject } from '../../base/json.ts'
import { isOnHub } from '../../hub/names.ts'

/** Returns the name of a file without its folder; a name on the hub as it is. */
export function plainName(path: string): string {
  if (path === '-') return 'standard input'
  return isOnHub(path) ? path : basename(path)
}

/** A path from the root, the home or the folder above, at the beginning of a text or after a mark. */
const FOLDERS = /(^|[\s:+@=])(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/])(?!\/)[^\s+]*[\\/]/g

/** Returns a model's identity, or the value of an option, without the folders in it. */
export const withoutFolders = (text: string) => text.replace(FOLDERS, '$1')

/** Returns options without folders; those that are lists or texts keep the names of files. */
export function plainOptions(options: JsonObject): JsonObject {
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') return withoutFolders(value)
    return Array.isArray(value) ? value.map(plain) : value
  }
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, plain(value)]))
}
