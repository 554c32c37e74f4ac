// The pilot: a few rows are asked about first and the results reported, and the whole file is not paid for if they show a problem.
import { describe, expect, it } from 'vitest'
import { inPilot, pilotSize } from '../src/job/gather/pilot.ts'
import { answer } from './support/answers.ts'
import { startChatServer, type ScriptedReply, type SeenRequest } from './support/chat-server.ts'
import { linesOf } from './support/files.ts'
import { growingReply, growingRows } from './support/grown.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows, rightReply } from './support/synthetic.ts'
import { place } from './support/two-models.ts'

const ROWS = 60

/** Passages answer when they say what is so; a negative that does stands below the positive. */
const arhnReply = (request: SeenRequest) =>
  answer(request, {
    answerIn: (_query, text) => /^the answer of \w+ \d+|^text \d of \w+ \d+ (?=#worse)/.exec(text)?.[0].trim(),
    place: (_query, text) => (text.startsWith('the answer') ? 0 : 1),
  })

const WORLDS: Record<string, { options: string[]; right: (request: SeenRequest) => string }> = {
  rlhn: { options: [], right: rightReply },
  arhn: { options: ['--method', 'arhn'], right: arhnReply },
}

/** The number in the query of a request: rows are numbered from 0. */
const rowOf = ({ messages }: SeenRequest) => Number(/about row (\d+)/.exec(messages.at(-1)?.content ?? '')?.[1])

async function start(
  options: string[],
  reply: (request: SeenRequest) => ScriptedReply,
  rows: object[] = makeRows(ROWS),
) {
  const server = await startChatServer({ reply })
  const { input, out } = place(rows)
  const run = (...more: string[]) =>
    runWinnow([
      'clean',
      input,
      '--out',
      out,
      '--quiet',
      '--no-check',
      '--judge',
      `m@${server.url}`,
      ...options,
      ...more,
    ])
  return { server, run, out }
}

describe('the size of a pilot', () => {
  it.each([
    [undefined, 1_000, 0],
    [undefined, 1_001, 100],
    [0, 50_000, 0],
    [20, 50, 20],
    [50, 50, 0],
  ])('asked for %s of %s rows: %s', (asked, rows, size) => expect(pilotSize(asked, rows)).toBe(size))

  it('its rows are spread over the file', () => {
    const chosen = Array.from({ length: 1000 }, (_all, index) => index).filter(inPilot(7, 1000))
    expect(chosen).toHaveLength(7)
    expect(chosen.at(0)).toBeGreaterThan(100)
    expect(chosen.at(-1)).toBe(999)
  })
})

describe.each(Object.entries(WORLDS))('%s', (_name, { options, right }) => {
  it('tells what it shows, goes on, and asks nothing twice', async () => {
    const { server, run, out } = await start(options, (request) => ({
      text: right(request),
      usage: { prompt_tokens: 100, completion_tokens: 10 },
    }))
    const ran = await run('--pilot', '12', '--price', '1/1')
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toContain('pilot of 12 rows')
    expect(ran.stderr).toMatch(/undecided {3,}0\.0% of 12 rows, 95% interval 0\.0% to 24\.\d%/)
    expect(ran.stderr).toMatch(/the rest {5}about \$0\.\d/)
    const first = new Set(server.requests.slice(0, 12).map(rowOf))
    expect([...first].every((row) => inPilot(12, ROWS)(row))).toBe(true)
    const all = server.requests.map(({ messages }) => JSON.stringify(messages))
    expect(new Set(all).size).toBe(all.length)
    expect(linesOf(out)).toHaveLength(ROWS)
  })

  it.each([
    ['cut off', { text: 'The', finish: 'length' }, 'raise --max-tokens'],
    ['unreadable', { text: 'I would rather not say.' }, 'of the rows are undecided: inspect some with winnow explain'],
  ])('stops when replies are %s, goes on with --no-stop', async (_what, wrong, advice) => {
    const { server, run, out } = await start(options, (request) =>
      rowOf(request) % 3 === 0 || (request.messages[1]?.content.includes('the answer of') ?? false)
        ? wrong
        : { text: right(request) },
    )
    const stopped = await run('--pilot', '12')
    expect(stopped.code).toBe(2)
    expect(stopped.stderr).toContain(advice)
    expect(stopped.stderr).toContain('--no-stop')
    expect(linesOf(out)).toEqual([])
    const rows = new Set(server.requests.map(rowOf))
    expect([...rows].every((row) => inPilot(12, ROWS)(row))).toBe(true)
    const asked = server.requests.length
    const goneOn = await run('--pilot', '12', '--no-stop')
    await server.close()
    expect(goneOn.code, goneOn.stderr).toBe(1)
    expect(linesOf(out)).toHaveLength(ROWS)
    // What the pilot asked is not asked again.
    expect(server.requests.slice(asked).every((request) => !inPilot(12, ROWS)(rowOf(request)))).toBe(true)
  })
})

describe('causalneg', () => {
  const models = (url: string) => ['--writer', `w@${url}`, '--verifier', `v@${url}`, '--hardness-model', 'off']
  const growing = async (reply: (request: SeenRequest) => ScriptedReply) => {
    const server = await startChatServer({ reply })
    const { input, out } = place(growingRows(ROWS))
    const run = (...more: string[]) =>
      runWinnow(['grow', input, '--out', out, '--quiet', '--no-check', ...models(server.url), '--pilot', '12', ...more])
    return { server, run, out }
  }

  it('tells what was accepted and why the rest was not, goes on, and asks nothing twice', async () => {
    const { server, run, out } = await growing((request) => ({ text: growingReply(request) }))
    const ran = await run()
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toMatch(/^ {2}accepted +\d\d\.\d% of 36 passages, 95% interval/m)
    expect(ran.stderr).toMatch(/^ {2}written: 36 passages for 12 rows/m)
    expect(ran.stderr).not.toContain('relabelled')
    const all = server.requests.map(({ messages }) => JSON.stringify(messages))
    expect(new Set(all).size).toBe(all.length)
    expect(linesOf(out)).toHaveLength(ROWS)
  })

  it('stops when hardly anything is accepted, goes on with --no-stop', async () => {
    const leaking = (text: string) => text.replace('"attempts_answer":false', '"attempts_answer":true')
    const { server, run, out } = await growing((request) => ({ text: leaking(growingReply(request)) }))
    const ran = await run()
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('only 0.0% of the passages were accepted')])
    expect(linesOf(out)).toEqual([])
    expect((await run('--no-stop')).code).toBe(0)
    await server.close()
    expect(linesOf(out)).toHaveLength(ROWS)
  })
})

