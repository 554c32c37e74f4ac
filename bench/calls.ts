// Calls per second through Winnow (scheduler, claims, ledger on disk) against bare loops over the same HTTP client and over Node's fetch.
// All use the same prompts (those of data/rlhn, each with another query number), server and concurrency.
import { join } from 'node:path'
import { post } from '../src/llm/adapters/post.ts'
import type { ChatRequest } from '../src/llm/chat.ts'
import { connect } from '../src/llm/connection.ts'
import { MissingReply } from '../src/llm/errors.ts'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { atLeast, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import type { AskingJob } from '../src/job/job.ts'
import { askOf, gatherRows, openJob, rowsInFlight } from './job.ts'
import { inTurns, medianCpu, medianRate, ratio, ratioText, type Turn, type Turns } from './measure.ts'
import { realData, writeRealRows, type RealData } from './real-rows.ts'
import { withServer } from './server.ts'

const CONCURRENCY = 256
const LEAST_ASK = 0.9
const LEAST_GATHER = 0.75
const SITUATIONS = [
  { latencyMs: 0, calls: 6_000, turns: 7 },
  { latencyMs: 200, calls: 5_120, turns: 3 },
]

export const calls: Benchmark = {
  name: 'calls',
  summary: `calls/s with the prompts of data/rlhn at concurrency ${CONCURRENCY}, against bare loops of the same client and of Node's fetch`,
  run: async (scale, note) => {
    const data = realData()
    const figures: Figure[] = []
    for (const { latencyMs, calls: full, turns } of SITUATIONS) {
      const amount = Math.max(2 * CONCURRENCY, Math.round(full * scale))
      note(`${latencyMs} ms: ${amount} calls, ${turns} turns`)
      figures.push(...(await compare(data, latencyMs, amount, turns)))
    }
    return figures
  },
}

function compare(data: RealData, latencyMs: number, amount: number, count: number): Promise<Figure[]> {
  return inFolder((folder) =>
    withServer({ replies: data.replies, latencyMs }, async (urlOf) => {
      const rows = join(folder, 'rows.jsonl')
      await writeRealRows(rows, data, amount)
      const job = await openJob(rows, { screen: `bench@${urlOf('screen')}`, concurrency: CONCURRENCY })
      const requests = await requestsOf(job)
      const url = urlOf('screen')
      const turns = await inTurns(count, {
        bare: () => bareLoop(postTo(url), requests),
        fetch: () => bareLoop(fetchFrom(url), requests),
        ask: () => withLedger(folder, (ledger) => askAll(job, ledger, requests)),
        gather: () => withLedger(folder, (ledger) => gatherAll(job, ledger)),
      })
      return figuresOf(`${latencyMs} ms`, turns)
    }),
  )
}

type Contender = 'bare' | 'fetch' | 'ask' | 'gather'

/** The target is the speed of handwritten code: Node's fetch in a loop. */
function figuresOf(at: string, { bare, fetch, ask, gather }: Turns<Contender>): Figure[] {
  const speed = (turns: Turn[]) => `${perSecond(medianRate(turns))} · ${medianCpu(turns).toFixed(0)} µs`
  return [
    { what: `${at}: bare loop (calls/s · main thread a call)`, value: speed(bare) },
    { what: `${at}: bare loop of Node's fetch`, value: speed(fetch) },
    { what: `${at}: ask`, value: speed(ask) },
    { what: `${at}: gather phase`, value: speed(gather) },
    { what: `${at}: ask / fetch`, value: ratioText(ask, fetch), target: atLeast(ratio(ask, fetch), LEAST_ASK) },
    {
      what: `${at}: gather / fetch`,
      value: ratioText(gather, fetch),
      target: atLeast(ratio(gather, fetch), LEAST_GATHER),
    },
    { what: `${at}: ask / bare`, value: ratioText(ask, bare) },
    { what: `${at}: gather / bare`, value: ratioText(gather, bare) },
  ]
}

/** Returns every request that the gather phase sends. */
async function requestsOf(job: AskingJob): Promise<ChatRequest[]> {
  const requests: ChatRequest[] = []
  const collect = (asked: ChatRequest[]) => {
    requests.push(...asked)
    return Promise.reject(new MissingReply('not asked'))
  }
  await gatherRows(job, Object.assign(collect, { again: () => Promise.resolve(undefined) }))
  return requests
}

type Send = (body: object) => Promise<unknown>

/** Sends with the client of Winnow's adapter. */
function postTo(url: string): Send {
  const { server } = connect({ name: 'bench', baseUrl: url }, {})
  return (body) => post(server, '/chat/completions', body, new AbortController().signal)
}

/** Sends with Node's own client and nothing around it. */
function fetchFrom(url: string): Send {
  const { origin, pathname, search } = new URL(url)
  const headers = { 'content-type': 'application/json' }
  return async (body) => {
    const answer = await fetch(`${origin}${pathname}/chat/completions${search}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return answer.json()
  }
}

/** Calls the client alone, from `CONCURRENCY` loops. */
function bareLoop(send: Send, requests: ChatRequest[]): Promise<number> {
  return forEach(requests, CONCURRENCY, async ({ messages, maxTokens, temperature }) => {
    await send({ model: 'bench', messages, max_tokens: maxTokens, temperature })
  })
}

/** Asks in as many loops as a run has rows in flight. */
function askAll(job: AskingJob, ledger: SqliteLedger, requests: ChatRequest[]): Promise<number> {
  const ask = askOf(job, ledger)
  return forEach(requests, rowsInFlight(job), async (request) => void (await ask([request])))
}

async function gatherAll(job: AskingJob, ledger: SqliteLedger): Promise<number> {
  let rows = 0
  await gatherRows(job, askOf(job, ledger), () => (rows += 1))
  return rows
}

async function forEach<T>(items: T[], loops: number, work: (item: T) => Promise<void>): Promise<number> {
  let next = 0
  const loop = async () => {
    while (next < items.length) await work(items[next++] as T)
  }
  await Promise.all(Array.from({ length: loops }, loop))
  return items.length
}

let ledgers = 0

/** Does work with a new, empty ledger. */
async function withLedger(folder: string, work: (ledger: SqliteLedger) => Promise<number>): Promise<number> {
  const ledger = new SqliteLedger(join(folder, `ledger-${(ledgers += 1)}.db`))
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}
