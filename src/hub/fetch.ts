// Downloads the files of a repository that a folder lacks, if its disk has room for them.
import { mkdir, stat, statfs } from 'node:fs/promises'
import { messageOf, UsageError } from '../base/errors.ts'
import type { DownloadProgress } from '../base/hooks.ts'
import type { Hub, Repository } from './address.ts'
import { sizeText } from './consent.ts'
import { download, partOf } from './download.ts'
import type { HubFile } from './listing.ts'

/** A file of the hub and its path on this machine. */
export interface PlacedFile {
  file: HubFile
  target: string
}

interface FetchRequest {
  hub: Hub
  repository: Repository
  files: readonly PlacedFile[]
  /** The folder of all targets. */
  folder: string
  /** The variable that names another folder. */
  variable: string
  signal: AbortSignal
  onProgress?: ((progress: DownloadProgress) => void) | undefined
}

/** @throws UsageError if a file is not available, or the disk lacks room */
export async function fetchFiles({ files, folder, variable, onProgress, ...request }: FetchRequest): Promise<void> {
  await makeRoom(files, folder, `Set ${variable} to a folder on another disk.`)
  const isHere = await Promise.all(files.map(async ({ target }) => (await sizeOf(target)) !== undefined))
  const missing = files.filter((_, at) => !isHere[at])
  const size = missing.reduce((sum, { file }) => sum + file.size, 0)
  let before = 0
  for (const placed of missing) {
    const tell = ({ file, received }: DownloadProgress) => onProgress?.({ file, received: before + received, size })
    await download({ ...request, ...placed, onProgress: tell })
    before += placed.file.size
  }
}

export const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size

/** @throws UsageError if the folder cannot be created, or its disk has too little space for what is missing */
async function makeRoom(files: readonly PlacedFile[], folder: string, hint: string): Promise<void> {
  let needed = 0
  for (const { file, target } of files) {
    needed += file.size - ((await sizeOf(target)) ?? (await sizeOf(partOf(target))) ?? 0)
  }
  const disk = await mkdir(folder, { recursive: true })
    .then(() => statfs(folder))
    .catch((error: unknown) => {
      throw new UsageError(`cannot use the folder ${folder}: ${messageOf(error)}`, { hint, cause: error })
    })
  const free = disk.bavail * disk.bsize
  if (free > needed) return
  throw new UsageError(`${folder} has ${sizeText(free)} free, ${sizeText(needed)} more are needed`, { hint })
}
