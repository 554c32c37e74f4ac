// winnow grow: hardness, formats, recipes, explanations, and what it says before anything is paid for.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../src/errors.ts'
import { detectFormat, readRows } from '../src/rows/read.ts'
import { labelled, type Row } from '../src/rows/row.ts'
import { apply } from '../src/run/apply.ts'
import { grow, planGrow } from '../src/run/grow.ts'
import type { GrowOptions, RunHooks } from '../src/run/job.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { explained, page } from './support/explained.ts'
import { outputsAt, readJsonl, tempDir, writeJsonl, type Json } from './support/files.ts'
import { grown, growingReply, growingRows } from './support/grown.ts'
import { startModelServer } from './support/model-server.ts'
import { runWinnow } from './support/run-winnow.ts'
import type { SyntheticRow } from './support/synthetic.ts'
import { rowsText } from './support/worlds.ts'

let server: ChatServer
beforeAll(async () => {
  server = await startChatServer({ reply: (request) => ({ text: growingReply(request) }) })
})
afterAll(() => server.close())
beforeEach(() => void (server.requests.length = 0))

const models = () => ({ writer: `writer@${server.url}`, verifier: `verifier@${server.url}` })

function place(rows: object[] = growingRows(12)) {
  const folder = tempDir()
  const env = { WINNOW_CACHE: join(folder, 'cache') }
  const notices: string[] = []
  const hooks: RunHooks = { env, onNotice: (notice) => notices.push(notice) }
  const [input, out] = [writeJsonl(join(folder, 'rows.jsonl'), rows), join(folder, 'grown.jsonl')]
  const run = (options: GrowOptions = {}) => grow(input, { ...models(), out, ...options }, hooks)
  const list = (kind: string, of = out) => readJsonl<Listed>(of.replace('.jsonl', `.${kind}.jsonl`))
  return { folder, env, notices, hooks, input, out, run, list }
}

interface Listed extends Json {
  line: number
  code: string
  hardness: number | null
  text: string
  verification: { requirements: string[] } | null
}

/** How near a text is to every query. */
const nearness = (text: string) => ((text.codePointAt(0) ?? 0) + 7 * (text.codePointAt(4) ?? 0)) % 9

/** A server of embeddings, in whose eyes texts are as near to queries as their letters say. */
async function embeddings() {
  const { url, calls } = await startModelServer(({ body }) => {
    const vectorOf = (text: string) => {
      if (text.startsWith('what about')) return [1, 0]
      const cosine = nearness(text) / 10
      return [cosine, Math.sqrt(1 - cosine ** 2)]
    }
    const data = (body['input'] as string[]).map((text, index) => ({
      object: 'embedding',
      index,
      embedding: vectorOf(text),
    }))
    return { json: { object: 'list', model: body['model'], data, usage: { prompt_tokens: 1, total_tokens: 1 } } }
  })
  return { hardnessModel: `e@${url}/v1`, calls }
}

/** The percentile of a text, counted by hand. */
function percentileOf(text: string, { neg }: SyntheticRow): number {
  const below = neg.filter((other) => nearness(other) < nearness(text)).length
  const level = neg.filter((other) => nearness(other) === nearness(text)).length
  return (below + level / 2) / neg.length
}

