// A local server that plays the Hugging Face hub: lists files, redirects downloads to its own CDN, breaks off on demand.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

interface HubServer {
  url: string
  /** Every request: path, requested range, and the token. */
  seen: { path: string; range: string | undefined; token: string | undefined }[]
  /** Bytes after which each of the next downloads is broken off. */
  breaks: number[]
  /** False SHA-256 hashes that the hub reports for files. */
  lies: Map<string, string>
  files: Map<string, Buffer>
}

const REPOSITORY = 'owner/repo'
const PRIVATE = 'owner/private'
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Starts a hub with the repository `owner/repo`; `owner/private` needs the token `good`. The CDN is another origin. */
export async function startHub(files: Record<string, Buffer>): Promise<HubServer> {
  const hub: HubServer = { url: '', seen: [], breaks: [], lies: new Map(), files: new Map(Object.entries(files)) }
  const note = ({ url = '', headers }: IncomingMessage) =>
    hub.seen.push({ path: url, range: headers.range, token: headers.authorization })
  const cdn = await listen((request, response) => {
    note(request)
    sendFile(hub, request, response)
  })
  hub.url = await listen((request, response) => {
    note(request)
    const { pathname } = new URL(request.url ?? '', 'http://hub')
    const list = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/main$/.exec(pathname)
    if (list) return sendList(hub, list[1] as string, request, response)
    const file = /^\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/.exec(pathname)
    response.writeHead(file ? 302 : 404, file ? { location: `${cdn}/${file[2]}` } : {}).end()
  })
  return hub
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function sendList(hub: HubServer, repository: string, { headers }: IncomingMessage, response: ServerResponse): void {
  if (repository === PRIVATE && headers.authorization !== 'Bearer good') return void response.writeHead(401).end()
  if (repository !== REPOSITORY && repository !== PRIVATE) return void response.writeHead(404).end()
  const list = [...hub.files].map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: 'abc',
    lfs: { oid: hub.lies.get(path) ?? sha256(bytes), size: bytes.length },
  }))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify([{ type: 'directory', path: 'sub', size: 0 }, ...list]))
}

function sendFile(hub: HubServer, { url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const bytes = hub.files.get(decodeURIComponent(url.slice(1)))
  if (bytes === undefined) return void response.writeHead(404).end()
  const etag = `"${sha256(bytes)}"`
  const asked = /^bytes=(\d+)-$/.exec(headers.range ?? '')
  const start = asked && headers['if-range'] === etag ? Number(asked[1]) : 0
  const rest = bytes.subarray(start)
  response.writeHead(start > 0 ? 206 : 200, { etag, 'content-length': rest.length })
  const end = hub.breaks.shift()
  if (end === undefined) return void response.end(rest)
  response.write(rest.subarray(0, end), () => setTimeout(() => response.destroy(), 20))
}
