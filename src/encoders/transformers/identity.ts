// Identifies models by their contents: a digest of weights, configuration and settings, whatever their name and location.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, type Environment } from '../../base/cache.ts'
import { sha256 } from '../../base/hash.ts'
import { isObject } from '../../base/json.ts'
import type { ModelFolder } from './folder.ts'

const DIGITS = 16

/** Files besides the weights that affect the numbers. */
const CONFIGURATION = ['config.json', 'tokenizer.json', 'tokenizer_config.json']

/**
 * Returns `hf#WEIGHTS.USE`: a digest of the weights alone, and one of everything else. @param plan how the model is used, from its other
 * files and the settings @param layers files with weights besides the graph's, relative to the folder
 */
export async function modelIdentity(
  folder: ModelFolder,
  plan: object,
  env: Environment,
  layers: readonly string[] = [],
): Promise<string> {
  const at = (name: string) => join(folder.path, name)
  const weights = [folder.onnx, ...folder.externalData, ...layers].map(at)
  return `hf#${await digestOfModel(weights, CONFIGURATION.map(at), plan, env)}`
}

/** Returns `WEIGHTS.USE`: a digest of files with weights, and one of files of configuration and of how the model is used. */
export async function digestOfModel(
  weights: readonly string[],
  configuration: readonly string[],
  plan: object,
  env: Environment,
): Promise<string> {
  const ofWeights = await digestsOf(weights, env)
  const use = [await digestsOf(configuration, env), plan]
  return `${sha256(JSON.stringify(ofWeights), DIGITS)}.${sha256(JSON.stringify(use), DIGITS)}`
}

interface FileDigest {
  size: number
  /** Nanoseconds, as text. */
  modified: string
  digest: string
}

/** Returns the SHA-256 of files, '' for a missing one. Digests are cached by path, size and modification time. */
async function digestsOf(paths: readonly string[], env: Environment): Promise<string[]> {
  const file = join(cacheFolder('models', env), 'digests.json')
  const remembered = await readRemembered(file)
  let isNew = false
  const digests: string[] = []
  for (const path of paths) {
    const found = await stat(path, { bigint: true }).catch(() => undefined)
    const [size, modified] = [Number(found?.size ?? 0), String(found?.mtimeNs ?? '')]
    const known = remembered[path]
    if (known !== undefined && known.size === size && known.modified === modified) digests.push(known.digest)
    else if (found === undefined) digests.push('')
    else {
      const digest = await digestOf(path)
      digests.push(digest)
      if (size >= WORTH_REMEMBERING) {
        remembered[path] = { size, modified, digest }
        isNew = true
      }
    }
  }
  // If the cache cannot be written, the files are just read again next time.
  if (isNew) await writeRemembered(file, remembered).catch(() => undefined)
  return digests
}

const WORTH_REMEMBERING = 2 ** 20

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function readRemembered(file: string): Promise<Record<string, FileDigest>> {
  try {
    const all: unknown = JSON.parse(await readFile(file, 'utf8'))
    return isObject(all) ? (all as Record<string, FileDigest>) : {}
  } catch {
    return {}
  }
}

async function writeRemembered(file: string, all: Record<string, FileDigest>): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true })
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, JSON.stringify(all, undefined, 2))
  await rename(temporary, file)
}
