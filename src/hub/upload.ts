// Publishes files in a data set on the hub: makes the repository, uploads what it lacks, and commits everything at once.
import { open, readFile } from 'node:fs/promises'
import { UsageError } from '../base/errors.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { apiUrl, type Hub, type Repository } from './address.ts'
import { askHub, refusal } from './ask.ts'
import { uploadLarge, withHashes, type LargeFile } from './lfs.ts'
import { gitIdOf, type LocalFile } from './local-file.ts'

interface PublishRequest {
  hub: Hub
  repository: Repository
  files: readonly LocalFile[]
  /** Whether a new repository is private; undefined for what the hub does otherwise. */
  isPrivate: boolean
  /** The first line of the commit. */
  summary: string
  signal: AbortSignal
  /** Receives the bytes that have arrived, of `total`. */
  onProgress?: ((sent: number, total: number) => void) | undefined
}

export interface Published {
  /** Whether the repository is new. */
  isNew: boolean
  /** The commit; null if everything was there already. */
  commit: string | null
  /** The files that were uploaded in this call. */
  sent: number
  /** The files that the hub had already. */
  there: number
}

/**
 * Makes the files those of a data set; others of its files stay. What an interrupted call has uploaded is not sent again.
 * @throws UsageError if the hub refuses
 */
export async function publishFiles(request: PublishRequest): Promise<Published> {
  const { hub, repository, files } = request
  assertToken(hub, repository)
  const isNew = await makeRepository(request)
  const modes = await uploadModes(request)
  const changed: LocalFile[] = []
  const large: LargeFile[] = []
  for (const file of files) {
    const { isLarge, id } = modes.get(file.path) ?? { isLarge: false, id: undefined }
    if (isLarge) {
      const [hashed] = (await withHashes([file])) as [LargeFile]
      if (hashed.sha256 !== id) large.push(hashed)
    } else if (id === undefined || (await gitIdOf(file)) !== id) changed.push(file)
  }
  const total = large.reduce((sum, { size }) => sum + size, 0)
  let arrived = 0
  const onSent = (bytes: number) => request.onProgress?.((arrived += bytes), total)
  const sent = await uploadLarge(large, { ...request, onSent })
  if (changed.length + large.length === 0) return { isNew, commit: null, sent: 0, there: files.length }
  const commit = await commitFiles(request, changed, large)
  return { isNew, commit, sent: sent + changed.length, there: files.length - sent - changed.length }
}

function assertToken({ token, tokenSource }: Hub, { name }: Repository): void {
  if (token !== undefined) return
  const where = tokenSource === 'HF_TOKEN' || tokenSource.includes(' ') ? 'HF_TOKEN' : tokenSource
  throw new UsageError(`publishing to ${name} needs a token, and ${where} is not set`, {
    hint: `Make one with write access at https://huggingface.co/settings/tokens, and set ${where} to it (or run hf auth login).`,
  })
}

const JSON_BODY = { 'content-type': 'application/json' }

/** Makes the repository if it does not exist. Returns whether it is new. */
async function makeRepository({ hub, repository, isPrivate, signal }: PublishRequest): Promise<boolean> {
  const [organization, name] = repository.name.split('/')
  const body = JSON.stringify({ type: 'dataset', name, organization, ...(isPrivate && { private: true }) })
  const response = await askHub(hub, `${hub.url}/api/repos/create`, signal, {
    method: 'POST',
    headers: JSON_BODY,
    body,
  })
  await response.body?.cancel()
  if (response.ok) return true
  if (response.status === 409) return false
  if (response.status === 403) throw noWriting(hub, repository)
  throw refusal(hub, repository, repository.name, response)
}

const noWriting = ({ url, tokenSource }: Hub, { name }: Repository) =>
  new UsageError(`${url} does not let the token in ${tokenSource} write to ${name} (403)`, {
    hint: 'The token needs write access, and its account must be the owner or a member of the organisation: https://huggingface.co/settings/tokens',
  })

/** How the hub takes a file, and the id of the contents that it has under this name. */
interface UploadMode {
  isLarge: boolean
  id: string | undefined
}

const SAMPLE = 512
/** Files that the hub is asked about at once. */
const BATCH = 200

async function uploadModes({ hub, repository, files, signal }: PublishRequest): Promise<Map<string, UploadMode>> {
  const modes = new Map<string, UploadMode>()
  const url = apiUrl(hub, repository, `/preupload/${encodeURIComponent(repository.revision)}`)
  for (let at = 0; at < files.length; at += BATCH) {
    const asked = await Promise.all(
      files.slice(at, at + BATCH).map(async ({ path, from, size }) => ({ path, size, sample: await sampleOf(from) })),
    )
    const body = JSON.stringify({ files: asked })
    const answer = await postJson({ hub, repository, signal }, url, JSON_BODY, body)
    for (const item of Array.isArray(answer['files']) ? answer['files'].filter(isObject) : []) {
      const { path, uploadMode, oid } = item
      // Storage for large files takes no empty ones.
      const isLarge = uploadMode === 'lfs' && files.some((file) => file.path === path && file.size > 0)
      modes.set(String(path), { isLarge, id: typeof oid === 'string' ? oid : undefined })
    }
  }
  return modes
}

async function sampleOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE), 0, SAMPLE, 0)
    return buffer.toString('base64', 0, bytesRead)
  } finally {
    await file.close()
  }
}

async function commitFiles(
  request: PublishRequest,
  small: readonly LocalFile[],
  large: readonly LargeFile[],
): Promise<string> {
  const { hub, repository, summary } = request
  const lines: object[] = [{ key: 'header', value: { summary, description: '' } }]
  for (const { path, from } of small) {
    const content = (await readFile(from)).toString('base64')
    lines.push({ key: 'file', value: { path, content, encoding: 'base64' } })
  }
  for (const { path, size, sha256: oid } of large) {
    lines.push({ key: 'lfsFile', value: { path, algo: 'sha256', oid, size } })
  }
  const url = apiUrl(hub, repository, `/commit/${encodeURIComponent(repository.revision)}`)
  const body = lines.map((line) => JSON.stringify(line)).join('\n')
  const answer = await postJson(request, url, { 'content-type': 'application/x-ndjson' }, body)
  return String(answer['commitOid'] ?? '')
}

async function postJson(
  { hub, repository, signal }: Pick<PublishRequest, 'hub' | 'repository' | 'signal'>,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<JsonObject> {
  const response = await askHub(hub, url, signal, { method: 'POST', headers, body })
  if (response.status === 403 && response.headers.get('x-error-code') === null) throw noWriting(hub, repository)
  if (!response.ok) throw refusal(hub, repository, repository.name, response)
  const answer: unknown = await response.json().catch(() => undefined)
  return isObject(answer) ? answer : {}
}
