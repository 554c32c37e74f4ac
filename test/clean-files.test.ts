// The files that clean and apply read and write, and how runs are repeated: from the command line, against a local server.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { linesOf, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { cleaned, makeRows } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model, requests, forget } = twoModels()

describe('files', () => {
  test('gzip in, gzip out; standard input, standard output', async () => {
    const rows = makeRows(6)
    const folder = tempDir()
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    writeFileSync(join(folder, 'rows.jsonl.gz'), gzipSync(text))
    await clean(join(folder, 'rows.jsonl.gz'), join(folder, 'out.jsonl.gz'), '--judge', model('large'))
    const expected = rows.map((row) => JSON.stringify(cleaned(row)))
    expect(
      gunzipSync(readFileSync(join(folder, 'out.jsonl.gz')))
        .toString()
        .trim()
        .split('\n'),
    ).toEqual(expected)
    expect(linesOf(join(folder, 'out.manifest.json')).length).toBeGreaterThan(10)
    const piped = await runWinnow(['clean', '-', '--out', '-', '--report', 'report', '--judge', model('large')], {
      cwd: folder,
      stdin: text,
    })
    expect(piped.stdout.trim().split('\n')).toEqual(expected)
    expect(readJsonl(join(folder, 'report/winnow.changes.jsonl')).length).toBeGreaterThan(0)
  })

  test('bad rows stop the run before anything is sent; skipped, they are set aside', async () => {
    const { input, out } = place(makeRows(2))
    writeFileSync(input, `${readFileSync(input, 'utf8')}{"query":"","pos":"p","neg":[]}\n{"que`)
    const stopped = await clean(input, out, '--judge', model('large'))
    expect(stopped.code).toBe(2)
    expect(stopped.stderr).toContain(
      '2 bad rows of 4 (1 wrong-type, 1 empty-query, 1 no-negative, 1 invalid-json); nothing was sent',
    )
    expect(stopped.stderr).toContain(`${input}:3: "pos" must be a list`)
    expect(requests()).toHaveLength(0)
    expect(linesOf(out)).toEqual([])
    expect((await clean(input, out, '--judge', model('large'), '--on-bad-row', 'skip')).code).toBe(0)
    expect(linesOf(out)).toHaveLength(2)
    expect(readJsonl(out.replace('.jsonl', '.bad.jsonl')).map(({ line, raw }) => [line, raw])).toEqual([
      [3, '{"query":"","pos":"p","neg":[]}'],
      [4, '{"que'],
    ])
    // A run without bad rows leaves none of an earlier one beside its output.
    const mended = writeJsonl(join(dirname(input), 'mended.jsonl'), makeRows(2))
    expect((await clean(mended, out, '--judge', model('large'))).code).toBe(0)
    expect(existsSync(out.replace('.jsonl', '.bad.jsonl'))).toBe(false)
  })

  test('a row without negatives is bad for clean, and for apply after it, too', async () => {
    const { input, out } = place(makeRows(3))
    const [first, ...others] = linesOf(input)
    const bare = JSON.stringify({ ...(JSON.parse(first as string) as object), query: 'what has none?', neg: [] })
    writeFileSync(input, [first, `${bare}\n`, ...others].join(''))
    expect((await clean(input, out, '--judge', model('large'), '--on-bad-row', 'skip')).code).toBe(0)
    expect(linesOf(out)).toHaveLength(3)
    const again = join(dirname(out), 'again.jsonl')
    const ran = await runWinnow(['apply', input, '--out', again, '--quiet', '--on-bad-row', 'skip', '--json'])
    expect(ran.code, ran.stderr).toBe(0)
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'))
    const badOf = (of: string) => readJsonl(of.replace('.jsonl', '.bad.jsonl'))
    expect(badOf(again)).toEqual(badOf(out))
    expect(badOf(again)).toMatchObject([{ line: 2 }])
    expect(JSON.parse(ran.stdout)).toMatchObject({ input: { rows: 3, badRows: 1 } })
  })

  test('--limit goes through the first rows only, and the whole file later goes on', async () => {
    const rows = makeRows(10)
    const { input, out } = place(rows)
    await clean(input, out, '--judge', model('large'), '--limit', '4')
    expect(readJsonl(out)).toEqual(rows.slice(0, 4).map(cleaned))
    expect(readJsonl(out.replace('.jsonl', '.changes.jsonl')).every(({ line }) => Number(line) <= 4)).toBe(true)
    await clean(input, out, '--judge', model('large'))
    expect(requests()).toHaveLength(10)
    expect(readJsonl(out)).toEqual(rows.map(cleaned))
  })

  test.each([
    ['over the input', (input: string) => ['--out', input], 'never overwrites its inputs'],
    ['to nowhere', () => [], 'give one with --out'],
    ['to standard output without --report', () => ['--out', '-'], '--report DIR'],
    ['onto a folder', () => ['--out', '/tmp'], 'cannot write /tmp: it is a folder'],
  ])('writing %s is refused', async (_what, options, message) => {
    const { input } = place(makeRows(1))
    const ran = await runWinnow(['clean', input, ...options(input), '--judge', model('large')])
    expect([ran.code, requests().length]).toEqual([2, 0])
    expect(ran.stderr).toContain(message)
  })
})

