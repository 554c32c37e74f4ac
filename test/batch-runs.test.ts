// Runs by batch APIs that misbehave at random: the rows come out as those of an online run, nothing is submitted twice, and every request is
// accounted for.
import type { ChildProcess } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WinnowError } from '../src/base/errors.ts'
import { openLedger } from '../src/llm/ledger/open.ts'
import type { BatchServer, BatchServerOptions } from './support/batch/handle.ts'
import { startAnthropicServer } from './support/batch/anthropic-server.ts'
import { startGeminiServer } from './support/batch/gemini-server.ts'
import { startMistralServer } from './support/batch/mistral-server.ts'
import { startAzureServer, startOpenAiServer } from './support/batch/openai-server.ts'
import { startOpenRouterServer } from './support/batch/openrouter-server.ts'
import { startTogetherServer } from './support/batch/together-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { isLong, repetitions } from './support/repetitions.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld, flagsOf, rowsText, type World } from './support/worlds.ts'

const PROVIDERS: Record<string, (options: BatchServerOptions) => Promise<BatchServer>> = {
  openai: startOpenAiServer,
  azure: startAzureServer,
  anthropic: startAnthropicServer,
  gemini: startGeminiServer,
  mistral: startMistralServer,
  together: startTogetherServer,
  openrouter: startOpenRouterServer,
}

/** Of one command. */
const MOST_KILLS = repetitions(3, 5, 8)
/** Of each provider; 147 of each of seven are more than a thousand. */
const HISTORIES = repetitions(1, 3, 147)
const BATCHED = eachWorld.filter(([, world]) => world.gives === 'words')
/** Starts of the command: it stops for what a person has to look at, and goes on when it is started again. */
const MOST_STARTS = 40
/** Codes of stops after which the same command goes on. */
const GOES_ON =
  /^(batch-open|batch-failed|batch-queue|http-\d+|dropped|not-json|endpoint-gone|unreachable|undecided|not-a-completion)$/

/** The options of a world whose models are the provider's. */
const optionsOf = (world: World) =>
  Object.fromEntries(
    Object.entries(world.settings('http://x/v1')).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace('@http://x/v1', '') : value,
    ]),
  )

const FAULTS =
  'queueFull queueFullAfter invalid expired cancelled allFailed empty goneResults lostRows failedRows oddRows repeatedRows unknownRows tornLine wrongCounts'.split(
    ' ',
  )

/** Faults of a history, some of each kind, many or few. */
function faultsOf(random: () => number): NonNullable<BatchServerOptions['faults']> {
  const strength = 0.3 * random()
  return Object.fromEntries(FAULTS.map((name) => [name, random() < 0.5 ? strength * random() : 0]))
}

/** Calls that are refused, and calls whose answer is lost although they did their work. */
function callFaultsOf(random: () => number): NonNullable<BatchServerOptions['callFaults']> {
  return Object.fromEntries(['429', '500', '503', 'drop', 'lose'].map((name) => [name, 0.04 * random()]))
}

async function runHistory(provider: string, world: World, seed: number) {
  const random = randomFrom(seed)
  const rows = world.makeRows(12)
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const [out, ledger] = [join(folder, 'out.jsonl'), join(folder, 'l.db')]
  const start = PROVIDERS[provider] as (typeof PROVIDERS)[string]
  const server = await start({
    reply: (messages) => world.rightReply({ messages, model: 'large' }),
    seed,
    faults: faultsOf(random),
    callFaults: random() < 0.6 ? callFaultsOf(random) : {},
    echo: random() < 0.5,
    listLagMs: random() < 0.3 ? 30 : 0,
  })
  const limits = { batchRequests: 3 + Math.floor(20 * random()) }
  const batch = { batch: provider, poll: 0.01, maxRetries: 20, noWait: random() < 0.3, ...limits }
  const options = { ...optionsOf(world), ...batch, out, ledger }
  let starts = 0
  try {
    for (; ; starts++) {
      if (starts >= MOST_STARTS) expect.fail(`not done after ${starts} starts`)
      try {
        await world.run(input, options, { env: { ...server.env } })
        break
      } catch (error) {
        if (!(error instanceof WinnowError) || !GOES_ON.test(error.code)) throw error
      }
    }
    expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    expect(server.doubles()).toEqual([])
    await expectAccounted(ledger, server)
  } finally {
    await server.close()
  }
}

