// Errors that concern an endpoint rather than one row: wrong key, unknown model, no credit left, limits, requests too long, unsupported
// parameters.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apply } from '../src/job/apply.ts'
import { clean } from '../src/commands/clean/clean.ts'
import { asked } from './support/answers.ts'
import { startChatServer, type ScriptedReply, type SeenRequest } from './support/chat-server.ts'
import { linesOf, outputsAt, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runHere } from './support/run-here.ts'
import { runWinnow } from './support/run-winnow.ts'
import { keyOf } from './support/stored.ts'
import { cleaned, makeRows, queryOf, askedIn, rightReply, shownIn, type SyntheticRow } from './support/synthetic.ts'
import { eachWorld, flagsOf, rowNumberIn, rowsText, SCRIPTED, WORLDS, type World } from './support/worlds.ts'

const CONCURRENCY = 4

interface Setting {
  reply: (request: SeenRequest) => ScriptedReply
  rows?: SyntheticRow[]
  /** Default: rlhn with the judge alone. */
  world?: World
}

/** A server, a file of rows, and the command that cleans it. */
async function setUp({ reply, world, rows = world?.makeRows(world.rowsFor(36)) ?? makeRows(30) }: Setting) {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const out = join(folder, 'cleaned.jsonl')
  const server = await startChatServer({ reply, latencyMs: 5 })
  const settings = world?.settings(server.url) ?? { judge: `some-model@${server.url}`, ...SCRIPTED, confirm: 0 }
  const models = { ...settings, maxRetries: 2 }
  const env = { OPENAI_API_KEY: 'sk-test' }
  const args = ['--out', out, ...flagsOf(models), '--concurrency', String(CONCURRENCY), '--quiet']
  /** As a process, where the method makes no difference once; and inside this one, which is faster. */
  const run = () =>
    world === undefined || world === WORLDS[0]
      ? runWinnow([world?.command ?? 'clean', input, ...args], { env })
      : runHere(world, input, { ...models, out, concurrency: CONCURRENCY }, env)
  const call = (options: object = {}) =>
    (world?.run ?? clean)(input, { ...models, out, concurrency: CONCURRENCY, ...options }, { env }).then(
      ({ rows: { outcomes } }) => outcomes,
    )
  return { folder, input, out, server, rows, run, call }
}

function expectCleaned(out: string, rows: SyntheticRow[]): void {
  expect(linesOf(out)).toEqual(rows.map((row) => `${JSON.stringify(cleaned(row))}\n`))
}

const failing = (status: number, message: string, code: string): ScriptedReply => ({
  status,
  body: { error: { message, code, type: code } },
})

const STOPPING: [string, ScriptedReply, RegExp][] = [
  ['401', failing(401, 'Incorrect API key provided', 'invalid_api_key'), /OPENAI_API_KEY/],
  ['403', failing(403, 'Country not supported', 'unsupported_country'), /OPENAI_API_KEY/],
  ['404', failing(404, 'The model does not exist', 'model_not_found'), /small|open-32b|reranker|writer/],
  ['404 in HTML', { status: 404, body: '<html><h1>Not Found</h1></html>' }, /base URL/],
  [
    '400 model_not_found',
    failing(400, 'model some-model not found', 'model_not_found'),
    /small|open-32b|reranker|writer/,
  ],
  ['402', failing(402, 'Payment required', 'payment'), /credit/],
  ['429 insufficient_quota', failing(429, 'You exceeded your current quota', 'insufficient_quota'), /credit/],
]