describe('arhn', () => {
  const options = ['--method', 'arhn', '--pilot', '30']
  const silent = (request: SeenRequest) => ({ text: answer(request, { answerIn: () => undefined, place: () => 0 }) })

  it('stops when positives have no answer: the task does not fit', async () => {
    const { server, run } = await start(options, silent)
    const ran = await run()
    await server.close()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('100.0% of the positives have no answer under this task')
  })

  it('looks at each dataset by itself', async () => {
    const rows = makeRows(200).map((row, index) => ({
      query_id: `${index}`,
      query: row.query,
      positive_passages: row.pos.map((text) => ({ docid: `p${index}`, text })),
      negative_passages: row.neg.map((text, at) => ({ docid: `n${index}-${at}`, text })),
      subset: index % 8 === 0 ? 'claims' : 'questions',
    }))
    const { server, run, out } = await start(
      ['--method', 'arhn', '--pilot', '180'],
      (request) => (rowOf(request) % 8 === 0 ? silent(request) : { text: arhnReply(request) }),
      rows,
    )
    const ran = await run()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('of the dataset claims')
    expect((await run('--no-stop')).code).toBe(0)
    await server.close()
    const manifest = JSON.parse(linesOf(out.replace('.jsonl', '.manifest.json')).join('')) as {
      pilot: { warnings: string[] }
    }
    expect(manifest.pilot.warnings).toHaveLength(1)
  })
})
