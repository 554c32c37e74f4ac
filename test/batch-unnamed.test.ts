// Finding a job whose answer was lost at providers that take no name of it.
import type { ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SoughtJob } from '../src/llm/batch/provider.ts'
import { openProvider } from '../src/llm/batch/providers/index.ts'
import { startAnthropicServer } from './support/batch/anthropic-server.ts'
import type { BatchServerOptions } from './support/batch/handle.ts'
import { startOpenRouterServer } from './support/batch/openrouter-server.ts'
import { ended, never, soughtBy } from './support/batch/trying.ts'
import type { WorldJob } from './support/batch/world.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows, rightReply } from './support/synthetic.ts'
import { flagsOf } from './support/worlds.ts'

/** As a user writes them. */
const MODELS = { anthropic: 'claude-haiku-5-5', openrouter: 'openai/gpt-5.4-mini' }

describe.each([
  ['anthropic', startAnthropicServer],
  ['openrouter', startOpenRouterServer],
] as const)('%s', (name, start) => {
  async function opened(options: Partial<BatchServerOptions> = {}) {
    const server = await start({ reply: () => 'yes', ...options })
    onTestFinished(() => server.close())
    return { server, provider: openProvider(name, server.env).provider }
  }

  type Provider = Awaited<ReturnType<typeof opened>>['provider']

  /** A job of requests with these names. */
  function jobOf(provider: Provider, id: string, names: string[], submittedMs = Date.now()): SoughtJob {
    const path = join(tempDir(), `${id}.jsonl`)
    const lines = names.map((each) => {
      const messages = [{ role: 'user' as const, content: each }]
      const source = { method: 'm', stage: 's', prompt: 'p@1', row: each, query: 'q', part: '1', attempt: 1 }
      const request = { model: 'm', messages, temperature: 0, maxTokens: 9, sample: 0, source }
      return provider.line({ id: each, request, model: 'm', body: { model: 'm', messages, max_tokens: 9 } })
    })
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    return { id, model: 'm', path, requests: names.length, bytes: 0, submittedMs, ...soughtBy(names) }
  }

  test('a job of somebody else with as many requests, that has ended, is not taken for it', async () => {
    const { provider } = await opened()
    const other = await provider.submit(jobOf(provider, 'other', ['x1', 'x2']), never)
    await ended(provider, other)
    const job = jobOf(provider, 'own', ['a1', 'a2'])
    expect(await provider.find(job, never)).toBeUndefined()
    const own = await provider.submit(job, never)
    expect(await provider.find(job, never)).toBe(own)
  })

  test('several that run may be it: it is not decided before they have ended, and then by their results', async () => {
    const { provider } = await opened({ polls: 3 })
    const job = jobOf(provider, 'own', ['a1', 'a2'])
    const other = await provider.submit(jobOf(provider, 'other', ['x1', 'x2']), never)
    const own = await provider.submit(job, never)
    await expect(provider.find(job, never)).rejects.toMatchObject({ code: 'undecided', details: { remedy: 'retry' } })
    for (const each of [other, own]) await ended(provider, each)
    expect(await provider.find(job, never)).toBe(own)
  })

  test('jobs of another size, from long before, or known as others are none', async () => {
    const { provider } = await opened()
    const job = jobOf(provider, 'own', ['a1', 'a2'])
    const old = await provider.submit(job, never)
    await provider.submit(jobOf(provider, 'other', ['a1', 'a2', 'a3']), never)
    expect(await provider.find({ ...job, taken: new Set([old]) }, never)).toBeUndefined()
    expect(await provider.find({ ...job, submittedMs: Date.now() + 3_600_000 }, never)).toBeUndefined()
    expect(await provider.find(job, never)).toBe(old)
  })

  test('one that ended with nothing is still the only one it can be', async () => {
    const { provider } = await opened({ faults: { empty: 1 } })
    const job = jobOf(provider, 'own', ['a1', 'a2'])
    const own = await provider.submit(job, never)
    await ended(provider, own)
    expect(await provider.find(job, never)).toBe(own)
  })

  test('a job of a killed run is found by the ledger alone, beside one of somebody else with as many requests', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), makeRows(4))
    let child: ChildProcess | undefined
    const { server } = await opened({
      reply: (messages) => rightReply({ messages }),
      on: (endpoint, nth) => {
        // It is killed once it looks for the job whose answer was lost.
        if (endpoint === 'list' && nth === 0) child?.kill('SIGKILL')
        return endpoint === 'create' && nth === 0 ? 'lose' : undefined
      },
    })
    const paths = { out: join(folder, 'out.jsonl'), ledger: join(folder, 'l.db') }
    const flags = flagsOf({ judge: MODELS[name], batch: name, poll: 0.05, maxRetries: 1, noCheck: true, ...paths })
    const onStart = (started: ChildProcess) => (child = started)
    const run = () => runWinnow(['clean', input, ...flags], { env: { ...server.env }, onStart })
    expect((await run()).signal).toBe('SIGKILL')
    const { id, ...own } = server.world.jobs[0] as WorldJob
    const rows = own.rows.map((row, at) => ({ ...row, id: `foreign-${at}` }))
    server.world.create({ ...own, id: `${id}-foreign`, rows })
    while (server.jobs().some(({ phase }) => phase !== 'ended'))
      server.world.jobs.forEach((job) => server.world.ask(job))
    rmSync(join(folder, 'batches'), { recursive: true })
    const { code, stderr } = await run()
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(`of a process that is gone was submitted to ${name}`)
    expect([server.doubles(), Math.max(...server.submissions().values())]).toEqual([[], 1])
  })
})
