// winnow grow: formats, recipes, explanations, and its messages before any money is spent.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detectFormat, readRows } from '../src/rows/read.ts'
import { labelled, type Row } from '../src/rows/row.ts'
import { grow, planGrow } from '../src/commands/grow/grow.ts'
import type { RowProgress } from '../src/job/hooks.ts'
import { explained, page } from './support/explained.ts'
import { outputsAt, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { embeddings, growingServer, type ListedPassage } from './support/growing-server.ts'
import { grown, growingRows, hopeless } from './support/grown.ts'
import { runWinnow } from './support/run-winnow.ts'
import type { SyntheticRow } from './support/synthetic.ts'
import { rowsText } from './support/worlds.ts'

const { models, place, requests } = growingServer()

const textAt = (path: string) => readFileSync(path, 'utf8')

test('what a run tells of its progress is how many passages it added so far', async () => {
  const { input, out } = place(growingRows(6))
  const seen: RowProgress[] = []
  const given = { ...models(), out, hardnessModel: 'off' }
  const manifest = await grow(input, given, { onRow: (progress) => seen.push({ ...progress }) })
  const lastOf = (name: RowProgress['phase']) => seen.findLast(({ phase }) => phase === name)
  const added = manifest.growth?.passages.accepted
  expect(added).toBeGreaterThan(0)
  expect(lastOf('gather')).toMatchObject({ rowsDone: 6, added })
  expect(lastOf('decide')).toMatchObject({ rowsDone: 6, added })
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
    const rows = growingRows(5).map((row, index) => (index % 2 === 0 ? hopeless(row) : row))
    const { run, out } = place(rows)
    const { growth } = await run({ hardnessModel: 'off' })
    expect(growth?.rows).toEqual({ grown: 2, inVain: 3 })
    const columns = readJsonl(out).map((row) => Object.keys(row).join())
    expect(new Set(columns).size).toBe(1)
    expect(columns[0]).toContain('neg_requirements')
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
    expect(piped.stderr).toMatch(/^discarded after verification: \d+ \(/m)
    const asked = requests().length
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
    expect([outputsAt(out)['rows'], requests().length]).toEqual([rowsText(rows.map((row) => grown(row))), asked])
  })

  test('--dry-run sends nothing and tells what each stage would ask', async () => {
    const { input } = place()
    const ran = await runWinnow(['grow', input, ...flags(), '--dry-run', '--price', '1/1'])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stdout).toContain('===== analyse (writer): prompt for the first row =====')
    expect(ran.stdout).toMatch(/^verify {2}verifier: 36 calls/m)
    expect(requests()).toHaveLength(0)
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
    const asked = requests().length
    const { growth } = await run({ hardnessModel: 'off', verify: 'none' })
    expect(notices.join()).toContain('passages are checked only by the gates')
    expect(growth?.passages).toMatchObject({ written: 6, accepted: 6 })
    // Analysis and writing were asked before.
    expect(requests()).toHaveLength(asked)
  })

  test('explain tells of an output what was written, what became of it and why', async () => {
    const { run, input, out, folder, list } = place()
    const { hardnessModel } = await embeddings()
    await run({ hardnessModel, minHardness: 0.3 })
    const [added, easy] = [list('changes')[0], list('discarded').find(({ code }) => code === 'too-easy')] as [
      ListedPassage,
      ListedPassage,
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
    expect(requests()).toHaveLength(12 * 5)
  })

  test('options of the one command are not for the other', async () => {
    const { run, input, out, folder } = place(growingRows(2))
    await run({ hardnessModel: 'off' })
    const ledger = join(folder, '.winnow/ledger.db')
    const other = await runWinnow(['apply', input, '--out', `${out}.2`, '--ledger', ledger, '--preset', 'safe'])
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('--preset: no effect on a run of causalneg'),
    ])
    const more = await runWinnow(['apply', input, '--out', `${out}.2`, '--ledger', ledger, '--per-row', '9'])
    expect(more.stderr).toContain('the run wrote at most 3 per row')
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
