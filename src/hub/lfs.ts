// Uploads large files to the hub's storage, which asks only for those that it lacks.
import { openAsBlob } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, UsageError } from '../base/errors.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { pageUrl, type Hub, type Repository } from './address.ts'
import { askHub, pauseAfter, refusal } from './ask.ts'
import { sha256Of, type LocalFile } from './local-file.ts'

/** A large file and the SHA-256 of its contents, as hex. */
export interface LargeFile extends LocalFile {
  sha256: string
}

export interface Upload {
  hub: Hub
  repository: Repository
  signal: AbortSignal
  /** Receives the bytes that were sent since the last call. */
  onSent: (bytes: number) => void
}

const LFS = 'application/vnd.git-lfs+json'
const HEADERS = { accept: LFS, 'content-type': LFS }
/** Files that the hub is asked about at once. */
const BATCH = 100
const TRIES = 5
const PAUSE_MS = 500

/**
 * Uploads the files that the storage lacks. Returns the number of those.
 * @throws UsageError if the hub or its storage refuses one
 */
export async function uploadLarge(files: readonly LargeFile[], upload: Upload): Promise<number> {
  let sent = 0
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH)
    const wanted = await wantedOf(batch, upload)
    for (const file of batch) {
      const action = wanted.get(file.sha256)
      // The same contents under another name are sent once.
      wanted.delete(file.sha256)
      if (action === undefined) upload.onSent(file.size)
      else await uploadFile(file, action, upload)
      sent += action === undefined ? 0 : 1
    }
  }
  return sent
}

/** How the storage wants a file. */
interface UploadAction {
  href: string
  header: JsonObject
}

/** Returns the files that the storage lacks, by their SHA-256. */
async function wantedOf(files: readonly LargeFile[], upload: Upload): Promise<Map<string, UploadAction>> {
  const { hub, repository, signal } = upload
  const body = JSON.stringify({
    operation: 'upload',
    transfers: ['basic', 'multipart'],
    hash_algo: 'sha256',
    ref: { name: repository.revision },
    objects: files.map(({ sha256: oid, size }) => ({ oid, size })),
  })
  const url = `${pageUrl(hub, repository)}.git/info/lfs/objects/batch`
  const response = await askHub(hub, url, signal, { method: 'POST', headers: HEADERS, body })
  if (!response.ok) throw refusal(hub, repository, repository.name, response)
  const answer: unknown = await response.json().catch(() => undefined)
  const objects = isObject(answer) && Array.isArray(answer['objects']) ? answer['objects'].filter(isObject) : undefined
  if (objects === undefined) throw new UsageError(`${hub.url} did not say how to upload the files`)
  const wanted = new Map<string, UploadAction>()
  for (const { oid, actions, error } of objects) {
    const file = files.find(({ sha256 }) => sha256 === oid)
    if (file === undefined) continue
    if (isObject(error)) throw new UsageError(`${hub.url} refuses ${file.path}: ${String(error['message'])}`)
    const action = isObject(actions) ? actions['upload'] : undefined
    if (!isObject(action) || typeof action['href'] !== 'string') continue
    wanted.set(file.sha256, { href: action['href'], header: isObject(action['header']) ? action['header'] : {} })
  }
  return wanted
}

async function uploadFile(file: LargeFile, { href, header }: UploadAction, upload: Upload): Promise<void> {
  const contents = await openAsBlob(file.from)
  const partSize = Number(header['chunk_size'])
  if (!(partSize > 0)) {
    await put(href, contents, file, upload)
    return
  }
  const parts = Object.entries(header)
    .filter(([name]) => /^\d+$/.test(name))
    .map(([name, url]) => ({ partNumber: Number(name), url: String(url) }))
    .toSorted((one, other) => one.partNumber - other.partNumber)
  if (parts.length !== Math.ceil(file.size / partSize)) {
    throw new UsageError(
      `${upload.hub.url} wants ${file.path} in ${parts.length} parts of ${partSize} bytes, which it is not`,
    )
  }
  const sent: { partNumber: number; etag: string }[] = []
  for (const { partNumber, url } of parts) {
    const part = contents.slice((partNumber - 1) * partSize, partNumber * partSize)
    const etag = (await put(url, part, file, upload)).headers.get('etag')
    if (etag === null) throw new UsageError(`the storage did not confirm part ${partNumber} of ${file.path}`)
    sent.push({ partNumber, etag })
  }
  const { hub, repository, signal } = upload
  const body = JSON.stringify({ oid: file.sha256, parts: sent })
  // The address of the hub itself needs the token; another one has its own signature.
  const isOfHub = new URL(href).origin === new URL(hub.url).origin
  const asked = isOfHub ? hub : { ...hub, token: undefined }
  const response = await askHub(asked, href, signal, { method: 'POST', headers: HEADERS, body })
  if (!response.ok) throw refusal(hub, repository, `${repository.name}/${file.path}`, response)
}

/** Sends bytes to the storage, again if the connection breaks. Its addresses carry their own signature, and never get the token. */
async function put(url: string, bytes: Blob, { path }: LargeFile, { hub, signal, onSent }: Upload): Promise<Response> {
  let why: unknown
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      const response = await fetch(url, { method: 'PUT', body: bytes, signal })
      if (response.ok) {
        onSent(bytes.size)
        return response
      }
      why = `it answered ${response.status}`
      const seconds = pauseAfter(response, attempt)
      await response.body?.cancel()
      if (seconds === undefined) break
      await sleep(Math.min(seconds, 60) * 1000, undefined, { signal })
    } catch (error) {
      signal.throwIfAborted()
      why = error instanceof Error && error.cause !== undefined ? error.cause : error
      await sleep(PAUSE_MS * 2 ** attempt, undefined, { signal })
    }
  }
  throw new UsageError(`the storage of ${hub.url} did not take ${path}: ${messageOf(why)}`, {
    hint: 'Run the same command again: what has arrived is not sent again.',
    cause: why,
  })
}

/** Returns large files with their hashes. */
export const withHashes = (files: readonly LocalFile[]): Promise<LargeFile[]> =>
  Promise.all(files.map(async (file) => ({ ...file, sha256: await sha256Of(file) })))
