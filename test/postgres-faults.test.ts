// A ledger in PostgreSQL whose connections are cut, whose server restarts or whose leases are lost: every reply is counted once, and no claim
// is believed that others hold.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { requestKey } from '../src/llm/key.ts'
import type { Claim } from '../src/llm/ledger/claim.ts'
import type { Ledger } from '../src/llm/ledger/ledger.ts'
import { openLedger } from '../src/llm/ledger/open.ts'
import { startCuttingProxy } from './support/cutting-proxy.ts'
import { entryOf, requestOf } from './support/ledger-entries.ts'
import { describeWithPostgres, startOwnPostgres, sharedPostgres } from './support/postgres.ts'
import { randomFrom } from './support/random.ts'
import { isLong, repetitions } from './support/repetitions.ts'

const RUN = { id: 'r1', inputHash: 'h', inputPath: 'rows.jsonl', method: 'rlhn', settings: {}, prompts: [] }
const SEED = 20_261_130

const keyOf = (content: string) => requestKey(requestOf(content))
const claimOf = (content: string, more: Partial<Claim> = {}): Claim => ({
  key: keyOf(content),
  run: 'r1',
  amount: 100,
  cap: undefined,
  ...more,
})
const replyTo = (content: string) => entryOf(requestOf(content), { text: `to ${content}` })

async function opened(url: string, options: Parameters<typeof openLedger>[1] = {}): Promise<Ledger> {
  const ledger = await openLedger(url, options)
  onTestFinished(() => ledger.close())
  return ledger
}

const AT_ONCE = 12

/** Claims each question, and answers those that are granted. Returns them. */
async function work(ledger: Ledger, questions: string[]): Promise<string[]> {
  const granted: string[] = []
  const left = [...questions.entries()]
  const one = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, question] = next
      const { state } = await ledger.claim(claimOf(question, index % 2 === 0 ? { cap: 1e12 } : {}))
      if (state !== 'granted') continue
      granted.push(question)
      await sleep(index % 7)
      await ledger.append(replyTo(question))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return granted
}

const questionsOf = (count: number) => Array.from({ length: count }, (_, index) => `q${index}`)

/** Every question has one reply, and the sums say so. */
async function expectEachOnce(ledger: Ledger, granted: string[], questions: string[]): Promise<void> {
  expect(granted.toSorted()).toEqual(questions.toSorted())
  const found = await ledger.findTexts(questions.map(keyOf))
  expect(found.map((reply) => reply?.text)).toEqual(questions.map((question) => `to ${question}`))
  const cost = 1500 * questions.length
  expect(await ledger.runs.spending('r1')).toEqual({ replies: questions.length, cost, unpriced: 0, unsettled: 0 })
  expect(await ledger.runs.spentAmong('r1', 0, 1e9)).toMatchObject({ replies: questions.length, cost })
}

