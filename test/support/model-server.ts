// A local server of embeddings and reranking with scripted answers and faults. Binds to 127.0.0.1 only, and is closed when the test is
// over.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

interface SeenCall {
  path: string
  body: Record<string, unknown>
  headers: IncomingMessage['headers']
}

/** JSON, an error, or a connection that breaks or never answers. */
export type Answer =
  | { json: unknown }
  | { status: number; body: string | object; headers?: Record<string, string> }
  | 'hang-up'
  | 'stall'

interface ModelServer {
  /** Without a path, as in `http://127.0.0.1:4711`. */
  url: string
  calls: SeenCall[]
  /** Returns the number of unanswered calls whose caller is still waiting. */
  waiting(): number
}

export async function startModelServer(
  answer: (call: SeenCall, number: number) => Answer | Promise<Answer>,
): Promise<ModelServer> {
  const calls: SeenCall[] = []
  let waiting = 0
  const server = createServer((request, response) => {
    waiting += 1
    response.on('close', () => (waiting -= 1))
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = JSON.parse(Buffer.concat(chunks).toString()) as SeenCall['body']
      const call = { path: request.url ?? '', body, headers: request.headers }
      calls.push(call)
      send(response, await answer(call, calls.length))
    })().catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, waiting: () => waiting }
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'stall') return
  if (answer === 'hang-up') return void response.destroy()
  const { status, body, headers } =
    'json' in answer ? { status: 200, body: answer.json as object, headers: undefined } : answer
  const type = typeof body === 'string' ? 'text/html' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export const DIMENSIONS = 8

/** Returns a vector that depends on the letters of a text alone. Its length is not 1. */
export function letterVector(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0)
  for (const letter of text) vector[letter.charCodeAt(0) % DIMENSIONS]! += 1
  return vector
}

/** Returns the correct answer of an embeddings server to a call. */
export function embeddingsOf({ body }: SeenCall): Answer {
  const texts = body['input'] as string[]
  const encoded = (vector: number[]) =>
    body['encoding_format'] === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: encoded(letterVector(text)) }))
  return { json: { object: 'list', model: body['model'], data, usage: { prompt_tokens: 1, total_tokens: 1 } } }
}