const textAt = (path: string) => readFileSync(path, 'utf8')

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('hardness', () => {
  test('is the percentile among the mined negatives of the row, by strategy and by what is broken', async () => {
    const rows = growingRows(12)
    const { run, list } = place(rows)
    const { hardnessModel } = await embeddings()
    const { growth } = await run({ hardnessModel })
    const added = list('changes')
    for (const { line, text, hardness } of added) {
      expect(hardness, text).toBeCloseTo(percentileOf(text, rows[line - 1] as SyntheticRow), 12)
    }
    const all = added.map(({ hardness }) => hardness as number)
    expect(new Set(all).size).toBeGreaterThan(3)
    expect(list('discarded').every(({ hardness }) => hardness === null)).toBe(true)
    const figures = growth?.hardness
    expect(figures?.all.passages).toBe(added.length)
    expect(figures?.all.mean).toBeCloseTo(mean(all), 12)
    expect(figures?.all.tenths[0]).toBe(all.filter((share) => share < 0.1).length)
    expect(figures?.byStrategy).toEqual({ entity_shift: figures?.all })
    expect(figures?.byBroken).toEqual([{ broken: 1, critical: 1, ...figures?.all }])
    expect(figures?.encoder.trainedSeconds).toBe(null)
  })

  test('--min-hardness leaves out what is too easy, and apply does so without a call', async () => {
    const { run, list, folder, input, hooks } = place()
    const { hardnessModel, calls } = await embeddings()
    await run({ hardnessModel })
    const asked = server.requests.length
    calls.length = 0
    const before = list('changes')
    const out = join(folder, 'harder.jsonl')
    const options = { hardnessModel, minHardness: 0.5, ledger: join(folder, '.winnow/ledger.db') }
    const { growth } = await apply(input, { ...options, out }, hooks)
    expect(server.requests).toHaveLength(asked)
    // What was encoded before is not encoded again: a server is asked for the length of its vectors alone.
    expect(calls.length).toBeLessThanOrEqual(1)
    const [hard, easy] = [list('changes', out), list('discarded', out).filter(({ code }) => code === 'too-easy')]
    expect(hard.every(({ hardness }) => (hardness as number) >= 0.5)).toBe(true)
    expect(easy.every(({ hardness }) => (hardness as number) < 0.5)).toBe(true)
    expect(Math.min(hard.length, easy.length)).toBeGreaterThan(2)
    expect([...hard, ...easy].map(({ text }) => text).toSorted()).toEqual(before.map(({ text }) => text).toSorted())
    expect(growth?.discarded['too-easy']).toBe(easy.length)
    expect(growth?.hardness?.all.passages).toBe(before.length)
    const texts = readJsonl<SyntheticRow>(out).flatMap(({ neg }) => neg.slice(4))
    expect(texts).toEqual(hard.map(({ text }) => text))
    // At once comes to the same.
    const once = join(folder, 'once', 'harder.jsonl')
    await grow(input, { ...models(), ...options, out: once }, hooks)
    expect(outputsAt(once)).toEqual(outputsAt(out))
  })

  test('without a model, by an encoder trained on the rows, kept in the cache, always the same', async () => {
    const { run, list, env, notices, out } = place()
    const { growth } = await run()
    const hardness = list('changes').map((each) => each.hardness)
    expect(hardness.every((share) => share !== null && share >= 0 && share <= 1)).toBe(true)
    expect(notices.filter((notice) => /trained on these rows in \d+\.\d s; it is kept in /.test(notice))).toHaveLength(
      1,
    )
    expect(growth?.hardness?.encoder.name).toBe('trained on the rows')
    expect(readdirSync(join(env.WINNOW_CACHE, 'encoders'))).toHaveLength(1)
    const outputs = outputsAt(out)
    const again = await run()
    expect(again.growth?.hardness?.encoder.trainedSeconds).toBe(null)
    expect(outputsAt(out)).toEqual(outputs)
    const other = place()
    await other.run()
    expect(outputsAt(other.out)).toEqual(outputs)
  })

  test('is nothing where the row has no mined negatives, and then nothing is trained', async () => {
    const { run, list, env } = place(growingRows(3).map(({ query, pos }) => ({ query, pos })))
    const { growth } = await run({ minHardness: 0.9 })
    expect(growth?.passages.accepted).toBeGreaterThan(0)
    expect(list('changes').every(({ hardness }) => hardness === null)).toBe(true)
    expect([growth?.hardness, existsSync(join(env.WINNOW_CACHE, 'encoders'))]).toEqual([null, false])
  })

  test('an encoder that cannot be had is known before anything is paid for', async () => {
    const { run, folder } = place()
    await expect(run({ hardnessModel: join(folder, 'nowhere/') })).rejects.toThrow(UsageError)
    await expect(run({ hardnessModel: 'off', minHardness: 0.1 })).rejects.toThrow('--min-hardness needs the hardness')
    expect(server.requests).toHaveLength(0)
  })
})

