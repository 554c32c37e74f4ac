// Identifies the model that a training with PyTorch starts from.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Returns size and time of each file of a folder, which may have changed since; undefined for the name of a model. */
export function stampsOf(base: string): unknown {
  if (!existsSync(base)) return undefined
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(resolve(base), name))
      return [name, size, mtimeMs]
    })
}
