// Finds the local files of a GGUF model by its name, downloading them from the hub with the user's consent.
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, type Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'
import { hubFrom, type Hub } from './address.ts'
import { agreeToModel, type DownloadConsent } from './consent.ts'
import { fetchFiles } from './fetch.ts'
import { filesOf, findFiles, modelRepository } from './gguf.ts'
import type { HubFile } from './listing.ts'
import { parseHubModel, type HubModel } from './model-name.ts'

type Paths = [string, ...string[]]

/**
 * Returns the files of a model: for `PATH`, that file or all parts of `…-00001-of-0000N.gguf`; for `hf:OWNER/REPO:QUANT`, those in the
 * cache.
 * @returns undefined if the model must be downloaded first
 * @throws UsageError if PATH does not exist
 */
export async function localFiles(name: string, env: Environment): Promise<Paths | undefined> {
  const model = parseHubModel(name)
  if (model) return cachedFiles(model, env)
  const paths = partsOf(name)
  for (const path of paths) {
    await access(path).catch((error: unknown) => {
      throw new UsageError(`no such model: ${path}`, { cause: error })
    })
  }
  return paths
}

/** Downloads what the cache lacks of a hub model. @throws UsageError if the user does not consent or the download fails */
export async function downloadFiles(name: string, env: Environment, consent: DownloadConsent): Promise<Paths> {
  const model = parseHubModel(name)
  if (model === undefined) throw new UsageError(`${name} is not a model on the hub`)
  const hub = hubFrom(env)
  const signal = consent.signal ?? new AbortController().signal
  const { repository, quantisation } = model
  const files = await findFiles(hub, model, signal)
  const what = `${repository} ${quantisation}`
  return (await fetchModel({ hub, name: repository, files, what, signal }, env, consent)) as Paths
}

interface ModelRequest {
  hub: Hub
  /** `OWNER/REPO`. */
  name: string
  files: readonly HubFile[]
  /** What the user is asked to download. */
  what: string
  signal: AbortSignal
}

/** Downloads missing files of a model into the cache. Returns their paths, in order. */
export async function fetchModel(
  { hub, name, files, what, signal }: ModelRequest,
  env: Environment,
  consent: DownloadConsent,
): Promise<string[]> {
  const folder = join(cacheFolder('models', env), name)
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  await agreeToModel(what, bytes, folder, consent)
  const placed = files.map((file) => ({ file, target: join(folder, file.path) }))
  const repository = modelRepository(name)
  const { onProgress } = consent
  await fetchFiles({ hub, repository, files: placed, folder, variable: 'WINNOW_CACHE', signal, onProgress })
  return placed.map(({ target }) => target)
}

/** Returns only complete files: unfinished ones have another extension, and all parts of a split model must exist. */
async function cachedFiles(model: HubModel, env: Environment): Promise<Paths | undefined> {
  const folder = join(cacheFolder('models', env), model.repository)
  const names: string[] = await readdir(folder, { recursive: true }).catch(() => [])
  const [first] = filesOf(
    names.map((path) => ({ path })),
    model,
  )
  if (first === undefined) return undefined
  const all = partsOf(first.path)
  return all.every((path) => names.includes(path)) ? (all.map((path) => join(folder, path)) as Paths) : undefined
}

/** Returns a single file, or the names of all parts of a split one. */
function partsOf(path: string): Paths {
  const match = /^(.*)-\d{5}-of-(\d{5})\.gguf$/.exec(path)
  if (match === null) return [path]
  const [, stem, count = ''] = match
  const parts = Array.from(
    { length: Number(count) },
    (_, at) => `${stem}-${String(at + 1).padStart(5, '0')}-of-${count}.gguf`,
  )
  return parts as Paths
}