describe('formats', () => {
  async function rowsIn(path: string): Promise<Row[]> {
    const rows: Row[] = []
    for await (const batch of readRows({ path, format: await detectFormat(path) })) {
      for (const entry of batch) if ('row' in entry) rows.push(entry.row)
    }
    return rows
  }

  test.each(['bge', 'tevatron', 'ms-swift', 'ms-swift-reranker'] as const)('--to %s: the same rows', async (to) => {
    const rows = growingRows(8)
    const { run, out } = place(rows)
    const { growth } = await run({ to, hardnessModel: 'off' })
    const written = await rowsIn(out)
    expect((await detectFormat(out)).name).toBe(to)
    const expected = rows.map((row) => grown(row) as SyntheticRow & { neg_requirements: string[] })
    expect(written.map(({ query }) => query)).toEqual(rows.map(({ query }) => query))
    written.forEach((row, at) => {
      const { neg, neg_requirements: requirements } = expected[at] as (typeof expected)[number]
      const negatives = labelled(row, 'negative')
      expect(negatives.map(({ text }) => text)).toEqual(neg)
      expect(negatives.map(({ origin }) => origin === 'generated')).toEqual(neg.map((_text, index) => index >= 4))
      const said = negatives.map(({ generation }) => generation?.requirement ?? '')
      expect(said).toEqual(requirements)
    })
    const generated = expected.reduce((sum, { neg }) => sum + neg.length - 4, 0)
    expect(growth?.negatives).toEqual({ given: 32, mined: 0, generated })
  })

  test('rows that are given nothing have the same columns', async () => {
    const { run, out, input } = place(growingRows(5))
    await run({ hardnessModel: 'off', limit: 5, strategies: ['entity_shift'], maxLost: 0, minHardness: undefined })
    const columns = readJsonl(out).map((row) => Object.keys(row).join())
    expect(new Set(columns).size).toBe(1)
    expect(readJsonl(input).map((row) => Object.keys(row).join())).not.toEqual(columns)
  })
})

