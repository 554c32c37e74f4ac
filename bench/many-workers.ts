// How many calls a second some workers make together over one ledger in PostgreSQL, and what claims cost there and in a file. Everything is on
// this machine: workers, PostgreSQL (which waits for the disk, as usual) and the server that plays the model.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requestKey } from '../src/llm/key.ts'
import type { Ledger } from '../src/llm/ledger/ledger.ts'
import { openLedger } from '../src/llm/ledger/open.ts'
import { entryOf, requestOf } from '../test/support/ledger-entries.ts'
import { newServer, programs, type PostgresServer } from '../test/support/postgres.ts'
import { perSecond, SkippedBenchmark, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { inTurns, median, medianRate, type Turn } from './measure.ts'
import { withServer } from './server.ts'
import type { WorkerOrder } from './worker.ts'

const WORKERS = [1, 2, 4, 8] as const
const CONCURRENCY = 32
const SITUATIONS = [
  { latencyMs: 0, calls: 8_000, turns: 3 },
  { latencyMs: 500, calls: 2_048, turns: 1 },
]
const CLAIMED = 20_000
const AT_ONCE = 256
const CLAIM_TURNS = 5

export const manyWorkers: Benchmark = {
  name: 'many-workers',
  summary: 'calls/s of 1, 2, 4 and 8 workers over one ledger in PostgreSQL; the cost of a claim there and in a file',
  run: async (scale, note) => {
    if (programs === undefined) throw new SkippedBenchmark('needs PostgreSQL')
    const postgres = await newServer({ fsync: 'on', full_page_writes: 'on' })
    try {
      const figures: Figure[] = []
      for (const situation of SITUATIONS) figures.push(...(await rates(postgres, situation, scale, note)))
      return [...figures, ...(await claims(postgres, scale, note))]
    } finally {
      postgres.close()
    }
  },
}

type Situation = (typeof SITUATIONS)[number]

/** Each worker has rows of its own: what is measured is what they share. */
function rates(
  postgres: PostgresServer,
  { latencyMs, calls, turns }: Situation,
  scale: number,
  note: (text: string) => void,
): Promise<Figure[]> {
  return inFolder((folder) =>
    withServer(
      { replies: { screen: ['<verdict><better>[]</better><worse>[]</worse></verdict>'] }, latencyMs },
      async (urlOf) => {
        const all = Math.round(calls * scale)
        const contenders = WORKERS.map((count) => [
          `${count}`,
          async () => {
            note(`${latencyMs} ms: ${count} workers`)
            const ledger = await postgres.database()
            const each = Math.round(latencyMs > 0 ? all : all / count)
            const orders = Array.from({ length: count }, (_, worker) => {
              const rows = join(folder, `${count}-${worker}.jsonl`)
              writeFileSync(rows, rowsText(each, `${ledger.slice(-3)}-${worker}`))
              return { rows, ledger, url: urlOf('screen'), concurrency: CONCURRENCY }
            })
            return gatherTogether(orders)
          },
        ])
        const measured = await inWallTime(turns, contenders as [string, () => Promise<number>][])
        const alone = measured.get('1') as number[]
        return [...measured].map(([count, found]) => ({
          what: `${latencyMs} ms: ${count} worker${count === '1' ? '' : 's'} (calls/s · against one)`,
          value: `${perSecond(median(found))} · ${median(found.map((rate, turn) => rate / (alone[turn] as number))).toFixed(2)}`,
        }))
      },
    ),
  )
}

/** Calls a second of each contender, which measures its time itself, in turns. */
async function inWallTime(
  turns: number,
  contenders: [string, () => Promise<number>][],
): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>(contenders.map(([name]) => [name, []]))
  for (let turn = 0; turn < turns; turn++) for (const [name, work] of contenders) found.get(name)?.push(await work())
  return found
}

/** Returns the calls a second, from when all workers are ready to when the last is done. */
async function gatherTogether(orders: WorkerOrder[]): Promise<number> {
  const workers = orders.map((order) => {
    const child = fork(new URL('./worker.ts', import.meta.url))
    child.send(order)
    return child
  })
  const ended = workers.map((worker) => once(worker, 'exit'))
  const next = async (child: ChildProcess) => ((await once(child, 'message')) as [number])[0]
  await Promise.all(workers.map(next))
  const started = performance.now()
  for (const worker of workers) worker.send('go')
  const calls = await Promise.all(workers.map(next))
  const seconds = (performance.now() - started) / 1000
  await Promise.all(ended)
  return calls.reduce((sum, each) => sum + each, 0) / seconds
}

function rowsText(count: number, name: string): string {
  const words = 'what is known of the matter is said in the text that stands here and in no other place'
  const passage = (row: number, at: number) =>
    `${name} ${row} ${at} ${Array.from({ length: 8 }, () => words).join(' ')}`
  const rows = Array.from({ length: count }, (_, row) => ({
    query: `${name} question ${row}`,
    pos: [passage(row, 0)],
    neg: [1, 2, 3].map((at) => passage(row, at)),
  }))
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

type Contender =
  | 'file: append'
  | 'file: claim and append'
  | 'postgres: append'
  | 'postgres: claim and append'
  | 'postgres: claim under a cap and append'

/** What it costs to claim each call before its reply is appended. */
async function claims(postgres: PostgresServer, scale: number, note: (text: string) => void): Promise<Figure[]> {
  return inFolder(async (folder) => {
    note('claims')
    const file = await openLedger(join(folder, 'ledger.db'))
    const database = await openLedger(await postgres.database())
    const count = Math.round(CLAIMED * scale)
    const plain = { isClaimed: true, cap: undefined }
    const turns = await inTurns<Contender>(CLAIM_TURNS, {
      'file: append': () => write(file, count, { isClaimed: false, cap: undefined }),
      'file: claim and append': () => write(file, count, plain),
      'postgres: append': () => write(database, count, { isClaimed: false, cap: undefined }),
      'postgres: claim and append': () => write(database, count, plain),
      'postgres: claim under a cap and append': () => write(database, count, { isClaimed: true, cap: 1e15 }),
    })
    await Promise.all([file.close(), database.close()])
    const claimCost = (with_: Turn[], without: Turn[]) =>
      `${median(with_.map(({ rate }, turn) => 1e6 / rate - 1e6 / (without[turn] as Turn).rate)).toFixed(0)} µs`
    const [fileAppend, databaseAppend] = [turns['file: append'], turns['postgres: append']]
    return [
      ...Object.entries(turns).map(([what, each]) => ({ what, value: perSecond(medianRate(each)) })),
      { what: 'a claim in a file', value: claimCost(turns['file: claim and append'], fileAppend) },
      { what: 'a claim in PostgreSQL', value: claimCost(turns['postgres: claim and append'], databaseAppend) },
      {
        what: 'a claim in PostgreSQL under a cap',
        value: claimCost(turns['postgres: claim under a cap and append'], databaseAppend),
      },
    ]
  })
}

let written = 0

async function write(
  ledger: Ledger,
  count: number,
  how: { isClaimed: boolean; cap: number | undefined },
): Promise<number> {
  let left = count
  const one = async () => {
    while (left > 0) {
      left -= 1
      const request = requestOf(`question ${(written += 1)}`)
      if (how.isClaimed) await ledger.claim({ key: requestKey(request), run: 'r1', amount: 100, cap: how.cap })
      await ledger.append(entryOf(request, { text: `a reply to ${written} that is not long and says little of it` }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return count
}
