// Guards around a run: files that are read are never overwritten, spending is never forgotten, missing items are reported.
import { readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { linesOf, readJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { cleaned, makeRows } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model, requests } = twoModels()

test('neither the ledger nor any other file that is read is written over', async () => {
  const { input, out } = place(makeRows(3))
  await clean(input, out, '--judge', model('large'))
  const ledger = join(dirname(out), '.winnow/ledger.db')
  const before = readFileSync(ledger)
  const over = await runWinnow(['apply', input, '--out', ledger, '--ledger', ledger])
  expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('never overwrites its inputs')])
  expect(readFileSync(ledger)).toEqual(before)
  const replies = join(dirname(out), 'replies.jsonl')
  const replay = await runWinnow(['clean', input, '--out', replies, '--judge', `replay:${replies}`])
  expect(replay.code).toBe(2)
})

test('a link is not replaced by a file', async () => {
  const { input, out } = place(makeRows(1))
  symlinkSync(input, out)
  expect((await clean(input, out, '--judge', model('large'))).code).toBe(2)
  const link = join(dirname(out), 'link.jsonl')
  symlinkSync(join(dirname(out), 'elsewhere.jsonl'), link)
  expect((await clean(input, link, '--judge', model('large'))).stderr).toContain('it is not a regular file')
})

test('a file of judgements that is not there is one sentence, not a stack', async () => {
  const { input, out } = place(makeRows(1))
  for (const ran of [
    await clean(input, out, '--judge', model('large'), '--known', 'nowhere.tsv'),
    await runWinnow(['doctor', input, '--known', 'nowhere.tsv']),
  ]) {
    expect([ran.code, ran.stderr.trim().split('\n')]).toEqual([2, [expect.stringContaining('cannot read nowhere.tsv')]])
  }
})

test('a later trial of few rows does not shorten what apply writes, unless it is told to', async () => {
  const rows = makeRows(8)
  const { input, out } = place(rows)
  await clean(input, out, '--judge', model('large'))
  await clean(input, out, '--judge', model('large'), '--limit', '2')
  expect(linesOf(out)).toHaveLength(2)
  await runWinnow(['apply', input, '--out', out])
  expect(readJsonl(out)).toEqual(rows.map(cleaned))
  await runWinnow(['apply', input, '--out', out, '--limit', '3'])
  expect(linesOf(out)).toHaveLength(3)
  expect(requests()).toHaveLength(8)
})

test('a cap counts what earlier starts spent before they had a price', async () => {
  const { input, out } = place(makeRows(20))
  await clean(input, out, '--judge', model('large'), '--limit', '10')
  const capped = await clean(input, out, '--judge', model('large'), '--price', '1000/1000', '--max-usd', '6')
  expect(capped.code).toBe(2)
  expect(capped.stderr).toContain('the cap of $6.0000 is reached')
  expect(requests()).toHaveLength(10)
})

test('a price of a model that is not asked is told', async () => {
  const { input, out } = place(makeRows(3))
  const { code, stderr } = await clean(
    input,
    out,
    '--judge',
    model('large'),
    '--price',
    'lagre=1/2',
    '--price',
    'large=0/0',
  )
  expect(code).toBe(0)
  expect(stderr).toContain('--price lagre: no model of this run has this name; it has large')
})

test('rows that nobody reads are an error, and leave nothing half written', async () => {
  const { input, out } = place(makeRows(2000))
  const folder = dirname(out)
  const ran = await runWinnow(
    ['clean', input, '--out', '-', '--report', folder, '--judge', model('large'), '--concurrency', '64', '--no-check'],
    {
      onStart: (child) => child.stdout?.destroy(),
    },
  )
  expect(ran.code).toBe(2)
  expect(ran.stderr).toContain('cannot write standard output')
})
