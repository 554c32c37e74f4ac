// Brings rows from the hub onto this machine: hf://datasets/OWNER/NAME[@REVISION][/PATH] becomes a file, or a folder of files.
import { readFile } from 'node:fs/promises'
import { UsageError } from '../base/errors.ts'
import type { Hooks } from '../base/hooks.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { apiUrl, hubFrom, type Hub, type Repository } from './address.ts'
import { askHub, assertOnline, refusal } from './ask.ts'
import { cardFields } from './card.ts'
import { chooseFiles } from './choose.ts'
import { sizeText } from './consent.ts'
import { fetchFiles, sizeOf, type PlacedFile } from './fetch.ts'
import { listFiles, type HubFile } from './listing.ts'
import { hubRowsName, parseHubRows, type HubRows } from './names.ts'
import { Snapshot } from './snapshot.ts'

/** Rows of the hub that are on this machine. */
export interface FetchedRows {
  /** The name with the commit in place of the branch: it means the same rows for ever. */
  name: string
  /** A file, or a folder with nothing but the chosen files. */
  path: string
}

/** Downloads below this size are not worth a question. */
const SMALL = 100e6
const WORTH_PROGRESS = 1e6

/**
 * Downloads rows that are not here yet. An interrupted download goes on; every file is checked by its size and its hash.
 * @throws UsageError if they are not on the hub, or may not or cannot be downloaded
 */
export async function fetchRows(name: string, hooks: Hooks = {}): Promise<FetchedRows> {
  const { env = process.env, signal = new AbortController().signal, onNotice, onDownload } = hooks
  const asked = parseHubRows(name)
  const hub = { ...hubFrom(env), onNotice }
  const snapshot = new Snapshot(asked.repository, env)
  const commit = await commitOf(hub, asked.repository, snapshot, signal)
  const repository = { ...asked.repository, revision: commit }
  const found = hubRowsName({ repository, path: asked.path })
  const here = hub.isOffline ? await snapshot.fileHere(commit, asked.path) : undefined
  if (here !== undefined) return { name: found, path: here }
  const all = await listed(hub, repository, snapshot, signal)
  const quietly = (files: readonly HubFile[]) => bring(hub, repository, snapshot, files, { signal })
  const card = asked.path === '' || !all.some(({ path }) => path === asked.path) ? await cardOf(all, quietly) : {}
  const { files, why } = chooseFiles(all, { ...asked, repository }, card)
  const missing = await announce(asked, commit, { files, why }, snapshot, hooks)
  const told = missing < WORTH_PROGRESS ? { signal } : { signal, onDownload }
  const placed = await bring(hub, repository, snapshot, files, told)
  const paths = await Promise.all(placed.map((each) => snapshot.linked(commit, each)))
  const path = paths.length === 1 ? (paths[0] as string) : await snapshot.folderOf(commit, placed)
  return { name: found, path }
}

/** Returns the fields of a data set's card; none if they cannot be had. */
export async function fetchCard(name: string, hooks: Hooks = {}): Promise<JsonObject> {
  const { env = process.env, signal = new AbortController().signal } = hooks
  try {
    const { repository: asked } = parseHubRows(name)
    const hub = hubFrom(env)
    const snapshot = new Snapshot(asked, env)
    const repository = { ...asked, revision: await commitOf(hub, asked, snapshot, signal) }
    const all = await listed(hub, repository, snapshot, signal)
    return await cardOf(all, (files) => bring(hub, repository, snapshot, files, { signal }))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof UsageError) return {}
    throw error
  }
}

/** Downloads what is missing of some files. */
async function bring(
  hub: Hub,
  repository: Repository,
  snapshot: Snapshot,
  files: readonly HubFile[],
  { signal = new AbortController().signal, onDownload }: Pick<Hooks, 'signal' | 'onDownload'>,
): Promise<PlacedFile[]> {
  const placed = files.map((file) => snapshot.place(file))
  const request = { hub, repository, files: placed, folder: snapshot.folder, variable: 'HF_HUB_CACHE', signal }
  await fetchFiles({ ...request, onProgress: onDownload })
  return placed
}

/** Returns the commit that a revision is now, or was when this machine was last online. */
async function commitOf(hub: Hub, repository: Repository, snapshot: Snapshot, signal: AbortSignal): Promise<string> {
  const { name, revision } = repository
  const known = await snapshot.commitOf(revision)
  if (known === revision || (known !== undefined && hub.isOffline)) return known
  assertOnline(hub, `${name} at ${revision} is not on this machine`)
  const hint = known === undefined ? undefined : 'To use the copy on this machine, set HF_HUB_OFFLINE=1.'
  const url = apiUrl(hub, repository, `/revision/${encodeURIComponent(revision)}`)
  const response = await askHub(hub, url, signal, hint === undefined ? {} : { hint })
  if (!response.ok) throw refusal(hub, repository, name, response)
  const info: unknown = await response.json().catch(() => undefined)
  const commit = isObject(info) ? info['sha'] : undefined
  if (typeof commit !== 'string') throw new UsageError(`${hub.url} did not return the commit of ${name}`)
  await snapshot.keepCommit(revision, commit)
  return commit
}

async function listed(
  hub: Hub,
  repository: Repository,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<readonly HubFile[]> {
  const { revision: commit, name } = repository
  const kept = await snapshot.listing(commit)
  if (kept !== undefined) return kept
  assertOnline(hub, `the list of files of ${name} is not on this machine`)
  const files = await listFiles(hub, repository, signal)
  await snapshot.keepListing(commit, files)
  return files
}

async function cardOf(
  all: readonly HubFile[],
  bringing: (files: readonly HubFile[]) => Promise<PlacedFile[]>,
): Promise<JsonObject> {
  const [placed] = await bringing(all.filter(({ path }) => path === 'README.md'))
  return placed === undefined ? {} : cardFields(await readFile(placed.target, 'utf8'))
}

/**
 * Says what is downloaded; asks first if it is large and someone can answer. Returns its bytes.
 * @throws UsageError if the answer is no
 */
async function announce(
  asked: HubRows,
  commit: string,
  { files, why }: { files: readonly HubFile[]; why: string },
  snapshot: Snapshot,
  { onNotice, onQuestion }: Hooks,
): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await sizeOf(snapshot.place(file).target)) ?? 0))
  const missing = files.reduce((sum, { size }, at) => sum + (sizes[at] === size ? 0 : size), 0)
  if (missing === 0) return 0
  const name = hubRowsName(asked)
  const count = files.length === 1 ? '1 file' : `${files.length} files`
  const what = `${name}${why === '' ? '' : `, ${why}`} (${count}, ${sizeText(missing)}, commit ${commit.slice(0, 8)})`
  if (missing >= SMALL && onQuestion !== undefined) {
    if (await onQuestion(`Download ${what} into ${snapshot.folder}?`)) return missing
    throw new UsageError(`${name} was not downloaded`, {
      hint: 'Name fewer files: hf://datasets/OWNER/NAME/PATH.',
    })
  }
  onNotice?.(`downloading ${what}`)
  return missing
}
