// What this machine has of a data set: blobs and snapshots as Python's libraries keep them, so that neither downloads what the other has.
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { cacheFolder, type Environment } from '../base/cache.ts'
import { sha256 } from '../base/hash.ts'
import { isObject } from '../base/json.ts'
import { hubCache, type Repository } from './address.ts'
import type { PlacedFile } from './fetch.ts'
import type { HubFile } from './listing.ts'

const isCommit = (revision: string) => /^[0-9a-f]{40}$/.test(revision)

/** The copy of a data set on this machine. */
export class Snapshot {
  /** Where Python's libraries keep the data set. */
  readonly folder: string
  /** Where Winnow keeps what it needs besides: lists of files, and folders of chosen files. */
  readonly #own: string

  constructor({ name }: Repository, env: Environment) {
    this.folder = join(hubCache(env), `datasets--${name.replaceAll('/', '--')}`)
    this.#own = join(cacheFolder('datasets', env), name)
  }

  /** Returns the commit that a branch or tag was when it was last asked for. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (isCommit(revision)) return revision
    const commit = await readFile(join(this.folder, 'refs', revision), 'utf8').catch(() => undefined)
    return commit !== undefined && isCommit(commit.trim()) ? commit.trim() : undefined
  }

  async keepCommit(revision: string, commit: string): Promise<void> {
    await writeWhole(join(this.folder, 'refs', revision), commit)
  }

  /** Returns the files of a commit, if they were listed before. */
  async listing(commit: string): Promise<HubFile[] | undefined> {
    try {
      const list: unknown = JSON.parse(await readFile(this.#listing(commit), 'utf8'))
      return Array.isArray(list) && list.every(isObject) ? (list as unknown as HubFile[]) : undefined
    } catch {
      return undefined
    }
  }

  async keepListing(commit: string, files: readonly HubFile[]): Promise<void> {
    await writeWhole(this.#listing(commit), JSON.stringify(files))
  }

  #listing(commit: string): string {
    return join(this.#own, commit, 'files.json')
  }

  /** Returns the place of a file's contents, which equal files of other commits share. */
  place(file: HubFile): PlacedFile {
    const id = file.sha256 ?? file.oid ?? sha256(file.path)
    return { file, target: join(this.folder, 'blobs', id) }
  }

  /** Returns the path of a file that is here. */
  async linked(commit: string, placed: PlacedFile): Promise<string> {
    const path = join(this.folder, 'snapshots', commit, placed.file.path)
    await linkTo(placed.target, path)
    return path
  }

  /** Returns the path of a file if it is here, whoever downloaded it. */
  async fileHere(commit: string, path: string): Promise<string | undefined> {
    const file = join(this.folder, 'snapshots', commit, path)
    const found = await stat(file).catch(() => undefined)
    return found?.isFile() ? file : undefined
  }

  /** Returns a folder with these files and no others. */
  async folderOf(commit: string, files: readonly PlacedFile[]): Promise<string> {
    const folder = join(this.#own, commit, `rows-${sha256(JSON.stringify(files.map(({ file }) => file.path)), 12)}`)
    for (const { file, target } of files) await linkTo(target, join(folder, file.path))
    return folder
  }
}

async function linkTo(target: string, path: string): Promise<void> {
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true })
  try {
    await symlink(relative(dirname(path), target), path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Windows allows symbolic links to administrators only.
    if (code === 'EPERM') await link(target, path)
    else if (code !== 'EEXIST') throw error
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.${process.pid}.part`
  await writeFile(part, text)
  await rename(part, path)
}
