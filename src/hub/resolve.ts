// Finds the local files of a GGUF model by its name, downloading them from the hub with the user's consent.
import { access, mkdir, readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, type Environment } from '../base/cache.ts'
import { messageOf, UsageError } from '../base/errors.ts'
import type { DownloadProgress, Hooks } from '../base/hooks.ts'
import { download, partOf } from './download.ts'
import { filesOf, findFiles, hubFrom, parseHubModel, type Hub, type HubFile, type HubModel } from './hub.ts'

/** How a user consents to a download and follows its progress. */
export interface DownloadConsent {
  /** Download without asking. */
  yes?: boolean | undefined
  /** Asks the user; undefined if no one can answer. */
  confirm?: ((question: string) => Promise<boolean>) | undefined
  onProgress?: ((progress: DownloadProgress) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Returns the consent given by the hooks of some work. @param values with the option `--yes`, if the work has it */
export function consentOf(
  { yes = false }: { yes?: boolean | undefined },
  { onQuestion, onDownload, signal }: Hooks,
): DownloadConsent {
  return { yes, confirm: onQuestion, onProgress: onDownload, signal }
}

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
  return (await fetchFiles({ hub, repository, files, what, signal }, env, consent)) as Paths
}

interface FetchRequest {
  hub: Hub
  /** `OWNER/REPO`. */
  repository: string
  files: readonly HubFile[]
  /** What the user is asked to download. */
  what: string
  signal: AbortSignal
}

/** Downloads missing files of a repository into the cache. Returns their paths, in order. */
export async function fetchFiles(
  { hub, repository, files, what, signal }: FetchRequest,
  env: Environment,
  consent: DownloadConsent,
): Promise<string[]> {
  const folder = join(cacheFolder('models', env), repository)
  await agree(what, files, folder, consent)
  await makeRoom(folder, files)
  const onProgress = consent.onProgress ?? (() => undefined)
  for (const file of files) {
    const target = join(folder, file.path)
    if ((await sizeOf(target)) === undefined) await download({ hub, repository, file, target, signal, onProgress })
  }
  return files.map(({ path }) => join(folder, path))
}

const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size

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

async function agree(
  name: string,
  files: readonly HubFile[],
  folder: string,
  { yes, confirm }: DownloadConsent,
): Promise<void> {
  if (yes === true) return
  const what = `${name} (${sizeText(bytesOf(files))})`
  if (confirm === undefined) {
    throw new UsageError(`${what} is not on this machine yet`, {
      hint: 'Add --yes to download it.',
    })
  }
  if (await confirm(`Download ${what} into ${folder}?`)) return
  throw new UsageError(`${what} was not downloaded`, {
    hint: 'Give another model, or a local file: gguf:PATH.',
  })
}

/** @throws UsageError if the folder cannot be created, or its disk has too little space for what is missing */
async function makeRoom(folder: string, files: readonly HubFile[]): Promise<void> {
  let needed = bytesOf(files)
  for (const { path } of files) {
    const target = join(folder, path)
    needed -= (await sizeOf(target)) ?? (await sizeOf(partOf(target))) ?? 0
  }
  const hint = 'Set WINNOW_CACHE to a folder on another disk.'
  const disk = await mkdir(folder, { recursive: true })
    .then(() => statfs(folder))
    .catch((error: unknown) => {
      throw new UsageError(`cannot use the folder ${folder}: ${messageOf(error)}`, { hint, cause: error })
    })
  const free = disk.bavail * disk.bsize
  if (free > needed) return
  throw new UsageError(`${folder} has ${sizeText(free)} free, the model needs ${sizeText(needed)} more`, { hint })
}

const bytesOf = (files: readonly HubFile[]) => files.reduce((sum, { size }) => sum + size, 0)

function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`
}
