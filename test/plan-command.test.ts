// winnow plan from the command line: several files, prices in batch, hours, what is refused.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { widthOf } from '../src/base/text.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { place, planned, QUIET, TWO } from './support/planned.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows, replyWith, rightReply } from './support/synthetic.ts'

const high = ({ high: value }: { high: number }) => value

test('help begins with what a plan is made from, and leaves out what only its run writes', async () => {
  const { stdout } = await runWinnow(['plan', '--help'])
  const flags = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag)
  expect(flags.slice(0, 6)).toEqual(['--method', '--screen', '--judge', '--pilot', '--batch', '--papers'])
  expect(flags).not.toContain('--out')
  const { stdout: all } = await runWinnow(['plan', '--help-all'])
  for (const flag of ['--out', '--html', '--to', '--trainer']) expect(all).toContain(`\n  ${flag} `)
})

describe('files', () => {
  test('several files are planned as one, and so is a pattern', async () => {
    const { folder, rows, file, ledger } = place()
    const whole = await planned([file('whole.jsonl'), ...TWO, ...ledger])
    const parts = [file('part-1.jsonl', rows.slice(0, 5)), file('part-2.jsonl', rows.slice(5))]
    const both = await planned([...parts, ...TWO, ...ledger])
    const pattern = await planned([join(folder, 'part-*.jsonl'), ...TWO, ...ledger])
    expect(both.files).toEqual(parts)
    for (const other of [both, pattern]) {
      expect([other.rows, high(other.calls), high(other.input)]).toEqual([12, high(whole.calls), high(whole.input)])
      expect(other.usd).toEqual(whole.usd)
    }
  })

  test('a method that asks no model that writes has no batch, as clean says', async () => {
    const { file, ledger } = place(2)
    const scorer = ['--method', 'percpos', '--scorer', 'r@http://127.0.0.1:9/rerank', '--no-check', ...ledger]
    const { code, stderr } = await runWinnow(['plan', file('rows.jsonl'), ...scorer, '--batch', 'openai'])
    expect(code).toBe(2)
    expect(stderr).toContain('--batch openai: the method asks no model that writes, so there is nothing to batch')
  })

  test('a model at an address of its own is in no batch of a provider, as clean says', async () => {
    const { file } = place(2)
    const models = ['--screen', 'qwen@http://127.0.0.1:9/v1', '--judge', 'gpt-4o']
    const { code, stderr } = await runWinnow(['plan', file('rows.jsonl'), ...models, '--batch', 'mistral'])
    expect(code).toBe(2)
    expect(stderr).toContain('qwen@http://127.0.0.1:9/v1 has an address of its own')
  })

  test('recorded replies, which are at no server, are planned with a provider as before', async () => {
    const { ledger } = place(2)
    const replies = [
      '--screen',
      'replay:examples/replies/screen.jsonl',
      '--judge',
      'replay:examples/replies/judge.jsonl',
    ]
    const about = ['examples/rows.jsonl', '--tasks', 'examples/tasks.yaml', ...replies, ...ledger]
    const { code } = await runWinnow(['plan', ...about, '--batch', 'openai'])
    expect(code).toBe(0)
  })

  test('--batch files: has no price, and a note says so', async () => {
    const { file, ledger } = place(2)
    const plan = await planned([file('rows.jsonl'), '--judge', 'gpt-4o', ...QUIET, ...ledger, '--batch', 'files:jobs'])
    expect(plan.usd.batch).toBeNull()
    expect(plan.notes.join()).toContain('so there is no price in batch')
  })

  test('equal requests of two rows are one call', async () => {
    const { rows, file, ledger } = place(4)
    const plan = await planned([file('a.jsonl', rows), file('b.jsonl', rows), '--judge', 'gpt-4o', ...QUIET, ...ledger])
    expect(plan.calls).toMatchObject({ value: 4, shared: 4 })
  })

  test('each file is a run of its own, with its own check; what the check may ask further is in the upper end alone', async () => {
    const { folder, file, ledger } = place()
    const [one, other] = [file('a.jsonl', makeRows(40, 'one')), file('b.jsonl', makeRows(40, 'other'))]
    const args = ['--judge', 'gpt-4o', '--confirm', '0', ...ledger]
    const plans = [await planned([one, ...args]), await planned([other, ...args])]
    const both = await planned([one, other, ...args])
    const sum = (name: 'check' | 'furtherCheck') => plans.reduce((all, { calls }) => all + calls[name], 0)
    expect([both.calls.check, both.calls.furtherCheck]).toEqual([sum('check'), sum('furtherCheck')])
    expect(both.calls.furtherCheck).toBeGreaterThan(both.calls.check)
    const { check, furtherCheck } = both.calls
    expect(both.calls).toMatchObject({ value: 80 + check, low: 80 + check, high: 84 + check + furtherCheck })
    expect(both.notes.join()).toContain('A pattern in quotes, "rows/*.parquet", is one run over all')
    expect(plans[0]?.notes.join()).not.toContain('in quotes')
    const { stdout } = await runWinnow(['plan', one, other, ...args], { cwd: folder })
    expect(stdout).toContain(`${check} of them check the models first, ${furtherCheck} more if these do not tell`)
  })

  test('a pattern that the shell has expanded is refused by clean, which says to quote it', async () => {
    const { code, stderr } = await runWinnow(['clean', 'a.parquet', 'b.parquet', '--judge', 'm', '--out', 'o.parquet'])
    expect(code).toBe(2)
    expect(stderr).toContain('by a pattern in quotes: winnow clean "rows/*.parquet"')
  })

  test('of many rows a random sample is counted, with an interval', async () => {
    const { file, ledger } = place(400)
    const args = [file('rows.jsonl'), '--judge', 'gpt-4o', ...QUIET, ...ledger]
    const [all, some] = [await planned(args), await planned([...args, '--count', '100'])]
    expect(all.counted).toBe(400)
    expect(some.counted).toBeLessThan(200)
    const truth = all.stages[0]?.certainInput as number
    expect(some.input.low).toBeLessThan(truth)
    expect(some.input.high).toBeGreaterThan(truth)
    expect(Math.abs((some.input.value ?? 0) - truth) / truth).toBeLessThan(0.1)
    expect(some.notes.join()).toContain('drawn at random')
  })
})

