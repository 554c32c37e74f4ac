// A local server that plays the Hugging Face hub: lists files, redirects downloads to its own CDN, takes uploads, and fails on demand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { gitIdOf, hashOf, isLarge, json, refuse } from './hub-answers.ts'
import { HubUploads } from './hub-uploads.ts'

interface Failure {
  status: number
  headers?: Record<string, string>
}

export interface HubServer {
  url: string
  /** Every request: path, requested range, and the token. */
  seen: { method: string; path: string; range: string | undefined; token: string | undefined }[]
  /** Bytes after which each of the next downloads is broken off. */
  breaks: number[]
  /** What the next requests to the hub itself get instead of an answer. */
  failures: Failure[]
  /** False hashes that the hub reports for files. */
  lies: Map<string, string>
  files: Map<string, Buffer>
  /** The commit that every branch is now. */
  commit: string
  /** The number of files on a page of a list. */
  pageSize: number
  uploads: HubUploads
}

const PUBLIC = ['owner/repo', 'owner/rows', 'me/new']
const PRIVATE = 'owner/private'
const GATED = 'owner/gated'
/**
 * Starts a hub with the repositories `owner/repo` and `owner/rows`; `owner/private` needs the token `good`, and `owner/gated` refuses all.
 * The CDN is another origin.
 */
export async function startHub(files: Record<string, Buffer>): Promise<HubServer> {
  const hub: HubServer = {
    url: '',
    seen: [],
    breaks: [],
    failures: [],
    lies: new Map(),
    files: new Map(Object.entries(files)),
    commit: 'a'.repeat(40),
    pageSize: Infinity,
    uploads: new HubUploads(),
  }
  const note = ({ url = '', headers, method = '' }: IncomingMessage) =>
    hub.seen.push({ method, path: url, range: headers.range, token: headers.authorization })
  const cdn = await listen((request, response) => {
    note(request)
    if (request.method === 'PUT') return void hub.uploads.put(request, response)
    sendFile(hub, request, response)
  })
  hub.url = await listen((request, response) => {
    note(request)
    const failure = hub.failures.shift()
    if (failure) return void response.writeHead(failure.status, failure.headers).end()
    answer(hub, cdn, request, response)
  })
  return hub
}

async function listen(answering: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answering)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function answer(hub: HubServer, cdn: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '', 'http://hub')
  if (request.method === 'POST') return void hub.uploads.answer(hub, cdn, request, response)
  const api = /^\/api\/(models|datasets)\/([^/]+\/[^/]+)\/(tree|revision)\/([^/]+)$/.exec(pathname)
  if (api) {
    const [, kind, repository, asked, revision] = api as unknown as [string, string, string, string, string]
    if (!mayRead(repository, request, response)) return
    if (kind === 'datasets' && revision !== 'main' && revision !== hub.commit)
      return refuse(response, 404, 'RevisionNotFound')
    if (asked === 'revision') return json(response, { sha: hub.commit })
    return sendList(hub, request, response)
  }
  const file = /^\/(datasets\/)?([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(pathname)
  if (file === null) return refuse(response, 404, 'RepoNotFound')
  const path = decodeURIComponent(file[3] as string)
  if (!mayRead(file[2] as string, request, response)) return
  if (!hub.files.has(path)) return refuse(response, 404, 'EntryNotFound')
  // Small files come from the hub itself.
  if (isLarge(path)) response.writeHead(302, { location: `${cdn}/${file[3]}` }).end()
  else sendFile(hub, Object.assign(request, { url: `/${file[3]}` }), response)
}

function mayRead(repository: string, { headers }: IncomingMessage, response: ServerResponse): boolean {
  const { authorization } = headers
  if (authorization === 'Bearer wrong') {
    response.setHeader('x-error-message', 'Invalid credentials in Authorization header')
    refuse(response, 401)
  } else if (repository === GATED) refuse(response, authorization === undefined ? 401 : 403, 'GatedRepo')
  else if (repository === PRIVATE && authorization !== 'Bearer good') refuse(response, 401, 'RepoNotFound')
  else if (!PUBLIC.includes(repository) && repository !== PRIVATE) refuse(response, 404, 'RepoNotFound')
  else return true
  return false
}

function sendList(hub: HubServer, { url = '' }: IncomingMessage, response: ServerResponse): void {
  const from = Number(new URL(url, 'http://hub').searchParams.get('cursor') ?? 0)
  const list = [...hub.files].map(([path, bytes]) => {
    const { length: size } = bytes
    const lie = hub.lies.get(path)
    const large = { oid: lie ?? hashOf('sha256', bytes), size, pointerSize: 130 }
    return { type: 'file', path, size, oid: lie ?? gitIdOf(bytes), ...(isLarge(path) && { lfs: large }) }
  })
  const end = from + hub.pageSize
  // A mirror names the hub that it mirrors.
  const next = new URL(url, 'https://huggingface.co')
  next.searchParams.set('cursor', String(end))
  if (end < list.length) response.setHeader('link', `<${next.href}>; rel="next"`)
  json(response, [{ type: 'directory', path: 'sub', size: 0 }, ...list.slice(from, end)])
}

function sendFile(hub: HubServer, { url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const bytes = hub.files.get(decodeURIComponent(url.slice(1)))
  if (bytes === undefined) return void response.writeHead(404).end()
  const etag = `"${hashOf('sha256', bytes)}"`
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag
  const start = first !== undefined && isSame ? Number(first) : 0
  const stop = first !== undefined && isSame && last !== '' ? Number(last) + 1 : bytes.length
  const rest = bytes.subarray(start, stop)
  const isPart = first !== undefined && isSame
  const range = { 'content-range': `bytes ${start}-${start + rest.length - 1}/${bytes.length}` }
  response.writeHead(isPart ? 206 : 200, { etag, 'content-length': rest.length, ...(isPart && range) })
  const end = hub.breaks.shift()
  if (end === undefined) return void response.end(rest)
  response.write(rest.subarray(0, end), () => setTimeout(() => response.destroy(), 150))
}
