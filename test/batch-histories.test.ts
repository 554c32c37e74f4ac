// Random histories of each batch API: whatever fails, no request is submitted while a job with it is alive, and each has its one reply in
// the end.
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { QueueFull, type BatchProvider, type BatchRequest, type SoughtJob } from '../src/llm/batch/provider.ts'
import { openProvider } from '../src/llm/batch/providers/index.ts'
import { CallError } from '../src/llm/errors.ts'
import { startAnthropicServer } from './support/batch/anthropic-server.ts'
import { startGeminiServer } from './support/batch/gemini-server.ts'
import type { BatchServer, BatchServerOptions } from './support/batch/handle.ts'
import { startMistralServer } from './support/batch/mistral-server.ts'
import { startAzureServer, startOpenAiServer } from './support/batch/openai-server.ts'
import { startOpenRouterServer } from './support/batch/openrouter-server.ts'
import { startTogetherServer } from './support/batch/together-server.ts'
import { idOf, never, soughtBy } from './support/batch/trying.ts'
import { tempDir } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { repetitions } from './support/repetitions.ts'

const STARTS: Record<string, (options: BatchServerOptions) => Promise<BatchServer>> = {
  openai: startOpenAiServer,
  azure: startAzureServer,
  anthropic: startAnthropicServer,
  gemini: startGeminiServer,
  mistral: startMistralServer,
  together: startTogetherServer,
  openrouter: startOpenRouterServer,
}

const FAULTS = {
  queueFull: 0.1,
  queueFullAfter: 0.1,
  expired: 0.1,
  cancelled: 0.1,
  allFailed: 0.05,
  empty: 0.05,
  goneResults: 0.05,
  lostRows: 0.1,
  failedRows: 0.1,
  oddRows: 0.05,
  repeatedRows: 0.1,
  unknownRows: 0.2,
  tornLine: 0.3,
  wrongCounts: 0.3,
}

const CALL_FAULTS = { 429: 0.03, 500: 0.03, 503: 0.02, drop: 0.03, lose: 0.05 }

const REQUESTS = 30
const MOST_A_JOB = 12
/** So many jobs are open at once. */
const MOST_OPEN = 3

test.each(Object.keys(STARTS))('%s: random histories', { timeout: 600_000 }, async (name) => {
  const folder = tempDir()
  for (let seed = 1; seed <= repetitions(1, 3, 40); seed++) {
    const replies = await liveThrough(name, seed, folder)
    expect(replies.size, `seed ${seed}`).toBe(REQUESTS)
    for (const [id, text] of replies) expect(text, `seed ${seed}`).toBe(`reply to request ${id}`)
  }
})

/** Submits what has no reply, until everything has one. A process that dies forgets all but the records of its jobs. */
async function liveThrough(name: string, seed: number, folder: string): Promise<Map<string, string>> {
  const random = randomFrom(seed)
  const server = await (STARTS[name] as (typeof STARTS)[string])({
    reply: (messages) => `reply to ${messages.at(-1)?.content}`,
    seed,
    faults: FAULTS,
    callFaults: CALL_FAULTS,
    listLagMs: seed % 3 === 0 ? 10 : 0,
  })
  onTestFinished(() => server.close())
  const { provider } = openProvider(name, server.env)
  const replies = new Map<string, string>()
  const open = new Map<string, { ids: string[]; remote: string }>()
  const known = new Set<string>()
  let named = 0
  while (replies.size < REQUESTS) {
    const busy = new Set([...open.values()].flatMap(({ ids }) => ids))
    const free = Array.from({ length: REQUESTS }, (_, at) => at).filter(
      (at) => !replies.has(idOf(at)) && !busy.has(idOf(at)),
    )
    if (free.length > 0 && open.size < MOST_OPEN) {
      const some = free.slice(0, 1 + Math.floor(random() * MOST_A_JOB))
      const job = jobOf(provider, folder, `${seed}-${named++}`, some)
      const remote = await submitted(provider, job, known)
      if (remote !== undefined) open.set(job.id, { ids: some.map(idOf), remote })
      if (remote !== undefined) known.add(remote)
    }
    for (const [id, { remote }] of open) if (await isDone(provider, remote, replies)) open.delete(id)
  }
  expect(server.doubles(), `seed ${seed}`).toEqual([])
  expect(new Set(server.jobs().map(({ id }) => id)), `seed ${seed}`).toEqual(known)
  await server.close()
  return replies
}

function jobOf(provider: BatchProvider, folder: string, id: string, numbers: number[]): SoughtJob {
  const path = join(folder, `${id}.jsonl`)
  const lines = numbers.map((at) => `${provider.line(requestOf(at))}\n`)
  writeFileSync(path, lines.join(''))
  const requests = numbers.length
  const job = { id, model: 'm', path, requests, bytes: statSync(path).size, submittedMs: Date.now() }
  return { ...job, ...soughtBy(numbers.map(idOf)) }
}

function requestOf(at: number): BatchRequest {
  const messages = [{ role: 'user' as const, content: `request ${idOf(at)}` }]
  const source = { method: 'm', stage: 's', prompt: 'p@1', row: `${at}`, query: 'q', part: '1', attempt: 1 }
  const request = { model: 'm', messages, temperature: 0, maxTokens: 9, sample: 0, source }
  return { id: idOf(at), request, model: 'm', body: { model: 'm', messages, max_tokens: 9, temperature: 0 } }
}

/** Submits a job as whoever never trusts an answer does: what may have been submitted is looked for. */
async function submitted(provider: BatchProvider, job: SoughtJob, taken: Set<string>): Promise<string | undefined> {
  try {
    return await provider.submit(job, never)
  } catch (error) {
    if (error instanceof QueueFull) return undefined
    expect(error).toBeInstanceOf(CallError)
    return patiently(() => provider.find({ ...job, taken }, never))
  }
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof CallError) || error.details.remedy !== 'retry') throw error
    }
  }
}

/** Asks how far a job is, and takes what it has once it has ended. */
async function isDone(provider: BatchProvider, remote: string, replies: Map<string, string>): Promise<boolean> {
  const state = await patiently(() => provider.state(remote, never))
  if (state.phase !== 'ended') return false
  try {
    await patiently(async () => {
      for await (const result of provider.results(remote, never)) {
        if ('reply' in result && /^[0-9a-f]{32}$/.test(result.id) && result.id !== 'f'.repeat(32)) {
          replies.set(result.id, result.reply.text)
        }
      }
    })
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== 'gone') throw error
  }
  return true
}
