// kill -9 and Ctrl-C at any moment: the same command continues, the output is the same, and nothing that was answered is asked again.
import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { linesOf, outputsAt, tempDir, writeJsonl, type Json } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { partOf, repetitions } from './support/repetitions.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'
import { keyOf, storedKeys } from './support/stored.ts'
import type { SyntheticRow } from './support/synthetic.ts'
import { eachWorld, flagsOf, isKept, moody, rowsText, type World } from './support/worlds.ts'

const CALLS = repetitions(110, 200, 500)
const KILLS = repetitions(3, 6, 20)
const CONCURRENCY = 8
const someWorlds = partOf(eachWorld, (_world, at) => at === 0)
const SEED = 20_260_611

/** A world with a bit of everything: rows changed, dropped, cleared, undecided. */
function mixedRows(world: World): SyntheticRow[] {
  return world
    .makeRows(world.rowsFor(CALLS))
    .map((row, index) => (index % 13 === 7 ? world.hopeless(row) : index % 11 === 7 ? world.eventful(row) : row))
}

const commandFor = (world: World, input: string, out: string, { url }: ChatServer, ...more: string[]) => {
  const models = flagsOf(world.settings(url))
  return [world.command, input, '--out', out, ...models, '--concurrency', String(CONCURRENCY), '--quiet', ...more]
}

/** The outputs of a run that nothing disturbs, and how many different requests it makes. */
async function undisturbed(world: World, input: string): Promise<{ outputs: Json; requests: number }> {
  const out = join(tempDir(), 'cleaned.jsonl')
  const server = await startChatServer({ reply: moody(world) })
  const ran = await runWinnow(commandFor(world, input, out, server))
  await server.close()
  expect(ran.code, ran.stderr).toBe(1)
  expect(new Set(server.requests.map(keyOf)).size).toBe(server.requests.length)
  return { outputs: outputsAt(out), requests: server.requests.filter((each) => isKept(world, each)).length }
}

/** Kills a start of the run once it has sent `after` more requests and a few milliseconds have passed. */
function killAfter(child: ChildProcess, servers: ChatServer[], after: number, delay: number): void {
  const count = () => servers.reduce((sum, { requests }) => sum + requests.length, 0)
  const goal = count() + after
  const watch = setInterval(() => {
    if (count() < goal) return
    clearInterval(watch)
    setTimeout(() => child.kill('SIGKILL'), delay)
  }, 1)
  child.once('exit', () => clearInterval(watch))
}

/** What no kill may leave behind: an output that is neither missing nor complete. */
function expectWholeOrNone(out: string, outputs: Json): void {
  for (const [kind, text] of Object.entries(outputsAt(out)))
    if (text !== undefined) expect(text === outputs[kind], kind).toBe(true)
}

describe.each(someWorlds)('kill -9: %s', (_method, world) => {
  it('at random moments: nothing is lost, nothing paid twice, the port may change', { timeout: 180_000 }, async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), mixedRows(world))
    const expected = await undisturbed(world, input)
    const out = join(folder, 'cleaned.jsonl')
    const ledger = join(folder, '.winnow', 'ledger.db')
    const random = randomFrom(SEED)
    const latency = randomFrom(SEED + 1)
    const latencyMs = () => 5 + latency() * 20
    const servers = [
      await startChatServer({ reply: moody(world), latencyMs }),
      await startChatServer({ reply: moody(world), latencyMs }),
    ]
    const everything = () => servers.flatMap(({ requests }) => requests.filter((each) => isKept(world, each)))

    let answered = new Set<string>()
    let grown = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const before = servers.map(({ requests }) => requests.length)
      const server = servers[kill % 2] as ChatServer
      const onStart = (child: ChildProcess) =>
        // Every fifth is killed while it starts up; the others after some requests.
        kill % 5 === 4
          ? void setTimeout(() => child.kill('SIGKILL'), 100 + random() * 300)
          : killAfter(child, servers, 4 + Math.floor(random() * 32), random() * 25)
      const killed = await runWinnow(commandFor(world, input, out, server), { onStart })
      expect(killed.signal, killed.stderr).toBe('SIGKILL')
      const sent = servers.flatMap(({ requests }, index) => requests.slice(before[index]))
      expect(sent.filter((request) => answered.has(keyOf(request)))).toEqual([])
      expectWholeOrNone(out, expected.outputs)
      const now = storedKeys(ledger)
      expect(answered.isSubsetOf(now)).toBe(true)
      expect(now.isSubsetOf(new Set(everything().map(keyOf)))).toBe(true)
      grown += now.size > answered.size ? 1 : 0
      answered = now
    }
    expect(grown).toBeGreaterThanOrEqual(repetitions(1, KILLS / 2))
    expect(existsSync(out)).toBe(false)

    const before = servers[0]?.requests.length
    const last = await runWinnow(commandFor(world, input, out, servers[0] as ChatServer))
    for (const server of servers) await server.close()
    expect(last.code, last.stderr).toBe(1)
    expect(outputsAt(out)).toEqual(expected.outputs)
    expect(servers[0]?.requests.slice(before).filter((request) => answered.has(keyOf(request)))).toEqual([])
    expect(new Set(everything().map(keyOf)).size).toBe(expected.requests)
    expect(everything().length).toBeLessThanOrEqual(expected.requests + KILLS * CONCURRENCY)
    const { outcomes } = manifestAt(out).rows
    expect(Math.min(...world.outcomes.map((outcome) => outcomes[outcome] ?? 0))).toBeGreaterThan(repetitions(0, 1, 3))
  })

  it('while the rows are being written: the outputs are there as a whole or not at all', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), mixedRows(world))
    const server = await startChatServer({ reply: moody(world) })
    const out = join(folder, 'cleaned.jsonl')
    const started = performance.now()
    await runWinnow(commandFor(world, input, out, server))
    const kept = () => server.requests.filter((each) => isKept(world, each))
    const asked = kept().length
    const outputs = outputsAt(out)
    const again = join(folder, 'again.jsonl')
    const random = randomFrom(SEED)
    const longest = performance.now() - started
    for (let kill = 0; kill < repetitions(1, 2, 8); kill++) {
      const onStart = (child: ChildProcess) => void setTimeout(() => child.kill('SIGKILL'), 150 + random() * longest)
      await runWinnow(commandFor(world, input, again, server), { onStart })
      expectWholeOrNone(again, outputs)
    }
    expect((await runWinnow(commandFor(world, input, again, server))).code).toBe(1)
    await server.close()
    expect(outputsAt(again)).toEqual(outputs)
    expect(kept()).toHaveLength(asked)
  })
})

