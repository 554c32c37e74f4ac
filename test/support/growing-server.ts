// A server that grows synthetic rows, one of embeddings that determines how near texts are to queries, and a way to grow against both from
// a program.
import type { JobHooks } from '../../src/job/hooks.ts'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { grow } from '../../src/commands/grow/grow.ts'
import type { GrowOptions } from '../../src/job/job.ts'
import { startChatServer, type ChatServer } from './chat-server.ts'
import { readJsonl, tempDir, writeJsonl, type Json } from './files.ts'
import { growingReply, growingRows } from './grown.ts'
import { startModelServer } from './model-server.ts'

/** A passage in a list beside the rows. */
export interface ListedPassage extends Json {
  line: number
  code: string
  hardness: number | null
  text: string
}

/** Starts the server for the tests of a file; its list of requests is empty before each. */
export function growingServer() {
  let server: ChatServer
  beforeAll(async () => {
    server = await startChatServer({ reply: (request) => ({ text: growingReply(request) }) })
  })
  afterAll(() => server.close())
  beforeEach(() => void (server.requests.length = 0))
  const models = () => ({ writer: `writer@${server.url}`, verifier: `verifier@${server.url}` })

  /** Returns a file of rows, an output path, a separate cache, and a function that grows there. */
  function place(rows: object[] = growingRows(12)) {
    const folder = tempDir()
    const env = { WINNOW_CACHE: join(folder, 'cache') }
    const notices: string[] = []
    const hooks: JobHooks = { env, onNotice: (notice) => notices.push(notice) }
    const [input, out] = [writeJsonl(join(folder, 'rows.jsonl'), rows), join(folder, 'grown.jsonl')]
    const run = (options: GrowOptions = {}) => grow(input, { ...models(), out, ...options }, hooks)
    const list = (kind: string, of = out) => readJsonl<ListedPassage>(of.replace('.jsonl', `.${kind}.jsonl`))
    return { folder, env, notices, hooks, input, out, run, list }
  }
  return { models, place, requests: () => server.requests }
}

/** Returns how near a text is to every query. */
export const nearness = (text: string) => ((text.codePointAt(0) ?? 0) + 7 * (text.codePointAt(4) ?? 0)) % 9

/** Starts a server of embeddings that places texts as near to queries as their letters determine. */
export async function embeddings() {
  const { url, calls } = await startModelServer(({ body }) => {
    const vectorOf = (text: string) => {
      if (text.startsWith('what about')) return [1, 0]
      const cosine = nearness(text) / 10
      return [cosine, Math.sqrt(1 - cosine ** 2)]
    }
    const data = (body['input'] as string[]).map((text, index) => ({
      object: 'embedding',
      index,
      embedding: vectorOf(text),
    }))
    return { json: { object: 'list', model: body['model'], data, usage: { prompt_tokens: 1, total_tokens: 1 } } }
  })
  return { hardnessModel: `e@${url}/v1`, calls }
}
