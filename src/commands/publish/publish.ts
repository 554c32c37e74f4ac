// Publishes rows, or a folder that is ready, as a data set on the Hugging Face hub.
import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { VERSION } from '../../base/version.ts'
import { hubFrom, pageUrl, type Repository } from '../../hub/address.ts'
import { hubRowsName, isOnHub, parseHubRows } from '../../hub/names.ts'
import { publishFiles, type Published } from '../../hub/upload.ts'
import { readOptions } from '../../options/options.ts'
import { makeFolder, readyFolder, type ReadyFolder } from './folder.ts'
import { PUBLISH_OPTIONS, type PublishInput, type PublishValues } from './options.ts'

export interface PublishReport {
  winnow: string
  /** `hf://datasets/OWNER/NAME`. */
  target: string
  url: string
  /** Rows in the data set; null for a folder that was ready. */
  rows: number | null
  files: { path: string; bytes: number }[]
  /** Null for a dry run. */
  published: Published | null
  notices: string[]
}

/**
 * Publishes rows.
 * @param rows rows of any container, `-`, or a folder with a README.md, which is uploaded as it is
 * @param target `hf://datasets/OWNER/NAME[@BRANCH]`
 * @throws UsageError if the rows cannot be read, or the hub refuses
 */
export async function publish(
  rows: string,
  target: string,
  options: PublishInput,
  hooks: Hooks = {},
): Promise<PublishReport> {
  const values = readOptions(PUBLISH_OPTIONS, options)
  const repository = repositoryIn(target)
  const isReady = !isOnHub(rows) && existsSync(join(rows, 'README.md'))
  if (isReady) return report(repository, await readyFolder(rows), values, hooks)
  return inFolder(values.folder, async (folder) => {
    const ready = await makeFolder(rows, repository.name, folder, values, hooks)
    return report(repository, ready, values, hooks)
  })
}

function repositoryIn(target: string): Repository {
  if (!isOnHub(target)) {
    throw new UsageError(`${target} is not a data set on the hub: allowed: hf://datasets/OWNER/NAME`, {
      hint: `winnow publish ROWS hf://datasets/${/^[\w.-]+\/[\w.-]+$/.test(target) ? target : 'OWNER/NAME'}`,
    })
  }
  const { repository, path } = parseHubRows(target)
  if (path === '') return repository
  throw new UsageError(`${target}: a data set is published as a whole, without a path`, {
    hint: `Give ${hubRowsName({ repository, path: '' })}.`,
  })
}

/** Runs work with a new folder: the one that the user keeps, or one that is deleted afterwards. */
async function inFolder<T>(kept: string | undefined, work: (folder: string) => Promise<T>): Promise<T> {
  if (kept !== undefined) {
    const there = statSync(kept, { throwIfNoEntry: false })
    if (there !== undefined && (!there.isDirectory() || (await readdir(kept)).length > 0)) {
      throw new UsageError(`--folder ${kept} is there already`, {
        hint: `Name a new folder, or publish this one as it is: winnow publish ${kept} hf://datasets/OWNER/NAME`,
      })
    }
    await mkdir(kept, { recursive: true })
    return work(kept)
  }
  const folder = await mkdtemp(join(tmpdir(), 'winnow-publish-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function report(
  repository: Repository,
  { files, notices, rows }: ReadyFolder,
  values: PublishValues,
  { env = process.env, signal = new AbortController().signal, onNotice, onProgress }: Hooks,
): Promise<PublishReport> {
  const hub = { ...hubFrom(env, values.tokenFromEnv), onNotice }
  const published = values.dryRun
    ? null
    : await publishFiles({
        hub,
        repository,
        files,
        isPrivate: values.private,
        summary: `${rows === null ? 'Files' : `${rows} rows`}, by Winnow ${VERSION}`,
        signal,
        onProgress: (sent, total) => onProgress?.({ what: 'uploading bytes', done: sent, total }),
      })
  return {
    winnow: VERSION,
    target: hubRowsName({ repository, path: '' }),
    url: pageUrl(hub, repository),
    rows,
    files: files.map(({ path, size }) => ({ path, bytes: size })),
    published,
    notices,
  }
}