describe.each(eachWorld)('what stops a run: %s', (_method, world) => {
  it.each(STOPPING)('%s: at once, with what to do, and nothing written', async (_name, scripted, hint) => {
    const { out, server, run } = await setUp({ reply: () => scripted, world })
    const ran = await run()
    await server.close()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(hint)
    expect(ran.stderr).not.toMatch(/\n\s+at /)
    expect(server.requests.length).toBeLessThanOrEqual(2 * CONCURRENCY)
    expect(Object.values(outputsAt(out)).filter((text) => text !== undefined)).toEqual([])
    expect(existsSync(out.replace('.jsonl', '.manifest.json'))).toBe(false)
  })

  it('midway: what was answered is kept, and the run goes on when the key is right again', async () => {
    let answered = 0
    let isRefusing = true
    const reply = (request: SeenRequest): ScriptedReply =>
      isRefusing && ++answered > 15 ? failing(401, 'expired', 'invalid_api_key') : { text: world.rightReply(request) }
    const { out, server, run, rows } = await setUp({ reply, world })
    expect((await run()).code).toBe(2)
    expect(existsSync(out)).toBe(false)
    isRefusing = false
    const refused = server.requests.length - 15
    const ran = await run()
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(server.requests).toHaveLength(new Set(server.requests.map(keyOf)).size + refused)
    expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
  })

  it('a server that is not there: after a few attempts, saying so', async () => {
    const { out, server, run } = await setUp({ reply: () => ({ text: '' }), world })
    await server.close()
    const ran = await run()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(/cannot reach http:\/\/127\.0\.0\.1:\d+\/v1/)
    expect(existsSync(out)).toBe(false)
  })
})

describe('limits', () => {
  it('waits as rate-limit headers ask, and goes on', async () => {
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '300ms' }
    const rows = makeRows(9)
    const reply = (request: SeenRequest) => ({ text: rightReply(request), headers })
    const { out, server, run } = await setUp({ reply, rows })
    const started = performance.now()
    const ran = await run()
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(performance.now() - started).toBeGreaterThan(2 * 300)
    expectCleaned(out, rows)
  })

  it('waits as Retry-After asks when every call in flight is turned away at once', async () => {
    const reply = (request: SeenRequest): ScriptedReply =>
      request.repeat === 0
        ? { status: 429, headers: { 'retry-after': '0.4' }, body: { error: { message: 'slow down' } } }
        : { text: rightReply(request) }
    const rows = makeRows(4)
    const { out, server, run } = await setUp({ reply, rows })
    const ran = await run()
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expectCleaned(out, rows)
  })

  it('never has more calls open than --concurrency', async () => {
    const { server, run, out, rows } = await setUp({ reply: (request) => ({ text: rightReply(request) }) })
    const ran = await run()
    await server.close()
    expect([ran.code, server.peak <= CONCURRENCY, server.peak > 1]).toEqual([0, true, true])
    expectCleaned(out, rows)
  })
})

const tooLong = failing(400, "This model's maximum context length is 100 tokens.", 'context_length_exceeded')

describe('context_length_exceeded', () => {
  it('splits the passages over calls, and asks nothing again afterwards', async () => {
    const reply = (request: SeenRequest): ScriptedReply =>
      shownIn(request).length > 1 ? tooLong : { text: rightReply(request) }
    const { folder, input, out, server, call, rows } = await setUp({ reply, rows: makeRows(10) })
    expect((await call()).undecided).toBe(0)
    expectCleaned(out, rows)
    // Four documents: one call of 4, two of 2, four of 1.
    expect(server.requests).toHaveLength(rows.length * 7)
    const outputs = outputsAt(out)
    await call()
    expect(server.requests).toHaveLength(rows.length * 7)
    await server.close()
    const applied = join(folder, 'applied.jsonl')
    await apply(input, { out: applied })
    expect(outputsAt(applied)).toEqual(outputs)
  })

  it('makes a row undecided when one passage alone is too long, and no other row', async () => {
    const reply = (request: SeenRequest): ScriptedReply =>
      askedIn(request) === queryOf(1) ? tooLong : { text: rightReply(request) }
    const { out, server, call, rows } = await setUp({ reply, rows: makeRows(4) })
    expect((await call()).undecided).toBe(1)
    const sent = server.requests.length
    expect([(await call()).undecided, server.requests.length]).toEqual([1, sent])
    await server.close()
    const undecided = readJsonl<{ line: number; calls: { why: string }[] }>(out.replace('.jsonl', '.undecided.jsonl'))
    expect(undecided.map(({ line, calls }) => [line, new Set(calls.map(({ why }) => why))])).toEqual([
      [2, new Set(['too-long'])],
    ])
    expect(linesOf(out)).toEqual(rows.map((row, index) => `${JSON.stringify(index === 1 ? row : cleaned(row))}\n`))
  })
})

