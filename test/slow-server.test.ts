// A server that answers one call after the other, each slowly, as Ollama and llama.cpp do: a run with the default concurrency ends, asks
// hardly anything twice, and says what is slow.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clean } from '../src/commands/clean/clean.ts'
import { startChatServer, type ScriptedReply, type SeenRequest } from './support/chat-server.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { cleaned, makeRows, rightReply } from './support/synthetic.ts'

const EACH_MS = 60

/** Answers in turn, each after `EACH_MS`. */
function inTurn(scripted: (request: SeenRequest) => ScriptedReply = (request) => ({ text: rightReply(request) })) {
  let last: Promise<unknown> = Promise.resolve()
  return async (request: SeenRequest) => {
    const mine = last.then(() => new Promise((resolve) => setTimeout(resolve, EACH_MS)))
    last = mine
    await mine
    return scripted(request)
  }
}

interface Setting {
  about?: Record<string, object>
  reply?: ReturnType<typeof inTurn>
  options?: object
}

/** Cleans 24 rows with such a server. */
async function cleanWith({ about = {}, reply = inTurn(), options = {} }: Setting) {
  const server = await startChatServer({ reply, about })
  const folder = tempDir()
  const rows = makeRows(24)
  const out = join(folder, 'out.jsonl')
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const notices: string[] = []
  const hooks = { env: {}, onNotice: (notice: string) => notices.push(notice) }
  await clean(input, { out, judge: `m@${server.url}`, timeout: 1, noCheck: true, confirm: 0, ...options }, hooks)
  await server.close()
  return { server, rows, written: readJsonl(out), notices }
}

test('what is not known to be slow is found out: no call times out', async () => {
  const { server, rows, written, notices } = await cleanWith({})
  expect(written).toEqual(rows.map(cleaned))
  expect(server.requests).toHaveLength(rows.length)
  expect(server.peak).toBeLessThan(16)
  expect(notices).toEqual([])
})

test('a llama.cpp server gets as many calls as it has slots, or as the user says', async () => {
  const about = { '/props': { total_slots: 1, default_generation_settings: { n_ctx: 8192 } } }
  const one = await cleanWith({ about })
  expect([one.server.peak, one.server.requests.length]).toEqual([1, one.rows.length])
  expect(one.notices).toEqual([`${one.server.url} is llama.cpp with 1 slot of 8,192 tokens: at most 1 call at once`])
  const two = await cleanWith({ about, options: { concurrency: 2 } })
  expect(two.server.peak).toBe(2)
})

test('a call that takes longer than its limit is asked again with more time, after the others', async () => {
  const slowly = async (request: SeenRequest) => {
    if (request.messages.some(({ content }) => content.includes('row 0000')))
      await new Promise((resolve) => setTimeout(resolve, 700))
    return { text: rightReply(request) }
  }
  const { rows, written, notices } = await cleanWith({ reply: slowly, options: { timeout: 0.4, concurrency: 2 } })
  expect(written).toEqual(rows.map(cleaned))
  expect(notices.filter((notice) => notice.includes('repeated with twice the time'))).toHaveLength(1)
})

test('threads are for models in this process', async () => {
  await expect(cleanWith({ options: { threads: 2 } })).rejects.toThrow(
    '--threads: no model of this run is a gguf: model',
  )
})