describeWithPostgres('a ledger in PostgreSQL under faults', () => {
  const server = sharedPostgres()

  it.runIf(isLong)(
    'whose connections are cut before or after the server has written: each reply is counted once',
    { timeout: 300_000 },
    async () => {
      for (let history = 0; history < repetitions(4, 6, 40); history++) {
        const random = randomFrom(SEED + history)
        const url = await server().database()
        const direct = await opened(url)
        await direct.runs.start(RUN)
        const proxy = await startCuttingProxy(server().port, () => random() < 0.1)
        const through = url.replace(`:${server().port}/`, `:${proxy.port}/`)
        const workers: Ledger[] = []
        while (workers.length < 3) {
          const worker = await openLedger(through).catch(() => undefined)
          if (worker !== undefined) workers.push(worker)
        }
        const questions = questionsOf(300)
        const granted = await Promise.all(workers.map((worker) => work(worker, questions)))
        proxy.calm()
        await Promise.all(workers.map((worker) => worker.close()))
        expect(proxy.cuts).toBeGreaterThan(3)
        await expectEachOnce(direct, granted.flat(), questions)
      }
    },
  )

  it('whose server ends every connection, again and again', async () => {
    const url = await server().database()
    const workers = await Promise.all([opened(url), opened(url)])
    await workers[0]?.runs.start(RUN)
    const questions = questionsOf(1_500)
    const done = new AbortController()
    const ending = (async () => {
      while (!done.signal.aborted) {
        await sleep(30)
        await server().query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'winnow' AND datname = '${new URL(url).pathname.slice(1)}'`,
        )
      }
    })()
    const granted = await Promise.all(workers.map((worker) => work(worker, questions)))
    done.abort()
    await ending
    await expectEachOnce(workers[1] as Ledger, granted.flat(), questions)
  })

  it.runIf(isLong)('whose server is restarted and crashes while it is written and read', async () => {
    const own = await startOwnPostgres()
    const url = await own.database()
    const notices: string[] = []
    const ledger = await opened(url, { onNotice: (sentence) => notices.push(sentence) })
    await ledger.runs.start(RUN)
    const [first, second, third] = [questionsOf(50), questionsOf(150).slice(50), questionsOf(200).slice(150)]
    const granted = await work(ledger, first)
    own.stop()
    const writing = work(ledger, second)
    const reading = ledger.reading(() => ledger.findTexts(first.map(keyOf)))
    for (let look = 0; look < 500 && notices.length === 0; look++) await sleep(20)
    expect(notices.join('\n')).toMatch(/^the ledger postgres:\/\/127.0.0.1:\d+\/ledger_1 cannot be used now: /)
    own.start()
    granted.push(...(await writing))
    expect((await reading).every((reply) => reply !== undefined)).toBe(true)
    own.crash()
    own.start()
    granted.push(...(await work(ledger, third)))
    await expectEachOnce(ledger, granted, questionsOf(200))
  })

  it.runIf(isLong)('whose server stays away: says so when its patience ends', async () => {
    const own = await startOwnPostgres()
    const ledger = await openLedger(await own.database(), { patienceMs: 500 })
    await ledger.append(replyTo('a'))
    own.stop()
    const failed = await Promise.allSettled([
      ledger.append(replyTo('b')),
      ledger.claim(claimOf('c')),
      ledger.find([keyOf('a')]),
      ledger.failureOf(keyOf('a')),
    ])
    const reasons = failed.map((each) => (each.status === 'rejected' ? String(each.reason) : 'done'))
    for (const reason of reasons) {
      expect(reason).toMatch(
        /cannot (write to|read) the ledger postgres:\/\/127.0.0.1:\d+\/ledger_1: .* \(tried for \d+ s\)/,
      )
      expect(reason).not.toContain('se-cr-et')
    }
    own.start()
    expect(await ledger.find([keyOf('a')])).toMatchObject([{ text: 'to a' }])
    await ledger.append(replyTo('d'))
    await ledger.close()
  })

  it.runIf(isLong)('becomes one that may only be read, until the primary is there again', async () => {
    const url = await server().database()
    const ledger = await opened(url)
    await ledger.append(replyTo('a'))
    const name = new URL(url).pathname.slice(1)
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`
    await server().query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    await server().query(cut)
    const writing = ledger.append(replyTo('b'))
    await sleep(300)
    expect(await ledger.find([keyOf('b')])).toEqual([undefined])
    await server().query(`ALTER DATABASE ${name} SET default_transaction_read_only = off`)
    await writing
    expect(await ledger.find([keyOf('b')])).toMatchObject([{ text: 'to b' }])
  })

  it.runIf(isLong)(
    'whose worker does not report: its claims go to others, and it does not believe that it holds them',
    async () => {
      const url = `${await server().database()}?lease=2`
      const [slow, other] = await Promise.all([opened(url), opened(url)])
      await slow.runs.start(RUN)
      expect(await slow.claim(claimOf('a'))).toEqual({ state: 'granted' })
      expect(await slow.claim(claimOf('b'))).toEqual({ state: 'granted' })
      expect(await other.claim(claimOf('a'))).toEqual({ state: 'elsewhere' })
      await sleep(2_200)
      await server().query("UPDATE winnow.workers SET expires = now() - interval '1 minute' WHERE id = 1", url)
      await server().query('SELECT winnow.end_leases(2000)', url)
      expect(await other.claim(claimOf('a'))).toEqual({ state: 'granted' })
      expect(await slow.claim(claimOf('a'))).toEqual({ state: 'elsewhere' })
      // What was in flight may have been billed.
      expect(await slow.runs.spending('r1')).toMatchObject({ unsettled: 200 })
      // Its reply is kept, and the call of the other is still its own.
      await slow.append(replyTo('a'))
      expect(await other.isClaimed(keyOf('a'))).toBe(true)
      expect(await other.claim(claimOf('a'))).toEqual({ state: 'answered' })
      expect(await other.claim(claimOf('b'))).toEqual({ state: 'granted' })
    },
  )

  it.runIf(isLong)('whose worker was killed gives its claims up when its lease ends', async () => {
    const url = `${await server().database()}?lease=2`
    const other = await opened(url)
    await other.claim(claimOf('x'))
    // A worker that is gone: one that never reports.
    await server().query("INSERT INTO winnow.workers (expires) VALUES (now() + interval '1 second')", url)
    await server().query("INSERT INTO winnow.claims SELECT '\\xab', max(id), 1, 'r1', 5 FROM winnow.workers", url)
    const key = Buffer.from([0xab])
    expect(await other.isClaimed(key)).toBe(true)
    const started = performance.now()
    while (await other.isClaimed(key)) await sleep(50)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await other.isClaimed(keyOf('x'))).toBe(true)
  })
})
