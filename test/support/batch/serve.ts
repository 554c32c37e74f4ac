// A local HTTP server with routes, any call to which can fail: before its work is done, or after it, so that only the answer is lost.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a call does; faults are named by it. */
type Endpoint = 'upload' | 'create' | 'list' | 'state' | 'results' | 'cancel' | 'online' | 'other'

/** `429`, `500`: an error instead of the work; `drop`: the connection is cut before it; `lose`: it is cut after it. */
type CallFault = '429' | '500' | '503' | '401' | 'drop' | 'lose' | 'stall'

export interface Call {
  /** The parts of the path that the route leaves open. */
  params: string[]
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
  json(): Record<string, unknown>
}

export interface CallAnswer {
  status?: number
  headers?: Record<string, string>
  /** An object is sent as JSON. */
  body?: object | string
  /** Texts that are sent one after the other, in place of a body. */
  pieces?: Iterable<string>
}

export interface Route {
  endpoint: Endpoint
  method: string
  /** `*` stands for one part of the path, which may be encoded. */
  path: string
  answer(call: Call): CallAnswer
}

export interface ServeOptions {
  /** Chances of each fault at any call, of 1. */
  callFaults?: Partial<Record<CallFault, number>>
  /** The fault of the nth call of an endpoint, from 0. */
  on?: (endpoint: Endpoint, nth: number) => CallFault | undefined
  random: () => number
  /** Whether errors repeat the headers of the call, keys included. */
  echo?: boolean
  /** Whether the caller may ask. */
  isAllowed: (headers: IncomingHttpHeaders) => boolean
}

export interface Served {
  url: string
  port: number
  /** Calls by endpoint. */
  calls: Map<Endpoint, number>
  /** Each call's headers, the latest last. */
  seen: { endpoint: Endpoint; url: string; headers: IncomingHttpHeaders }[]
  close(): Promise<void>
}

export async function serve(routes: Route[], options: ServeOptions): Promise<Served> {
  const calls = new Map<Endpoint, number>()
  const seen: Served['seen'] = []
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error))
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://here')
    const found = routeFor(routes, request.method ?? 'GET', url.pathname)
    if (found === undefined) return respond(response, { status: 404, body: { error: { message: 'no such place' } } })
    const { route, params } = found
    const nth = calls.get(route.endpoint) ?? 0
    calls.set(route.endpoint, nth + 1)
    seen.push({ endpoint: route.endpoint, url: url.pathname + url.search, headers: request.headers })
    const fault = options.on?.(route.endpoint, nth) ?? drawn(options)
    if (fault === 'drop') return void response.destroy()
    if (fault === 'stall') return
    const body = await bodyOf(request)
    if (fault === '401' || !options.isAllowed(request.headers)) return refuse(request, response, 401)
    if (fault !== undefined && fault !== 'lose') return refuse(request, response, Number(fault))
    const json = () => JSON.parse(body.toString()) as Record<string, unknown>
    const answer = route.answer({ params, query: url.searchParams, headers: request.headers, body, json })
    if (fault === 'lose') return void response.destroy()
    return respond(response, answer)
  }

  function refuse(request: IncomingMessage, response: ServerResponse, status: number): Promise<void> {
    const message = options.echo ? `refused: ${JSON.stringify(request.headers)}` : 'try again'
    const error = { message, code: status === 429 ? 'rate_limit_exceeded' : `e${status}` }
    return respond(response, { status, headers: { 'retry-after-ms': '1' }, body: { error } })
  }

  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    seen,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function drawn({ callFaults = {}, random }: ServeOptions): CallFault | undefined {
  for (const [fault, chance] of Object.entries(callFaults)) if (random() < chance) return fault as CallFault
  return undefined
}

function routeFor(routes: Route[], method: string, path: string) {
  for (const route of routes) {
    const pattern = route.path.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '([^/]+)')
    const match = route.method === method ? new RegExp(`^${pattern}$`).exec(path) : null
    if (match) return { route, params: match.slice(1).map(decodeURIComponent) }
  }
  return undefined
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function respond(
  response: ServerResponse,
  { status = 200, headers = {}, body, pieces }: CallAnswer,
): Promise<void> {
  if (pieces !== undefined) {
    response.writeHead(status, { 'content-type': 'application/jsonl', ...headers })
    for (const piece of pieces) {
      if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve))
      if (response.destroyed) return
    }
    return void response.end()
  }
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(text)
}

/** Returns the fields and the file of a form. */
export function formIn({ headers, body }: Call): { fields: Record<string, string>; name: string; file: string } {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? ''
  const fields: Record<string, string> = {}
  let [name, file] = ['', '']
  for (const part of body.toString('utf8').split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n')
    const head = part.slice(0, end)
    const value = part.slice(end + 4, -2)
    const filename = /filename="([^"]*)"/.exec(head)?.[1]
    if (filename === undefined) fields[/name="([^"]*)"/.exec(head)?.[1] ?? ''] = value
    else [name, file] = [filename, value]
  }
  return { fields, name, file }
}