/** What the ledger says of jobs is what the server has seen of them. */
async function expectAccounted(path: string, server: BatchServer): Promise<void> {
  const ledger = await openLedger(path)
  const jobs = await ledger.batches.list()
  await ledger.close()
  for (const { id, phase, requests, answered, failed, missing } of jobs) {
    expect([id, phase, answered + failed + missing]).toEqual([id, 'done', requests])
  }
  const kept = new Map(jobs.map(({ remote, requests }) => [remote, requests]))
  for (const { id, ids } of server.jobs()) if (kept.has(id)) expect(ids).toHaveLength(kept.get(id) as number)
}

describe('histories of batch APIs', () => {
  // The others are in the long run: these differ most.
  it.each(isLong ? Object.keys(PROVIDERS) : ['openai', 'anthropic', 'gemini'])(
    '%s: come to the rows of an online run',
    { timeout: repetitions(60_000, 600_000, 3_600_000) },
    async (provider) => {
      const first = process.env['WINNOW_TEST_SEED'] === 'random' ? Date.now() % 1e6 : 0
      for (let seed = first + 1; seed <= first + HISTORIES; seed++) {
        const [method, world] = BATCHED[seed % BATCHED.length] as (typeof BATCHED)[number]
        await runHistory(provider, world, seed).catch((error: unknown) => {
          throw new Error(`history ${seed} of ${provider}, ${method}`, { cause: error })
        })
      }
    },
  )
})

