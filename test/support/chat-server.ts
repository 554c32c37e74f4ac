// A local server that speaks the OpenAI chat protocol and that of rerankers, with scripted replies and faults. Binds to 127.0.0.1 only.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { scoringMessages } from '../../src/llm/scoring.ts'

export interface SeenRequest {
  model: string
  messages: { role: string; content: string }[]
  body: Record<string, unknown>
  headers: IncomingMessage['headers']
  /** 0 for the first request with these messages, 1 for the next, … */
  repeat: number
}

/** The reaction of the server to one request. */
export type ScriptedReply =
  | {
      text: string | null
      finish?: string | null
      usage?: object | null
      refusal?: string
      reasoning?: string
      /** The name that it answers under. Default: the one asked for. */
      as?: string
      headers?: Record<string, string>
    }
  | { status: number; body: string | object; headers?: Record<string, string> }
  | { fault: 'hang-up' | 'stall' | 'half' }

export interface ChatServer {
  /** Base URL, as in `http://127.0.0.1:4711/v1`. */
  url: string
  port: number
  requests: SeenRequest[]
  /** Largest number of requests that were open at once. */
  peak: number
  close(): Promise<void>
}

export interface ChatServerOptions {
  reply: (request: SeenRequest) => ScriptedReply | Promise<ScriptedReply>
  port?: number
  latencyMs?: number | (() => number)
  /** What it says about itself, by path such as `/props`. Default: nothing. */
  about?: Record<string, object>
  /** Keeps no list of requests; for long runs. */
  forget?: boolean
}

export async function startChatServer({
  reply,
  port = 0,
  latencyMs = 0,
  about = {},
  forget = false,
}: ChatServerOptions): Promise<ChatServer> {
  const seen = new Map<string, number>()
  const open = { now: 0 }
  const server = createServer((request, response) => {
    if (request.method === 'GET') return sayAbout(response, about[request.url ?? ''])
    void (async () => {
      open.now += 1
      chat.peak = Math.max(chat.peak, open.now)
      response.on('close', () => (open.now -= 1))
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = asChat(JSON.parse(Buffer.concat(chunks).toString()) as SeenRequest['body'])
      const messages = body['messages'] as SeenRequest['messages']
      const name = forget ? '' : JSON.stringify([body['model'], messages])
      const repeat = forget ? 0 : (seen.get(name) ?? 0)
      if (!forget) seen.set(name, repeat + 1)
      const incoming: SeenRequest = { model: String(body['model']), messages, body, headers: request.headers, repeat }
      if (!forget) chat.requests.push(incoming)
      const scripted = await reply(incoming)
      const wait = typeof latencyMs === 'number' ? latencyMs : latencyMs()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      answer(response, scripted, incoming)
    })().catch((error: unknown) => {
      response.writeHead(500)
      response.end(String(error))
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  const chat: ChatServer = {
    url: `http://127.0.0.1:${address.port}/v1`,
    port: address.port,
    requests: [],
    peak: 0,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return chat
}

/** Answers whoever asks what server this is. It is not counted among the requests. */
function sayAbout(response: ServerResponse, about: object | undefined): void {
  if (about === undefined) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(about))
}

/** Converts a reranker request to the form that Winnow uses internally: the query and the passages as messages. */
function asChat(body: SeenRequest['body']): SeenRequest['body'] {
  const documents = body['documents'] as string[] | undefined
  if (documents === undefined) return body
  return { ...body, messages: scoringMessages(String(body['query']), documents), temperature: 0, max_tokens: 0 }
}

/** Converts a text with a list of scores to a reranker's answer; any other text becomes an invalid answer. */
function ranking(text: string | null): object {
  const scores = /^\[.*\]$/.test(text ?? '') ? (JSON.parse(text as string) as unknown[]) : undefined
  if (scores === undefined) return { results: text }
  const results = scores.map((relevance_score, index) => ({ index, relevance_score }))
  return { results: results.toSorted((a, b) => Number(b.relevance_score) - Number(a.relevance_score)) }
}

function answer(response: ServerResponse, scripted: ScriptedReply, request: SeenRequest): void {
  if ('fault' in scripted) {
    if (scripted.fault === 'hang-up') response.destroy()
    if (scripted.fault === 'half') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
      response.write('{"id":"x","choices":[')
      setTimeout(() => response.destroy(), 5)
    }
    return
  }
  if ('status' in scripted) {
    const isText = typeof scripted.body === 'string'
    response.writeHead(scripted.status, {
      'content-type': isText ? 'text/html' : 'application/json',
      ...scripted.headers,
    })
    response.end(isText ? (scripted.body as string) : JSON.stringify(scripted.body))
    return
  }
  response.writeHead(200, { 'content-type': 'application/json', ...scripted.headers })
  const isRanking = request.body['documents'] !== undefined
  response.end(JSON.stringify(isRanking ? ranking(scripted.text) : completion(scripted, request)))
}

function completion(scripted: Extract<ScriptedReply, { text: string | null }>, request: SeenRequest): object {
  const prompt = request.messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 0)
  const output = Math.ceil((scripted.text ?? '').length / 4)
  const usage = { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output }
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 0,
    model: scripted.as ?? request.model,
    choices: [
      {
        index: 0,
        finish_reason: scripted.finish === undefined ? 'stop' : scripted.finish,
        message: {
          role: 'assistant',
          content: scripted.text,
          ...(scripted.refusal !== undefined && { refusal: scripted.refusal }),
          ...(scripted.reasoning !== undefined && { reasoning_content: scripted.reasoning }),
        },
      },
    ],
    ...(scripted.usage !== null && { usage: scripted.usage ?? usage }),
  }
}