describe('repeating', () => {
  test('a manifest is a recipe; a recipe of your own works, and flags win', async () => {
    const { input, out } = place(makeRows(8))
    await clean(input, out, '--judge', model('large'), '--worse', 'keep')
    const again = out.replace('out', 'again')
    expect(
      (await runWinnow(['clean', input, '--recipe', out.replace('.jsonl', '.manifest.json'), '--out', again])).code,
    ).toBe(0)
    expect(linesOf(again)).toEqual(linesOf(out))
    const recipe = join(tempDir(), 'run.yaml')
    writeFileSync(recipe, `judge: ${model('large')}\nmax-false-negatives: 0\n`)
    await runWinnow(['clean', input, '--recipe', recipe, '--out', again, '--max-false-negatives', '9'])
    expect(linesOf(again)).toHaveLength(8)
    writeFileSync(recipe, 'jugde: x\n')
    expect((await runWinnow(['clean', input, '--recipe', recipe, '--out', again])).stderr).toContain(
      'not options of this command: jugde',
    )
  })

  test('apply lists the runs when several fit, and takes the one that is named', async () => {
    const { input, out } = place(makeRows(5))
    await clean(input, out, '--judge', model('large'))
    const first = linesOf(out)
    await clean(input, out, '--judge', model('large'), '--shuffle', '3')
    const several = await runWinnow(['apply', input, '--out', out])
    expect(several.code).toBe(2)
    const ids = [...several.stderr.matchAll(/^ {2}(r[0-9a-f]{10}) .*judge large/gm)].map(([, id = '']) => id)
    expect(ids).toHaveLength(2)
    forget()
    for (const id of ids) {
      expect((await runWinnow(['apply', input, '--out', out, '--run', id])).code).toBe(0)
      expect(linesOf(out)).toEqual(first)
    }
    expect(requests()).toHaveLength(0)
    expect((await runWinnow(['apply', input, '--out', out, '--run', 'r0000000000'])).stderr).toContain(
      'has no run r0000000000',
    )
  })

  test('apply says so when the input is another one', async () => {
    const { input, out } = place(makeRows(5))
    await clean(input, out, '--judge', model('large'))
    writeJsonl(input, makeRows(4))
    expect((await runWinnow(['apply', input, '--out', out])).stderr).toContain('has no run on')
  })

  test('a dry run prints a prompt a stage and an estimate, needs no key and sends nothing', async () => {
    const { input } = place(makeRows(5))
    const ran = await runWinnow(['clean', input, '--screen', 'gpt-4o-mini', '--judge', 'mine', '--dry-run'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('===== screen (gpt-4o-mini): prompt for the first row =====')
    expect(ran.stdout).toContain('what about row 0000?')
    expect(ran.stdout).toContain('cost  unknown: give prices with --price IN/OUT')
    const json = await runWinnow(['clean', input, '--judge', 'gpt-4o', '--dry-run', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      rows: 5,
      stages: [
        { stage: 'judge', calls: { low: 5, high: 5 } },
        { stage: 'confirm', calls: { low: 0, high: 3 } },
      ],
    })
  })

  test('--json prints the manifest', async () => {
    const { input, out } = place(makeRows(3))
    const ran = await clean(input, out, '--judge', model('large'), '--json')
    expect(JSON.parse(ran.stdout)).toMatchObject({ command: 'clean', rows: { read: 3 }, cost: { now: null } })
    expect(ran.stderr).toBe('')
  })
})