describe('money and time', () => {
  test('a batch costs what is listed; what is not is unknown and said', async () => {
    const { file, ledger } = place()
    const rows = file('rows.jsonl')
    const listed = await planned([rows, ...TWO, ...ledger, '--batch'])
    expect(listed.batchProvider).toBe('openai')
    expect(listed.usd.batch?.high).toBeCloseTo((listed.usd.online?.high ?? 0) / 2, 9)
    expect([listed.hours.rounds, listed.hours.batchAtMost]).toEqual([2, 48])
    const unlisted = await planned([rows, ...TWO, ...ledger, '--batch', 'azure'])
    expect(unlisted.usd.batch).toBeNull()
    expect(unlisted.notes.join()).toContain('half of the other price is not assumed')
    const claude = await planned([rows, '--judge', 'claude-haiku-4-5', ...QUIET, ...ledger, '--batch'])
    expect(claude.notes.join()).toContain('in batch at openai is unknown')
    expect(claude.notes.join()).toContain('It is listed at anthropic: --batch anthropic.')
    const given = await planned([rows, ...TWO, ...ledger, '--batch', '--price', 'gpt-5.4-mini=1/2'])
    expect(given.notes.join()).toContain('The price of gpt-5.4-mini is the one given, online and in batch')
    const mistyped = await planned([rows, ...TWO, ...ledger, '--price', 'gpt-5.4-mino=1/2'])
    expect(mistyped.notes.join()).toContain('--price gpt-5.4-mino: no model of this run has this name; it has')
  })

  test('limits of the provider and the speed of a server make hours', async () => {
    const { file, ledger } = place()
    const own = ['--judge', 'mine@http://127.0.0.1:9/v1', ...QUIET, ...ledger]
    const plan = await planned([file('rows.jsonl'), ...own, '--rpm', '2', '--tokens-per-second', '100', '--gpus', '2'])
    expect(plan.hours.online).toEqual({ value: 0.1, low: 0.1, high: expect.closeTo(0.105, 9) })
    const tokens = high(plan.input) + high(plan.output)
    expect(plan.hours.gpu?.high).toBeCloseTo((tokens * 2) / 100 / 3600, 9)
    expect([plan.usd.online, plan.batchProvider, plan.hours.batchAtMost]).toEqual([null, null, null])
  })

  describe('of a server', () => {
    let server: ChatServer
    beforeAll(async () => {
      server = await startChatServer({ latencyMs: () => 20, reply: (request) => ({ text: rightReply(request) }) })
    })
    afterAll(() => server.close())

    test('the pilot measures its speed; the ledger is used as it is the next time', async () => {
      const { file, ledger } = place(30)
      const common = [file('rows.jsonl'), '--judge', `mine@${server.url}`, ...QUIET, ...ledger]
      const first = await planned([...common, '--pilot', '10', '--concurrency', '2'])
      expect(server.requests).toHaveLength(10)
      expect([first.pilot?.rows, first.calls.value, first.calls.inLedger]).toEqual([10, 20, 10])
      expect(first.hours.gpu).toMatchObject({ isMeasured: true, gpus: 1 })
      // 20 calls of at least 20 ms, two at once.
      expect(first.hours.online?.value).toBeGreaterThan((20 * 0.02) / 2 / 3600)
      const second = await planned(common)
      expect(server.requests).toHaveLength(10)
      expect([second.calls.value, second.basis.kind, second.basis.rows, second.pilot]).toEqual([
        20,
        'replies',
        10,
        null,
      ])
    })

    test('the cap of the pilot holds, and what was asked by then is kept', async () => {
      const { file, ledger } = place(30)
      const common = [file('rows.jsonl'), '--judge', `mine@${server.url}`, ...QUIET, ...ledger, '--price', '1000/1000']
      const { code, stderr } = await runWinnow(['plan', ...common, '--pilot', '20', '--max-usd', '8'])
      expect([code, stderr]).toEqual([2, expect.stringContaining('the cap of $8.0000 is reached')])
    })

    test('--retry-undecided: what could not be read is asked once more', async () => {
      const own = await startChatServer({
        reply: ({ messages }) => ({ text: isLost(messages) ? 'lost' : replyWith([], []) }),
      })
      const isLost = ([, question]: { content: string }[]) => /row 000[37]/.test(question?.content ?? '')
      try {
        const { folder, file, ledger } = place(12)
        const common = [file('rows.jsonl'), '--judge', `mine@${own.url}`, ...QUIET, ...ledger]
        const run = ['clean', ...common, '--out', join(folder, 'out.jsonl')]
        expect((await runWinnow(run)).code).toBe(1)
        expect((await planned(common)).calls.value).toBe(0)
        const { calls } = await planned([...common, '--retry-undecided'])
        const before = own.requests.length
        await runWinnow([...run, '--retry-undecided'])
        // Both are asked once more, and are corrected; that an unreadable reply is corrected was so for 2 of 12.
        expect(own.requests.length - before).toBe(4)
        expect([calls.low, calls.high]).toEqual([2, expect.any(Number)])
        expect(calls.high).toBeGreaterThan(2)
      } finally {
        await own.close()
      }
    })

    test('replies of the first rows alone are said to be of one part; a pilot of all rows leaves nothing to ask', async () => {
      const { file, ledger } = place(60)
      const common = [file('rows.jsonl'), '--judge', `mine@${server.url}`, ...QUIET, ...ledger]
      expect((await planned([...common, '--pilot', '12', '--limit', '12'])).basis.areFirst).toBe(false)
      const first = await planned(common)
      expect([first.basis.rows, first.basis.areFirst]).toEqual([12, true])
      expect(first.notes.join()).toContain('are of one part of the rows')
      const spread = await planned([...common, '--pilot', '10'])
      expect(spread.basis.areFirst).toBe(false)
      await planned([...common, '--pilot', '60'])
      const { stdout } = await runWinnow(['plan', ...common])
      expect(stdout).toContain('none: nothing is left to ask')
    })
  })
})

