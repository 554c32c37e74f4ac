// The part of the local hub that takes uploads: new repositories, large files in one part or several, and commits.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gitIdOf, hashOf, isLarge, json, refuse } from './hub-answers.ts'

interface CommitLine {
  key: 'header' | 'file' | 'lfsFile' | 'deletedFile'
  value: { path: string; content?: string; encoding?: string; oid?: string; summary?: string }
}

/** What uploads change of the hub. */
interface Held {
  url: string
  files: Map<string, Buffer>
}

export class HubUploads {
  /** Contents of large files by SHA-256, as the storage has them. */
  readonly stored = new Map<string, Buffer>()
  /** The bodies of requests for new repositories. */
  readonly created: { name: string; organization?: string; private?: boolean; type: string }[] = []
  readonly commits: CommitLine[][] = []
  /** Paths of the PUT requests that arrived whole. */
  readonly puts: string[] = []
  /** Files above this size are sent in parts of it. */
  partSize = Infinity
  /** How many of the next PUT requests break off. */
  breaks = 0
  readonly #parts = new Map<string, Map<number, Buffer>>()

  async answer(hub: Held, cdn: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const { pathname } = new URL(request.url ?? '', 'http://hub')
    if (request.headers.authorization === 'Bearer wrong') {
      response.setHeader('x-error-message', 'Invalid credentials in Authorization header')
      return refuse(response, 401)
    }
    if (request.headers.authorization === 'Bearer reader') return refuse(response, 403)
    if (request.headers.authorization !== 'Bearer good') return refuse(response, 401)
    const value = () => JSON.parse(body.toString())
    if (pathname === '/api/repos/create') return this.#create(value(), response)
    if (!pathname.includes('/me/new') && !pathname.includes('/owner/rows')) {
      if (!pathname.startsWith('/complete/')) return refuse(response, 404, 'RepoNotFound')
    }
    if (pathname.includes('/preupload/')) return this.#preupload(hub, value(), response)
    if (pathname.endsWith('/objects/batch')) return this.#batch(cdn, hub.url, value(), response)
    if (pathname.startsWith('/complete/')) return this.#complete(value(), response)
    if (pathname.includes('/commit/')) return this.#commit(hub, body.toString(), response)
    refuse(response, 404)
  }

  async put(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.breaks > 0) {
      this.breaks -= 1
      return void request.once('data', () => request.socket.destroy())
    }
    const bytes = await bodyOf(request)
    const [, oid = '', part] = (request.url ?? '').split('/')
    // A storage service refuses a token that is not its own.
    if (request.headers.authorization !== undefined) return refuse(response, 400)
    this.puts.push(request.url ?? '')
    if (part === undefined) this.stored.set(oid, bytes)
    else this.#parts.set(oid, (this.#parts.get(oid) ?? new Map()).set(Number(part), bytes))
    response.writeHead(200, { etag: `"${hashOf('sha256', bytes).slice(0, 32)}"` }).end()
  }

  #create(value: HubUploads['created'][number], response: ServerResponse): void {
    const isThere = this.created.some(({ name }) => name === value.name)
    if (!isThere) this.created.push(value)
    if (isThere) refuse(response, 409)
    else json(response, { url: `http://hub/datasets/${value.organization}/${value.name}` })
  }

  #preupload(hub: Held, { files }: { files: { path: string }[] }, response: ServerResponse): void {
    const modes = files.map(({ path }) => {
      const there = hub.files.get(path)
      const oid = there && (isLarge(path) ? hashOf('sha256', there) : gitIdOf(there))
      return { path, uploadMode: isLarge(path) ? 'lfs' : 'regular', shouldIgnore: false, oid: oid ?? null }
    })
    json(response, { files: modes })
  }

  #batch(
    cdn: string,
    url: string,
    { objects }: { objects: { oid: string; size: number }[] },
    response: ServerResponse,
  ): void {
    const answers = objects.map(({ oid, size }) => {
      if (this.stored.has(oid)) return { oid, size }
      if (size <= this.partSize) return { oid, size, actions: { upload: { href: `${cdn}/${oid}` } } }
      const parts = Array.from({ length: Math.ceil(size / this.partSize) }, (_, at) => [
        String(at + 1),
        `${cdn}/${oid}/${at + 1}`,
      ])
      const header = { chunk_size: String(this.partSize), ...Object.fromEntries(parts) }
      return { oid, size, actions: { upload: { href: `${url}/complete/${oid}`, header } } }
    })
    json(response, { transfer: 'multipart', objects: answers })
  }

  #complete(
    { oid, parts }: { oid: string; parts: { partNumber: number; etag: string }[] },
    response: ServerResponse,
  ): void {
    const bytes = Buffer.concat(parts.map(({ partNumber }) => this.#parts.get(oid)?.get(partNumber) ?? Buffer.alloc(0)))
    if (hashOf('sha256', bytes) !== oid || parts.some(({ etag }) => !/^"?\w+"?$/.test(etag)))
      return refuse(response, 400)
    this.stored.set(oid, bytes)
    json(response, {})
  }

  #commit(hub: Held, body: string, response: ServerResponse): void {
    const lines = body.split('\n').map((line) => JSON.parse(line) as CommitLine)
    for (const { key, value } of lines) {
      if (key === 'file') hub.files.set(value.path, Buffer.from(value.content ?? '', 'base64'))
      const stored = key === 'lfsFile' ? this.stored.get(value.oid ?? '') : undefined
      if (key === 'lfsFile' && stored === undefined) return refuse(response, 400)
      if (stored) hub.files.set(value.path, stored)
      if (key === 'deletedFile') hub.files.delete(value.path)
    }
    this.commits.push(lines)
    json(response, { success: true, commitOid: 'c'.repeat(40), commitUrl: 'http://hub/commit' })
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
