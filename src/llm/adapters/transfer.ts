// Larger transfers than post.ts makes: files sent from disk and answers read line by line, neither ever whole in memory.
import { createReadStream } from 'node:fs'
import { open as openFile, stat } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import type { Agent } from 'undici'
import { VERSION } from '../../base/version.ts'
import { CallError } from '../errors.ts'
import { HttpError, MOST_BYTES, type AnswerHeaders, type Server } from './post.ts'

/** A body that is produced while it is sent, anew for each redirect. */
export interface Upload {
  type: string
  bytes: number
  chunks(): AsyncIterable<string | Buffer>
}

export interface Exchange {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Appended to the server's base; or a whole URL, which gets the server's headers only if it is of the same origin. */
  path: string
  /** An object is sent as JSON. */
  body?: object | Upload
  headers?: Record<string, string>
  /** `false` returns a redirect as it is, instead of following it. */
  follow?: false
}

export interface TransferAnswer {
  status: number
  headers: AnswerHeaders
  /** Parsed JSON; undefined if the body is empty. */
  data: unknown
}

interface Received {
  status: number
  headers: AnswerHeaders
  body: Readable
}

const MOST_REDIRECTS = 5
/** Milliseconds without a byte. Providers read and store whole files before they answer. */
const SILENCE_MS = 600_000

/**
 * Makes one exchange and reads its answer as JSON.
 * @throws HttpError for an unsuccessful status, CallError when aborted, or whatever the connection or JSON.parse throws
 */
export async function exchange(server: Server, wanted: Exchange, signal: AbortSignal): Promise<TransferAnswer> {
  return whole(signal, async () => {
    const { status, headers, body } = await open(server, wanted, signal)
    const text = await textIn(body, MOST_BYTES)
    return { status, headers, data: text === '' ? undefined : (JSON.parse(text) as unknown) }
  })
}

/** Yields the lines of an answer as they arrive, blank ones left out. @throws as `exchange` */
export async function* answerLines(server: Server, path: string, signal: AbortSignal): AsyncGenerator<string> {
  for await (const chunk of linesOf(answerBytes(server, path, signal))) yield chunk
}

/** Yields the bytes of an answer as they arrive. @throws as `exchange` */
async function* answerBytes(server: Server, path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { body } = await whole(signal, () => open(server, { method: 'GET', path }, signal))
  try {
    for await (const chunk of body) yield chunk as Buffer
  } catch (error) {
    throw signal.aborted ? cancelled() : error
  } finally {
    discard(body)
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = []
  let held = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8')
      rest = []
      held = 0
      start = end + 1
      if (line.trim() !== '') yield line
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
    held += chunk.length - start
    if (held > MOST_BYTES) throw tooLarge()
  }
  const last = Buffer.concat(rest).toString('utf8')
  if (last.trim() !== '') yield last
}

