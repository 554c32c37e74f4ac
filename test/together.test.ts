// Several processes over one ledger: each request is asked once in total, and the others take over from a process that dies.
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { partOf, repetitions } from './support/repetitions.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'
import { keyOf } from './support/stored.ts'
import { eachWorld, flagsOf, rowsText, type World } from './support/worlds.ts'

const CALLS = repetitions(120, 150, 190)
const CONCURRENCY = 8

async function startIn(world: World) {
  const folder = tempDir()
  const rows = world.makeRows(world.rowsFor(CALLS))
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const server = await startChatServer({
    reply: (request) => ({ text: world.rightReply(request), usage: { prompt_tokens: 100, completion_tokens: 10 } }),
    latencyMs: 30,
  })
  const start = (name: string, onStart?: (child: ChildProcess) => void, ...more: string[]) => {
    const out = join(folder, name, 'out.jsonl')
    const models = flagsOf(world.settings(server.url))
    const place = ['--ledger', join(folder, 'ledger.db'), '--concurrency', String(CONCURRENCY), '--quiet']
    return runWinnow([world.command, input, '--out', out, ...models, ...place, ...more], onStart && { onStart })
  }
  const expected = rowsText(rows.map(world.cleaned))
  const isRight = (name: string) => outputsAt(join(folder, name, 'out.jsonl'))['rows'] === expected
  return { server, start, isRight }
}

const sentTwice = ({ requests }: ChatServer) => requests.length - new Set(requests.map(keyOf)).size

async function sent(server: ChatServer, requests: number): Promise<void> {
  while (server.requests.length < requests) await sleep(2)
}

const expectDone = (...all: ProcessResult[]) => all.forEach(({ code, stderr }) => expect(code, stderr).toBe(0))

/** The other worlds are in the long run. */
const someWorlds = partOf(eachWorld, (_world, at) => at === 1 || at === 2)

describe.each(someWorlds)('two processes over one ledger: %s', (_method, world) => {
  it('that start together send nothing twice, and both come to the same end', async () => {
    const { server, start, isRight } = await startIn(world)
    expectDone(...(await Promise.all([start('a'), start('b')])))
    await server.close()
    expect(sentTwice(server)).toBe(0)
    expect([isRight('a'), isRight('b')]).toEqual([true, true])
  })

  it('of which one has been alone for a while send nothing twice', async () => {
    const { server, start, isRight } = await startIn(world)
    const first = start('a')
    await sent(server, 3 * CONCURRENCY)
    expectDone(...(await Promise.all([first, start('b'), start('c')])))
    await server.close()
    expect(sentTwice(server)).toBe(0)
    expect([isRight('a'), isRight('b'), isRight('c')]).toEqual([true, true, true])
  })

  it('of which one is killed: the other does its work, and repeats only what was in flight', async () => {
    const { server, start, isRight } = await startIn(world)
    let first: ChildProcess | undefined
    const killed = start('a', (child) => (first = child))
    await sent(server, 2 * CONCURRENCY)
    const second = start('b')
    await sent(server, 6 * CONCURRENCY)
    first?.kill('SIGKILL')
    expect((await killed).signal).toBe('SIGKILL')
    expectDone(await second)
    await server.close()
    expect(sentTwice(server)).toBeLessThanOrEqual(CONCURRENCY)
    expect(isRight('b')).toBe(true)
  })

  it('share one cap', async () => {
    const { server, start } = await startIn(world)
    // 100 tokens in and 10 out for a dollar: a hundred calls a hundred dollars.
    const limit = world.gives === 'words' ? ['--max-tokens', '20'] : []
    const capped = ['--price', '9900/1000', ...limit, '--max-usd', '100']
    const ran = await Promise.all([start('a', undefined, ...capped), start('b', undefined, ...capped)])
    await server.close()
    for (const { code, stderr } of ran) {
      expect(code).toBe(2)
      expect(stderr).toContain('the cap of $100')
    }
    expect(sentTwice(server)).toBe(0)
    expect(server.requests.length).toBeGreaterThan(10)
    expect(server.requests.length).toBeLessThanOrEqual(100)
  })
})