describe('a command with batch jobs that is killed at random moments', () => {
  const kills = Array.from({ length: repetitions(1, 3, 12) }, (_, seed) => seed + 1)
  it.each(kills)('submits nothing twice, and comes to its end: history %d', { timeout: 240_000 }, async (seed) => {
    const [, world] = BATCHED[seed % BATCHED.length] as (typeof BATCHED)[number]
    const random = randomFrom(seed)
    const rows = world.makeRows(12)
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const [out, ledger] = [join(folder, 'out.jsonl'), join(folder, 'l.db')]
    const server = await startOpenAiServer({
      reply: (messages) => world.rightReply({ messages, model: 'large' }),
      seed,
      faults: { lostRows: 0.1, expired: 0.2 },
      listLagMs: 20,
      polls: 3,
    })
    const flags = flagsOf({ ...optionsOf(world), batch: 'openai', poll: 0.05, batchRequests: 7, out, ledger })
    let [starts, killed] = [0, 0]
    for (let isDone = false; !isDone; starts++) {
      const { code, signal, stderr } = await runWinnow([world.command, input, ...flags], {
        env: { ...server.env },
        onStart: (child) => setTimeout(() => starts < MOST_KILLS && child.kill('SIGKILL'), 400 + 1200 * random()),
      })
      if (signal === 'SIGKILL') killed += 1
      else expect([0, 2, 3], stderr).toContain(code)
      isDone = code === 0
      if (starts > MOST_STARTS) expect.fail(stderr)
    }
    await server.close()
    expect(killed).toBeGreaterThan(0)
    expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    expect(server.doubles()).toEqual([])
    await expectAccounted(ledger, server)
    expect(readdirSync(join(folder, 'batches'))).toEqual([])
  })

  it.each([
    ['interrupted while it submits', [], true],
    ['not told whether there is such a job', ['--max-retries', '1'], false],
  ] as const)('submits nothing twice when it is %s', async (_what, more, isInterrupted) => {
    const [, world] = BATCHED[0] as (typeof BATCHED)[number]
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(5))
    let [child, isBroken] = [undefined as ChildProcess | undefined, true]
    const server = await startOpenAiServer({
      reply: (messages) => world.rightReply({ messages, model: 'large' }),
      on: (endpoint) => {
        if (isBroken && endpoint === 'create' && isInterrupted) child?.kill('SIGINT')
        if (isBroken && endpoint === 'create') return 'lose'
        return isBroken && endpoint === 'list' ? '500' : undefined
      },
    })
    const flags = flagsOf({ ...optionsOf(world), batch: 'openai', poll: 0.05, out: join(folder, 'out.jsonl') })
    const run = (...others: readonly string[]) =>
      runWinnow([world.command, input, ...flags, ...others], {
        env: { ...server.env },
        onStart: (started) => (child = started),
      })
    expect((await run(...more)).code).toBe(isInterrupted ? 130 : 2)
    isBroken = false
    const { code, stderr } = await run()
    await server.close()
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('was submitted to openai')
    expect(Math.max(...server.submissions().values())).toBe(1)
  })

  it('removes the lines of a submitted job that a killed process left, and no other file', async () => {
    const [, world] = BATCHED[0] as (typeof BATCHED)[number]
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(5))
    const [lines, ledger] = [join(folder, 'batches'), join(folder, 'l.db')]
    const server = await startOpenAiServer({ reply: (messages) => world.rightReply({ messages, model: 'large' }) })
    const flags = flagsOf({ ...optionsOf(world), batch: 'openai', poll: 0.05, out: join(folder, 'out.jsonl'), ledger })
    const run = (...more: string[]) => runWinnow([world.command, input, ...flags, ...more], { env: { ...server.env } })
    expect((await run('--no-wait')).code).toBe(3)
    const opened = await openLedger(ledger)
    const [job] = await opened.batches.list()
    await opened.close()
    expect(job).toBeDefined()
    for (const name of [job?.id, 'of-another-ledger']) writeFileSync(join(lines, `${name}.jsonl`), '{}\n')
    const { code, stderr } = await run()
    await server.close()
    expect(code, stderr).toBe(0)
    expect(readdirSync(lines)).toEqual(['of-another-ledger.jsonl'])
  })

  it('cancels one job without waiting for the others, and says so where rows wait for jobs of another kind', async () => {
    const [, world] = BATCHED[0] as (typeof BATCHED)[number]
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(6))
    const ledger = join(folder, 'l.db')
    const server = await startOpenAiServer({
      reply: (messages) => world.rightReply({ messages, model: 'large' }),
      polls: 60,
    })
    const base = { ...optionsOf(world), poll: 0.05, out: join(folder, 'out.jsonl'), ledger }
    const run = (...args: string[]) => runWinnow(args, { env: { ...server.env } })
    const online = flagsOf({ ...base, batch: 'openai', batchRequests: 3, noWait: true })
    expect((await run(world.command, input, ...online)).code).toBe(3)
    const other = await run(world.command, input, ...flagsOf({ ...base, batch: `files:${join(folder, 'jobs')}` }))
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/rows wait for the batch job .* of openai/)])
    const opened = await openLedger(ledger)
    const [first] = await opened.batches.list()
    await opened.close()
    const cancelled = await run('batch', 'cancel', first?.id ?? '', '--ledger', ledger, '--poll', '0.02')
    await server.close()
    expect(cancelled.stderr + cancelled.stdout).toContain('3 requests = ')
    expect(cancelled.code, cancelled.stderr).toBe(0)
    const again = await openLedger(ledger)
    const phases = (await again.batches.list()).map(({ phase }) => phase)
    await again.close()
    expect(phases).toEqual(['done', 'submitted'])
  })

  it('names the jobs that go on at the provider when it is interrupted', async () => {
    const [, world] = BATCHED[0] as (typeof BATCHED)[number]
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(5))
    let child: ChildProcess | undefined
    const server = await startOpenAiServer({
      reply: (messages) => world.rightReply({ messages, model: 'large' }),
      polls: 1000,
      on: (endpoint) => {
        if (endpoint === 'state') child?.kill('SIGINT')
        return undefined
      },
    })
    const flags = flagsOf({ ...optionsOf(world), batch: 'openai', poll: 0.2, out: join(folder, 'out.jsonl') })
    const { code, stderr } = await runWinnow([world.command, input, ...flags], {
      env: { ...server.env },
      onStart: (started) => (child = started),
    })
    await server.close()
    expect(code, stderr).toBe(130)
    expect(stderr).toContain('5 requests in 1 batch job go on at the provider, and will be billed')
    expect(stderr).toContain('winnow batch cancel --all --ledger')
  })

  it('finds the job that was being submitted when it was killed', async () => {
    const [, world] = BATCHED[0] as (typeof BATCHED)[number]
    const rows = world.makeRows(5)
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const [out, ledger] = [join(folder, 'out.jsonl'), join(folder, 'l.db')]
    let child: ChildProcess | undefined
    const server = await startOpenAiServer({
      reply: (messages) => world.rightReply({ messages, model: 'large' }),
      on: (endpoint, nth) => {
        if (endpoint === 'create' && nth === 0) child?.kill('SIGKILL')
        return undefined
      },
    })
    const flags = flagsOf({ ...optionsOf(world), batch: 'openai', poll: 0.05, out, ledger })
    const run = () =>
      runWinnow([world.command, input, ...flags], { env: { ...server.env }, onStart: (started) => (child = started) })
    expect((await run()).signal).toBe('SIGKILL')
    const { code, stderr } = await run()
    await server.close()
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('of a process that is gone was submitted to openai')
    expect([server.doubles(), Math.max(...server.submissions().values())]).toEqual([[], 1])
    await expectAccounted(ledger, server)
  })
})