const manifestAt = (out: string) =>
  JSON.parse(linesOf(out.replace('.jsonl', '.manifest.json')).join('')) as {
    rows: { outcomes: Record<string, number> }
  }

/** Runs until `after` requests have been sent, then presses Ctrl-C. */
async function interrupted(command: string[], server: ChatServer, after: number): Promise<ProcessResult> {
  return runWinnow(command, {
    onStart: (child) => {
      void (async () => {
        while (server.requests.length < after && child.exitCode === null) await sleep(1)
        child.kill('SIGINT')
      })()
    },
  })
}

describe.each(someWorlds)('Ctrl-C: %s', (_method, world) => {
  it.each([
    ['short rows', { rows: world.makeRows(world.rowsFor(repetitions(50, 56, 100))), options: {}, cleaned: undefined }],
    ['more calls a row than there may be at once', { cleaned: undefined, ...world.long(repetitions(5, 5, 8)) }],
  ])(
    'finishes what is in flight, keeps it, says how to go on, and goes on: %s',
    async (_name, { rows, options, cleaned = world.cleaned }) => {
      const folder = tempDir()
      const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
      const out = join(folder, 'cleaned.jsonl')
      const random = randomFrom(SEED)
      const server = await startChatServer({
        reply: (request) => ({ text: world.rightReply(request) }),
        latencyMs: () => 60 + random() * 120,
      })
      const command = commandFor(world, input, out, server, ...flagsOf(options))
      const ran = await interrupted(command, server, 21)
      expect(ran.code, ran.stderr).toBe(130)
      expect(ran.stderr).toMatch(/same command again/)
      expect(ran.stderr).not.toMatch(/\n\s+at /)
      expect(readdirSync(folder).toSorted()).toEqual(['.winnow', 'rows.jsonl'])
      const sent = server.requests.map(keyOf)
      expect(sent.length).toBeLessThan(21 + 2 * CONCURRENCY)
      expect([...storedKeys(join(folder, '.winnow', 'ledger.db'))].toSorted()).toEqual(sent.toSorted())

      const last = await runWinnow(command)
      await server.close()
      expect(last.code, last.stderr).toBe(0)
      expect(server.requests.every(({ repeat }) => repeat === 0)).toBe(true)
      expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(cleaned)))
    },
  )

  it('twice gives up what is in flight', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(10))
    const server = await startChatServer({ reply: () => ({ fault: 'stall' }) })
    const started = performance.now()
    const ran = await runWinnow(commandFor(world, input, join(folder, 'cleaned.jsonl'), server), {
      onStart: (child) => {
        void (async () => {
          while (server.requests.length === 0) await sleep(5)
          child.kill('SIGINT')
          await sleep(200)
          child.kill('SIGINT')
        })()
      },
    })
    await server.close()
    expect(ran.code, ran.stderr).toBe(130)
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(existsSync(join(folder, 'cleaned.jsonl'))).toBe(false)
  })
})
