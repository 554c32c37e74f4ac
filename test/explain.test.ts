// The output of winnow explain for a row of an input and of an output, from the command line.
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { small } from './support/mined.ts'
import { explained, page } from './support/explained.ts'
import { readJsonl, writeJsonl, type Json } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model, requests, forget } = twoModels()

describe('rlhn', () => {
  async function made(...options: string[]) {
    const { input, out } = place(makeRows(6))
    await clean(input, out, '--screen', model('small'), '--judge', model('large'), ...options)
    forget()
    return { input, out, ledger: join(dirname(out), '.winnow/ledger.db') }
  }

  test('every passage, its verdict at each stage with the reason, and the calls', async () => {
    const { input, out } = await made()
    const { stdout, code } = await page(input, 'line:1')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^row [0-9a-f]{16}, line 1 of .*rows\.jsonl$/m)
    expect(stdout).toMatch(/^ {2}query {4}what about row 0000\?$/m)
    expect(stdout).toMatch(/^ {2}outcome {2}changed\n {11}2 false negatives$/m)
    expect(stdout).toMatch(/^ {2}negative → removed .*\n.*#worse\n {4}based on: judge worse \(large\)/m)
    expect(stdout).toMatch(/^ {4}screen {4}irrelevant\n {4}judge {5}worse: WORSE\. So it is\.$/m)
    expect(stdout).toMatch(/^2 calls, cost unknown$/m)
    expect(stdout).toMatch(/screen 1 +small at http:\/\/127\.0\.0\.1:\d+\/v1 · rlhn\.screen@2 · \d{4}-/)
    expect(stdout).toMatch(/\d+ tokens in · \d+ out · cost unknown ·\s+finish stop/)
    expect(stdout).toContain('--replies')
    expect(stdout).not.toContain('<verdict>')
    expect((await page(out, 'line:1', '--replies')).stdout).toMatch(/^ {4}\| <verdict> <better>/m)
    expect(requests()).toHaveLength(0)
  })

  test('rows that winnow mine wrote are an input like any other: nothing is decided about them until they are cleaned', async () => {
    const { collection, out, run } = small()
    await run(collection, '--share', 'off', '--out', out)
    const before = await page(out, 'q1')
    expect(before.code).toBe(2)
    // Another test may have left a ledger in the working folder.
    expect(before.stderr).toMatch(/no ledger at|has no run on/)
    expect(before.stderr).not.toContain('    at ')
    const cleaned = join(dirname(out), 'cleaned.jsonl')
    await clean(out, cleaned, '--judge', model('large'), '--task', 'web-search')
    forget()
    const after = await page(out, 'q1')
    expect([after.code, after.stderr]).toEqual([0, ''])
    expect(after.stdout).toMatch(/outcome/)
  })

  test('says of an output what was done to it, with its own policy and ledger', async () => {
    const { input, out, ledger } = await made()
    const other = join(dirname(out), 'other', 'out.jsonl')
    await runWinnow(['apply', input, '--out', other, '--ledger', ledger, '--worse', 'keep', '--better', 'remove'])
    for (const path of [out, other]) {
      const after = readJsonl(path)
      const changes = readJsonl(path.replace('.jsonl', '.changes.jsonl'))
      for (const line of [1, 2, 3, 4, 5, 6]) {
        const explanation = await explained(path, `line:${line}`)
        const texts = (label: string) =>
          explanation.passages.filter((passage) => passage.after === label).map(({ text }) => text)
        expect(texts('positive').toSorted()).toEqual((after[line - 1] as Json & { pos: string[] }).pos.toSorted())
        expect(texts('negative')).toEqual((after[line - 1] as Json & { neg: string[] }).neg)
        const changed = explanation.passages.filter(({ change }) => change)
        const listed = changes.filter((change) => change['line'] === line)
        expect(changed.map(({ id, after: to, change }) => [id, to, change?.reason])).toEqual(
          listed.map((change) => [change['passage'], change['to'], change['reason']]),
        )
        expect(explanation).toMatchObject({ file: input, output: path, method: 'rlhn' })
      }
    }
    const policy = await page(other, 'line:1', '--worse', 'remove')
    expect([policy.code, policy.stderr]).toEqual([2, expect.stringContaining('--worse: no effect on')])
    // The same row of the input, under the default policy and under another.
    const worse = async (...options: string[]) =>
      (await explained(input, 'line:1', ...options)).passages.filter(({ after: label }) => label === 'ignored').length
    expect([await worse(), await worse('--worse', 'keep')]).toEqual([1, 0])
    expect(await worse('--recipe', other.replace('.jsonl', '.manifest.json'))).toBe(1)
  })

  test('an output is found again when it and its input were moved, and from another folder', async () => {
    const { input } = place(makeRows(3))
    const folder = dirname(input)
    await runWinnow(['clean', 'rows.jsonl', '--out', 'sub/out.jsonl', '--judge', model('large')], { cwd: folder })
    const moved = `${folder}-moved`
    renameSync(folder, moved)
    try {
      const ran = await runWinnow(['explain', join(moved, 'sub/out.jsonl'), 'line:1'])
      expect([ran.code, ran.stderr]).toEqual([0, ''])
      expect(ran.stdout).toContain('what about row 0000?')
    } finally {
      renameSync(moved, folder)
    }
  })

  test('says when the input has changed, and when it is gone', async () => {
    const { input, out } = await made()
    writeJsonl(input, makeRows(7))
    const hash = /SHA-256 [0-9a-f]{12}… then, [0-9a-f]{12}… now/
    const output = await page(out, 'line:1')
    expect([output.code, output.stderr]).toEqual([
      2,
      expect.stringMatching(/rows\.jsonl has changed since .*out\.jsonl was made/),
    ])
    expect(output.stderr).toMatch(hash)
    const rows = await page(input, 'line:1')
    expect([rows.code, rows.stderr]).toEqual([2, expect.stringContaining('the file has changed since run r')])
    expect(rows.stderr).toMatch(hash)
    rmSync(input)
    expect((await page(out, 'line:1')).stderr).toContain('which cannot be read')
  })

  test('says when replies came after the output was written', async () => {
    const { out } = await made()
    expect((await explained(out, 'line:1')).hasNewerReplies).toBe(false)
    const manifest = out.replace('.jsonl', '.manifest.json')
    const earlier = { ...(JSON.parse(readFileSync(manifest, 'utf8')) as Json), started: '2020-01-01T00:00:00.000Z' }
    writeFileSync(manifest, JSON.stringify(earlier))
    expect((await page(out, 'line:1')).stdout).toContain('replies for this row arrived after the output was written')
  })

  test('lists the runs when several fit, and takes the one that is named; an output knows its own', async () => {
    const { input, out } = await made()
    await clean(input, join(dirname(out), 'second.jsonl'), '--judge', model('large'))
    const several = await page(input, 'line:1')
    expect(several.code).toBe(2)
    const ids = [...several.stderr.matchAll(/^ {2}(r[0-9a-f]{10}) /gm)].map(([, id = '']) => id)
    expect(ids).toHaveLength(2)
    const stages = await Promise.all(
      ids.map(async (id) => (await explained(input, 'line:1', '--run', id)).calls?.map(({ stage }) => stage)),
    )
    expect(stages.toSorted()).toEqual([['judge'], ['screen', 'judge']])
    expect((await explained(out, 'line:1')).calls).toHaveLength(2)
    expect((await explained(join(dirname(out), 'second.jsonl'), 'line:1')).calls).toHaveLength(1)
    // An output that went into another run is its input, when that run is named.
    const third = join(dirname(out), 'third.jsonl')
    await clean(out, third, '--judge', model('large'))
    const { run } = await explained(third, 'line:1')
    expect(await explained(out, 'line:1', '--run', run)).toMatchObject({ file: out, output: null, run })
  })

  test('an id that there is not: the file, and ids that come near', async () => {
    const rows = ['q-17', 'q-18', 'other'].map((query_id, index) => ({
      query_id,
      query: `query ${index}`,
      positive_passages: [{ docid: 'a', text: 'yes' }],
      negative_passages: [{ docid: 'b', text: 'no #none' }],
    }))
    const { input, out } = place(rows)
    await clean(input, out, '--judge', model('large'), '--limit', '2')
    const wrong = await page(input, 'q-1')
    expect([wrong.code, wrong.stderr]).toEqual([2, `winnow: ${input} has no row q-1\nSimilar ids: q-17, q-18\n`])
    expect((await page(input, 'zzzzzzzz')).stderr).toContain('or its line in the input, such as line:12')
    expect((await page(input, 'line:9')).stderr).toContain('has no row at line 9')
    expect((await page(input, 'other')).stderr).toContain('is row 3 of')
    expect((await page(out, 'other')).stderr).toContain('covered only the first 2')
    expect((await explained(out, 'q-18')).row).toBe('q-18')
  })

  test('writes nothing to the ledger', async () => {
    const { out, ledger } = await made()
    const contents = () => {
      const copy = `${ledger}.copy`
      copyFileSync(ledger, copy)
      const db = new DatabaseSync(copy)
      const tables = ['replies', 'keys', 'runs', 'failures', 'claims', 'owners', 'tallies']
      const all = tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all().length)
      db.close()
      rmSync(copy)
      return [...all, statSync(ledger).size]
    }
    const before = contents()
    await page(out, 'line:1')
    await page(out, 'line:3', '--replies')
    expect(contents()).toEqual(before)
  })

  test('from a file of evidence the same, without calls', async () => {
    const { input, out } = await made('--write-evidence', 'parquet')
    const evidence = out.replace('.jsonl', '.evidence.parquet')
    const elsewhere = join(dirname(out), 'elsewhere.jsonl')
    await runWinnow(['apply', input, '--out', elsewhere, '--evidence', evidence])
    const { calls, ...known } = await explained(out, 'line:1')
    expect(calls).toHaveLength(2)
    expect(await explained(elsewhere, 'line:1')).toEqual({ ...known, output: elsewhere, calls: null })
    expect((await page(input, 'line:1', '--evidence', evidence)).stdout).toContain(
      'no calls: the evidence came from a file',
    )
    const both = await page(input, 'line:1', '--evidence', evidence, '--ledger', 'some.db')
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('exclude each other')])
  })

  test('copies of positives, known positives, what is beyond the limit, and dropped rows', async () => {
    const row = { query: 'q', pos: ['a copy'], neg: ['a copy', 'text 1 #none', 'elsewhere', 'text 3 #none'] }
    const { input, out } = place([row, { query: 'q', pos: ['elsewhere'], neg: ['text 4 #better'] }])
    await clean(input, out, '--judge', model('large'), '--max-passages', '2')
    const { stdout } = await page(out, 'line:1')
    expect(stdout).toMatch(/a copy\n {4}based on: duplicate\n {4}a copy {4}/)
    expect(stdout).toMatch(/elsewhere\n {4}based on: known\n {4}known {5}/)
    expect(stdout).toMatch(/text 3 #none\n {4}not asked +beyond the first 2 negatives/)
    const dropped = await page(out, 'line:2')
    expect(dropped.stdout).toContain('outcome  dropped: no negatives are left')
    expect(dropped.stdout).toContain('dropped with its row')
  })
})

test('a manifest that is none, and an output of standard input', async () => {
  const { input, out } = place(makeRows(2))
  const folder = dirname(input)
  mkdirSync(join(folder, 'report'))
  const options = ['--out', 'out.jsonl', '--judge', model('large')]
  await runWinnow(['clean', '-', ...options], { cwd: folder, stdin: readFileSync(input, 'utf8') })
  expect((await page(out, 'line:1')).stderr).toContain('was made from standard input, which was not kept')
  const ledger = join(folder, '.winnow/ledger.db')
  expect((await explained(input, 'line:1', '--ledger', ledger)).query).toBe('what about row 0000?')
  writeFileSync(join(folder, 'out.manifest.json'), '[]')
  expect((await page(out, 'line:1')).stderr).toContain('it is not a manifest')
  expect((await page(out, 'line:1', '--report', join(folder, 'report'))).stderr).toContain('no manifest at')
})
