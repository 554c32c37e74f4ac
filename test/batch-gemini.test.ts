// Gemini refuses calls that are too many with the words of a full queue: what passes within a moment is waited for.
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { QueueFull } from '../src/llm/batch/provider.ts'
import { startGeminiServer } from './support/batch/gemini-server.ts'
import { never, tryingOf } from './support/batch/trying.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows, rightReply } from './support/synthetic.ts'
import { flagsOf } from './support/worlds.ts'

const facts = { cancels: true, failsLate: true, keepsExpired: false, knowsNames: true, takesSchema: false }
const { opened, jobOf } = tryingOf({ ...facts, name: 'gemini', start: startGeminiServer, model: 'gemini-3.8-flash' })

/** The first calls that create a job are refused. */
const refusing = (count: number) => (endpoint: string, nth: number) =>
  endpoint === 'create' && nth < count ? '429' : undefined

/** A file is put to its place by two calls. */
const ONE_UPLOAD = 2

test('a job that is refused for a moment is created from the file that was uploaded', async () => {
  const { server, provider } = await opened({ on: refusing(2) })
  const remote = await provider.submit(jobOf(provider, 3), never, 2)
  expect(server.jobs().map(({ id }) => id)).toEqual([remote])
  expect([server.calls.get('upload'), server.calls.get('create')]).toEqual([ONE_UPLOAD, 3])
})

test('one that is refused still is taken for one too many in the queue, and its file is removed', async () => {
  const { server, provider } = await opened({ on: refusing(2) })
  const refused = provider.submit(jobOf(provider, 3), never, 1)
  await expect(refused).rejects.toBeInstanceOf(QueueFull)
  await expect(refused).rejects.toMatchObject({ retryAfterMs: 1 })
  expect([server.calls.get('create'), server.calls.get('other')]).toEqual([2, 1])
})

test('nothing is sent any more once the run is interrupted', async () => {
  const run = new AbortController()
  const { server, provider } = await opened({
    on: (endpoint, nth) => {
      if (endpoint === 'create') setTimeout(() => run.abort(new Error('interrupted')), 20)
      return refusing(9)(endpoint, nth)
    },
  })
  await expect(provider.submit(jobOf(provider, 3), run.signal, 8)).rejects.toThrow('interrupted')
  expect(server.calls.get('create')).toBe(1)
})

test('a run whose first submission is refused for a moment makes its job no smaller, and comes to its end', async () => {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), makeRows(6))
  const server = await startGeminiServer({ reply: (messages) => rightReply({ messages }), on: refusing(2) })
  onTestFinished(() => server.close())
  const paths = { out: join(folder, 'out.jsonl'), ledger: join(folder, 'l.db') }
  const asked = { judge: 'gemini-3.8-flash', batch: 'gemini', poll: 0.05, noCheck: true, pilot: 0, confirm: 0 }
  const { code, stderr } = await runWinnow(['clean', input, ...flagsOf({ ...asked, ...paths })], {
    env: { ...server.env },
  })
  expect(code, stderr).toBe(0)
  expect(stderr).not.toContain('too large')
  expect(server.calls.get('upload')).toBe(ONE_UPLOAD * server.jobs().length)
})
