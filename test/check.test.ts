// The check of the judge as a user meets it: what it tells, when it stops, what it costs, and when it is left out.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { unitHash } from '../src/base/hash.ts'
import { clean, planClean } from '../src/commands/clean/clean.ts'
import type { ChatRequest } from '../src/llm/chat.ts'
import { startChatServer, type ChatServer, type SeenRequest } from './support/chat-server.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { ALWAYS, judgedRows, LIKE_GPT4O, RIGHT, scriptedReply, type Scripted } from './support/judged.ts'
import { runWinnow } from './support/run-winnow.ts'

const servers: ChatServer[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

/** Rows in a file, with or without copies of positives among the negatives, and a server that judges them by script. */
async function world(model: Scripted, count: number, hasCopies = false) {
  const reply = ({ messages }: SeenRequest) => {
    const source = { method: 'rlhn', stage: 'judge' } as ChatRequest['source']
    return { text: scriptedReply(model, { messages, source } as ChatRequest, 0) }
  }
  const server = await startChatServer({ reply })
  servers.push(server)
  const rows = judgedRows(count, 1).map(({ query, passages }) => {
    const texts = (wanted: string) => passages.filter(({ label }) => label === wanted).map(({ text }) => text)
    const [pos, neg] = [texts('positive'), texts('negative')]
    // A copy of a positive is taken away before the judge is asked.
    return { query, pos, neg: hasCopies ? [...neg, ...pos.slice(0, 1)] : neg }
  })
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const out = join(folder, 'out.jsonl')
  const options = { out, judge: `m@${server.url}`, confirm: 0 }
  const run = (...more: string[]) =>
    runWinnow(['clean', input, '--out', out, '--quiet', '--judge', options.judge, '--confirm', '0', ...more])
  return { server, rows, input, out, options, run }
}

const manifestOf = (out: string) =>
  JSON.parse(readFileSync(out.replace(/\.jsonl$/, '.manifest.json'), 'utf8')) as Record<string, unknown>

describe('a judge that can judge', () => {
  it('passes: 40 rows of 800, told in the summary and the manifest, asked once', async () => {
    const { server, rows, input, out, options, run } = await world({ decides: LIKE_GPT4O }, 800)
    const first = await clean(input, options)
    expect(first.check).toMatchObject({ leftOut: null, probes: 40, result: 'passed', reasons: [] })
    expect(first.check?.stages).toMatchObject([{ stage: 'judge', relevant: { of: 30 }, irrelevant: { of: 30 } }])
    expect(server.requests).toHaveLength(rows.length + 40)
    expect(first.calls['judge']?.made).toBe(rows.length + 40)
    const again = await run()
    expect(again.code, again.stderr).toBe(0)
    expect(server.requests).toHaveLength(rows.length + 40)
    expect(again.stderr).toMatch(
      /^check {2}40 rows with passages known for certain\n {2}judge calls relevant \d+ of 30 \(\d+% to \d+%\) surely relevant, \d of 30 \(0% to \d+%\) surely irrelevant$/m,
    )
    expect(manifestOf(out)['check']).toEqual(first.check)
  })

  it('of few rows is asked about more where the first do not tell, and both orders of a row stay together', async () => {
    // Finds what fits in about half of the rows: four canaries do not speak for it.
    const half: Scripted = { decides: (...given) => RIGHT(...given) && unitHash(`half ${given[0]}`) < 0.5 }
    const { server, input, options } = await world(half, 60, true)
    const { check } = await clean(input, options)
    expect(check).toMatchObject({ probes: 28, result: 'passed', stages: [{ irrelevant: { hits: 0, of: 21 } }] })
    // Seven rows are shown in both orders, with all of their candidates.
    expect(check?.stages[0]?.twoOrders?.items).toBe(7 * 7)
    expect(server.requests).toHaveLength(60 + 28)
  })

  it('of few rows says that they are too few', async () => {
    const { server, run } = await world({ decides: RIGHT }, 100)
    const ran = await run()
    expect(ran.stderr).toContain(
      'check  5 rows with passages known for certain; too few to tell a good judge from a bad',
    )
    expect(server.requests).toHaveLength(105)
    const more = await run('--check-rows', '30')
    expect(more.stderr).toContain('check  30 rows with passages known for certain\n')
    expect(server.requests.length).toBeLessThanOrEqual(130)
  })

  it('of 20 rows asks about five; of fewer none, which is said', async () => {
    const small = await world({ decides: RIGHT }, 20)
    expect((await small.run()).stderr).toContain('check  5 rows with passages known for certain')
    expect(small.server.requests).toHaveLength(25)
    const smaller = await world({ decides: RIGHT }, 19)
    expect((await smaller.run()).stderr).toContain('check  skipped: too few rows (19); --check-rows N checks')
    expect(smaller.server.requests).toHaveLength(19)
  })
})

describe('a judge that cannot', () => {
  it('stops the run before a row is paid for, and says why and what to do', async () => {
    const { server, rows, out, run } = await world({ decides: ALWAYS }, 200)
    const ran = await run()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(
      'the check of the models, with 10 rows in which two passages are known for certain:\n  judge (m) calls 8 of 8 passages of other rows relevant, surely more than 10.0%',
    )
    expect(ran.stderr).toContain('processed 0 of 200 rows')
    expect(ran.stderr).toContain('--no-check')
    expect(server.requests).toHaveLength(10)
    expect(existsSync(out)).toBe(false)

    const again = await run()
    expect(again.code).toBe(2)
    expect(server.requests).toHaveLength(10)

    const all = await run('--no-check')
    expect(all.stderr).toContain('check  skipped: --no-check')
    expect(server.requests).toHaveLength(10 + rows.length)
    expect(manifestOf(out)['check']).toMatchObject({ leftOut: '--no-check', result: null })
  })

  it.each([60, 300])('of %i rows is asked about more of them before it passes', async (rows) => {
    const { server, run } = await world({ decides: () => false }, rows)
    const ran = await run()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('it calls 0 of 21 of the ones relevant and 0 of 21 of the others')
    expect(server.requests).toHaveLength(28)
  })

  it.each([60, 360])('of whose replies nothing can be read stops it, with %i rows', async (rows) => {
    const { run, server } = await world({ decides: RIGHT, unreadable: true }, rows)
    const ran = await run()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(/judge \(m\) gave nothing readable about (\d+) of \1 canaries/)
    expect(ran.stderr).toContain(`processed 0 of ${rows} rows`)
    // Each probe is asked about again once.
    expect(server.requests).toHaveLength(2 * Math.max(5, rows / 20))
  })

  it('passes where more is borne', async () => {
    const { input, options } = await world({ decides: ALWAYS }, 200)
    await expect(clean(input, options)).rejects.toMatchObject({ code: 'judge' })
    const { check } = await clean(input, { ...options, checkFalse: 1, checkChance: 1 })
    expect(check?.result).toBe('few')
  })
})

describe('what it costs', () => {
  it('counts in a dry run', async () => {
    const { server, input, options } = await world({ decides: RIGHT }, 200)
    const planned = await planClean(input, options)
    expect(planned.check).toEqual({ probes: 10, calls: 10 })
    expect(planned.stages[0]?.calls).toEqual({ low: 210, high: 210 })
    const without = await planClean(input, { ...options, noCheck: true })
    expect(without).toMatchObject({ check: undefined, stages: [{ calls: { low: 200 } }] })
    expect(server.requests).toHaveLength(0)
  })

  it('is at most 5% of the calls where few rows go on to a second model', async () => {
    const { input, options } = await world({ decides: RIGHT }, 800)
    const { check } = await planClean(input, { ...options, screen: `s${options.judge}` })
    expect(check?.calls).toBeLessThanOrEqual(0.05 * 1.133 * 800)
    expect(check?.calls).toBeGreaterThan(40)
  })
})
