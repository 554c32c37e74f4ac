// Sends JSON to a server and reads its JSON answer: the only HTTP client for chat models, encoders and rerankers. The scheduler handles
// retries, limits and timeouts.
import { promisify } from 'node:util'
import { brotliDecompress, constants, unzip } from 'node:zlib'
import type { Agent, Dispatcher } from 'undici'
import { VERSION } from '../../base/version.ts'
import { CallError } from '../errors.ts'

export interface Server {
  /** The URL that paths are appended to, such as `https://host/v1`. */
  base: string
  /** The query string after the path: '' or `?name=value`. */
  search: string
  /** Credentials and other headers for this server only. Names are lower case. */
  headers: Record<string, string>
}

/** A request that failed before any of it was sent; the cause says why. */
export class UnsentError extends Error {
  constructor(cause: unknown) {
    super('the request was not sent', { cause })
  }
}

export type AnswerHeaders = Record<string, string | string[] | undefined>

export interface Answer {
  /** Parsed JSON; text if the answer does not claim to be JSON; undefined if the body is empty. */
  data: unknown
  headers: AnswerHeaders
}

/** An answer with an unsuccessful status. */
export class HttpError extends Error {
  readonly status: number
  readonly headers: AnswerHeaders
  /** The `error` field of a JSON body, or else the whole JSON body; undefined for any other body. */
  readonly body: unknown

  constructor(status: number, headers: AnswerHeaders, text: string) {
    super(`${status} ${text || 'status code (no body)'}`)
    this.status = status
    this.headers = headers
    this.body = errorIn(text)
  }

  /** Returns a field of the body: `code`, `type` or `param`. */
  field(name: string): unknown {
    return (this.body as Record<string, unknown> | undefined)?.[name]
  }
}

interface RawAnswer {
  status: number
  headers: AnswerHeaders
  chunks: Buffer[]
}

/** The most bytes of an answer. The largest batches of vectors need a tenth of it. */
export const MOST_BYTES = 64 * 2 ** 20
const MOST_REDIRECTS = 5

const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'br, gzip, deflate',
  'content-type': 'application/json',
  'user-agent': `winnow/${VERSION}`,
}

/**
 * Posts a body. Redirects that keep the method are followed; another origin does not get the server's headers.
 * @throws HttpError for an unsuccessful status, CallError when aborted, or whatever the connection or JSON.parse throws
 */
export async function post(server: Server, path: string, body: object, signal: AbortSignal): Promise<Answer> {
  const text = JSON.stringify(body)
  let url = new URL(server.base + path + server.search)
  let own = server.headers
  for (let redirects = 0; ; redirects++) {
    const received = await send('POST', url, { ...HEADERS, ...own }, text, signal)
    const next = redirects < MOST_REDIRECTS ? movedTo(received, url) : undefined
    if (next === undefined) return answerIn(received)
    if (next.origin !== url.origin) own = {}
    url = next
  }
}

/** Gets an answer. Redirects are not followed. @throws as `post` */
export async function get({ base, search, headers }: Server, path: string, signal: AbortSignal): Promise<unknown> {
  const { 'content-type': _none, ...usual } = HEADERS
  const { data } = await answerIn(
    await send('GET', new URL(base + path + search), { ...usual, ...headers }, null, signal),
  )
  return data
}

let agent: Promise<Agent> | undefined

/** Loads the client with the first call, because most commands make none. */
function openAgent(): Promise<Agent> {
  const connect = { timeout: 30_000 }
  return import('undici').then(
    (undici) => new undici.Agent({ headersTimeout: 0, bodyTimeout: 0, maxResponseSize: MOST_BYTES, connect }),
  )
}

async function send(
  method: 'GET' | 'POST',
  { origin, pathname, search }: URL,
  headers: Record<string, string>,
  body: string | null,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const dispatcher = await (agent ??= openAgent())
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  const received: RawAnswer = { status: 0, headers: {}, chunks: [] }
  let controller: Dispatcher.DispatchController | undefined
  const abort = () => {
    const maybeBilled = controller !== undefined
    const error = new CallError('aborted', 'the call was cancelled', { remedy: 'stop', maybeBilled })
    reject(error)
    controller?.abort(error)
  }
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  else {
    dispatcher.dispatch(
      { origin, path: pathname + search, method, headers, body },
      {
        onRequestStart: (started) => {
          controller = started
          if (signal.aborted) abort()
        },
        onResponseStart: (_controller, status, given) => void Object.assign(received, { status, headers: given }),
        onResponseData: (_controller, chunk) => void received.chunks.push(chunk),
        onResponseEnd: () => resolve(received),
        // An unsuccessful status is enough, even if the rest of the answer is lost.
        onResponseError: (_controller, error) => {
          if (received.status >= 300) resolve(received)
          else reject(controller === undefined ? new UnsentError(error) : error)
        },
      },
    )
  }
  return promise.finally(() => signal.removeEventListener('abort', abort))
}

function movedTo({ status, headers: { location } }: RawAnswer, from: URL): URL | undefined {
  if ((status !== 307 && status !== 308) || typeof location !== 'string') return undefined
  const url = URL.parse(location, from.href)
  return url?.protocol.startsWith('http') ? url : undefined
}

async function answerIn({ status, headers, chunks }: RawAnswer): Promise<Answer> {
  const text = await textOf(chunks, String(headers['content-encoding'] ?? ''))
  if (status < 200 || status > 299) throw new HttpError(status, headers, text)
  if (text === '') return { data: undefined, headers }
  return { data: isJson(String(headers['content-type'])) ? JSON.parse(text) : text, headers }
}

const isJson = (type: string): boolean => /application\/json|\+json\s*(;|$)/i.test(type)

/** Truncated data is decompressed as far as possible. */
const UNZIP = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_BYTES }
const BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: MOST_BYTES }
const unzipped = promisify(unzip)
const unbrotlied = promisify(brotliDecompress)
const decoder = new TextDecoder()

async function textOf(chunks: Buffer[], coding: string): Promise<string> {
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
  if (/^(x-)?gzip$|^deflate$/i.test(coding)) return decoder.decode(await unzipped(bytes, UNZIP))
  if (/^br$/i.test(coding)) return decoder.decode(await unbrotlied(bytes, BROTLI))
  return decoder.decode(bytes)
}

function errorIn(text: string): unknown {
  try {
    const body = JSON.parse(text) as { error?: unknown } | null
    return typeof body === 'object' ? (body?.error ?? body ?? undefined) : undefined
  } catch {
    return undefined
  }
}