describe('from the command line', () => {
  const flags = () => ['--writer', models().writer, '--verifier', models().verifier, '--hardness-model', 'off']

  test('standard input and output, one document with --json, and the recipe that repeats it', async () => {
    const rows = growingRows(6)
    const folder = tempDir()
    const report = ['--out', '-', '--report', folder]
    const piped = await runWinnow(['grow', '-', ...report, ...flags()], { stdin: rowsText(rows) })
    expect([piped.code, piped.stdout]).toEqual([0, rowsText(rows.map((row) => grown(row)))])
    expect(piped.stderr).toMatch(/^ {2}grown {6}6 \(100\.0%\), by \d+ passages$/m)
    expect(piped.stderr).toMatch(/^discarded after them: \d+ \(/m)
    const asked = server.requests.length
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const out = join(folder, 'again.jsonl')
    const recipe = ['--recipe', join(folder, 'winnow.manifest.json'), '--ledger', '.winnow/ledger.db']
    const again = await runWinnow(['grow', input, ...recipe, '--out', out, '--report', folder, '--json'])
    expect(again.code, again.stderr).toBe(0)
    expect(JSON.parse(again.stdout)).toMatchObject({
      command: 'grow',
      method: 'causalneg',
      growth: { rows: { grown: 6 } },
    })
    expect([outputsAt(out)['rows'], server.requests.length]).toEqual([rowsText(rows.map((row) => grown(row))), asked])
  })

  test('--dry-run sends nothing and tells what each stage would ask', async () => {
    const { input } = place()
    const ran = await runWinnow(['grow', input, ...flags(), '--dry-run', '--price', '1/1'])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stdout).toContain('===== analyse (writer): the prompt of the first row =====')
    expect(ran.stdout).toMatch(/^verify {2}verifier: 36 calls/m)
    expect(server.requests).toHaveLength(0)
    const plan = await planGrow(input, { ...models(), price: ['1/1'] }, { env: {} })
    expect(plan.stages.map(({ stage, calls }) => [stage, calls.high])).toEqual([
      ['analyse', 12],
      ['write', 12],
      ['verify', 36],
    ])
  })

  test('says when one model writes and verifies, and when nothing is verified', async () => {
    const { run, notices } = place(growingRows(2))
    await run({ hardnessModel: 'off', verifier: models().writer })
    expect(notices.join()).toContain('writer both writes and verifies')
    const asked = server.requests.length
    const { growth } = await run({ hardnessModel: 'off', verify: 'none' })
    expect(notices.join()).toContain('nothing checks that what is written does not answer')
    expect(growth?.passages).toMatchObject({ written: 6, accepted: 6 })
    // Analysis and writing were asked before.
    expect(server.requests).toHaveLength(asked)
  })

  test('explain tells of an output what was written, what became of it and why', async () => {
    const { run, input, out, folder, list } = place()
    const { hardnessModel } = await embeddings()
    await run({ hardnessModel, minHardness: 0.3 })
    const [added, easy] = [list('changes')[0], list('discarded').find(({ code }) => code === 'too-easy')] as [
      Listed,
      Listed,
    ]
    const shown = await explained(out, `line:${added.line}`)
    expect(shown.analysis?.requirements).toHaveLength(4)
    expect(shown.candidates).toHaveLength(3)
    const found = shown.candidates.find(({ text }) => text === added.text)
    expect(found).toMatchObject({ discarded: null, hardness: added.hardness })
    const gone = (await explained(out, `line:${easy.line}`)).candidates.find(({ text }) => text === easy.text)
    expect(gone).toMatchObject({ discarded: { code: 'too-easy' }, hardness: easy.hardness })
    const { stdout } = await page(out, `line:${easy.line}`)
    expect(stdout).toContain('discarded (too-easy)')
    expect(stdout).toMatch(/^ {4}hardness +percentile \d+% of the row's mined negatives$/m)
    expect(stdout).toMatch(/^ {2}analyse 1 +writer at /m)
    // Of the input: what the policy says without an encoder.
    const ofInput = await page(
      input,
      `line:${easy.line}`,
      '--ledger',
      join(folder, '.winnow/ledger.db'),
      '--max-lost',
      '0',
    )
    expect(ofInput.stdout).not.toContain('too-easy')
    expect(server.requests).toHaveLength(12 * 5)
  })

  test('options of the one command are not for the other', async () => {
    const { run, input, out, folder } = place(growingRows(2))
    await run({ hardnessModel: 'off' })
    const ledger = join(folder, '.winnow/ledger.db')
    const other = await runWinnow(['apply', input, '--out', `${out}.2`, '--ledger', ledger, '--preset', 'safe'])
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('--preset: not for a run of causalneg')])
    const more = await runWinnow(['apply', input, '--out', `${out}.2`, '--ledger', ledger, '--per-row', '9'])
    expect(more.stderr).toContain('no more than 3 were written for a row')
    const method = await runWinnow(['clean', input, '--out', `${out}.2`, '--method', 'causalneg', '--judge', 'm'])
    expect([method.code, method.stderr]).toEqual([2, expect.stringContaining('allowed: rlhn, arhn, percpos')])
  })

  test('keeps a login of an encoder out of everything', async () => {
    const { run, folder, out } = place(growingRows(2))
    const { hardnessModel } = await embeddings()
    await run({ hardnessModel: hardnessModel.replace('http://', 'http://user:hush-hush@') })
    const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.jsonl?$/.test(name))
    expect(files).toContain('grown.manifest.json')
    for (const name of files) expect(textAt(join(folder, name))).not.toContain('hush')
    expect(textAt(out.replace('.jsonl', '.manifest.json'))).toContain('e@http://127.0.0.1')
  })
})
