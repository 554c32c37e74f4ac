// Many workers over one ledger in PostgreSQL: each request is asked once in total, whoever is killed and whatever becomes of the server.
import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl, type Json } from './support/files.ts'
import { describeWithPostgres, sharedPostgres } from './support/postgres.ts'
import { randomFrom } from './support/random.ts'
import { isLong, repetitions } from './support/repetitions.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'
import { keyOf } from './support/stored.ts'
import { eachWorld, flagsOf, type World } from './support/worlds.ts'

const WORKERS = repetitions(4, 4, 16)
const CALLS = repetitions(160, 300, 2_400)
const CONCURRENCY = 4
const LEASE_S = 4
const SEED = 20_261_129
const someWorlds = eachWorld.slice(0, repetitions(1, 2, eachWorld.length))

/** A world with rows, a server that answers about them, and the outputs of one plain run over a ledger in a file. */
async function arrange(world: World, latencyMs: number) {
  const folder = tempDir()
  const rows = world.makeRows(world.rowsFor(CALLS)).map((row, index) => (index % 11 === 7 ? world.eventful(row) : row))
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const random = randomFrom(SEED)
  const reply = (request: Parameters<typeof world.rightReply>[0]) => ({
    text: world.rightReply(request),
    usage: { prompt_tokens: 100, completion_tokens: 10 },
  })
  const server = await startChatServer({ reply, latencyMs: () => latencyMs * (0.5 + random()) })
  const start = (name: string, ledger: string, more: string[] = [], onStart?: (child: ChildProcess) => void) => {
    mkdirSync(join(folder, name), { recursive: true })
    const out = join(folder, name, 'out.jsonl')
    const models = [...flagsOf(world.settings(server.url)), '--concurrency', String(CONCURRENCY)]
    return runWinnow([world.command, input, '--out', out, ...models, '--ledger', ledger, '--quiet', ...more], {
      ...(onStart && { onStart }),
    })
  }
  const outputs = (name: string): Json => outputsAt(join(folder, name, 'out.jsonl'))
  const plain = await startChatServer({ reply })
  const models = [...flagsOf(world.settings(plain.url)), '--concurrency', String(CONCURRENCY)]
  mkdirSync(join(folder, 'plain'))
  const out = join(folder, 'plain', 'out.jsonl')
  expectDone(await runWinnow([world.command, input, '--out', out, ...models, '--quiet']))
  await plain.close()
  return { server, start, outputs, asked: plain.requests.length }
}

const expectDone = (...all: ProcessResult[]) =>
  all.forEach(({ code, stderr }) => expect([0, 1].includes(code ?? 9), stderr).toBe(true))

const timesSent = ({ requests }: ChatServer) => {
  const times = new Map<string, number>()
  for (const request of requests) times.set(keyOf(request), (times.get(keyOf(request)) ?? 0) + 1)
  return times
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, each) => total + each, 0)

describeWithPostgres('many workers over one ledger', () => {
  const postgres = sharedPostgres()

  it.runIf(isLong).each(someWorlds)(
    'that start together send nothing twice, and come to the same end: %s',
    async (_name, world) => {
      const { server, start, outputs, asked } = await arrange(world, 15)
      const ledger = await postgres().database()
      const names = Array.from({ length: 4 }, (_, index) => `w${index}`)
      expectDone(...(await Promise.all(names.map((name) => start(name, ledger)))))
      await server.close()
      expect(server.requests).toHaveLength(asked)
      for (const name of names) expect(outputs(name)).toEqual(outputs('plain'))
    },
  )

  it.runIf(isLong).each(someWorlds)(
    'half of them killed at random, the server restarted twice: only what was in flight at a kill is sent twice: %s',
    { timeout: isLong ? 600_000 : 180_000 },
    async (_name, world) => {
      const { server, start, outputs, asked } = await arrange(world, isLong ? 60 : 40)
      const ledger = `${await postgres().database()}?lease=${LEASE_S}`
      const random = randomFrom(SEED)
      const killed: Promise<ProcessResult>[] = []
      const living: Promise<ProcessResult>[] = []
      for (let worker = 0; worker < WORKERS; worker++) {
        const children: ChildProcess[] = []
        const running = start(`w${worker}`, ledger, [], (child) => children.push(child))
        if (worker % 2 === 0) {
          living.push(running)
          continue
        }
        killed.push(running)
        const goal = asked * (0.1 + 0.6 * random())
        void (async () => {
          while (server.requests.length < goal) await sleep(5)
          children[0]?.kill('SIGKILL')
        })()
      }
      for (const part of [0.25, 0.6]) {
        while (server.requests.length < asked * part) await sleep(5)
        if (part > 0.5) postgres().crash()
        else postgres().stop()
        await sleep(300)
        postgres().start()
      }
      for (const { signal, code, stderr } of await Promise.all(killed)) {
        expect(signal === 'SIGKILL' || code === 0, stderr).toBe(true)
      }
      expectDone(...(await Promise.all(living)))
      expectDone(await start('last', ledger))
      await server.close()
      const times = timesSent(server)
      expect(times.size).toBe(asked)
      expect(Math.max(...times.values())).toBeLessThanOrEqual(1 + WORKERS / 2)
      expect(sum(times.values()) - times.size).toBeLessThanOrEqual((WORKERS / 2) * CONCURRENCY)
      for (const name of ['w0', 'w2', 'last']) expect(outputs(name)).toEqual(outputs('plain'))
    },
  )

  it('share one cap', async () => {
    const [[, world] = []] = someWorlds
    const { server, start } = await arrange(world as World, 10)
    const ledger = await postgres().database()
    // 100 tokens in and 10 out for a dollar: a hundred calls a hundred dollars.
    const capped = ['--price', '9900/1000', '--max-tokens', '20', '--max-usd', '100']
    const ran = await Promise.all(Array.from({ length: 4 }, (_, index) => start(`w${index}`, ledger, capped)))
    await server.close()
    for (const { code, stderr } of ran) {
      expect(code, stderr).toBe(2)
      expect(stderr).toContain('the cap of $100')
    }
    expect(Math.max(...timesSent(server).values())).toBe(1)
    expect(server.requests.length).toBeGreaterThan(10)
    expect(server.requests.length).toBeLessThanOrEqual(100)
  })
})
