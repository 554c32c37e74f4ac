// --max-usd holds from the command line: over starts, whatever a server reports, and for calls that never left the machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { startChatServer } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { repetitions } from './support/repetitions.ts'
import { runHere } from './support/run-here.ts'
import { runWinnow } from './support/run-winnow.ts'
import { keyOf } from './support/stored.ts'
import { eachWorld, flagsOf, rowsText, type World } from './support/worlds.ts'

const PRICE = { input: 30, output: 60 }

/** A server with an account: what every completion costs is added up, in US dollars. */
async function startBillingServer(world: World, { seed = 1, usage = (counts: object): object | null => counts } = {}) {
  const random = randomFrom(seed)
  const account = { usd: 0 }
  const server = await startChatServer({
    latencyMs: () => random() * 8,
    reply: (request) => {
      const prompt_tokens = Math.floor(JSON.stringify(request.messages).length / (3 + random() * 2))
      const completion_tokens = Math.ceil(random() * Number(request.body['max_tokens']))
      account.usd += (prompt_tokens * PRICE.input + completion_tokens * PRICE.output) / 1e6
      return { text: world.rightReply(request), usage: usage({ prompt_tokens, completion_tokens }) }
    },
  })
  return { server, account }
}

const price = [`${PRICE.input}/${PRICE.output}`]

const LIES = [
  null,
  { prompt_tokens: -50_000 },
  { completion_tokens: 0 },
  { prompt_tokens: 0, completion_tokens: 0 },
  { completion_tokens: 12.5 },
  { completion_tokens: 1e300 },
  { prompt_tokens: '12' },
]

/** All lies and seeds with `npm run test:long`; otherwise every lie, to every other method. */
const STRIDE = repetitions(2, 1)
const STARTS = repetitions(2, 2, 3)
const SEEDS = [1, 2, 3].slice(0, repetitions(1, 2, 3))

describe.each(eachWorld.slice(0, repetitions(2, eachWorld.length)))('--max-usd: %s', (_method, world) => {
  const turn = eachWorld.findIndex(([, each]) => each === world)
  const lies = LIES.filter((_lie, index) => (index + turn) % STRIDE === 0)

  // A scorer's server does not say what it used.
  it.runIf(world.gives === 'words').each(SEEDS)(
    'is never passed, and the run goes on when given more (seed %i)',
    async (seed) => {
      const folder = tempDir()
      const rows = world.makeRows(world.rowsFor(30))
      const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
      const out = join(folder, 'cleaned.jsonl')
      const { server, account } = await startBillingServer(world, { seed })
      const options = { ...world.settings(server.url), out, price, maxTokens: 1000, concurrency: 1 + seed * 3 }
      let starts = 0
      for (let maxUsd = 0.2, isDone = false; !isDone; maxUsd *= 1.5) {
        starts += 1
        try {
          const { cost } = await world.run(input, { ...options, maxUsd }, { env: {} })
          isDone = true
          expect(cost.run).toBeCloseTo(account.usd, 6)
        } catch (error) {
          expect(error).toMatchObject({ code: 'budget', hint: expect.stringContaining('--max-usd') as string })
        }
        expect(account.usd).toBeLessThanOrEqual(maxUsd)
      }
      await server.close()
      expect(starts).toBeGreaterThan(2)
      expect(new Set(server.requests.map(keyOf)).size).toBe(server.requests.length)
      expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    },
  )

  it.each(lies)('is never passed over several starts by a server that says %j of what it used', async (usage) => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(world.rowsFor(48)))
    const { server, account } = await startBillingServer(world, { usage: (counts) => usage && { ...counts, ...usage } })
    const [maxUsd, limit] = world.gives === 'words' ? [0.9, { maxTokens: 1000 }] : [0.2, {}]
    const money = { price, maxUsd, ...limit, concurrency: 4 }
    const options = { ...world.settings(server.url), out: join(folder, 'cleaned.jsonl'), ...money }
    for (let start = 0; start < STARTS; start++) {
      const isProcess = start === 0 && usage === lies[0]
      const ran = await (isProcess
        ? runWinnow([world.command, input, ...flagsOf(options)])
        : runHere(world, input, options))
      expect(ran.code, ran.stderr).toBe(2)
      expect(account.usd).toBeLessThanOrEqual(maxUsd)
    }
    await server.close()
    expect(server.requests.length).toBeGreaterThan(3)
  })
})

test('a call that could not leave the machine for want of sockets was billed by nobody', async () => {
  const world = eachWorld.find(([method]) => method === 'rlhn')?.[1] as World
  const input = writeJsonl(join(tempDir(), 'rows.jsonl'), world.makeRows(world.rowsFor(90)))
  const { server, account } = await startBillingServer(world)
  const out = `${input}.cleaned.jsonl`
  const command = [world.command, input, '--out', out, ...flagsOf(world.settings(server.url))]
  const money = ['--price', price[0] as string, '--concurrency', '64']
  let ran = await runWinnow([...command, ...money], { openFiles: 50 })
  // Where no file can be opened either, the run stops; it goes on with more.
  if (ran.code === 2) ran = await runWinnow([...command, ...money])
  await server.close()
  expect(ran.code, ran.stderr).toBe(0)
  const { cost } = JSON.parse(readFileSync(`${input}.cleaned.manifest.json`, 'utf8')) as {
    cost: { unsettled: number; run: number }
  }
  expect(cost.unsettled).toBe(0)
  expect(cost.run).toBeCloseTo(account.usd, 6)
})
