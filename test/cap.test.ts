// The cap holds: whatever calls cost and however they interleave, no more is spent than allowed, and nothing is paid for twice.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as tick } from 'node:timers/promises'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatherAsk, type GatherAsk } from '../src/llm/ask.ts'
import type { ChatModel, ChatRequest, Completion } from '../src/llm/chat.ts'
import { CallError, StopRun } from '../src/llm/errors.ts'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { Scheduler } from '../src/llm/scheduler.ts'
import { repetitions } from './support/repetitions.ts'

const SEED = 20_260_611

/** A call that the simulated provider bills when it is sent; in tokens. */
interface Call {
  name: string
  worst: number
  /** At most `worst`; 0 for a call that fails unbilled. */
  cost: number
  outcome: 'reply' | 'fails' | 'fails, perhaps billed'
  ticks: number
  /** Which processes ask it. */
  from: readonly number[]
}

const anyCall = fc
  .record({
    worst: fc.integer({ min: 1, max: 1000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    outcome: fc.constantFrom<Call['outcome']>('reply', 'reply', 'reply', 'fails', 'fails, perhaps billed'),
    ticks: fc.nat(5),
    from: fc.constantFrom([0], [1], [0, 1]),
  })
  .map(({ worst, share, outcome, ...more }) => ({
    ...more,
    worst,
    outcome,
    cost: outcome === 'fails' ? 0 : Math.round(worst * share),
  }))

const named = (calls: Omit<Call, 'name'>[]): Call[] => calls.map((call, index) => ({ ...call, name: `call ${index}` }))

/** A token costs a thousand billionths of a dollar, and only tokens of replies cost anything. */
const TOKEN = 1000
const TOKEN_PRICE = { input: 0, output: 1 }

/** Two processes over one ledger: each has a connection and a claimant of its own. */
const shelf = mkdtempSync(join(tmpdir(), 'winnow-cap-'))
let ledgers: SqliteLedger[] = []
beforeAll(() => {
  const path = join(shelf, 'ledger.db')
  ledgers = [new SqliteLedger(path), new SqliteLedger(path)]
})
afterAll(async () => {
  await Promise.all(ledgers.map((ledger) => ledger.close()))
  rmSync(shelf, { recursive: true })
})

let runs = 0
async function startRun(): Promise<string> {
  const id = `run ${runs++}`
  await ledgers[0]?.runs.start({ id, inputHash: '', inputPath: '', method: 'x', settings: {}, prompts: [] })
  return id
}

/** Sends the calls of one run from both processes, some from both at once, and watches what the provider bills. All in tokens. */
async function spend(run: string, calls: Call[], cap: number, concurrency: number) {
  const before = await spentOn(run)
  const seen = { billed: 0, most: before, replied: new Set<Call>(), sent: 0, stops: [] as StopRun[] }
  // The provider works out the worst at once: what is in flight may cost as much as it can.
  let inFlight = 0
  const complete = async ({ messages, maxTokens: worst }: ChatRequest): Promise<Completion> => {
    const call = calls.find(({ name }) => name === messages[0]?.content) as Call
    inFlight += worst
    seen.sent += 1
    seen.most = Math.max(seen.most, before + seen.billed + inFlight)
    for (let wait = 0; wait < call.ticks; wait++) await tick()
    inFlight -= worst
    seen.billed += call.outcome === 'fails, perhaps billed' ? worst : call.cost
    const usage = { input: 1000, output: call.cost, cached: 0, reasoning: 0 }
    if (call.outcome === 'reply') return { reply: { text: '', finishReason: 'stop', usage } }
    throw new CallError('x', 'x', { remedy: 'give-up', maybeBilled: call.outcome !== 'fails' })
  }
  const model: ChatModel = { identity: run, endpoint: 'here', price: TOKEN_PRICE, complete }
  const asks = ledgers.map((ledger) =>
    gatherAsk({
      ledger,
      run,
      routes: new Map([['s', { model, scheduler: new Scheduler({ concurrency, maxRetries: 0, timeoutMs: 60_000 }) }]]),
      cap: { most: cap * TOKEN, unrecorded: 0 },
      observer: { found: () => undefined, received: () => undefined, failed: () => undefined },
      retryUndecided: false,
    }),
  )
  const send = async (call: Call, ask: GatherAsk | undefined) => {
    try {
      await ask?.([requestFor(call, run)])
      seen.replied.add(call)
    } catch (error) {
      if (error instanceof StopRun) seen.stops.push(error)
      else if (!(error instanceof CallError)) throw error
    }
  }
  await Promise.all(calls.flatMap((call) => call.from.map((process) => send(call, asks[process]))))
  await Promise.all(asks.map((ask) => ask.settled()))
  return { ...seen, before, spent: await spentOn(run) }
}

async function spentOn(run: string): Promise<number> {
  const { cost, unsettled } = await (ledgers[0] as SqliteLedger).runs.spending(run)
  return (cost + unsettled) / TOKEN
}

const requestFor = ({ name, worst }: Call, model: string): ChatRequest => ({
  model,
  messages: [{ role: 'user', content: name }],
  temperature: 0,
  maxTokens: worst,
  sample: 0,
  source: { method: 'x', stage: 's', prompt: 'p', row: name, query: name, part: '1', attempt: 1 },
})

const anyRun = fc.record({
  calls: fc.array(anyCall, { minLength: 1, maxLength: 24 }).map(named),
  cap: fc.integer({ min: 0, max: 8000 }),
  concurrency: fc.integer({ min: 1, max: 12 }),
})

/** Runs in a row take long because each waits for its commits: several go side by side. */
const LANES = 10
const inLanes = (numRuns: number, check: (lane: number, numRuns: number) => Promise<void>) =>
  Promise.all(Array.from({ length: LANES }, (_all, lane) => check(lane, numRuns / LANES)))

describe('the cap', () => {
  it(
    'holds over many runs of two processes with concurrent calls of random cost, and stops no run that could go on',
    { timeout: 120_000 },
    async () => {
      let stopped = 0
      let shared = 0
      const check = fc.asyncProperty(anyRun, async ({ calls, cap, concurrency }) => {
        const seen = await spend(await startRun(), calls, cap, concurrency)
        expect(seen.most).toBeLessThanOrEqual(cap)
        expect(seen.spent).toBe(seen.billed)
        for (const stop of seen.stops) expect(stop.code).toBe('budget')
        if (seen.stops.length > 0) stopped += 1
        // What has its reply is not sent again, whoever asks.
        const replies = calls.filter(({ outcome }) => outcome === 'reply')
        const failures = calls.filter(({ outcome }) => outcome !== 'reply')
        const asked = failures.reduce((sum, { from }) => sum + from.length, 0)
        expect(seen.sent).toBeLessThanOrEqual(replies.length + asked)
        shared += replies.filter((call) => call.from.length > 1 && seen.replied.has(call)).length
        // Every call fits on its own when there is room for all of them.
        const all = calls.reduce((sum, { worst, from }) => sum + worst * from.length, 0)
        if (all <= cap) expect(seen.stops).toEqual([])
      })
      await inLanes(repetitions(200, 600, 1000), (lane, numRuns) => fc.assert(check, { numRuns, seed: SEED + lane }))
      expect(stopped).toBeGreaterThan(repetitions(20, 60, 100))
      expect(shared).toBeGreaterThan(repetitions(20, 60, 100))
    },
  )

  it('lets a run that is given more go on to its end, paying for no reply twice', { timeout: 60_000 }, async () => {
    const check = fc.asyncProperty(anyRun, async ({ calls, concurrency }) => {
      const run = await startRun()
      let open = calls.filter(({ outcome }) => outcome === 'reply')
      for (let cap = 1000; open.length > 0; cap += 1000) {
        const seen = await spend(run, open, cap, concurrency)
        expect(seen.most).toBeLessThanOrEqual(cap)
        // A call of at most 1000 always fits into what is new.
        expect(seen.replied.size).toBeGreaterThan(0)
        open = open.filter((call) => !seen.replied.has(call))
      }
      const replies = calls.filter(({ outcome }) => outcome === 'reply')
      expect(await spentOn(run)).toBe(replies.reduce((sum, { cost }) => sum + cost, 0))
    })
    await inLanes(200, (lane, numRuns) => fc.assert(check, { numRuns, seed: SEED + lane }))
  })

  it('counts what was in flight in a process that died', async () => {
    const run = await startRun()
    const [ledger] = ledgers as [SqliteLedger]
    const dead = spawnSync(process.execPath, ['--version']).pid
    ledger.db.prepare('INSERT INTO owners VALUES (?, ?, ?, ?)').run(99, hostIn(ledger), dead, Date.now())
    ledger.db.prepare('INSERT INTO claims VALUES (?, ?, ?, ?)').run(Buffer.from('k'), 99, run, 700 * TOKEN)
    // A process that starts to ask finds that the other has gone.
    const next = new SqliteLedger(ledger.path)
    await next.claim({ key: Buffer.from('other'), run, amount: 0, cap: undefined })
    expect(await next.isClaimed(Buffer.from('k'))).toBe(false)
    expect(await spentOn(run)).toBe(700)
    await next.close()
    expect(await ledger.isClaimed(Buffer.from('other'))).toBe(false)
  })
})

/** The host as the ledger names it; there is an owner as soon as something was claimed. */
const hostIn = ({ db }: SqliteLedger) => (db.prepare('SELECT host FROM owners LIMIT 1').get() as { host: string }).host
