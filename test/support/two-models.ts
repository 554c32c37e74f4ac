// A server whose large model is never wrong and whose small one overlooks worse documents, and clean run against it.
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startChatServer, type ChatServer } from './chat-server.ts'
import { tempDir, writeJsonl } from './files.ts'
import { runWinnow } from './run-winnow.ts'
import { replyWith, rightReply, shownIn } from './synthetic.ts'

/** Starts the server for the tests of a file; its list of requests is empty before each. */
export function twoModels() {
  let server: ChatServer
  beforeAll(async () => {
    server = await startChatServer({
      reply: (request) => {
        if (request.model !== 'small') return { text: rightReply(request) }
        const better = shownIn(request).flatMap((text, at) => (text.endsWith('#better') ? [at + 1] : []))
        return { text: replyWith(better, []) }
      },
    })
  })
  afterAll(() => server.close())
  beforeEach(() => (server.requests.length = 0))
  return {
    /** Returns a model's name for the command line. */
    model: (name: 'small' | 'large') => `${name}@${server.url}`,
    requests: () => server.requests,
    forget: () => (server.requests.length = 0),
  }
}

/** Runs clean without the check and without confirmation, which have tests of their own. */
export function clean(input: string, out: string, ...more: string[]) {
  const confirm = more.includes('percpos') ? [] : ['--confirm', '0']
  return runWinnow(['clean', input, '--out', out, '--quiet', '--no-check', ...confirm, ...more])
}

/** Returns a file of rows and an output path, in a folder of their own unless one is given. */
export function place(rows: object[], folder = tempDir()): { input: string; out: string } {
  return { input: writeJsonl(join(folder, 'rows.jsonl'), rows), out: join(folder, 'out.jsonl') }
}
