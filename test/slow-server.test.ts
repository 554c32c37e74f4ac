// A server that answers one call after another, each slowly, as Ollama does by default: the run ends, and asks hardly anything twice.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startChatServer } from './support/chat-server.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { cleaned, makeRows, rightReply } from './support/synthetic.ts'

const EACH_MS = 250

test('rows by a server that answers one after another, with the default concurrency', async () => {
  let before: Promise<unknown> = Promise.resolve()
  const server = await startChatServer({
    reply: async (request) => {
      const mine = before.then(() => new Promise((resolve) => setTimeout(resolve, EACH_MS)))
      before = mine
      await mine
      return { text: rightReply(request) }
    },
  })
  const folder = tempDir()
  const rows = makeRows(24)
  const out = join(folder, 'out.jsonl')
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const args = ['--out', out, '--judge', `m@${server.url}`, '--timeout', String((EACH_MS * 3) / 1000)]
  const ran = await runWinnow(['clean', input, ...args])
  await server.close()
  expect(ran.code, ran.stderr).toBe(0)
  expect(readJsonl(out)).toEqual(rows.map(cleaned))
  expect(ran.stderr.match(/asked again with twice the time/g)).toHaveLength(1)
  expect(server.requests.length).toBeLessThan(rows.length * 1.5)
})