describe('words', () => {
  test('the page fits in 80 columns and says what is sent', async () => {
    const { file, ledger } = place()
    const env = { COLUMNS: '80' }
    const args = ['plan', file('rows.jsonl'), ...TWO, ...ledger, '--batch', '--rpm', '5']
    const { stdout, stderr } = await runWinnow(args, { env })
    expect(Math.max(...stdout.split('\n').map(widthOf))).toBeLessThanOrEqual(80)
    expect(stdout).toContain('Nothing was sent.')
    expect(stderr).not.toContain('Error')
  })

  test('the datasets of the paper, recomputed beside its costs', async () => {
    const { stdout, stderr, code } = await runWinnow([
      'plan',
      '--papers',
      '--json',
      '--pilot',
      '3',
      '--judge',
      'gpt-4o',
    ])
    expect(code).toBe(0)
    expect(stderr).toContain('--papers goes by the counts of the paper: --pilot, --judge are not used')
    const { datasets, total } = JSON.parse(stdout) as {
      datasets: { name: string; usd: { screen: number; judge: number }; paper: { screen: number; judge: number } }[]
      total: { paper: { screen: number; judge: number } }
    }
    expect(total.paper).toEqual({ screen: 296, judge: 3043 })
    expect(datasets).toHaveLength(6)
    for (const { name, usd, paper } of datasets) {
      expect(usd.judge / paper.judge, name).toBeGreaterThan(0.5)
      expect(usd.judge / paper.judge, name).toBeLessThan(1.6)
    }
  })

  test.each([
    [[], 'no rows to plan for'],
    [['--papers', 'rows.jsonl'], '--papers takes no rows'],
    [['rows.jsonl', '--batch', 'nowhere', '--judge', 'gpt-4o'], '--batch "nowhere": no such provider'],
    [['rows.jsonl', '--judge', 'gpt-4o', '--gpus', '0'], '--gpus "0"'],
    [['rows.jsonl', '--judge', 'gpt-4o', '--writer', 'x'], '--writer'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await runWinnow(['plan', ...args])
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})
