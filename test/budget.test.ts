// The cap holds: whatever calls cost and however they interleave, never is more spent than allowed, and nothing is paid twice.
import { join } from 'node:path'
import { setImmediate as tick } from 'node:timers/promises'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../src/llm/budget.ts'
import type { ChatModel, ChatRequest } from '../src/llm/chat.ts'
import { CallError, StopRun } from '../src/llm/errors.ts'
import { Scheduler, type Guard } from '../src/llm/scheduler.ts'
import { clean } from '../src/run/clean.ts'
import { startChatServer } from './support/chat-server.ts'
import { linesOf, tempDir, writeJsonl } from './support/files.ts'
import { randomFrom } from './support/random.ts'
import { runWinnow } from './support/run-winnow.ts'
import { keyOf } from './support/stored.ts'
import { cleaned, makeRows, rightReply } from './support/synthetic.ts'

/** A call that the simulated provider bills when it is sent. */
interface Call {
  worst: number
  /** At most `worst`; 0 for a call that fails unbilled. */
  cost: number
  outcome: 'reply' | 'fails' | 'fails, perhaps billed'
  ticks: number
}

const anyCall: fc.Arbitrary<Call> = fc
  .record({
    worst: fc.integer({ min: 1, max: 1000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    outcome: fc.constantFrom<Call['outcome']>('reply', 'reply', 'reply', 'fails', 'fails, perhaps billed'),
    ticks: fc.nat(5),
  })
  .map(({ worst, share, outcome, ticks }) => ({
    worst,
    outcome,
    ticks,
    cost: outcome === 'fails' ? 0 : Math.round(worst * share),
  }))

/** Sends calls through a scheduler and a budget, and watches what the provider bills. */
async function spend(calls: Call[], cap: number, concurrency: number, before: number) {
  const budget = new Budget(cap, before)
  const scheduler = new Scheduler({ concurrency, maxRetries: 0, timeoutMs: 60_000 })
  const seen = { billed: 0, most: before, replied: [] as Call[], stops: [] as StopRun[], open: 0, peak: 0 }
  // The provider works out the worst at once: what is in flight may cost as much as it can.
  let inFlight = 0
  const send = async (call: Call) => {
    const model = {
      endpoint: 'here',
      complete: async () => {
        inFlight += call.worst
        seen.open += 1
        seen.peak = Math.max(seen.peak, seen.open)
        seen.most = Math.max(seen.most, before + seen.billed + inFlight)
        for (let wait = 0; wait < call.ticks; wait++) await tick()
        seen.open -= 1
        inFlight -= call.worst
        seen.billed += call.outcome === 'fails, perhaps billed' ? call.worst : call.cost
        if (call.outcome === 'reply') return { reply: { text: '', finishReason: 'stop' } }
        throw new CallError('x', 'x', { remedy: 'give-up', maybeBilled: call.outcome !== 'fails' })
      },
    } as Partial<ChatModel> as ChatModel
    const guard: Guard = async () => {
      const reservation = await budget.reserve(call.worst)
      return {
        received: async () => reservation.settle(call.cost),
        failed: ({ details }) => reservation.settle(details.maybeBilled ? call.worst : 0),
      }
    }
    try {
      await scheduler.send(model, {} as ChatRequest, guard)
      seen.replied.push(call)
    } catch (error) {
      if (error instanceof StopRun) seen.stops.push(error)
      else if (!(error instanceof CallError)) throw error
    }
  }
  await Promise.all(calls.map(send))
  return { ...seen, spent: budget.spent }
}

describe('the cap', () => {
  it('holds over 1,000 runs of concurrent calls of random cost, and stops no run that could go on', async () => {
    let stopped = 0
    const run = fc.record({
      calls: fc.array(anyCall, { minLength: 1, maxLength: 24 }),
      cap: fc.integer({ min: 0, max: 8000 }),
      concurrency: fc.integer({ min: 1, max: 12 }),
      before: fc.nat(500),
    })
    await fc.assert(
      fc.asyncProperty(run, async ({ calls, cap, concurrency, before }) => {
        const seen = await spend(calls, cap, concurrency, before)
        expect(seen.most).toBeLessThanOrEqual(Math.max(cap, before))
        expect(seen.spent).toBe(before + seen.billed)
        expect(seen.peak).toBeLessThanOrEqual(concurrency)
        for (const stop of seen.stops) expect(stop.code).toBe('budget')
        if (seen.stops.length > 0) stopped += 1
        // Every call fits on its own when there is room for all of them.
        const all = before + calls.reduce((sum, { worst }) => sum + worst, 0)
        if (all <= cap) expect(seen.stops).toEqual([])
      }),
      { numRuns: 1000 },
    )
    expect(stopped).toBeGreaterThan(100)
  })

  it('lets a run that is given more go on to its end, paying for no reply twice', async () => {
    const run = fc.record({
      calls: fc.array(anyCall, { minLength: 1, maxLength: 16 }),
      concurrency: fc.integer({ min: 1, max: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(run, async ({ calls, concurrency }) => {
        let open = calls.filter(({ outcome }) => outcome === 'reply')
        let spent = 0
        for (let cap = 1000; open.length > 0; cap += 1000) {
          const seen = await spend(open, cap, concurrency, spent)
          expect(seen.most).toBeLessThanOrEqual(cap)
          // A call of at most 1000 always fits into what is new.
          expect(seen.replied.length).toBeGreaterThan(0)
          spent = seen.spent
          open = open.filter((call) => !seen.replied.includes(call))
        }
        expect(spent).toBe(calls.filter(({ outcome }) => outcome === 'reply').reduce((sum, { cost }) => sum + cost, 0))
      }),
      { numRuns: 200 },
    )
  })
})

const PRICE = { input: 30, output: 60 }

/** A server with an account: what every completion costs is added up, in US dollars. */
async function startBillingServer({ seed = 1, usage = true } = {}) {
  const random = randomFrom(seed)
  const account = { usd: 0 }
  const server = await startChatServer({
    latencyMs: () => random() * 8,
    reply: (request) => {
      const prompt_tokens = Math.floor(JSON.stringify(request.messages).length / (3 + random() * 2))
      const completion_tokens = Math.ceil(random() * Number(request.body['max_tokens']))
      account.usd += (prompt_tokens * PRICE.input + completion_tokens * PRICE.output) / 1e6
      return { text: rightReply(request), usage: usage ? { prompt_tokens, completion_tokens } : null }
    },
  })
  return { server, account }
}

const price = [`${PRICE.input}/${PRICE.output}`]

describe('--max-usd', () => {
  it.each([1, 2, 3, 4])('is never passed, and the run goes on when given more (seed %i)', async (seed) => {
    const folder = tempDir()
    const rows = makeRows(20)
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const out = join(folder, 'cleaned.jsonl')
    const { server, account } = await startBillingServer({ seed })
    const options = { out, judge: `m@${server.url}`, price, maxTokens: 1000, concurrency: 1 + seed * 3 }
    let starts = 0
    for (let maxUsd = 0.2, isDone = false; !isDone; maxUsd *= 1.5) {
      starts += 1
      try {
        const { cost } = await clean(input, { ...options, maxUsd }, { env: {} })
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
    expect(linesOf(out)).toEqual(rows.map((row) => `${JSON.stringify(cleaned(row))}\n`))
  })

  it('is never passed over several starts by a server that does not say what it used', async () => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), makeRows(30))
    const { server, account } = await startBillingServer({ usage: false })
    const command = ['clean', input, '--out', join(folder, 'cleaned.jsonl'), '--judge', `m@${server.url}`]
    const money = ['--price', price[0] as string, '--max-usd', '0.9', '--max-tokens', '1000', '--concurrency', '4']
    for (let start = 0; start < 3; start++) {
      const ran = await runWinnow([...command, ...money])
      expect(ran.code, ran.stderr).toBe(2)
      expect(account.usd).toBeLessThanOrEqual(0.9)
    }
    await server.close()
    expect(server.requests.length).toBeGreaterThan(3)
  })
})
