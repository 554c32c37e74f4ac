// Finding a job whose answer was lost at providers that take no name of it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { BatchJob } from '../src/llm/batch/provider.ts'
import { openProvider } from '../src/llm/batch/providers/index.ts'
import { startAnthropicServer } from './support/batch/anthropic-server.ts'
import type { BatchServerOptions } from './support/batch/handle.ts'
import { startOpenRouterServer } from './support/batch/openrouter-server.ts'
import { ended, never } from './support/batch/trying.ts'
import { tempDir } from './support/files.ts'

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
  function jobOf(provider: Provider, id: string, names: string[], submittedMs = Date.now()): BatchJob {
    const path = join(tempDir(), `${id}.jsonl`)
    const lines = names.map((each) => {
      const messages = [{ role: 'user' as const, content: each }]
      const source = { method: 'm', stage: 's', prompt: 'p@1', row: each, query: 'q', part: '1', attempt: 1 }
      const request = { model: 'm', messages, temperature: 0, maxTokens: 9, sample: 0, source }
      return provider.line({ id: each, request, model: 'm', body: { model: 'm', messages, max_tokens: 9 } })
    })
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    return { id, model: 'm', path, requests: names.length, bytes: 0, submittedMs }
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
})