/** A form with one file, read from disk while it is sent. */
export async function formWith(fields: Record<string, string>, name: string, path: string): Promise<Upload> {
  const boundary = `winnow-${crypto.randomUUID()}`
  const part = (head: string) => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n`
  const head =
    Object.entries(fields)
      .map(([key, value]) => `${part(`name="${key}"`)}\r\n${value}\r\n`)
      .join('') + `${part(`name="file"; filename="${name}"`)}content-type: application/jsonl\r\n\r\n`
  const tail = `\r\n--${boundary}--\r\n`
  const { size } = await stat(path)
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.byteLength(head) + size + Buffer.byteLength(tail),
    async *chunks() {
      yield head
      yield* createReadStream(path)
      yield tail
    },
  }
}

const [LINE_FEED, COMMA] = [10, 44]

/** The lines of a file, each a JSON value, as the list at the end of an object: `before` opens it, as in `{"requests":[`. */
export async function listOfLines(before: string, path: string): Promise<Upload> {
  const after = ']}'
  const { size } = await stat(path)
  const last = await lastByte(path, size)
  const bytes = last === LINE_FEED ? size - 1 : size
  return {
    type: 'application/json',
    bytes: Buffer.byteLength(before) + bytes + after.length,
    async *chunks() {
      yield before
      // No JSON value has a line feed inside.
      for await (const chunk of createReadStream(path, { end: Math.max(0, bytes - 1) }) as AsyncIterable<Buffer>) {
        for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at)) chunk[at] = COMMA
        yield chunk
      }
      yield after
    },
  }
}

async function lastByte(path: string, size: number): Promise<number | undefined> {
  const file = await openFile(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    return bytesRead === 1 ? buffer[0] : undefined
  } finally {
    await file.close()
  }
}

/** A file as it is. */
export async function fileUpload(path: string, type: string): Promise<Upload> {
  return { type, bytes: (await stat(path)).size, chunks: () => createReadStream(path) }
}

let agent: Promise<Agent> | undefined

/** Loads the client with the first call, because most commands make none. */
function openAgent(): Promise<Agent> {
  const connect = { timeout: 30_000 }
  return import('undici').then(
    (undici) => new undici.Agent({ headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS, connect }),
  )
}

async function open(server: Server, wanted: Exchange, signal: AbortSignal): Promise<Received> {
  const home = new URL(server.base)
  let url = placeOf(server, wanted.path)
  for (let redirects = 0; ; redirects++) {
    const own = url.origin === home.origin ? server.headers : {}
    const received = await send(url, own, wanted, signal)
    const follows = wanted.follow !== false && redirects < MOST_REDIRECTS
    const next = follows ? movedTo(received, url, wanted.method) : undefined
    const isGood = received.status < 300 || (received.status < 400 && wanted.follow === false)
    if (next === undefined) return isGood ? received : refuse(received)
    discard(received.body)
    url = next
  }
}

/** Leaves the rest of a body unread. */
function discard(body: Readable): void {
  // The connection is cut for it, which is no error to anyone.
  body.on('error', () => undefined).destroy()
}

function placeOf({ base, search }: Server, path: string): URL {
  if (/^https?:/i.test(path)) return new URL(path)
  return new URL(base + path + (path.includes('?') ? search.replace(/^\?/, '&') : search))
}

async function send(
  url: URL,
  own: Record<string, string>,
  { method, body, headers }: Exchange,
  signal: AbortSignal,
): Promise<Received> {
  const dispatcher = await (agent ??= openAgent())
  const { request } = await import('undici')
  const answer = await request(url, {
    method,
    dispatcher,
    signal,
    headers: {
      accept: '*/*',
      'accept-encoding': 'br, gzip, deflate',
      'user-agent': `winnow/${VERSION}`,
      ...own,
      ...headers,
      ...bodyHeaders(body),
    },
    body: bodyOf(body),
  })
  return { status: answer.statusCode, headers: answer.headers, body: unpacked(answer.body, answer.headers) }
}

const isUpload = (body: object): body is Upload => 'chunks' in body && typeof body.chunks === 'function'

function bodyHeaders(body: Exchange['body']): Record<string, string> {
  if (body === undefined) return {}
  if (!isUpload(body)) return { 'content-type': 'application/json' }
  return { 'content-type': body.type, 'content-length': String(body.bytes) }
}

function bodyOf(body: Exchange['body']) {
  if (body === undefined) return null
  return isUpload(body) ? Readable.from(bytesOf(body)) : JSON.stringify(body)
}

async function* bytesOf(body: Upload): AsyncGenerator<Buffer> {
  for await (const chunk of body.chunks()) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

function unpacked(body: Readable, headers: AnswerHeaders): Readable {
  const coding = String(headers['content-encoding'] ?? '')
  if (!/^(x-)?gzip$|^deflate$|^br$/i.test(coding)) return body
  const unzipped = /^br$/i.test(coding) ? createBrotliDecompress() : createUnzip()
  // An error of the connection is that of the unzipped stream, too.
  return pipeline(body, unzipped, () => undefined)
}

function movedTo({ status, headers }: Received, from: URL, method: string): URL | undefined {
  const keeps = status === 307 || status === 308
  if (!keeps && !(method === 'GET' && status >= 301 && status <= 303)) return undefined
  const url = typeof headers['location'] === 'string' ? URL.parse(headers['location'], from.href) : undefined
  return url?.protocol.startsWith('http') ? url : undefined
}

/** Longer errors are web pages. */
const MOST_ERROR_BYTES = 1 << 20

async function refuse({ status, headers, body }: Received): Promise<never> {
  throw new HttpError(status, headers, await textIn(body, MOST_ERROR_BYTES).catch(() => ''))
}

async function textIn(body: Readable, most: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > most) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function whole<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw signal.aborted ? cancelled() : error
  }
}

const cancelled = () => new CallError('aborted', 'the call was cancelled', { remedy: 'stop', maybeBilled: true })
const tooLarge = () => Object.assign(new Error('the answer is too large'), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' })