describe('context_length_exceeded in arhn', () => {
  const world = WORLDS.find(({ method }) => method === 'arhn') as World
  const rows = world.makeRows(10).map(world.eventful)
  /** How many passages a call may show; a ranking always holds the positive. */
  const upTo = (many: number) => (request: SeenRequest) => {
    const { stage, texts } = asked(request)
    return texts.length > many + (stage === 'rank' ? 1 : 0)
  }

  it.each([1, 2, 3])('splits what is shown until the model takes it: %i passages at most', async (many) => {
    const isTooLong = upTo(many)
    const reply = (request: SeenRequest): ScriptedReply =>
      isTooLong(request) ? tooLong : { text: world.rightReply(request) }
    const { out, server, call } = await setUp({ reply, world, rows })
    expect(await call({ passagesPerCall: 7 })).toMatchObject({ undecided: 0 })
    expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    const sent = server.requests.length
    await call({ passagesPerCall: 7 })
    await server.close()
    expect(server.requests).toHaveLength(sent)
  })

  it.each(world.calls.map((each) => [each.name, each] as const))(
    'one that cannot be split: %s',
    async (_name, each) => {
      // A ranking is split until it holds one candidate.
      const reply = (request: SeenRequest): ScriptedReply =>
        rowNumberIn(request) === 1 && each.isIt(request) ? tooLong : { text: world.rightReply(request) }
      const { out, server, call } = await setUp({ reply, world, rows })
      expect(await call()).toMatchObject({ undecided: each.undecides ? 1 : 0 })
      await server.close()
      expect(outputsAt(out)['rows']).toBe(
        rowsText(rows.map((row, index) => (index === 1 ? each.without(row) : world.cleaned(row)))),
      )
      const undecided = readJsonl<{ line: number; calls: { why: string }[] }>(out.replace('.jsonl', '.undecided.jsonl'))
      expect(undecided.map(({ line, calls }) => [line, new Set(calls.map(({ why }) => why))])).toEqual([
        [2, new Set(['too-long'])],
      ])
    },
  )
})

const refusing = (param: string, message: string): ScriptedReply => ({
  status: 400,
  body: { error: { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' } },
})
const NEWER =
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
const FIXED =
  "Unsupported value: 'temperature' does not support 0.1 with this model. Only the default (1) value is supported."

describe('other parameters', () => {
  it.each([
    ['one call at a time', 1],
    ['several calls at once', 8],
  ])('takes max_completion_tokens and leaves the temperature out where a model wants it so: %s', async (_n, many) => {
    const reply = ({ body, messages }: SeenRequest): ScriptedReply => {
      if ('max_tokens' in body) return refusing('max_tokens', NEWER)
      if ('temperature' in body) return refusing('temperature', FIXED)
      return body['max_completion_tokens'] === 4096 ? { text: rightReply({ messages }) } : { status: 418, body: '' }
    }
    const { out, server, call, rows } = await setUp({ reply })
    expect((await call({ concurrency: many })).undecided).toBe(0)
    expectCleaned(out, rows)
    expect(server.requests.length - rows.length).toBeLessThanOrEqual(2 * many)
    const sent = server.requests.length
    expect([(await call()).undecided, server.requests.length]).toEqual([0, sent])
    await server.close()
  })

  it('takes max_tokens back where a server knows no other name, and asks o-models in the new way at once', async () => {
    const reply = ({ body, messages }: SeenRequest): ScriptedReply =>
      'max_completion_tokens' in body && body['model'] === 'o9-old'
        ? { status: 422, body: { error: { message: "Unknown parameter: 'max_completion_tokens'." } } }
        : { text: rightReply({ messages }) }
    const { out, server, rows, call } = await setUp({ reply, rows: makeRows(3) })
    for (const name of ['o9-old', 'o9-new']) {
      await call({ judge: `${name}@${server.url}`, concurrency: 1 })
      expectCleaned(out, rows)
    }
    await server.close()
    const used = (name: string) => server.requests.filter(({ model }) => model === name).map(({ body }) => body)
    expect(used('o9-old').map((body) => 'max_tokens' in body)).toEqual([false, true, true, true])
    expect(used('o9-new').map((body) => 'max_completion_tokens' in body && !('temperature' in body))).toEqual([
      true,
      true,
      true,
    ])
  })
})
