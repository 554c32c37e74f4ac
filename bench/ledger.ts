// How fast a large ledger is written and read: two million replies through `append`, then lookups of random keys.
import { statSync } from 'node:fs'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { findOne } from '../src/llm/ledger/ledger.ts'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { counted, megabytes, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { rateOf } from './measure.ts'
import { randomFrom } from '../test/support/random.ts'
import { madeUpReplies } from './replies.ts'

const REPLIES = 2_000_000
/** Appends that wait for their commit at the same time: a concurrency of 256. */
const AT_ONCE = 256
const WINDOW = 100_000
const LOOKUPS = 100_000
const DISTINCT = 400

export const ledger: Benchmark = {
  name: 'ledger',
  summary: 'a ledger of 2 million replies: inserts/s, lookups/s, size, memory',
  run: (scale, note) =>
    inFolder(async (folder) => {
      const path = join(folder, 'ledger.db')
      const replies = Math.round(REPLIES * scale)
      const filled = await fill(path, replies, note)
      const read = await look(path, replies)
      const { size } = statSync(path)
      return [
        { what: 'replies', value: counted(replies) },
        ...filled,
        ...read,
        { what: 'file', value: megabytes(size) },
        { what: 'file, per reply', value: `${counted(size / replies)} bytes` },
        { what: 'resident memory at the end', value: megabytes(process.memoryUsage().rss) },
      ]
    }),
}

/** Returns the key of a reply by its number: as random as real keys. */
const keyOf = (number: number) => hash('sha256', `key ${number}`, 'buffer').subarray(0, 16)

async function fill(path: string, replies: number, note: (text: string) => void): Promise<Figure[]> {
  const store = new SqliteLedger(path)
  const append = appender(store)
  const rates: number[] = []
  for (let start = 0; start < replies; start += WINDOW) {
    const end = Math.min(replies, start + WINDOW)
    rates.push(await rateOf(() => append(start, end)))
    note(`${counted(end)} replies, ${perSecond(rates.at(-1) ?? 0)}`)
  }
  await store.close()
  return [
    { what: 'inserts, first 100,000', value: perSecond(rates[0] ?? 0) },
    { what: 'inserts, last 100,000', value: perSecond(rates.at(-1) ?? 0) },
  ]
}

function appender(store: SqliteLedger): (start: number, end: number) => Promise<number> {
  const replies = madeUpReplies(DISTINCT, 15)
  const source = { method: 'rlhn', stage: 'screen', prompt: 'rlhn.screen@1', query: '', part: '1', attempt: 1 }
  const appendOne = (number: number) =>
    store.append({
      key: keyOf(number),
      reply: replies[number % DISTINCT] as (typeof replies)[number],
      model: 'bench',
      endpoint: 'http://127.0.0.1/v1',
      source: { ...source, row: `r${number}` },
      sample: 0,
      run: 'bench',
      cost: 1_128_000,
      unsettled: 0,
      latencyMs: 200,
    })
  return async (start, end) => {
    for (let at = start; at < end; at += AT_ONCE) {
      const group = Array.from({ length: Math.min(AT_ONCE, end - at) }, (_each, index) => appendOne(at + index))
      await Promise.all(group)
    }
    return end - start
  }
}

/** Measures lookups by a process that has just opened the ledger; the file may still be in the system's cache. */
async function look(path: string, replies: number): Promise<Figure[]> {
  const store = new SqliteLedger(path)
  const random = randomFrom(3)
  const lookups = (keyAt: () => Buffer, isThere: boolean) => async () => {
    for (let count = 0; count < LOOKUPS; count++) {
      if (((await findOne(store, keyAt())) !== undefined) !== isThere) throw new Error('the ledger answered wrongly')
    }
    return LOOKUPS
  }
  const hits = await rateOf(lookups(() => keyOf(Math.floor(random() * replies)), true))
  const misses = await rateOf(lookups(() => keyOf(replies + Math.floor(random() * replies)), false))
  await store.close()
  return [
    { what: 'lookups of random keys', value: perSecond(hits) },
    { what: 'lookups of keys that are not there', value: perSecond(misses) },
  ]
}
