// What winnow studio takes for a large run: the time and the size of its index, memory, the first page, and the filters.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import type { RowsPage, RunView, WhatIf } from '../src/browse/api.ts'
import { clean, type ChatModel } from '../src/index.ts'
import type { ChatReply } from '../src/llm/chat.ts'
import { atMost, counted, megabytes, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { madeUpReplies } from './replies.ts'
import { writeRows } from './rows.ts'

const ROWS = 100_000
const NEGATIVES = 15
const PASSAGE = 600
const DISTINCT = 400
const MOST_BYTES = 400e6
/** In milliseconds. */
const [MOST_FIRST, MOST_FILTER] = [1000, 300]

export const studio: Benchmark = {
  name: 'studio',
  summary: `winnow studio over ${counted(ROWS)} rows of ${NEGATIVES} negatives: index, memory, first page, filters`,
  run: (scale, note) =>
    inFolder(async (folder) => {
      const rows = Math.round(ROWS * scale)
      const [path, out] = [join(folder, 'rows.jsonl'), join(folder, 'out.jsonl')]
      note(`writing and cleaning ${counted(rows)} rows`)
      await writeRows(path, { rows, negatives: NEGATIVES, passageLength: PASSAGE })
      await clean(path, { out, judge: instantModel(), noCheck: true, confirm: 0, pilot: 0 })
      note('opening the studio for the first time')
      const first = await openedFor(out, (view) => view.indexing === null)
      note('and again')
      const again = await openedFor(out, (view) => view.indexing === null)
      const filters = await filterTimes(again.address)
      const whatIf = await whatIfTime(again.address)
      const row = await rowTime(again.address, rows)
      const memory = [first, again].map(({ child }) => peakOf(child))
      for (const { child } of [first, again]) {
        child.kill('SIGINT')
        await once(child, 'exit')
      }
      return figuresOf({
        rows,
        first,
        again,
        filters,
        whatIf,
        row,
        memory,
        index: statSync(join(folder, '.winnow/out.jsonl.index.db')).size,
      })
    }),
}

interface Measured {
  rows: number
  first: Opened
  again: Opened
  filters: [string, number][]
  whatIf: { seconds: number; tried: number; differing: number }
  /** Milliseconds for a row in full. */
  row: number
  memory: number[]
  index: number
}

function figuresOf({ rows, first, again, filters, whatIf, row, memory, index }: Measured): Figure[] {
  const [firstPeak = 0, againPeak = 0] = memory
  const slowest = Math.max(...filters.map(([, ms]) => ms))
  return [
    { what: 'reading and indexing', value: `${first.seconds.toFixed(0)} s, ${counted(rows / first.seconds)} rows/s` },
    { what: 'first page while it is indexed, after', value: `${first.firstPage.toFixed(1)} s` },
    { what: 'index', value: megabytes(index) },
    { what: 'peak memory, indexing', value: megabytes(firstPeak), target: atMost(firstPeak / 1e6, MOST_BYTES / 1e6) },
    {
      what: 'first page with an index, from the start of the process',
      value: `${(again.firstPage * 1000).toFixed(0)} ms`,
      target: atMost(again.firstPage * 1000, MOST_FIRST),
    },
    {
      what: 'peak memory with an index',
      value: megabytes(againPeak),
      target: atMost(againPeak / 1e6, MOST_BYTES / 1e6),
    },
    ...filters.map(([what, ms]) => ({ what, value: `${ms.toFixed(0)} ms` })),
    { what: 'slowest filter', value: `${slowest.toFixed(0)} ms`, target: atMost(slowest, MOST_FILTER) },
    {
      what: 'another policy tried',
      value: `${whatIf.seconds.toFixed(1)} s: ${counted(whatIf.tried)} rows that it could change, ${counted(whatIf.differing)} that it does`,
    },
    { what: 'a row in full', value: `${row.toFixed(0)} ms` },
  ]
}

interface Opened {
  child: ChildProcess
  address: URL
  /** Seconds from the start of the process to the first page, and until it is as wanted. */
  firstPage: number
  seconds: number
}

async function openedFor(out: string, isReady: (view: RunView) => boolean): Promise<Opened> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const bin = join(import.meta.dirname, '../bin/winnow.js')
  const child = spawn(process.execPath, ['--max-semi-space-size=8', bin, 'studio', out, '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const address = new URL(printed.toString().trim())
  while ((await get<RowsPage>(address, '/api/rows')).rows.length === 0) await sleep(20)
  const firstPage = seconds()
  while (!isReady(await get<RunView>(address, '/api/run'))) await sleep(200)
  return { child, address, firstPage, seconds: seconds() }
}

const FILTERS: [string, string][] = [
  ['all rows', ''],
  ['changed', 'outcome=changed'],
  ['changed, one verdict', 'outcome=changed&verdict=better'],
  ['two or more false negatives', 'falseNegatives=2&falseNegatives=3&falseNegatives=4-7&falseNegatives=8%2B'],
  ['most false negatives first', 'sort=falseNegatives'],
  ['changed, most false negatives first', 'outcome=changed&sort=falseNegatives'],
  ['a word in many rows', 'text=document'],
  ['a rare word', 'text=zzz'],
  ['the last page of the changed', 'outcome=changed&offset=LAST'],
]

/** Returns the median of the times of each filter. */
async function filterTimes(address: URL): Promise<[string, number][]> {
  const times: [string, number][] = []
  for (const [what, query] of FILTERS) {
    const { total } = await get<RowsPage>(address, `/api/rows?${query.replace('LAST', '0')}`)
    const taken: number[] = []
    for (let turn = 0; turn < 5; turn += 1) {
      // Another selection between, as the last one is remembered.
      await get(address, `/api/rows?outcome=kept&offset=${turn}`)
      const before = performance.now()
      await get(address, `/api/rows?${query.replace('LAST', String(Math.max(0, total - 100)))}`)
      taken.push(performance.now() - before)
    }
    times.push([`${what} (${counted(total)} rows)`, taken.toSorted((one, other) => one - other)[2] as number])
  }
  return times
}

/** Tries another policy, and returns the seconds until it has been tried on every row that it could change. */
async function whatIfTime(address: URL): Promise<Measured['whatIf']> {
  const started = performance.now()
  let view = await get<WhatIf>(address, '/api/what-if', { worse: 'keep', better: 'remove' })
  while (!view.isDone) {
    await sleep(5)
    view = await get<WhatIf>(address, '/api/what-if')
  }
  return { seconds: (performance.now() - started) / 1000, tried: view.all, differing: view.differing }
}

/** Returns the median time of rows from all over the file. */
async function rowTime(address: URL, rows: number): Promise<number> {
  const taken: number[] = []
  for (let turn = 1; turn <= 9; turn += 1) {
    const before = performance.now()
    await get(address, `/api/rows/${Math.ceil((rows * turn) / 10)}`)
    taken.push(performance.now() - before)
  }
  return taken.toSorted((one, other) => one - other)[4] as number
}

/** @param body sent as JSON, if there is one */
async function get<T>(address: URL, path: string, body?: object): Promise<T> {
  const url = new URL(path, address)
  const authorization = `Bearer ${address.searchParams.get('token')}`
  const answer = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { authorization, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Returns the most memory that a process has had, in bytes. */
function peakOf({ pid }: ChildProcess): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

/** A model that answers at once. */
function instantModel(): ChatModel {
  const replies = madeUpReplies(DISTINCT, NEGATIVES)
  let calls = 0
  return {
    identity: 'instant',
    endpoint: 'here',
    complete: () => Promise.resolve({ reply: replies[calls++ % DISTINCT] as ChatReply }),
  }
}
